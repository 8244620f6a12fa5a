// The en-US locale: names, comparison, case mapping, character types, dates, numbers.
// Expectations: "CompareStringEx function", "GetDateFormatEx function", "GetNumberFormatEx function".
#include "check.h"

int main(void) {
    WCHAR out[128];
    CHECK_EQ(GetUserDefaultLCID(), 0x409);
    CHECK_EQ(GetUserDefaultLocaleName(out, 85), 6);
    CHECK_WSTR(out, L"en-US");
    CHECK_EQ(LocaleNameToLCID(L"de-DE", 0), 0x407);
    CHECK_EQ(LCIDToLocaleName(0x411, out, 85, 0), 6);
    CHECK_WSTR(out, L"ja-JP");

    CHECK_EQ(CompareStringOrdinal(L"abc", -1, L"ABD", -1, TRUE), CSTR_LESS_THAN);
    CHECK_EQ(CompareStringOrdinal(L"a", -1, L"A", -1, FALSE), CSTR_GREATER_THAN);
    CHECK_EQ(CompareStringW(0x409, 0, L"apple", -1, L"Banana", -1), CSTR_LESS_THAN);
    CHECK_EQ(CompareStringW(0x409, 0, L"a", -1, L"A", -1), CSTR_LESS_THAN);
    CHECK_EQ(CompareStringW(0x409, NORM_IGNORECASE, L"stra\u00DFE", -1, L"STRA\u00DFe", -1), CSTR_EQUAL);
    CHECK_EQ(CompareStringW(0x409, 0, L"\u00E9", -1, L"f", -1), CSTR_LESS_THAN);
    CHECK_EQ(CompareStringW(0x409, 0, L"co-op", -1, L"coop", -1), CSTR_GREATER_THAN);
    CHECK_EQ(lstrcmpiW(L"Read", L"rEAD"), 0);

    CHECK_EQ(LCMapStringW(0x409, LCMAP_UPPERCASE, L"gr\u00FCn", -1, out, 128), 5);
    CHECK_WSTR(out, L"GR\u00DCN");
    CHECK_LASTERROR(LCMapStringW(0x409, LCMAP_UPPERCASE, L"abc", -1, out, 2), ERROR_INSUFFICIENT_BUFFER);

    WORD types[4];
    CHECK(GetStringTypeW(CT_CTYPE1, L"aB3 ", 4, types));
    CHECK_EQ(types[0], C1_DEFINED | C1_ALPHA | C1_LOWER | C1_XDIGIT);
    CHECK_EQ(types[1], C1_DEFINED | C1_ALPHA | C1_UPPER | C1_XDIGIT);
    CHECK_EQ(types[2], C1_DEFINED | C1_DIGIT | C1_XDIGIT);
    CHECK_EQ(types[3], C1_DEFINED | C1_SPACE | C1_BLANK);

    SYSTEMTIME when = {2024, 2, 0, 29, 17, 4, 9, 0};
    GetDateFormatEx(L"en-US", 0, &when, NULL, out, 128, NULL);
    CHECK_WSTR(out, L"2/29/2024");
    GetDateFormatEx(L"en-US", DATE_LONGDATE, &when, NULL, out, 128, NULL);
    CHECK_WSTR(out, L"Thursday, February 29, 2024");
    GetDateFormatEx(L"en-US", 0, &when, L"ddd',' MMM dd yy", out, 128, NULL);
    CHECK_WSTR(out, L"Thu, Feb 29 24");
    GetTimeFormatEx(L"en-US", 0, &when, NULL, out, 128);
    CHECK_WSTR(out, L"5:04:09 PM");
    GetTimeFormatEx(L"en-US", 0, &when, L"HH':'mm", out, 128);
    CHECK_WSTR(out, L"17:04");
    when.wDay = 31;
    CHECK_LASTERROR(GetDateFormatEx(L"en-US", 0, &when, NULL, out, 128, NULL), ERROR_INVALID_PARAMETER);

    GetNumberFormatEx(L"en-US", 0, L"-1234567.895", NULL, out, 128);
    CHECK_WSTR(out, L"-1,234,567.90");
    GetCurrencyFormatEx(L"en-US", 0, L"1234.5", NULL, out, 128);
    CHECK_WSTR(out, L"$1,234.50");
    GetLocaleInfoEx(L"en-US", LOCALE_SDECIMAL, out, 128);
    CHECK_WSTR(out, L".");
    DWORD number = 0;
    CHECK_EQ(GetLocaleInfoEx(L"en-US", LOCALE_IDEFAULTANSICODEPAGE | LOCALE_RETURN_NUMBER, (LPWSTR)&number, 2), 2);
    CHECK_EQ(number, 1252);
    CHECK_EQ(MulDiv(7, 3, 2), 11);
    CHECK_EQ(MulDiv(-7, 3, 2), -11);
    CHECK_EQ(MulDiv(1, 1, 0), -1);
    return check_result();
}
