// Text functions of string.h, narrow and wide. Expectations from each function's page ("strtok", "strspn", "_stricmp", …).
// link: static ucrt
// flags: -fno-builtin
#include <stdlib.h>

#include "check.h"

static void search(void) {
    CHECK_EQ(strspn("cabbage", "abc"), 5);
    CHECK_EQ(strcspn("xyzabc", "abc"), 3);
    CHECK_STR(strpbrk("The 3 men", "0123456789"), "3 men");
    CHECK(strpbrk("none", "0123") == NULL);
    CHECK_STR(strstr("lazy dog dogs", "dogs"), "dogs");
    CHECK_STR(strstr("aaab", "aab"), "aab");
    CHECK_STR(strstr("text", ""), "text");
    CHECK(strstr("text", "texts") == NULL);
    CHECK_STR(strrchr("a/b/c", '/'), "/c");
    CHECK_STR(strchr("text", 0), "");
    CHECK_WSTR(wcsstr(L"lazy dog", L"dog"), L"dog");
    CHECK_WSTR(wcspbrk(L"a\x4E2D\x6587", L"\x6587\x4E2D"), L"\x4E2D\x6587");
    CHECK_EQ(wcsspn(L"\x4E2D\x4E2Dx", L"\x4E2D"), 2);
    CHECK_WSTR(wcsrchr(L"a\\b\\c", L'\\'), L"\\c");
}

static void compare(void) {
    CHECK_EQ(strcmp("abc", "abd"), -1);
    CHECK_EQ(strcmp("b", "a"), 1);
    CHECK_EQ(strcmp("\xFF", "a"), 1);
    CHECK_EQ(strncmp("abcdef", "abcxyz", 3), 0);
    CHECK(strncmp("abcdef", "abcxyz", 4) < 0);
    CHECK_EQ(_stricmp("MiXed", "mIxEd"), 0);
    CHECK(_stricmp("_", "A") < 0);  // compared as lower case
    CHECK_EQ(_strnicmp("ABCx", "abcy", 3), 0);
    CHECK_EQ(_wcsicmp(L"MiXed", L"mIxEd"), 0);
    CHECK(_wcsicmp(L"\xC4", L"\xE4") != 0);  // ASCII only in the "C" locale
    CHECK_EQ(wcscmp(L"\x7FFF", L"\x8000"), -1);
    CHECK_EQ(_memicmp("ABC\0x", "abc\0X", 5), 0);
}

static void tokens(void) {
    char text[] = " one, two ,,three";
    CHECK_STR(strtok(text, " ,"), "one");
    CHECK_STR(strtok(NULL, " ,"), "two");
    CHECK_STR(strtok(NULL, " ,"), "three");
    CHECK(strtok(NULL, " ,") == NULL);
    CHECK(strtok(NULL, " ,") == NULL);
    char outer[] = "a=1;b=2", *keep, *inner;
    CHECK_STR(strtok_s(outer, ";", &keep), "a=1");
    char pair[] = "x=9";
    CHECK_STR(strtok_s(pair, "=", &inner), "x");
    CHECK_STR(strtok_s(NULL, ";", &keep), "b=2");
    CHECK_STR(strtok_s(NULL, "=", &inner), "9");
}

static void change(void) {
    char text[32] = "AbC-1\xC4";
    CHECK_STR(_strlwr(text), "abc-1\xC4");
    CHECK_STR(_strupr(text), "ABC-1\xC4");
    CHECK_STR(_strrev(strcpy(text, "abcd")), "dcba");
    CHECK_STR(_strset(text, '*'), "****");
    CHECK_STR(_strnset(text, '+', 2), "++**");
    memset(text, 'x', sizeof text);
    strncpy(text, "ab", 5);
    CHECK_EQ(memcmp(text, "ab\0\0\0x", 6), 0);
    strcpy(text, "one");
    CHECK_STR(strncat(text, "two", 2), "onetw");
    char* copy = _strdup("kept");
    CHECK_STR(copy, "kept");
    free(copy);
    wchar_t wide[16] = L"Wide";
    CHECK_WSTR(_wcsupr(wide), L"WIDE");
    CHECK_WSTR(_wcsrev(wide), L"EDIW");
    char swapped[7] = "";
    _swab("badcfe", swapped, 6);
    CHECK_STR(swapped, "abcdef");
}

int main(void) {
    search();
    compare();
    tokens();
    change();
    return check_result();
}
