// FILETIME (100 ns since 1601) and time_t (seconds since 1970).
#pragma once

#include "abi/types.h"

namespace lsw::crt {

inline constexpr int64_t kTicksPerSecond = 10'000'000;
inline constexpr int64_t kSecondsFrom1601To1970 = 11'644'473'600;

// -1 for a time that is not known.
inline int64_t seconds_of(FILETIME time) {
    int64_t ticks = static_cast<int64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
    return ticks == 0 ? -1 : ticks / kTicksPerSecond - kSecondsFrom1601To1970;
}

inline FILETIME filetime_of(int64_t seconds) {
    int64_t ticks = (seconds + kSecondsFrom1601To1970) * kTicksPerSecond;
    return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

}  // namespace lsw::crt
