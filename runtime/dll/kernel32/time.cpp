// profileapi.h, sysinfoapi.h, realtimeapiset.h, timezoneapi.h: clocks, calendar, time zones.
#include "core/time/calendar.h"

#include <cstring>

#include "core/teb.h"
#include "core/wait/clock.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr int64_t kTicksPerMillisecond = 10'000;

int64_t ticks_of(const FILETIME& time) {
    return static_cast<int64_t>(uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

FILETIME filetime_of(int64_t ticks) {
    return {static_cast<DWORD>(ticks), static_cast<DWORD>(static_cast<uint64_t>(ticks) >> 32)};
}

BOOL bad_parameter() {
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
}

BOOL refused() {
    set_last_error(ERROR_PRIVILEGE_NOT_HELD);
    return FALSE;
}

// The zone that a Tz function means, with the rules of the time's year for the host's own.
TIME_ZONE_INFORMATION zone_for(const TIME_ZONE_INFORMATION* given, int64_t ticks) {
    if (given) return *given;
    TIME_ZONE_INFORMATION zone;
    host_time_zone(year_of(ticks), &zone);
    return zone;
}

const TIME_ZONE_INFORMATION* rules_of(const DYNAMIC_TIME_ZONE_INFORMATION* zone) {
    return reinterpret_cast<const TIME_ZONE_INFORMATION*>(zone);  // its beginning
}

BOOL convert(const TIME_ZONE_INFORMATION* given, const SYSTEMTIME* from, LPSYSTEMTIME to,
             int64_t (*change)(const TIME_ZONE_INFORMATION&, int64_t)) {
    int64_t ticks;
    if (!from || !to || !ticks_from_system_time(*from, &ticks)) return bad_parameter();
    return system_time_from_ticks(change(zone_for(given, ticks), ticks), to) ? TRUE : bad_parameter();
}

}  // namespace

BOOL kernel32::QueryPerformanceCounter(LARGE_INTEGER* lpPerformanceCount) {
    lpPerformanceCount->QuadPart = performance_counter();
    return TRUE;
}

BOOL kernel32::QueryPerformanceFrequency(LARGE_INTEGER* lpFrequency) {
    lpFrequency->QuadPart = kTicksPerSecond;
    return TRUE;
}

DWORD kernel32::GetTickCount() { return static_cast<DWORD>(GetTickCount64()); }

ULONGLONG kernel32::GetTickCount64() { return static_cast<ULONGLONG>(interrupt_time() / kTicksPerMillisecond); }

void kernel32::GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
    *lpSystemTimeAsFileTime = filetime_of(system_time());
}

void kernel32::GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
    *lpSystemTimeAsFileTime = filetime_of(system_time());
}

void kernel32::GetSystemTime(LPSYSTEMTIME lpSystemTime) { system_time_from_ticks(system_time(), lpSystemTime); }

void kernel32::GetLocalTime(LPSYSTEMTIME lpSystemTime) {
    system_time_from_ticks(system_time() + current_local_offset_ticks(), lpSystemTime);
}

BOOL kernel32::SetSystemTime(const SYSTEMTIME*) { return refused(); }

BOOL kernel32::SetLocalTime(const SYSTEMTIME*) { return refused(); }

BOOL kernel32::GetSystemTimeAdjustment(PDWORD lpTimeAdjustment, PDWORD lpTimeIncrement, PBOOL lpTimeAdjustmentDisabled) {
    constexpr DWORD kIncrement = 156'250;  // 15.625 ms
    *lpTimeAdjustment = *lpTimeIncrement = kIncrement;
    *lpTimeAdjustmentDisabled = TRUE;
    return TRUE;
}

BOOL kernel32::QueryUnbiasedInterruptTime(PULONGLONG UnbiasedTime) {
    if (!UnbiasedTime) return bad_parameter();
    *UnbiasedTime = static_cast<ULONGLONG>(performance_counter());
    return TRUE;
}

void kernel32::QueryUnbiasedInterruptTimePrecise(PULONGLONG lpUnbiasedInterruptTimePrecise) {
    *lpUnbiasedInterruptTimePrecise = static_cast<ULONGLONG>(performance_counter());
}

void kernel32::QueryInterruptTime(PULONGLONG lpInterruptTime) {
    *lpInterruptTime = static_cast<ULONGLONG>(interrupt_time());
}

void kernel32::QueryInterruptTimePrecise(PULONGLONG lpInterruptTimePrecise) { QueryInterruptTime(lpInterruptTimePrecise); }

BOOL kernel32::FileTimeToSystemTime(const FILETIME* lpFileTime, LPSYSTEMTIME lpSystemTime) {
    return system_time_from_ticks(ticks_of(*lpFileTime), lpSystemTime) ? TRUE : bad_parameter();
}

BOOL kernel32::SystemTimeToFileTime(const SYSTEMTIME* lpSystemTime, LPFILETIME lpFileTime) {
    int64_t ticks;
    if (!ticks_from_system_time(*lpSystemTime, &ticks)) return bad_parameter();
    *lpFileTime = filetime_of(ticks);
    return TRUE;
}

// "FileTimeToLocalFileTime function (fileapi.h)": by the setting of now, not of the date.
BOOL kernel32::FileTimeToLocalFileTime(const FILETIME* lpFileTime, LPFILETIME lpLocalFileTime) {
    *lpLocalFileTime = filetime_of(ticks_of(*lpFileTime) + current_local_offset_ticks());
    return TRUE;
}

BOOL kernel32::LocalFileTimeToFileTime(const FILETIME* lpLocalFileTime, LPFILETIME lpFileTime) {
    *lpFileTime = filetime_of(ticks_of(*lpLocalFileTime) - current_local_offset_ticks());
    return TRUE;
}

LONG kernel32::CompareFileTime(const FILETIME* lpFileTime1, const FILETIME* lpFileTime2) {
    auto first = static_cast<uint64_t>(ticks_of(*lpFileTime1)), second = static_cast<uint64_t>(ticks_of(*lpFileTime2));
    return first < second ? -1 : first > second;
}

BOOL kernel32::SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION* lpTimeZoneInformation,
                                               const SYSTEMTIME* lpUniversalTime, LPSYSTEMTIME lpLocalTime) {
    return convert(lpTimeZoneInformation, lpUniversalTime, lpLocalTime, local_from_utc);
}

BOOL kernel32::TzSpecificLocalTimeToSystemTime(const TIME_ZONE_INFORMATION* lpTimeZoneInformation,
                                               const SYSTEMTIME* lpLocalTime, LPSYSTEMTIME lpUniversalTime) {
    return convert(lpTimeZoneInformation, lpLocalTime, lpUniversalTime, utc_from_local);
}

BOOL kernel32::SystemTimeToTzSpecificLocalTimeEx(const DYNAMIC_TIME_ZONE_INFORMATION* lpTimeZoneInformation,
                                                 const SYSTEMTIME* lpUniversalTime, LPSYSTEMTIME lpLocalTime) {
    return convert(rules_of(lpTimeZoneInformation), lpUniversalTime, lpLocalTime, local_from_utc);
}

BOOL kernel32::TzSpecificLocalTimeToSystemTimeEx(const DYNAMIC_TIME_ZONE_INFORMATION* lpTimeZoneInformation,
                                                 const SYSTEMTIME* lpLocalTime, LPSYSTEMTIME lpUniversalTime) {
    return convert(rules_of(lpTimeZoneInformation), lpLocalTime, lpUniversalTime, utc_from_local);
}

DWORD kernel32::GetTimeZoneInformation(TIME_ZONE_INFORMATION* lpTimeZoneInformation) {
    int64_t now = system_time();
    host_time_zone(year_of(now + current_local_offset_ticks()), lpTimeZoneInformation);
    return time_zone_id_at(*lpTimeZoneInformation, now);
}

DWORD kernel32::GetDynamicTimeZoneInformation(DYNAMIC_TIME_ZONE_INFORMATION* pTimeZoneInformation) {
    TIME_ZONE_INFORMATION zone;
    DWORD id = GetTimeZoneInformation(&zone);
    *pTimeZoneInformation = {};
    memcpy(static_cast<void*>(pTimeZoneInformation), &zone, sizeof zone);
    const char16_t* name = host_time_zone_name();
    for (size_t i = 0; name[i] && i < 127; ++i) pTimeZoneInformation->TimeZoneKeyName[i] = name[i];
    return id;
}

BOOL kernel32::GetTimeZoneInformationForYear(USHORT wYear, DYNAMIC_TIME_ZONE_INFORMATION* pdtzi, TIME_ZONE_INFORMATION* ptzi) {
    if (!ptzi || wYear < 1601) return bad_parameter();
    if (pdtzi)
        memcpy(static_cast<void*>(ptzi), pdtzi, sizeof *ptzi);
    else
        host_time_zone(wYear, ptzi);
    return TRUE;
}

BOOL kernel32::FileTimeToDosDateTime(const FILETIME* lpFileTime, LPWORD lpFatDate, LPWORD lpFatTime) {
    SYSTEMTIME fields;
    if (!system_time_from_ticks(ticks_of(*lpFileTime), &fields) || fields.wYear < 1980 || fields.wYear > 2107)
        return bad_parameter();
    *lpFatDate = static_cast<WORD>((fields.wYear - 1980) << 9 | fields.wMonth << 5 | fields.wDay);
    *lpFatTime = static_cast<WORD>(fields.wHour << 11 | fields.wMinute << 5 | fields.wSecond / 2);
    return TRUE;
}

BOOL kernel32::DosDateTimeToFileTime(WORD wFatDate, WORD wFatTime, LPFILETIME lpFileTime) {
    SYSTEMTIME fields{};
    fields.wYear = static_cast<WORD>(1980 + (wFatDate >> 9));
    fields.wMonth = wFatDate >> 5 & 15;
    fields.wDay = wFatDate & 31;
    fields.wHour = wFatTime >> 11;
    fields.wMinute = wFatTime >> 5 & 63;
    fields.wSecond = static_cast<WORD>((wFatTime & 31) * 2);
    return SystemTimeToFileTime(&fields, lpFileTime);
}
