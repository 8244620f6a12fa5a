// SmallLock: a mutex of four bytes whose uncontended way is two inlined instructions, for objects of which there are many and
// that are locked several times per operation (a socket, a port). Not recursive; with std::lock_guard and std::unique_lock.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace lsw {

class SmallLock {
public:
    void lock() {
        uint32_t free = kFree;
        if (!state_.compare_exchange_strong(free, kHeld, std::memory_order_acquire)) wait();
    }
    bool try_lock() {
        uint32_t free = kFree;
        return state_.compare_exchange_strong(free, kHeld, std::memory_order_acquire);
    }
    void unlock() {
        if (state_.exchange(kFree, std::memory_order_release) == kAwaited)
            syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    }

private:
    static constexpr uint32_t kFree = 0, kHeld = 1, kAwaited = 2;

    [[gnu::noinline]] void wait() {
        // Held for well under a microsecond, unless the holder lost its processor.
        for (int tries = 0; tries < 100; ++tries) {
            if (try_lock()) return;
            __builtin_ia32_pause();
        }
        while (state_.exchange(kAwaited, std::memory_order_acquire) != kFree)
            syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, kAwaited, nullptr, nullptr, 0);
    }

    std::atomic<uint32_t> state_{kFree};
};

}  // namespace lsw
