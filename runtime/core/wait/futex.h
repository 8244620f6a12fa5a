// Thin wrappers over futex(2) and futex_waitv(2). Words of shared records are waited for with the shared (non-private)
// operations, so that the same code serves one process and several; words that no other process can see are private.
// All deadlines are absolute CLOCK_MONOTONIC nanoseconds; kForever never comes.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace lsw {

inline constexpr int64_t kForever = INT64_MAX;

enum class FutexScope : int { Private = FUTEX_PRIVATE_FLAG, Shared = 0 };

inline timespec timespec_from_ns(int64_t ns) { return {ns / 1'000'000'000, ns % 1'000'000'000}; }

inline int64_t monotonic_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// Sleeps while *word == expected. 0, or the errno: EAGAIN, EINTR, ETIMEDOUT.
inline int futex_wait(const std::atomic<uint32_t>* word, uint32_t expected, FutexScope scope,
                      int64_t deadline_ns = kForever) {
    timespec until = timespec_from_ns(deadline_ns);
    long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET | static_cast<int>(scope), expected,
                          deadline_ns == kForever ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
    return result == 0 ? 0 : errno;
}

// Returns how many were woken.
inline long futex_wake(const std::atomic<uint32_t>* word, int count, FutexScope scope) {
    return syscall(SYS_futex, word, FUTEX_WAKE | static_cast<int>(scope), count, nullptr, nullptr, 0);
}

// The kernel's structure for futex_waitv (linux/futex.h has it since 5.16).
struct FutexWaitEntry {
    uint64_t expected;
    uint64_t address;
    uint32_t flags;
    uint32_t reserved = 0;
};
inline constexpr unsigned kFutexWaitEntries = 128;

inline FutexWaitEntry futex_entry(const std::atomic<uint32_t>* word, uint32_t expected, FutexScope scope) {
    constexpr uint32_t kSize32 = 2, kPrivate = 128;
    return {expected, reinterpret_cast<uint64_t>(word), kSize32 | (scope == FutexScope::Private ? kPrivate : 0)};
}

// Sleeps until one of the words changes or is woken. 0, or the errno: EAGAIN, EINTR, ETIMEDOUT, ENOSYS, EPERM.
inline int futex_wait_any(const FutexWaitEntry* entries, unsigned count, int64_t deadline_ns) {
    constexpr long kFutexWaitv = 449;
    timespec until = timespec_from_ns(deadline_ns);
    long result = syscall(kFutexWaitv, entries, count, 0, deadline_ns == kForever ? nullptr : &until, CLOCK_MONOTONIC);
    return result >= 0 ? 0 : errno;
}

}  // namespace lsw
