// mbstring.h and the ctype functions with a locale, in the "C" locale with single-byte characters, where the multibyte
// functions do what their plain counterparts do. "Multibyte-character sequences", "_mbsinc", "_mbsnbcpy_s", "_mbstok_s",
// "is, isw routines", "_ismbc routines".
// link: static ucrt
#include <ctype.h>

#include "crt_function.h"

typedef unsigned char U;
#define S(text) ((const U*)(text))

// Each takes a byte and agrees with what ctype.h of the "C" locale says of it.
static void classes(void) {
    static const struct {
        const char* names[4];
        int(__cdecl* like)(int);
    } rows[] = {
        {{"_isalpha_l", "_iswalpha_l", "_ismbcalpha", "_ismbcalpha_l"}, isalpha},
        {{"_isalnum_l", "_iswalnum_l", "_ismbcalnum", "_ismbcalnum_l"}, isalnum},
        {{"_isdigit_l", "_iswdigit_l", "_ismbcdigit", "_ismbcdigit_l"}, isdigit},
        {{"_isgraph_l", "_iswgraph_l", "_ismbcgraph", "_ismbcgraph_l"}, isgraph},
        {{"_islower_l", "_iswlower_l", "_ismbclower", "_ismbclower_l"}, islower},
        {{"_isupper_l", "_iswupper_l", "_ismbcupper", "_ismbcupper_l"}, isupper},
        {{"_isprint_l", "_iswprint_l", "_ismbcprint", "_ismbcprint_l"}, isprint},
        {{"_ispunct_l", "_iswpunct_l", "_ismbcpunct", "_ismbcpunct_l"}, ispunct},
        {{"_isspace_l", "_iswspace_l", "_ismbcspace", "_ismbcspace_l"}, isspace},
        {{"_isxdigit_l", "_iswxdigit_l", NULL, NULL}, isxdigit},
        {{"_iscntrl_l", "_iswcntrl_l", NULL, NULL}, iscntrl},
    };
    HMODULE module = LoadLibraryA(CRT_DLL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 4 && rows[i].names[k]; k++) {
            int(__cdecl * is)(int, void*) = (void*)GetProcAddress(module, rows[i].names[k]);
            if (!CHECK(is != NULL)) continue;
            int wrong = 0;
            for (int c = 1; c < 128 && !wrong; c++)
                if (!is(c, NULL) != !rows[i].like(c)) wrong = c;
            if (!CHECK_EQ(wrong, 0)) fprintf(stderr, "  %s\n", rows[i].names[k]);
        }
    CHECK(CRT(int, _isctype, (int, int))('a', _LOWER) && !CRT(int, _isctype, (int, int))('A', _LOWER));
    CHECK(CRT(int, _isctype_l, (int, int, void*))('7', _DIGIT, NULL));
    CHECK(CRT(int, _iswctype_l, (wint_t, wctype_t, void*))('z', _ALPHA, NULL));
    CHECK(CRT(int, iswctype, (wint_t, wctype_t))(' ', _SPACE) && CRT(int, is_wctype, (wint_t, wctype_t))('5', _DIGIT));
    CHECK(CRT(int, iswascii, (wint_t))(127) && !CRT(int, iswascii, (wint_t))(128));
    CHECK(CRT(int, __isascii, (int))(127) && !CRT(int, __isascii, (int))(128));
    CHECK_EQ(CRT(int, __toascii, (int))(0xC1), 'A');
    CHECK(CRT(int, __iscsymf, (int))('_') && !CRT(int, __iscsymf, (int))('1') && CRT(int, __iscsym, (int))('1'));
    CHECK(CRT(int, __iswcsymf, (wint_t))('_') && !CRT(int, __iswcsymf, (wint_t))('1') && CRT(int, __iswcsym, (wint_t))('1'));
    CHECK_EQ(CRT(int, _tolower_l, (int, void*))('Q', NULL), 'q');
    CHECK_EQ(CRT(int, _toupper_l, (int, void*))('q', NULL), 'Q');
    CHECK_EQ(CRT(int, _towlower_l, (wint_t, void*))('Q', NULL), 'q');
    CHECK_EQ(CRT(int, _towupper_l, (wint_t, void*))('q', NULL), 'Q');
    CHECK_EQ(CRT(int, isleadbyte, (int))(0x81), 0);
    CHECK_EQ(CRT(int, _isleadbyte_l, (int, void*))(0x81, NULL), 0);
    CHECK_EQ(CRT(unsigned, _mbctolower, (unsigned))('Q'), 'q');
    CHECK_EQ(CRT(unsigned, _mbctoupper, (unsigned))('q'), 'Q');
    CHECK(!CRT(int, _ismbblead, (unsigned))('a') && !CRT(int, _ismbbtrail, (unsigned))(' '));
    CHECK(CRT(int, _ismbcsymbol, (unsigned))('a') == 0 && CRT(int, _ismbchira, (unsigned))('a') == 0);
    CHECK(CRT(int, _ismbckata, (unsigned))('a') == 0 && CRT(int, _ismbcl0, (unsigned))('a') == 0);
}

static void looking(void) {
    const U* text = S("one two one");
    CHECK_EQ(CRT(size_t, _mbslen, (const U*))(text), 11);
    CHECK_EQ(CRT(size_t, _mbsnlen, (const U*, size_t))(text, 5), 5);
    CHECK_EQ(CRT(size_t, _mbstrlen, (const char*))("abc"), 3);
    CHECK_EQ(CRT(size_t, _mbstrnlen, (const char*, size_t))("abc", 2), 2);
    CHECK_EQ(CRT(size_t, _mbclen, (const U*))(text), 1);
    CHECK(CRT(U*, _mbschr, (const U*, unsigned))(text, 't') == text + 4);
    CHECK(CRT(U*, _mbschr, (const U*, unsigned))(text, 'z') == NULL);
    CHECK(CRT(U*, _mbsrchr, (const U*, unsigned))(text, 'n') == text + 9);
    CHECK(CRT(U*, _mbsstr, (const U*, const U*))(text, S("two")) == text + 4);
    CHECK(CRT(U*, _mbspbrk, (const U*, const U*))(text, S("wt")) == text + 4);
    CHECK_EQ(CRT(size_t, _mbsspn, (const U*, const U*))(text, S("eno")), 3);
    CHECK_EQ(CRT(size_t, _mbscspn, (const U*, const U*))(text, S(" ")), 3);
    CHECK(CRT(U*, _mbsspnp, (const U*, const U*))(text, S("eno")) == text + 3);
    CHECK(CRT(U*, _mbsspnp, (const U*, const U*))(S("aa"), S("a")) == NULL);
    CHECK(CRT(U*, _mbsinc, (const U*))(text) == text + 1);
    CHECK(CRT(U*, _mbsdec, (const U*, const U*))(text, text + 3) == text + 2);
    CHECK(CRT(U*, _mbsdec, (const U*, const U*))(text, text) == NULL);
    CHECK(CRT(U*, _mbsninc, (const U*, size_t))(text, 4) == text + 4);
    CHECK_EQ(CRT(unsigned, _mbsnextc, (const U*))(text), 'o');
    CHECK_EQ(CRT(size_t, _mbsnbcnt, (const U*, size_t))(text, 5), 5);
    CHECK_EQ(CRT(size_t, _mbsnccnt, (const U*, size_t))(text, 50), 11);
    CHECK_EQ(CRT(int, _mbscmp, (const U*, const U*))(S("a"), S("b")), -1);
    CHECK_EQ(CRT(int, _mbsicmp, (const U*, const U*))(S("aB"), S("Ab")), 0);
    CHECK_EQ(CRT(int, _mbsncmp, (const U*, const U*, size_t))(S("abX"), S("abY"), 2), 0);
    CHECK_EQ(CRT(int, _mbsnbcmp, (const U*, const U*, size_t))(S("abY"), S("abX"), 3), 1);
    CHECK_EQ(CRT(int, _mbsnicmp, (const U*, const U*, size_t))(S("ABx"), S("aby"), 2), 0);
    CHECK(CRT(int, _mbsnbicmp, (const U*, const U*, size_t))(S("ABx"), S("aby"), 3) < 0);
    CHECK_EQ(CRT(int, _mbscoll, (const U*, const U*))(S("a"), S("a")), 0);
    CHECK_EQ(CRT(int, _mbsicoll, (const U*, const U*))(S("a"), S("A")), 0);
    CHECK_EQ(CRT(int, _mbsncoll, (const U*, const U*, size_t))(S("ab"), S("ac"), 1), 0);
    CHECK_EQ(CRT(int, _mbsnicoll, (const U*, const U*, size_t))(S("Ab"), S("ac"), 1), 0);
    CHECK_EQ(CRT(int, _mbsnbcoll, (const U*, const U*, size_t))(S("ab"), S("ac"), 1), 0);
    CHECK_EQ(CRT(int, _mbsnbicoll, (const U*, const U*, size_t))(S("Ab"), S("ac"), 1), 0);
    CHECK_EQ(CRT(int, _mbsbtype, (const U*, size_t))(text, 2), 0);
    CHECK_EQ(CRT(int, _mbbtype, (U, int))('a', 0), 0);
}

static void changing(void) {
    U text[16] = "AbC";
    CHECK_STR((char*)CRT(U*, _mbslwr, (U*))(text), "abc");
    CHECK_STR((char*)CRT(U*, _mbsupr, (U*))(text), "ABC");
    CHECK_STR((char*)CRT(U*, _mbsrev, (U*))(text), "CBA");
    CHECK_STR((char*)CRT(U*, _mbsnset, (U*, unsigned, size_t))(text, 'x', 2), "xxA");
    CHECK_STR((char*)CRT(U*, _mbsnbset, (U*, unsigned, size_t))(text, 'y', 1), "yxA");
    CHECK_STR((char*)CRT(U*, _mbsset, (U*, unsigned))(text, 'z'), "zzz");
    CHECK_STR((char*)CRT(U*, _mbscpy, (U*, const U*))(text, S("ab")), "ab");
    CHECK_STR((char*)CRT(U*, _mbscat, (U*, const U*))(text, S("cd")), "abcd");
    CHECK_STR((char*)CRT(U*, _mbsncat, (U*, const U*, size_t))(text, S("efg"), 2), "abcdef");
    CHECK_STR((char*)CRT(U*, _mbsnbcat, (U*, const U*, size_t))(text, S("ghi"), 1), "abcdefg");
    memset(text, '#', sizeof text);
    CRT(U*, _mbsncpy, (U*, const U*, size_t))(text, S("ab"), 4);
    CHECK(!memcmp(text, "ab\0\0#", 5));
    CRT(U*, _mbsnbcpy, (U*, const U*, size_t))(text, S("xyz"), 2);
    CHECK(!memcmp(text, "xy\0\0#", 5));
    U* copy = CRT(U*, _mbsdup, (const U*))(S("two"));
    CHECK_STR((char*)copy, "two");
    CRT(void, free, (void*))(copy);
    U tokens[] = ",a,,b";
    CHECK_STR((char*)CRT(U*, _mbstok, (U*, const U*))(tokens, S(",")), "a");
    CHECK_STR((char*)CRT(U*, _mbstok, (U*, const U*))(NULL, S(",")), "b");
    CHECK(CRT(U*, _mbstok, (U*, const U*))(NULL, S(",")) == NULL);
}

static void checked(void) {
    U text[8] = "abc", *place = NULL;
    CHECK_ERRNO(CRT(int, _mbscpy_s, (U*, size_t, const U*))(text, 8, S("old")), 0, 0, 0);
    CHECK_ERRNO(CRT(int, _mbscpy_s, (U*, size_t, const U*))(text, 3, S("old")), ERANGE, ERANGE, 1);
    CHECK_EQ(text[0], 0);
    CHECK_ERRNO(CRT(int, _mbscat_s, (U*, size_t, const U*))(text, 8, S("ab")), 0, 0, 0);
    CHECK_ERRNO(CRT(int, _mbsncat_s, (U*, size_t, const U*, size_t))(text, 8, S("cdef"), 2), 0, 0, 0);
    CHECK_ERRNO(CRT(int, _mbsnbcat_s, (U*, size_t, const U*, size_t))(text, 8, S("xyz"), 1), 0, 0, 0);
    CHECK_STR((char*)text, "abcdx");
    CHECK_ERRNO(CRT(int, _mbsnbcat_s, (U*, size_t, const U*, size_t))(text, 6, S("xyz"), 2), ERANGE, ERANGE, 1);
    CHECK_ERRNO(CRT(int, _mbsncpy_s, (U*, size_t, const U*, size_t))(text, 3, S("wxyz"), (size_t)-1), STRUNCATE, 0, 0);
    CHECK_STR((char*)text, "wx");
    CHECK_ERRNO(CRT(int, _mbsnbcpy_s, (U*, size_t, const U*, size_t))(text, 8, S("Wxyz"), 3), 0, 0, 0);
    CHECK_ERRNO(CRT(int, _mbslwr_s, (U*, size_t))(text, 8), 0, 0, 0);
    CHECK_STR((char*)text, "wxy");
    CHECK_ERRNO(CRT(int, _mbsupr_s, (U*, size_t))(text, 8), 0, 0, 0);
    CHECK_STR((char*)text, "WXY");
    CHECK_ERRNO(CRT(int, _mbsnset_s, (U*, size_t, unsigned, size_t))(text, 8, 'a', 1), 0, 0, 0);
    CHECK_ERRNO(CRT(int, _mbsnbset_s, (U*, size_t, unsigned, size_t))(text, 8, 'b', 2), 0, 0, 0);
    CHECK_STR((char*)text, "bbY");
    CHECK_ERRNO(CRT(int, _mbsset_s, (U*, size_t, unsigned))(text, 8, 'c'), 0, 0, 0);
    CHECK_STR((char*)text, "ccc");
    CHECK_ERRNO(CRT(int, _mbsset_s, (U*, size_t, unsigned))(text, 3, 'c'), EINVAL, EINVAL, 1);
    U tokens[] = "a b";
    CHECK_STR((char*)CRT(U*, _mbstok_s, (U*, const U*, U**))(tokens, S(" "), &place), "a");
    CHECK_STR((char*)CRT(U*, _mbstok_s, (U*, const U*, U**))(NULL, S(" "), &place), "b");
    CHECK(CRT(U*, _mbstok_s, (U*, const U*, U**))(NULL, S(" "), &place) == NULL);
}

int main(void) {
    crt_count_invalid();
    classes();
    looking();
    changing();
    checked();
    return check_result();
}
