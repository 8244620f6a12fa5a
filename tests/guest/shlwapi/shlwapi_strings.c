// The string functions of shlwapi. "StrToIntA function (shlwapi.h)", "StrToIntExW", "StrCmpNIW", "StrStrIW", "StrRChrW",
// "StrSpnW", "StrTrimW", "StrDupW", "SHStrDupW".
// flags: -lshlwapi -lole32
#include "check.h"

#include <objbase.h>
#include <shlwapi.h>

static int sign(int n) { return (n > 0) - (n < 0); }

static void numbers(void) {
    CHECK_EQ(StrToIntW(L"12x"), 12);
    CHECK_EQ(StrToIntW(L"-5"), -5);
    CHECK_EQ(StrToIntW(L" 9"), 0);
    CHECK_EQ(StrToIntW(L"+7"), 0);
    CHECK_EQ(StrToIntW(L"0x1F"), 0);
    CHECK_EQ(StrToIntA("77"), 77);
    CHECK_EQ(StrToIntA(" 77"), 0);
    int value = 0;
    LONGLONG big = 0;
    CHECK(StrToIntExW(L" +0x1F", STIF_SUPPORT_HEX, &value));
    CHECK_EQ(value, 31);
    CHECK(StrToIntExW(L"0x1F", STIF_DEFAULT, &value));
    CHECK_EQ(value, 0);
    CHECK(!StrToIntExW(L"x", STIF_DEFAULT, &value));
    CHECK(StrToInt64ExW(L"-12345678901", STIF_DEFAULT, &big));
    CHECK_EQ(big, -12345678901);
}

static void comparing(void) {
    CHECK_EQ(sign(StrCmpW(L"abc", L"abd")), -1);
    CHECK_EQ(StrCmpW(L"abc", L"abc"), 0);
    CHECK_EQ(StrCmpIW(L"\u00C9t", L"\u00E9T"), 0);
    CHECK_EQ(sign(StrCmpIW(L"b", L"A")), 1);
    CHECK_EQ(StrCmpNW(L"abX", L"abY", 2), 0);
    CHECK(StrCmpNW(L"abX", L"abY", 3) < 0);
    CHECK_EQ(StrCmpNIW(L"aBx", L"AbY", 2), 0);
    CHECK_EQ(StrCmpNA("abX", "abY", 2), 0);
    CHECK_EQ(StrCmpNIA("ABX", "aby", 2), 0);
    CHECK(StrCmpNIA("ABX", "aby", 3) < 0);
}

static void searching(void) {
    static const wchar_t text[] = L"one two One";
    CHECK(StrStrW(text, L"One") == text + 8);
    CHECK(StrStrIW(text, L"ONE") == text);
    CHECK(StrStrIW(text, L"three") == NULL);
    static const char narrow[] = "one two One";
    CHECK(StrStrA(narrow, "two") == narrow + 4);
    CHECK(StrStrIA(narrow, "TWO") == narrow + 4);
    CHECK(StrChrW(text, 'o') == text);
    CHECK(StrChrW(text, 'z') == NULL);
    CHECK(StrChrA(narrow, 't') == narrow + 4);
    CHECK(StrRChrW(text, NULL, 'n') == text + 9);
    CHECK(StrRChrW(text, text + 5, 'n') == text + 1);
    CHECK(StrRChrA(narrow, NULL, 'o') == narrow + 6);
    CHECK_EQ(StrSpnW(text, L"eno"), 3);
    CHECK_EQ(StrCSpnW(text, L" "), 3);
    CHECK(StrPBrkW(text, L"tw") == text + 4);
    CHECK(StrPBrkW(text, L"z") == NULL);
}

static void copying(void) {
    wchar_t wide[] = L"--abc-d--";
    CHECK(StrTrimW(wide, L"-"));
    CHECK_WSTR(wide, L"abc-d");
    CHECK(!StrTrimW(wide, L"-"));
    char narrow[] = " x ";
    CHECK(StrTrimA(narrow, " "));
    CHECK_STR(narrow, "x");
    LPWSTR wide_copy = StrDupW(L"two");
    CHECK_WSTR(wide_copy, L"two");
    CHECK(LocalFree(wide_copy) == NULL);
    LPSTR narrow_copy = StrDupA("two");
    CHECK_STR(narrow_copy, "two");
    CHECK(LocalFree(narrow_copy) == NULL);
    CHECK_EQ(SHStrDupW(L"three", &wide_copy), S_OK);
    CHECK_WSTR(wide_copy, L"three");
    CoTaskMemFree(wide_copy);
}

int main(void) {
    numbers();
    comparing();
    searching();
    copying();
    return check_result();
}
