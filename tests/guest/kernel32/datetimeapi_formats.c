// Dates, times, numbers and amounts as text in English of the United States, with pictures and without. "GetDateFormatW
// function", "GetTimeFormatW function", "Day, Month, Year, and Era Format Pictures", "Hour, Minute, and Second Format
// Pictures", "GetNumberFormatW function", "GetCurrencyFormatW function".
#include "check.h"

#define US 0x409

static const SYSTEMTIME when = {2024, 2, 0, 9, 7, 5, 3, 45};  // the day of the week is worked out

static void dates(void) {
    static const struct {
        const wchar_t *picture, *text;
    } rows[] = {
        {L"d", L"9"}, {L"dd", L"09"}, {L"ddd", L"Fri"}, {L"dddd", L"Friday"}, {L"M", L"2"}, {L"MM", L"02"},
        {L"MMM", L"Feb"}, {L"MMMM", L"February"}, {L"y", L"24"}, {L"yy", L"24"}, {L"yyyy", L"2024"},
        {L"d'/'M''yyyy", L"9/22024"}, {L"'it is' dd", L"it is 09"}, {L"x-d-x", L"x-9-x"},
    };
    wchar_t text[100];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(GetDateFormatW(US, 0, &when, rows[i].picture, text, 100), wcslen(rows[i].text) + 1);
        CHECK_WSTR(text, rows[i].text);
    }
    static const struct {
        DWORD flags;
        const wchar_t* text;
    } flags[] = {{0, L"2/9/2024"}, {DATE_SHORTDATE, L"2/9/2024"}, {DATE_LONGDATE, L"Friday, February 9, 2024"},
                 {DATE_YEARMONTH, L"February 2024"}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        CHECK(GetDateFormatW(US, flags[i].flags, &when, NULL, text, 100) > 0);
        CHECK_WSTR(text, flags[i].text);
    }
    CHECK_LASTERROR(GetDateFormatW(US, DATE_SHORTDATE | DATE_LONGDATE, &when, NULL, text, 100), ERROR_INVALID_FLAGS);
    CHECK_LASTERROR(GetDateFormatW(US, 0, &when, L"yyyy", text, 4), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(GetDateFormatW(US, 0, &when, L"yyyy", NULL, 0), 5);
    SYSTEMTIME wrong = {2023, 2, 0, 29};
    CHECK_LASTERROR(GetDateFormatW(US, 0, &wrong, L"d", text, 100), ERROR_INVALID_PARAMETER);
}

static void times(void) {
    static const struct {
        int hour;
        const wchar_t *picture, *text;
    } rows[] = {
        {7, L"h:mm:ss tt", L"7:05:03 AM"}, {0, L"h t", L"12 A"}, {12, L"hh tt", L"12 PM"}, {23, L"H h", L"23 11"},
        {7, L"HH'h'm", L"07h5"}, {7, L"'x''y's", L"x'y3"}, {23, NULL, L"11:05:03 PM"},
    };
    wchar_t text[100];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SYSTEMTIME time = when;
        time.wHour = (WORD)rows[i].hour;
        CHECK_EQ(GetTimeFormatW(US, 0, &time, rows[i].picture, text, 100), wcslen(rows[i].text) + 1);
        CHECK_WSTR(text, rows[i].text);
    }
    CHECK(GetTimeFormatW(US, TIME_NOSECONDS, &when, NULL, text, 100));
    CHECK_WSTR(text, L"7:05 AM");
    CHECK(GetTimeFormatW(US, TIME_NOMINUTESORSECONDS, &when, NULL, text, 100));
    CHECK_WSTR(text, L"7 AM");
    CHECK(GetTimeFormatW(US, TIME_NOTIMEMARKER, &when, NULL, text, 100));
    CHECK_WSTR(text, L"7:05:03");
    SYSTEMTIME wrong = when;
    wrong.wHour = 24;
    CHECK_LASTERROR(GetTimeFormatW(US, 0, &wrong, L"h", text, 100), ERROR_INVALID_PARAMETER);
}

static void numbers(void) {
    static const struct {
        const wchar_t *value, *number, *money;
    } rows[] = {
        {L"0", L"0.00", L"$0.00"}, {L"1234567.899", L"1,234,567.90", L"$1,234,567.90"}, {L".5", L"0.50", L"$0.50"},
        {L"999.999", L"1,000.00", L"$1,000.00"}, {L"-1", L"-1.00", NULL}, {L"000123", L"123.00", L"$123.00"},
    };
    wchar_t text[100];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(GetNumberFormatW(US, 0, rows[i].value, NULL, text, 100), wcslen(rows[i].number) + 1);
        CHECK_WSTR(text, rows[i].number);
        if (!rows[i].money) continue;
        CHECK_EQ(GetCurrencyFormatW(US, 0, rows[i].value, NULL, text, 100), wcslen(rows[i].money) + 1);
        CHECK_WSTR(text, rows[i].money);
    }
    static const wchar_t* const negative[] = {L"(1'0)", L"-1'0", L"- 1'0", L"1'0-", L"1'0 -"};
    for (UINT order = 0; order < 5; order++) {
        NUMBERFMTW format = {0, 1, 1, L",", L"'", order};
        CHECK(GetNumberFormatW(US, 0, L"-10", &format, text, 100));
        CHECK_WSTR(text, negative[order]);
    }
    static const wchar_t* const amounts[] = {L"E7", L"7E", L"E 7", L"7 E"};
    for (UINT order = 0; order < 4; order++) {
        CURRENCYFMTW format = {0, 1, 3, L".", L",", 1, order, L"E"};
        CHECK(GetCurrencyFormatW(US, 0, L"7", &format, text, 100));
        CHECK_WSTR(text, amounts[order]);
    }
    CHECK_LASTERROR(GetNumberFormatW(US, 0, L"1.2.3", NULL, text, 100), ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(GetNumberFormatW(US, 0, L"abc", NULL, text, 100), ERROR_INVALID_PARAMETER);
}

int main(void) {
    dates();
    times();
    numbers();
    return check_result();
}
