// Classes of characters, digits folded, the old string functions, and user32's functions on characters.
// "GetStringTypeExW function", "FoldStringW function", "lstrcmpW function", "lstrcpynW function", "CharUpperW function",
// flags: -luser32
// "CharUpperBuffW function", "CharNextW function", "IsCharAlphaW function", "wvsprintfW function".
#include <stdarg.h>

#include "check.h"

static void classes(void) {
    static const wchar_t text[] = L"aZ5 \t.,+$\n\u00e9\u05d0\u4e2d\u3042\u30a2\uff21\u0661";
    static const WORD ctype2[] = {1, 1, 3, 10, 9, 7, 7, 4, 5, 8, 1, 2, 1, 1, 1, 1, 6};
    static const WORD ctype3[] = {0x8040, 0x8040, 0x40, 0x48, 0x8, 0x48, 0x48, 0x48, 0x48, 0x8, 0x8000, 0x8000, 0x8100,
                                  0x8020, 0x8010, 0x8080, 0};
    WORD types[20];
    CHECK(GetStringTypeExW(0x409, CT_CTYPE1, text, -1, types));
    CHECK_EQ(types[0], C1_LOWER | C1_XDIGIT | C1_ALPHA | C1_DEFINED);
    CHECK_EQ(types[1], C1_UPPER | C1_ALPHA | C1_DEFINED);
    CHECK_EQ(types[2], C1_DIGIT | C1_XDIGIT | C1_DEFINED);
    CHECK_EQ(types[3], C1_SPACE | C1_BLANK | C1_DEFINED);
    CHECK_EQ(types[4], C1_SPACE | C1_CNTRL | C1_BLANK | C1_DEFINED);
    CHECK_EQ(types[5], C1_PUNCT | C1_DEFINED);
    CHECK(GetStringTypeExW(0x409, CT_CTYPE2, text, -1, types));
    for (int i = 0; i < 17; i++)
        if (!CHECK_EQ(types[i], ctype2[i])) fprintf(stderr, "  unit %d\n", i);
    CHECK_EQ(types[17], C2_NOTAPPLICABLE);
    CHECK(GetStringTypeExW(0x409, CT_CTYPE3, text, -1, types));
    for (int i = 0; i < 16; i++)  // marks of letters with a diacritic are not told
        if (!CHECK_EQ(types[i] & ~(C3_DIACRITIC | C3_NONSPACING), ctype3[i])) fprintf(stderr, "  unit %d\n", i);

    wchar_t digits[20];
    CHECK_EQ(FoldStringW(MAP_FOLDDIGITS, L"x\u0665\u2461\u00b2\u0967\uff19", -1, digits, 20), 7);
    CHECK_WSTR(digits, L"x52219");
    CHECK_LASTERROR(FoldStringW(MAP_FOLDDIGITS, L"abc", -1, digits, 2), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(FoldStringW(MAP_FOLDDIGITS, L"abc", 3, NULL, 0), 3);
}

static void old_strings(void) {
    wchar_t wide[10] = L"#########";
    char narrow[10] = "#########";
    CHECK(lstrcpynW(wide, L"abcdef", 4) == wide);
    CHECK_WSTR(wide, L"abc");
    CHECK(lstrcpynA(narrow, "abcdef", 4) == narrow);
    CHECK_STR(narrow, "abc");
    CHECK_EQ(narrow[4], '#');
    CHECK(lstrcpyA(narrow, "xyz") == narrow && !strcmp(narrow, "xyz"));
    CHECK(lstrcpyW(wide, L"xyz") == wide && !wcscmp(wide, L"xyz"));
    CHECK(lstrcpyW(wide, NULL) == NULL);  // faults are caught
    CHECK(lstrcmpW(L"a", L"B") < 0);      // by the words' order, not by value
    CHECK(lstrcmpW(L"a", L"A") < 0);
    CHECK_EQ(lstrcmpA("same", "same"), 0);
    CHECK(lstrcmpW(NULL, L"a") < 0 && lstrcmpW(L"a", NULL) > 0 && lstrcmpW(NULL, NULL) == 0);
    CHECK(IsDBCSLeadByte(0x81) == FALSE && IsDBCSLeadByteEx(65001, 0xE0) == FALSE);
}

static void characters(void) {
    wchar_t wide[] = L"aB\u00C9z";
    char narrow[] = "aBz";
    CHECK_WSTR(CharLowerW(wide), L"ab\u00E9z");
    CHECK_WSTR(CharUpperW(wide), L"AB\u00C9Z");
    CHECK_STR(CharUpperA(narrow), "ABZ");
    CHECK_STR(CharLowerA(narrow), "abz");
    CHECK_EQ((ULONG_PTR)CharUpperW((LPWSTR)(ULONG_PTR)0xE9), 0xC9);  // one character in place of a pointer
    CHECK_EQ((ULONG_PTR)CharLowerA((LPSTR)(ULONG_PTR)'Q'), 'q');
    CHECK_EQ(CharLowerBuffW(wide, 2), 2);
    CHECK_WSTR(wide, L"ab\u00C9Z");
    CHECK_EQ(CharUpperBuffW(wide, 4), 4);
    CHECK_EQ(CharUpperBuffA(narrow, 1), 1);
    CHECK_STR(narrow, "Abz");
    CHECK_EQ(CharLowerBuffA(narrow, 3), 3);
    CHECK_STR(narrow, "abz");
    const wchar_t* text = L"xy";
    CHECK(CharNextW(text) == text + 1 && CharPrevW(text, text + 2) == text + 1 && CharPrevW(text, text) == text);
    CHECK(CharNextW(text + 2) == text + 2);  // the end stays the end
    CHECK(CharNextA(narrow) == narrow + 1 && CharPrevA(narrow, narrow + 1) == narrow);
    CHECK(CharNextExA(65001, narrow, 0) == narrow + 1 && CharPrevExA(65001, narrow, narrow + 2, 0) == narrow + 1);
    CHECK(IsCharAlphaW(0xE9) && !IsCharAlphaW('1') && IsCharAlphaNumericW('1') && !IsCharAlphaNumericW('_'));
    CHECK(IsCharUpperW(0xC9) && !IsCharUpperW('a') && IsCharLowerW(0xE9) && !IsCharLowerW('A'));
    CHECK(IsCharAlphaA('z') && IsCharAlphaNumericA('0') && IsCharUpperA('Q') && IsCharLowerA('q') && !IsCharAlphaA('-'));
    char oem[8];
    wchar_t back[8];
    CHECK(CharToOemA("abc", oem) && !strcmp(oem, "abc"));
    CHECK(CharToOemW(L"xyz", oem) && !strcmp(oem, "xyz"));
    CHECK(OemToCharA("123", oem) && !strcmp(oem, "123"));
    CHECK(OemToCharW("456", back) && !wcscmp(back, L"456"));
    CHECK(CharToOemBuffA("ab", oem, 3) && !strcmp(oem, "ab") && OemToCharBuffA("cd", oem, 3) && !strcmp(oem, "cd"));
    CHECK(CharToOemBuffW(L"ef", oem, 3) && !strcmp(oem, "ef") && OemToCharBuffW("gh", back, 3) && !wcscmp(back, L"gh"));
}

static int __cdecl narrow_text(char* out, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = wvsprintfA(out, format, arguments);
    va_end(arguments);
    return count;
}

static int __cdecl wide_text(wchar_t* out, const wchar_t* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = wvsprintfW(out, format, arguments);
    va_end(arguments);
    return count;
}

static void formatted(void) {
    char narrow[1100];
    wchar_t wide[1100];
    CHECK_EQ(narrow_text(narrow, "%d|%5d|%-5d|%05d", 1, -2, 3, -4), 19);
    CHECK_STR(narrow, "1|   -2|3    |-0004");
    CHECK_EQ(narrow_text(narrow, "%u %x %X %#x", 4000000000u, 255, 255, 255), 21);
    CHECK_STR(narrow, "4000000000 ff FF 0xff");
    narrow_text(narrow, "%c|%s|%3s|%-3s|%.2s|%S|%ls|%hs", 'A', "b", "c", "d", "efg", L"hi", L"jk", "lm");
    CHECK_STR(narrow, "A|b|  c|d  |ef|hi|jk|lm");
    narrow_text(narrow, "%I64d %I64x %i %% %8.3d", -5LL, 255LL, 7, 5);
    CHECK_STR(narrow, "-5 ff 7 %      005");
    wide_text(wide, L"%s|%S|%hs|%ls|%c|%C|%x", L"w", "n", "h", L"l", 'c', 'C', -1);
    CHECK_WSTR(wide, L"w|n|h|l|c|C|ffffffff");
}

int main(void) {
    classes();
    old_strings();
    characters();
    formatted();
    return check_result();
}
