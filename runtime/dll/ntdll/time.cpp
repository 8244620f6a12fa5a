// Clocks and calendar of ntdll. The calendar is core/time's.
#include "core/time/calendar.h"

#include "abi/status.h"
#include "core/wait/clock.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr int64_t kEpoch1980 = kUnixEpochTicks + 315'532'800 * kTicksPerSecond;
constexpr ULONG kCoarsest = 156'250, kFinest = 5'000;  // 15.625 ms and 0.5 ms, as Windows reports them

BOOLEAN seconds_since(int64_t epoch, const LARGE_INTEGER* time, PULONG seconds) {
    int64_t value = (time->QuadPart - epoch) / kTicksPerSecond;
    if (time->QuadPart < epoch || value > UINT32_MAX) return FALSE;
    *seconds = static_cast<ULONG>(value);
    return TRUE;
}

}  // namespace

NTSTATUS ntdll::NtQuerySystemTime(PLARGE_INTEGER SystemTime) {
    SystemTime->QuadPart = system_time();
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryPerformanceCounter(PLARGE_INTEGER PerformanceCounter, PLARGE_INTEGER PerformanceFrequency) {
    PerformanceCounter->QuadPart = performance_counter();
    if (PerformanceFrequency) PerformanceFrequency->QuadPart = kTicksPerSecond;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime) {
    *MaximumTime = kCoarsest;
    *MinimumTime = *CurrentTime = kFinest;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtSetTimerResolution(ULONG, BOOLEAN, PULONG ActualTime) {
    *ActualTime = kFinest;
    return STATUS_SUCCESS;
}

BOOL ntdll::RtlQueryPerformanceCounter(PLARGE_INTEGER PerformanceCounter) {
    PerformanceCounter->QuadPart = performance_counter();
    return TRUE;
}

BOOL ntdll::RtlQueryPerformanceFrequency(PLARGE_INTEGER PerformanceFrequency) {
    PerformanceFrequency->QuadPart = kTicksPerSecond;
    return TRUE;
}

LARGE_INTEGER ntdll::RtlGetSystemTimePrecise() {
    LARGE_INTEGER now;
    now.QuadPart = system_time();
    return now;
}

void ntdll::RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
    SYSTEMTIME fields{};
    system_time_from_ticks(Time->QuadPart, &fields);
    auto value = [](WORD field) { return static_cast<SHORT>(field); };
    *TimeFields = {value(fields.wYear),   value(fields.wMonth),  value(fields.wDay),          value(fields.wHour),
                   value(fields.wMinute), value(fields.wSecond), value(fields.wMilliseconds), value(fields.wDayOfWeek)};
}

BOOLEAN ntdll::RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time) {
    auto value = [](SHORT field) { return static_cast<WORD>(field); };
    SYSTEMTIME fields{value(TimeFields->Year), value(TimeFields->Month),  0, value(TimeFields->Day), value(TimeFields->Hour),
                      value(TimeFields->Minute), value(TimeFields->Second), value(TimeFields->Milliseconds)};
    int64_t ticks;
    if (!ticks_from_system_time(fields, &ticks)) return FALSE;
    Time->QuadPart = ticks;
    return TRUE;
}

BOOLEAN ntdll::RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
    return seconds_since(kUnixEpochTicks, Time, ElapsedSeconds);
}

BOOLEAN ntdll::RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
    return seconds_since(kEpoch1980, Time, ElapsedSeconds);
}

void ntdll::RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
    Time->QuadPart = kUnixEpochTicks + ElapsedSeconds * kTicksPerSecond;
}

void ntdll::RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
    Time->QuadPart = kEpoch1980 + ElapsedSeconds * kTicksPerSecond;
}

NTSTATUS ntdll::RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime) {
    SystemTime->QuadPart = LocalTime->QuadPart - current_local_offset_ticks();
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime) {
    LocalTime->QuadPart = SystemTime->QuadPart + current_local_offset_ticks();
    return STATUS_SUCCESS;
}
