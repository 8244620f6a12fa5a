// synchapi.h: what differs from ntdll's locks only in how errors and timeouts are told.
#include "core/teb.h"
#include "core/wait/address_wait.h"
#include "core/wait/wait.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

// Milliseconds as NT's relative timeout; nullptr for INFINITE.
struct NtTimeout {
    explicit NtTimeout(DWORD milliseconds) : infinite(milliseconds == INFINITE) {
        value.QuadPart = -static_cast<int64_t>(milliseconds) * 10'000;
    }
    const LARGE_INTEGER* get() const { return infinite ? nullptr : &value; }
    LARGE_INTEGER value;
    bool infinite;
};

BOOL slept(NTSTATUS status) {
    if (status != STATUS_TIMEOUT) return win32_result(status);
    set_last_error(ERROR_TIMEOUT);
    return FALSE;
}

}  // namespace

void kernel32::InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    ntdll::RtlInitializeCriticalSection(lpCriticalSection);
}

BOOL kernel32::InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount) {
    return win32_result(ntdll::RtlInitializeCriticalSectionAndSpinCount(lpCriticalSection, dwSpinCount));
}

BOOL kernel32::InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount, DWORD Flags) {
    return win32_result(ntdll::RtlInitializeCriticalSectionEx(lpCriticalSection, dwSpinCount, Flags));
}

BOOL kernel32::SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable, LPCRITICAL_SECTION CriticalSection,
                                        DWORD dwMilliseconds) {
    return slept(ntdll::RtlSleepConditionVariableCS(ConditionVariable, CriticalSection, NtTimeout(dwMilliseconds).get()));
}

BOOL kernel32::SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock, DWORD dwMilliseconds,
                                         ULONG Flags) {
    return slept(ntdll::RtlSleepConditionVariableSRW(ConditionVariable, SRWLock, NtTimeout(dwMilliseconds).get(), Flags));
}

BOOL kernel32::InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter, LPVOID* Context) {
    // A callback that fails has set the last error itself.
    NTSTATUS status = ntdll::RtlRunOnceExecuteOnce(InitOnce, reinterpret_cast<PRTL_RUN_ONCE_INIT_FN>(InitFn), Parameter, Context);
    return status == STATUS_UNSUCCESSFUL ? FALSE : win32_result(status);
}

BOOL kernel32::InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending, LPVOID* lpContext) {
    NTSTATUS status = ntdll::RtlRunOnceBeginInitialize(lpInitOnce, dwFlags, lpContext);
    if (!NT_SUCCESS(status)) return set_last_error_from(status);
    *fPending = status == STATUS_PENDING;
    return TRUE;
}

BOOL kernel32::InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext) {
    return win32_result(ntdll::RtlRunOnceComplete(lpInitOnce, dwFlags, lpContext));
}

BOOL kernel32::WaitOnAddress(volatile void* Address, PVOID CompareAddress, SIZE_T AddressSize, DWORD dwMilliseconds) {
    return slept(wait_on_address(Address, CompareAddress, AddressSize, deadline_from_ms(dwMilliseconds)));
}
