// Slim reader/writer locks in the program's pointer-sized word. The low half is the state: the number of readers, or
// kWriting, and whether readers or writers sleep; readers sleep on it. The high half counts wake-ups of writers, who sleep
// on that, so that one writer can be woken without the readers. Writers that wait keep new readers out, as on Windows.
#include <sys/sysinfo.h>

#include "core/process/start.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr uint32_t kWriting = 0x3FFF'FFFF, kCountMask = 0x3FFF'FFFF, kMostReaders = kWriting - 1;
constexpr uint32_t kReadersWait = 1u << 30, kWritersWait = 1u << 31;
constexpr int kSpins = 100;

struct Lock {
    std::atomic<uint32_t> state;
    std::atomic<uint32_t> writer_calls;
};
static_assert(sizeof(Lock) == sizeof(RTL_SRWLOCK));

Lock& lock_of(PRTL_SRWLOCK lock) { return *reinterpret_cast<Lock*>(lock); }

constexpr bool is_free(uint32_t state) { return (state & kCountMask) == 0; }
constexpr bool anyone_waits(uint32_t state) { return state & (kReadersWait | kWritersWait); }
constexpr bool lets_readers_in(uint32_t state) { return (state & kCountMask) < kMostReaders && !anyone_waits(state); }

template <class Done>
uint32_t spin_until(std::atomic<uint32_t>& word, Done done) {
    static const int spins = get_nprocs() > 1 ? kSpins : 0;
    uint32_t state = word.load(std::memory_order_relaxed);
    for (int i = 0; i < spins && !done(state); ++i) {
        __builtin_ia32_pause();
        state = word.load(std::memory_order_relaxed);
    }
    return state;
}

// As for critical sections: a lock whose owner died with the process's end ends the process.
void sleep_on(std::atomic<uint32_t>& word, uint32_t expected) {
    int64_t deadline = process_is_exiting() ? monotonic_ns() + 500'000'000 : kForever;
    int error = futex_wait(&word, expected, FutexScope::Private, deadline);
    if (error == EINTR) current_thread()->check_termination_in_wait();
    park_if_process_exits();
    if (error == ETIMEDOUT) exit_now(process_exit_code());
}

[[gnu::noinline]] void acquire_exclusive_contended(Lock& lock) {
    auto worth_a_look = [](uint32_t state) { return is_free(state) || (state & kWritersWait); };
    uint32_t state = spin_until(lock.state, worth_a_look);
    uint32_t others = 0;  // once slept, this thread cannot tell whether it was the only one
    for (;;) {
        if (is_free(state)) {
            if (lock.state.compare_exchange_weak(state, state | kWriting | others, std::memory_order_acquire)) return;
            continue;
        }
        if (!(state & kWritersWait) && !lock.state.compare_exchange_weak(state, state | kWritersWait)) continue;
        others = kWritersWait;
        uint32_t calls = lock.writer_calls.load(std::memory_order_acquire);
        state = lock.state.load();
        if (is_free(state) || !(state & kWritersWait)) continue;
        sleep_on(lock.writer_calls, calls);
        state = spin_until(lock.state, worth_a_look);
    }
}

[[gnu::noinline]] void acquire_shared_contended(Lock& lock) {
    auto worth_a_look = [](uint32_t state) { return (state & kCountMask) != kWriting || anyone_waits(state); };
    uint32_t state = spin_until(lock.state, worth_a_look);
    for (;;) {
        if (lets_readers_in(state)) {
            if (lock.state.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) return;
            continue;
        }
        if (!(state & kReadersWait) && !lock.state.compare_exchange_weak(state, state | kReadersWait)) continue;
        sleep_on(lock.state, state | kReadersWait);
        state = spin_until(lock.state, worth_a_look);
    }
}

bool call_writer(Lock& lock) {
    lock.writer_calls.fetch_add(1, std::memory_order_release);
    return futex_wake(&lock.writer_calls, 1, FutexScope::Private) > 0;
}

// The lock is free and somebody sleeps: writers first.
[[gnu::noinline]] void wake_somebody(Lock& lock, uint32_t state) {
    if (state == kWritersWait) {
        if (lock.state.compare_exchange_strong(state, 0)) {
            call_writer(lock);
            return;
        }
    }
    if (state == (kReadersWait | kWritersWait)) {
        if (!lock.state.compare_exchange_strong(state, kReadersWait)) return;  // somebody took it: their release wakes
        if (call_writer(lock)) return;
        state = kReadersWait;
    }
    if (state == kReadersWait && lock.state.compare_exchange_strong(state, 0))
        futex_wake(&lock.state, INT_MAX, FutexScope::Private);
}

}  // namespace

void ntdll::RtlInitializeSRWLock(PRTL_SRWLOCK SRWLock) { SRWLock->Ptr = nullptr; }

void ntdll::RtlAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t expected = 0;
    if (!lock.state.compare_exchange_strong(expected, kWriting, std::memory_order_acquire))
        acquire_exclusive_contended(lock);
}

void ntdll::RtlAcquireSRWLockShared(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t state = lock.state.load(std::memory_order_relaxed);
    if (!lets_readers_in(state) || !lock.state.compare_exchange_weak(state, state + 1, std::memory_order_acquire))
        acquire_shared_contended(lock);
}

BOOLEAN ntdll::RtlTryAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t state = lock.state.load(std::memory_order_relaxed);
    while (is_free(state))
        if (lock.state.compare_exchange_weak(state, state | kWriting, std::memory_order_acquire)) return TRUE;
    return FALSE;
}

BOOLEAN ntdll::RtlTryAcquireSRWLockShared(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t state = lock.state.load(std::memory_order_relaxed);
    while (lets_readers_in(state))
        if (lock.state.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) return TRUE;
    return FALSE;
}

void ntdll::RtlReleaseSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t state = lock.state.fetch_sub(kWriting, std::memory_order_release) - kWriting;
    if (anyone_waits(state)) wake_somebody(lock, state);
}

void ntdll::RtlReleaseSRWLockShared(PRTL_SRWLOCK SRWLock) {
    Lock& lock = lock_of(SRWLock);
    uint32_t state = lock.state.fetch_sub(1, std::memory_order_release) - 1;
    // With readers alone asleep there must be a writer too, or they would have been let in.
    if (is_free(state) && (state & kWritersWait)) wake_somebody(lock, state);
}
