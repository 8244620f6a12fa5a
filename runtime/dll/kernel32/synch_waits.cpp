// synchapi.h: waiting and sleeping.
#include <sched.h>

#include "core/teb.h"
#include "core/thread/thread.h"
#include "core/wait/signal_handle.h"
#include "core/wait/wait_handles.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

// The successful statuses are the return values of the Win32 functions.
DWORD wait_result(NTSTATUS status) {
    if (status >= 0) return static_cast<DWORD>(status);
    set_last_error_from(status);
    return WAIT_FAILED;
}

}  // namespace

DWORD kernel32::WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable) {
    return wait_result(wait_for_handle(hHandle, bAlertable, deadline_from_ms(dwMilliseconds)));
}

DWORD kernel32::WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
    return WaitForSingleObjectEx(hHandle, dwMilliseconds, FALSE);
}

DWORD kernel32::WaitForMultipleObjectsEx(DWORD nCount, const HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds,
                                         BOOL bAlertable) {
    return wait_result(wait_for_handles(std::span(lpHandles, nCount),
                                        {bWaitAll != 0, bAlertable != 0, deadline_from_ms(dwMilliseconds)}));
}

DWORD kernel32::WaitForMultipleObjects(DWORD nCount, const HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds) {
    return WaitForMultipleObjectsEx(nCount, lpHandles, bWaitAll, dwMilliseconds, FALSE);
}

DWORD kernel32::SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds, BOOL bAlertable) {
    NTSTATUS status = signal_handle(hObjectToSignal);
    if (!NT_SUCCESS(status)) return wait_result(status);
    return WaitForSingleObjectEx(hObjectToWaitOn, dwMilliseconds, bAlertable);
}

DWORD kernel32::SleepEx(DWORD dwMilliseconds, BOOL bAlertable) {
    if (dwMilliseconds == 0 && !bAlertable) {
        sched_yield();
        park_if_process_exits();
        return 0;
    }
    return static_cast<DWORD>(delay(bAlertable, deadline_from_ms(dwMilliseconds)));
}

void kernel32::Sleep(DWORD dwMilliseconds) { SleepEx(dwMilliseconds, FALSE); }
