// winternl.h: the thread's last status and error, as ntdll names them; NtFlushBuffersFileEx. PostgreSQL loads them by name.
#include "base/status.h"
#include "core/teb.h"
#include "dll/ntdll/tokens.h"

using namespace lsw;

NTSTATUS ntdll::RtlGetLastNtStatus() { return static_cast<NTSTATUS>(current_teb()->LastStatusValue); }
ULONG ntdll::RtlGetLastWin32Error() { return last_error(); }
void ntdll::RtlSetLastWin32Error(ULONG Win32Error) { set_last_error(Win32Error); }
void ntdll::RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS Status) { set_last_error_from(Status); }
ULONG ntdll::RtlNtStatusToDosErrorNoTeb(NTSTATUS Status) { return win32_from_status(Status); }

NTSTATUS ntdll::NtFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, PVOID, ULONG, PIO_STATUS_BLOCK IoStatusBlock) {
    constexpr ULONG kKnown = 0xF;
    if (Flags & ~kKnown) return STATUS_INVALID_PARAMETER;
    return NtFlushBuffersFile(FileHandle, IoStatusBlock);
}
