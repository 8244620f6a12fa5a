// Normalisation, linguistic search, calendars. Doc: "NormalizeString function (winnls.h)", "FindNLSStringEx function (winnls.h)",
// "GetCalendarInfoEx function", "EnumTimeFormatsEx function"; forms: Unicode Standard Annex #15, figures 3 to 6.
// flags: -lnormaliz
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include "check.h"

static wchar_t out[80];

static const wchar_t* form(NORM_FORM kind, const wchar_t* text) {
    int size = NormalizeString(kind, text, -1, out, 80);
    CHECK(size > 0 && out[size - 1] == 0);
    return out;
}

static void forms(void) {
    CHECK_WSTR(form(NormalizationD, L"\u00c5"), L"A\u030a");
    CHECK_WSTR(form(NormalizationC, L"\u212b"), L"\u00c5");
    CHECK_WSTR(form(NormalizationC, L"s\u0323\u0307"), L"\u1e69");
    CHECK_WSTR(form(NormalizationD, L"\u1e9b\u0323"), L"\u017f\u0323\u0307");
    CHECK_WSTR(form(NormalizationKD, L"\u1e9b\u0323"), L"s\u0323\u0307");
    CHECK_WSTR(form(NormalizationKC, L"\ufb01\u00b2"), L"fi2");
    CHECK_WSTR(form(NormalizationC, L"\u1112\u1161\u11ab"), L"\ud55c");
    CHECK(IsNormalizedString(NormalizationC, L"plain", -1));
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    CHECK(!IsNormalizedString(NormalizationC, L"e\u0301", -1));
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    CHECK_LASTERROR(IsNormalizedString(NormalizationC, L"x\xd800y", 3), ERROR_NO_UNICODE_TRANSLATION);
    CHECK_EQ(NormalizeString(NormalizationC, L"x\xd800y", 3, out, 80), -1);
    CHECK_LASTERROR(NormalizeString((NORM_FORM)9, L"x", 1, out, 80) > 0, ERROR_INVALID_PARAMETER);
    CHECK(NormalizeString(NormalizationD, L"\u00c5\u00c5", 2, out, 3) < 0);
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK(NormalizeString(NormalizationD, L"\u00c5\u00c5", 2, NULL, 0) >= 4);
}

static int find(DWORD flags, const wchar_t* source, const wchar_t* value, int* found) {
    *found = -9;
    return FindNLSStringEx(LOCALE_NAME_INVARIANT, flags, source, -1, value, -1, found, NULL, NULL, 0);
}

static void searches(void) {
    int found;
    CHECK_EQ(find(FIND_FROMSTART, L"one two one", L"one", &found), 0);
    CHECK_EQ(found, 3);
    CHECK_EQ(find(FIND_FROMEND, L"one two one", L"one", &found), 8);
    CHECK_EQ(find(FIND_FROMSTART | LINGUISTIC_IGNORECASE, L"one TWO", L"two", &found), 4);
    CHECK_EQ(find(FIND_FROMSTART, L"one TWO", L"two", &found), -1);
    CHECK_EQ(find(FIND_STARTSWITH, L"one two", L"two", &found), -1);
    CHECK_EQ(find(FIND_ENDSWITH, L"one two", L"two", &found), 4);
    CHECK_EQ(find(FIND_FROMSTART, L"abc", L"", &found), 0);
    CHECK_EQ(found, 0);
    CHECK_EQ(find(FIND_FROMSTART | LINGUISTIC_IGNOREDIACRITIC, L"un caf\u00e9 noir", L"cafe", &found), 3);
    CHECK_EQ(FindNLSString(LOCALE_INVARIANT, FIND_FROMSTART, L"abc", 3, L"c", 1, &found), 2);
    CHECK_EQ(find(FIND_FROMSTART | FIND_FROMEND, L"abc", L"a", &found), -1);
    CHECK_EQ(GetLastError(), ERROR_INVALID_FLAGS);
}

static BOOL CALLBACK on_time(LPWSTR text, LPARAM seen) { return wcscpy((wchar_t*)seen, text), TRUE; }
static BOOL CALLBACK on_date(LPWSTR text, CALID calendar, LPARAM seen) { return wcscpy((wchar_t*)seen, text), calendar == 1; }
static BOOL CALLBACK on_calendar(LPWSTR text, CALID calendar, LPWSTR reserved, LPARAM seen) {
    return wcscpy((wchar_t*)seen, text), calendar == 1 && !reserved;
}

static void calendars(void) {
    wchar_t seen[100] = L"";
    DWORD year = 0;
    CHECK(EnumTimeFormatsEx(on_time, L"en-US", 0, (LPARAM)seen));
    CHECK_WSTR(seen, L"h:mm:ss tt");
    CHECK(EnumTimeFormatsEx(on_time, L"en-US", TIME_NOSECONDS, (LPARAM)seen));
    CHECK_WSTR(seen, L"h:mm tt");
    CHECK(EnumDateFormatsExEx(on_date, L"en-US", DATE_SHORTDATE, (LPARAM)seen));
    CHECK_WSTR(seen, L"M/d/yyyy");
    CHECK(EnumCalendarInfoExEx(on_calendar, L"en-US", CAL_GREGORIAN, NULL, CAL_SMONTHNAME1, (LPARAM)seen));
    CHECK_WSTR(seen, L"January");
    CHECK(GetCalendarInfoEx(L"en-US", CAL_GREGORIAN, NULL, CAL_SDAYNAME7, out, 80, NULL) > 0);
    CHECK_WSTR(out, L"Sunday");
    CHECK_EQ(GetCalendarInfoEx(L"en-US", CAL_GREGORIAN, NULL, CAL_ITWODIGITYEARMAX | CAL_RETURN_NUMBER, NULL, 0, &year), 2);
    CHECK(year >= 2029 && year < 2100);
}

int main(void) {
    forms();
    searches();
    calendars();
    return check_result();
}
