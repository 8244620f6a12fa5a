// winternl.h: the services that no other header has.
#include <cstring>

#include "base/status.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "dll/ntdll/process_end.h"

using namespace lsw;

NTSTATUS ntdll::NtClose(HANDLE Handle) { return runtime().handles.close(Handle).status(); }

ULONG ntdll::RtlNtStatusToDosError(NTSTATUS Status) { return win32_from_status(Status); }

NTSTATUS ntdll::NtTerminateProcess(HANDLE, NTSTATUS ExitStatus) { exit_now(static_cast<uint32_t>(ExitStatus)); }

void ntdll::RtlExitUserProcess(NTSTATUS ExitStatus) { exit_process(static_cast<uint32_t>(ExitStatus)); }

void ntdll::RtlFillMemory(PVOID Destination, SIZE_T Length, int Fill) { memset(Destination, Fill, Length); }
