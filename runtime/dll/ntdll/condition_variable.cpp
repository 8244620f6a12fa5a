// Condition variables, one-time initialisation and WaitOnAddress.
//
// A condition variable is two words in the program's pointer: a sequence that a wake raises and sleepers compare, and the
// number of sleepers, so that a wake without any costs no system call.
#include "core/thread/thread.h"
#include "core/wait/address_wait.h"
#include "core/wait/wait.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

struct Condition {
    std::atomic<uint32_t> sequence;
    std::atomic<uint32_t> sleepers;
};
static_assert(sizeof(Condition) == sizeof(RTL_CONDITION_VARIABLE));

Condition& condition_of(PRTL_CONDITION_VARIABLE variable) { return *reinterpret_cast<Condition*>(variable); }

int64_t deadline_of(const LARGE_INTEGER* timeout) {
    return deadline_from_nt(timeout ? &timeout->QuadPart : nullptr);
}

// Before the lock is released: a wake from then on is not missed.
uint32_t announce(Condition& condition) {
    condition.sleepers.fetch_add(1);
    return condition.sequence.load();
}

NTSTATUS sleep_on(Condition& condition, uint32_t sequence, int64_t deadline_ns) {
    int error = 0;
    while (condition.sequence.load() == sequence) {
        error = futex_wait(&condition.sequence, sequence, FutexScope::Private, deadline_ns);
        if (error == EINTR && current_thread()->terminate_requested.load()) break;
        if (error != EINTR) break;
    }
    condition.sleepers.fetch_sub(1);
    current_thread()->check_termination_in_wait();
    park_if_process_exits();
    return error == ETIMEDOUT ? STATUS_TIMEOUT : STATUS_SUCCESS;
}

void wake(PRTL_CONDITION_VARIABLE variable, int count) {
    Condition& condition = condition_of(variable);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (condition.sleepers.load() == 0) return;
    condition.sequence.fetch_add(1);
    futex_wake(&condition.sequence, count, FutexScope::Private);
}

// One-time initialisation: the pointer's low bits are the state, the rest the context once it is complete. While a thread
// initialises, bit 2 says that others sleep.
constexpr uint64_t kStateMask = 3, kInitialising = 1, kComplete = 2, kAsync = 3, kSleepers = 4;
constexpr ULONG kCheckOnly = 1, kAsyncFlag = 2, kInitFailed = 4;

std::atomic<uint64_t>& once_of(PRTL_RUN_ONCE once) { return *reinterpret_cast<std::atomic<uint64_t>*>(once); }

void sleep_until_initialised(std::atomic<uint64_t>& once, uint64_t value) {
    if (!(value & kSleepers) && !once.compare_exchange_strong(value, value | kSleepers)) return;
    if (futex_wait(reinterpret_cast<std::atomic<uint32_t>*>(&once), kInitialising | kSleepers, FutexScope::Private) == EINTR)
        current_thread()->check_termination_in_wait();
    park_if_process_exits();
}

}  // namespace

void ntdll::RtlInitializeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) { ConditionVariable->Ptr = nullptr; }

void ntdll::RtlWakeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) { wake(ConditionVariable, 1); }

void ntdll::RtlWakeAllConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) { wake(ConditionVariable, INT_MAX); }

NTSTATUS ntdll::RtlSleepConditionVariableCS(PRTL_CONDITION_VARIABLE ConditionVariable, RTL_CRITICAL_SECTION* CriticalSection,
                                            const LARGE_INTEGER* Timeout) {
    Condition& condition = condition_of(ConditionVariable);
    int64_t deadline = deadline_of(Timeout);
    uint32_t sequence = announce(condition);
    RtlLeaveCriticalSection(CriticalSection);
    NTSTATUS status = sleep_on(condition, sequence, deadline);
    RtlEnterCriticalSection(CriticalSection);
    return status;
}

NTSTATUS ntdll::RtlSleepConditionVariableSRW(PRTL_CONDITION_VARIABLE ConditionVariable, PRTL_SRWLOCK SRWLock,
                                             const LARGE_INTEGER* Timeout, ULONG Flags) {
    constexpr ULONG kShared = 1;
    Condition& condition = condition_of(ConditionVariable);
    int64_t deadline = deadline_of(Timeout);
    uint32_t sequence = announce(condition);
    (Flags & kShared ? RtlReleaseSRWLockShared : RtlReleaseSRWLockExclusive)(SRWLock);
    NTSTATUS status = sleep_on(condition, sequence, deadline);
    (Flags & kShared ? RtlAcquireSRWLockShared : RtlAcquireSRWLockExclusive)(SRWLock);
    return status;
}

void ntdll::RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce) { RunOnce->Ptr = nullptr; }

NTSTATUS ntdll::RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID* Context) {
    std::atomic<uint64_t>& once = once_of(RunOnce);
    if ((Flags & kCheckOnly) && (Flags & kAsyncFlag)) return STATUS_INVALID_PARAMETER;
    for (;;) {
        uint64_t value = once.load(std::memory_order_acquire);
        uint64_t state = value & kStateMask;
        if (state == kComplete) {
            if (Context) *Context = reinterpret_cast<PVOID>(value & ~kStateMask);
            return STATUS_SUCCESS;
        }
        if (Flags & kCheckOnly) return STATUS_UNSUCCESSFUL;
        uint64_t wanted = Flags & kAsyncFlag ? kAsync : kInitialising;
        if (state == 0) {
            if (once.compare_exchange_strong(value, wanted)) return STATUS_PENDING;
        } else if (state == kAsync) {
            return wanted == kAsync ? STATUS_PENDING : STATUS_INVALID_PARAMETER;
        } else if (wanted == kAsync) {
            return STATUS_INVALID_PARAMETER;
        } else {
            sleep_until_initialised(once, value);
        }
    }
}

NTSTATUS ntdll::RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context) {
    std::atomic<uint64_t>& once = once_of(RunOnce);
    uint64_t context = reinterpret_cast<uint64_t>(Context);
    if ((context & kStateMask) || ((Flags & kInitFailed) && (context || (Flags & kAsyncFlag)))) return STATUS_INVALID_PARAMETER;
    uint64_t next = Flags & kInitFailed ? 0 : context | kComplete;
    uint64_t value = once.load();
    if ((value & kStateMask) == kAsync) {
        if (!(Flags & kAsyncFlag)) return STATUS_INVALID_PARAMETER;
        return once.compare_exchange_strong(value, next) ? STATUS_SUCCESS : STATUS_OBJECT_NAME_COLLISION;
    }
    if ((value & kStateMask) != kInitialising) return STATUS_UNSUCCESSFUL;
    if (Flags & kAsyncFlag) return STATUS_INVALID_PARAMETER;
    value = once.exchange(next, std::memory_order_acq_rel);
    if (value & kSleepers)
        futex_wake(reinterpret_cast<std::atomic<uint32_t>*>(&once), INT_MAX, FutexScope::Private);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce, PRTL_RUN_ONCE_INIT_FN InitFn, PVOID Parameter, PVOID* Context) {
    PVOID context = nullptr;
    NTSTATUS status = RtlRunOnceBeginInitialize(RunOnce, 0, &context);
    if (status == STATUS_PENDING) {
        context = nullptr;
        bool initialised = InitFn(RunOnce, Parameter, &context) != 0;
        status = RtlRunOnceComplete(RunOnce, initialised ? 0 : kInitFailed, initialised ? context : nullptr);
        if (!initialised) return STATUS_UNSUCCESSFUL;
    }
    if (NT_SUCCESS(status) && Context) *Context = context;
    return status;
}

NTSTATUS ntdll::RtlWaitOnAddress(const volatile void* Address, PVOID CompareAddress, SIZE_T AddressSize,
                                 const LARGE_INTEGER* Timeout) {
    return wait_on_address(Address, CompareAddress, AddressSize, deadline_of(Timeout));
}

void ntdll::RtlWakeAddressSingle(PVOID Address) { wake_by_address(Address, false); }

void ntdll::RtlWakeAddressAll(PVOID Address) { wake_by_address(Address, true); }
