// synchapi.h: waitable timers and barriers.
#include "core/thread/thread.h"
#include "dll/kernel32/object_names.h"

using namespace lsw;

namespace {

constexpr DWORD kManualReset = 1;  // CREATE_WAITABLE_TIMER_MANUAL_RESET; high resolution (2) is what every timer has

ACCESS_MASK timer_access(DWORD asked) {
    return specific_access(asked, TIMER_ALL_ACCESS, TIMER_QUERY_STATE, TIMER_MODIFY_STATE);
}

HANDLE create_timer(LPSECURITY_ATTRIBUTES attributes, bool manual, LPCWSTR name, ACCESS_MASK access) {
    return create_named(attributes, name, {manual ? SyncKind::ManualTimer : SyncKind::AutoTimer, 0, 0}, access);
}

// A barrier in RTL_BARRIER's memory: threads count up to the total; the last one starts the next round.
struct Barrier {
    std::atomic<uint32_t> round;
    std::atomic<uint32_t> arrived;
    std::atomic<uint32_t> inside;  // threads that have not left Enter… yet: Delete… waits for them
    uint32_t total;
    uint32_t unused[4];
};
static_assert(sizeof(Barrier) == sizeof(RTL_BARRIER));

Barrier& barrier_of(LPSYNCHRONIZATION_BARRIER barrier) { return *reinterpret_cast<Barrier*>(barrier); }

void sleep_while(std::atomic<uint32_t>& word, uint32_t value) {
    while (word.load() == value) {
        if (futex_wait(&word, value, FutexScope::Private) == EINTR) current_thread()->check_termination_in_wait();
        park_if_process_exits();
    }
}

}  // namespace

HANDLE kernel32::CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCWSTR lpTimerName) {
    return create_timer(lpTimerAttributes, bManualReset, lpTimerName, TIMER_ALL_ACCESS);
}

HANDLE kernel32::CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCSTR lpTimerName) {
    return CreateWaitableTimerW(lpTimerAttributes, bManualReset, WideName(lpTimerName).get());
}

HANDLE kernel32::CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName, DWORD dwFlags,
                                        DWORD dwDesiredAccess) {
    return create_timer(lpTimerAttributes, dwFlags & kManualReset, lpTimerName, timer_access(dwDesiredAccess));
}

HANDLE kernel32::CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName, DWORD dwFlags,
                                        DWORD dwDesiredAccess) {
    return CreateWaitableTimerExW(lpTimerAttributes, WideName(lpTimerName).get(), dwFlags, dwDesiredAccess);
}

HANDLE kernel32::OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName) {
    return open_named(lpTimerName, ObjectType::Timer, timer_access(dwDesiredAccess), bInheritHandle);
}

HANDLE kernel32::OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName) {
    return OpenWaitableTimerW(dwDesiredAccess, bInheritHandle, WideName(lpTimerName).get());
}

BOOL kernel32::SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER* lpDueTime, LONG lPeriod,
                                PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine, BOOL) {
    if (!lpDueTime || lPeriod < 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto timer = runtime().handles.get<Timer>(hTimer, TIMER_MODIFY_STATE);
    if (!timer.ok()) return set_last_error_from(timer.status());
    (*timer)->set(lpDueTime->QuadPart, lPeriod,
                  reinterpret_cast<Timer::Routine>(reinterpret_cast<void*>(pfnCompletionRoutine)),
                  lpArgToCompletionRoutine);
    return TRUE;
}

BOOL kernel32::SetWaitableTimerEx(HANDLE hTimer, const LARGE_INTEGER* lpDueTime, LONG lPeriod,
                                  PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine, PVOID, ULONG) {
    return SetWaitableTimer(hTimer, lpDueTime, lPeriod, pfnCompletionRoutine, lpArgToCompletionRoutine, FALSE);
}

BOOL kernel32::CancelWaitableTimer(HANDLE hTimer) {
    auto timer = runtime().handles.get<Timer>(hTimer, TIMER_MODIFY_STATE);
    if (!timer.ok()) return set_last_error_from(timer.status());
    (*timer)->cancel();
    return TRUE;
}

BOOL kernel32::InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, LONG lTotalThreads, LONG) {
    if (!lpBarrier || lTotalThreads <= 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *lpBarrier = {};
    barrier_of(lpBarrier).total = static_cast<uint32_t>(lTotalThreads);
    return TRUE;
}

BOOL kernel32::EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, DWORD) {
    Barrier& barrier = barrier_of(lpBarrier);
    barrier.inside.fetch_add(1);
    uint32_t round = barrier.round.load();
    bool last = barrier.arrived.fetch_add(1) + 1 == barrier.total;
    if (last) {
        barrier.arrived = 0;
        barrier.round.fetch_add(1);
        futex_wake(&barrier.round, INT_MAX, FutexScope::Private);
    } else {
        sleep_while(barrier.round, round);
    }
    if (barrier.inside.fetch_sub(1) == 1) futex_wake(&barrier.inside, 1, FutexScope::Private);
    return last;
}

BOOL kernel32::DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier) {
    Barrier& barrier = barrier_of(lpBarrier);
    for (uint32_t inside; (inside = barrier.inside.load()) != 0;) sleep_while(barrier.inside, inside);
    return TRUE;
}
