// winternl.h: the services that no other header has.
#include "base/status.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

NTSTATUS ntdll::NtClose(HANDLE Handle) { return runtime().handles.close(Handle).status(); }

ULONG ntdll::RtlNtStatusToDosError(NTSTATUS Status) { return win32_from_status(Status); }

NTSTATUS ntdll::NtTerminateProcess(HANDLE, NTSTATUS ExitStatus) { exit_now(static_cast<uint32_t>(ExitStatus)); }
