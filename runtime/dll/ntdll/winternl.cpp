// winternl.h: the services that no other header has.
#include <cstring>

#include "base/status.h"
#include "core/process/process_object.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "dll/ntdll/process_end.h"

using namespace lsw;

NTSTATUS ntdll::NtClose(HANDLE Handle) { return runtime().handles.close(Handle).status(); }

ULONG ntdll::RtlNtStatusToDosError(NTSTATUS Status) { return win32_from_status(Status); }

// Without a handle: the caller's process, but for the calling thread.
NTSTATUS ntdll::NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus) {
    auto code = static_cast<uint32_t>(ExitStatus);
    if (!ProcessHandle) {
        for (const Ref<Thread>& thread : all_threads())
            if (thread.get() != current_thread()) terminate_thread(*thread, code);
        return STATUS_SUCCESS;
    }
    auto process = process_from_handle(ProcessHandle, PROCESS_TERMINATE);
    return process.ok() ? (*process)->terminate(code).status() : process.status();
}

void ntdll::RtlExitUserProcess(NTSTATUS ExitStatus) { exit_process(static_cast<uint32_t>(ExitStatus)); }

void ntdll::RtlFillMemory(PVOID Destination, SIZE_T Length, int Fill) { memset(Destination, Fill, Length); }
