// Narrow text to wide and back in the "C" locale and in UTF-8; what setlocale says.
// "setlocale, _wsetlocale" ("UTF-8 support"), "mbstowcs", "wcstombs", "mbrtowc", "towupper", "iswalpha".
// link: static ucrt
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <wctype.h>
#include <ctype.h>

#include "check.h"

int main(void) {
    CHECK_STR(setlocale(LC_ALL, NULL), "C");
    CHECK_EQ(MB_CUR_MAX, 1);
    wchar_t wide[16];
    CHECK_EQ(mbstowcs(wide, "a\xE4", 16), 2);  // bytes are characters
    CHECK_EQ(wide[1], 0xE4);
    char narrow[16];
    CHECK_EQ(wcstombs(narrow, L"a\x4E2D", 16), (size_t)-1);
    CHECK_EQ(errno, EILSEQ);
    CHECK_EQ(towupper(0xE4), 0xE4);
    CHECK(iswalpha(0xE4));
    CHECK(!isalpha(0xE4));
    CHECK_STR(localeconv()->decimal_point, ".");
    CHECK_STR(localeconv()->thousands_sep, "");

    CHECK(strcoll("a", "B") > 0);

    CHECK(setlocale(LC_ALL, "nowhere") == NULL);
    CHECK_STR(setlocale(LC_ALL, NULL), "C");
    CHECK(setlocale(LC_ALL, ".UTF-8") != NULL);
    CHECK(strstr(setlocale(LC_CTYPE, NULL), "utf8") != NULL);
    CHECK(MB_CUR_MAX >= 4);
    const char* text = "a\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80";
    CHECK_EQ(mbstowcs(NULL, text, 0), 5);
    CHECK_EQ(mbstowcs(wide, text, 16), 5);
    CHECK_WSTR(wide, L"a\xE4\x4E2D\xD83D\xDE00");
    char back[16];
    CHECK_EQ(wcstombs(back, wide, 16), 10);
    CHECK_STR(back, text);
    CHECK_EQ(mbstowcs(wide, "\xC3", 16), (size_t)-1);
    CHECK_EQ(mbstowcs(wide, "\xC0\x80", 16), (size_t)-1);
    CHECK_EQ(towupper(0xE4), 0xC4);
    CHECK_EQ(towlower(0x0416), 0x0436);
    CHECK_EQ(_wcsicmp(L"\xC4", L"\xE4"), 0);
    CHECK(iswalpha(0x4E2D) && !iswalpha(0x2019) && iswspace(0x2003) && iswdigit(L'7'));
    CHECK_STR(localeconv()->thousands_sep, ",");

    CHECK(strcoll("a", "B") < 0 && strcoll("b", "A") > 0);  // words' order, not the bytes'
    CHECK(wcscoll(L"\xE9t\xE9", L"fin") < 0);
    CHECK_EQ(_wcsicoll(L"\xC9T", L"\xE9t"), 0);
    char key_a[64], key_b[64];
    CHECK(strxfrm(key_a, "a", 64) < 64 && strxfrm(key_b, "B", 64) < 64);
    CHECK(strcmp(key_a, key_b) < 0);

    CHECK_STR(setlocale(LC_NUMERIC, "C"), "C");
    char* mixed = setlocale(LC_ALL, NULL);
    CHECK(strstr(mixed, "LC_NUMERIC=C;") != NULL);
    char saved[256];
    strcpy(saved, mixed);
    CHECK(setlocale(LC_ALL, "C") != NULL);
    CHECK_STR(setlocale(LC_ALL, saved), saved);
    setlocale(LC_ALL, "C");

    CHECK(isupper('A') && islower('z') && isxdigit('f') && !isxdigit('g') && ispunct('!') && iscntrl(127));
    CHECK(isblank('\t') && isspace('\v') && !isprint('\t') && isgraph('~') && !isgraph(' '));
    CHECK_EQ(toupper('q'), 'Q');
    CHECK_EQ(tolower(0xC4), 0xC4);
    CHECK(!isalpha(EOF));
    return check_result();
}
