// The calendar, time zones and clocks, in a zone with daylight saving.
// "FileTimeToSystemTime function", "SystemTimeToTzSpecificLocalTime function", "GetTimeZoneInformation function".
// env: TZ=Europe/Berlin
#include "check.h"

static void calendar(void) {
    SYSTEMTIME s = {2024, 2, 0, 29, 13, 14, 15, 678}, back;
    FILETIME f;
    CHECK(SystemTimeToFileTime(&s, &f));
    CHECK_EQ((LONGLONG)f.dwHighDateTime << 32 | f.dwLowDateTime, 133536860556780000LL);
    CHECK(FileTimeToSystemTime(&f, &back));
    CHECK_EQ(back.wDayOfWeek, 4);
    CHECK_EQ(back.wDay, 29);
    CHECK_EQ(back.wMilliseconds, 678);
    s.wYear = 2023;
    CHECK_LASTERROR(SystemTimeToFileTime(&s, &f), ERROR_INVALID_PARAMETER);
    f.dwHighDateTime = 0x80000000;
    CHECK_LASTERROR(FileTimeToSystemTime(&f, &back), ERROR_INVALID_PARAMETER);
    WORD date, time;
    SYSTEMTIME d = {2020, 12, 0, 31, 23, 59, 58, 0};
    CHECK(SystemTimeToFileTime(&d, &f));
    CHECK(FileTimeToDosDateTime(&f, &date, &time));
    CHECK(DosDateTimeToFileTime(date, time, &f));
    CHECK(FileTimeToSystemTime(&f, &back));
    CHECK_EQ(back.wSecond, 58);
    CHECK_EQ(back.wYear, 2020);
}

static void zones(void) {
    TIME_ZONE_INFORMATION zone;
    DWORD id = GetTimeZoneInformation(&zone);
    if (zone.Bias == 0) CHECK_SKIP("the machine has no time zone data");
    CHECK(id == TIME_ZONE_ID_STANDARD || id == TIME_ZONE_ID_DAYLIGHT);
    CHECK_EQ(zone.Bias, -60);
    CHECK_EQ(zone.DaylightBias, -60);
    CHECK_EQ(zone.DaylightDate.wMonth, 3);
    CHECK_EQ(zone.DaylightDate.wDay, 5);
    CHECK_EQ(zone.DaylightDate.wHour, 2);
    CHECK_EQ(zone.StandardDate.wMonth, 10);
    CHECK_EQ(zone.StandardDate.wHour, 3);
    SYSTEMTIME utc = {2024, 7, 0, 1, 12, 0, 0, 0}, local;
    CHECK(SystemTimeToTzSpecificLocalTime(NULL, &utc, &local));
    CHECK_EQ(local.wHour, 14);
    utc.wMonth = 1;
    CHECK(SystemTimeToTzSpecificLocalTime(&zone, &utc, &local));
    CHECK_EQ(local.wHour, 13);
    CHECK(TzSpecificLocalTimeToSystemTime(NULL, &local, &utc));
    CHECK_EQ(utc.wHour, 12);
}

int main(void) {
    calendar();
    zones();
    FILETIME f, g;
    GetSystemTimeAsFileTime(&f);
    GetSystemTimePreciseAsFileTime(&g);
    CHECK(CompareFileTime(&f, &g) <= 0);
    ULONGLONG ticks = GetTickCount64();
    LARGE_INTEGER a, b, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&a);
    Sleep(30);
    QueryPerformanceCounter(&b);
    CHECK(b.QuadPart - a.QuadPart >= 29 * frequency.QuadPart / 1000);
    CHECK(GetTickCount64() - ticks >= 15);
    // KUSER_SHARED_DATA.InterruptTime ticks.
    volatile ULONG* interrupt = (volatile ULONG*)0x7FFE0008;
    ULONG before = *interrupt;
    Sleep(60);
    CHECK(*interrupt != before);
    CHECK_EQ(*(volatile BYTE*)0x7FFE0308, 1);
    CHECK_EQ(*(volatile ULONG*)0x7FFE026C, 10);
    return check_result();
}
