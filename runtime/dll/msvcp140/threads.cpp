// xthreads.h: the mutexes and condition variables inside std::mutex and its kin. Their layout is part of the ABI: programs make
// them by constant initialisation, all zero but for the type. Layout from the public header of the library.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <new>

#include "core/memory/heap.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcp140/msvcp140.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

enum Result { kSuccess, kNoMemory, kTimedOut, kBusy, kError };
enum MutexType { kTry = 0x2, kTimed = 0x4, kRecursive = 0x100 };

struct Mutex {
    int type;
    void* unused;
    RTL_SRWLOCK lock;
    void* reserved[6];
    int owner;  // a thread's id; none: -1, or 0 in one that was never locked
    int count;
};
static_assert(sizeof(Mutex) == 80 && offsetof(Mutex, lock) == 16 && offsetof(Mutex, owner) == 72);

struct Condition {
    void* unused;
    RTL_CONDITION_VARIABLE variable;
    void* reserved[7];
};
static_assert(sizeof(Condition) == 72 && offsetof(Condition, variable) == 8);

struct XTime {
    LONGLONG sec;
    LONG nsec;
};

constexpr LONGLONG kEpochTicks = 116'444'736'000'000'000, kTicksPerSecond = 10'000'000;

Mutex& mutex_of(void* mtx) { return *static_cast<Mutex*>(mtx); }
int self() { return static_cast<int>(kernel32::GetCurrentThreadId()); }

LONGLONG now_ticks() {
    FILETIME time;
    kernel32::GetSystemTimePreciseAsFileTime(&time);
    return (static_cast<LONGLONG>(time.dwHighDateTime) << 32 | time.dwLowDateTime) - kEpochTicks;
}

// Whole milliseconds until a time of the wall clock, at least one while it lies ahead.
DWORD milliseconds_until(const void* target) {
    constexpr LONGLONG kTicksPerMillisecond = 10'000, kLongest = 86'400'000;
    auto& time = *static_cast<const XTime*>(target);
    LONGLONG left = time.sec * kTicksPerSecond + time.nsec / 100 - now_ticks();
    if (left <= 0) return 0;
    return static_cast<DWORD>(std::min(kLongest, (left + kTicksPerMillisecond - 1) / kTicksPerMillisecond));
}

// The mutex is given back for the wait and belongs to the caller again afterwards.
BOOL wait(void* cnd, void* mtx, DWORD milliseconds) {
    Mutex& mutex = mutex_of(mtx);
    mutex.owner = -1;
    --mutex.count;
    BOOL woken = kernel32::SleepConditionVariableSRW(&static_cast<Condition*>(cnd)->variable, &mutex.lock, milliseconds, 0);
    mutex.owner = self();
    ++mutex.count;
    return woken;
}

std::atomic_flag& shared_pointers() {
    static std::atomic_flag flag;
    return flag;
}

}  // namespace

void msvcp140::_Mtx_init_in_situ(void* mtx, int type) {
    Mutex& mutex = *new (mtx) Mutex{};
    mutex.type = type;
    mutex.owner = -1;
}

int msvcp140::_Mtx_init(void** mtx, int type) {
    *mtx = process_heap().allocate(sizeof(Mutex), true);
    if (!*mtx) return kNoMemory;
    _Mtx_init_in_situ(*mtx, type);
    return kSuccess;
}

void msvcp140::_Mtx_destroy_in_situ(void*) {}
void msvcp140::_Mtx_destroy(void* mtx) { process_heap().release(mtx); }

int msvcp140::_Mtx_current_owns(void* mtx) { return mutex_of(mtx).count != 0 && mutex_of(mtx).owner == self(); }

int msvcp140::_Mtx_lock(void* mtx) {
    Mutex& mutex = mutex_of(mtx);
    int caller = self();
    if (mutex.owner != caller) {
        ntdll::RtlAcquireSRWLockExclusive(&mutex.lock);
        mutex.owner = caller;
    } else if (!(mutex.type & kRecursive)) {
        return kError;
    }
    ++mutex.count;
    return kSuccess;
}

int msvcp140::_Mtx_trylock(void* mtx) {
    Mutex& mutex = mutex_of(mtx);
    int caller = self();
    if (mutex.owner != caller) {
        if (!ntdll::RtlTryAcquireSRWLockExclusive(&mutex.lock)) return kBusy;
        mutex.owner = caller;
    } else if (!(mutex.type & kRecursive)) {
        return kBusy;
    }
    ++mutex.count;
    return kSuccess;
}

int msvcp140::_Mtx_unlock(void* mtx) {
    Mutex& mutex = mutex_of(mtx);
    if (--mutex.count == 0) {
        mutex.owner = -1;
        ntdll::RtlReleaseSRWLockExclusive(&mutex.lock);
    }
    return kSuccess;
}

void msvcp140::_Cnd_init_in_situ(void* cnd) { new (cnd) Condition{}; }

int msvcp140::_Cnd_init(void** cnd) {
    *cnd = process_heap().allocate(sizeof(Condition), true);
    return *cnd ? kSuccess : kNoMemory;
}

void msvcp140::_Cnd_destroy_in_situ(void*) {}
void msvcp140::_Cnd_destroy(void* cnd) { process_heap().release(cnd); }

int msvcp140::_Cnd_wait(void* cnd, void* mtx) {
    constexpr DWORD kInfinite = 0xFFFFFFFF;
    wait(cnd, mtx, kInfinite);
    return kSuccess;
}

int msvcp140::_Cnd_timedwait(void* cnd, void* mtx, const void* target) {
    if (wait(cnd, mtx, milliseconds_until(target))) return kSuccess;
    return milliseconds_until(target) == 0 ? kTimedOut : kSuccess;  // a wake-up too early is allowed
}

int msvcp140::_Cnd_signal(void* cnd) {
    ntdll::RtlWakeConditionVariable(&static_cast<Condition*>(cnd)->variable);
    return kSuccess;
}

int msvcp140::_Cnd_broadcast(void* cnd) {
    ntdll::RtlWakeAllConditionVariable(&static_cast<Condition*>(cnd)->variable);
    return kSuccess;
}

unsigned msvcp140::_Thrd_id() { return kernel32::GetCurrentThreadId(); }
void msvcp140::_Thrd_yield() { kernel32::SwitchToThread(); }
unsigned msvcp140::_Thrd_hardware_concurrency() { return static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)); }

void msvcp140::_Thrd_sleep(const void* target) {
    while (DWORD left = milliseconds_until(target)) kernel32::Sleep(left);
}

LONGLONG msvcp140::_Xtime_get_ticks() { return now_ticks(); }

LONGLONG msvcp140::_Query_perf_counter() {
    LARGE_INTEGER value;
    kernel32::QueryPerformanceCounter(&value);
    return value.QuadPart;
}

LONGLONG msvcp140::_Query_perf_frequency() {
    LARGE_INTEGER value;
    kernel32::QueryPerformanceFrequency(&value);
    return value.QuadPart;
}

void msvcp140::_Lock_shared_ptr_spin_lock() {
    while (shared_pointers().test_and_set(std::memory_order_acquire)) kernel32::SwitchToThread();
}

void msvcp140::_Unlock_shared_ptr_spin_lock() { shared_pointers().clear(std::memory_order_release); }
