// Clocks in Windows' units: 100 ns ticks since 1601 (system time) and since boot (interrupt time).
#pragma once

#include <time.h>

#include <cstdint>

namespace lsw {

inline constexpr int64_t kTicksPerSecond = 10'000'000;
inline constexpr int64_t kUnixEpochTicks = 116'444'736'000'000'000;  // 1970-01-01 in 100 ns ticks since 1601

inline int64_t clock_ticks(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * kTicksPerSecond + now.tv_nsec / 100;
}

inline int64_t system_time() { return kUnixEpochTicks + clock_ticks(CLOCK_REALTIME); }

// What QueryPerformanceCounter counts, at 10 MHz as on every Windows 10.
inline int64_t performance_counter() { return clock_ticks(CLOCK_MONOTONIC); }

// Including the time the machine slept.
inline int64_t interrupt_time() { return clock_ticks(CLOCK_BOOTTIME); }

// CLOCK_MONOTONIC nanoseconds at which the system clock will show `ticks`, as far as is known now; at least 1.
inline int64_t monotonic_from_system_time(int64_t ticks) {
    int64_t from_now = ticks - system_time();
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t now_ns = now.tv_sec * 1'000'000'000 + now.tv_nsec;
    if (from_now <= 0) return now_ns;
    return from_now > (INT64_MAX - now_ns) / 100 ? INT64_MAX : now_ns + from_now * 100;
}

}  // namespace lsw
