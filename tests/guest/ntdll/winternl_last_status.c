// The thread's last status beside its last error. "RtlGetLastNtStatus function (winternl.h)", "NtFlushBuffersFileEx".
// flags: -lntdll
#include "check.h"

#include <ntstatus.h>
#include <winternl.h>

NTSTATUS NTAPI RtlGetLastNtStatus(void);
ULONG NTAPI RtlGetLastWin32Error(void);
void NTAPI RtlSetLastWin32Error(ULONG error);
void NTAPI RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS status);
ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS status);
typedef NTSTATUS(NTAPI* Flush)(HANDLE file, ULONG flags, PVOID parameters, ULONG size, IO_STATUS_BLOCK* io);

int main(void) {
    CHECK(CreateFileW(L"no such file", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE);
    CHECK_EQ(RtlGetLastWin32Error(), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RtlGetLastNtStatus(), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlSetLastWin32Error(ERROR_BUSY);
    CHECK_EQ(GetLastError(), ERROR_BUSY);
    RtlSetLastWin32ErrorAndNtStatusFromNtStatus(STATUS_ACCESS_DENIED);
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK_EQ(RtlGetLastNtStatus(), STATUS_ACCESS_DENIED);
    CHECK_EQ(RtlNtStatusToDosErrorNoTeb(STATUS_NO_MEMORY), ERROR_NOT_ENOUGH_MEMORY);

    Flush flush = (Flush)(void*)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtFlushBuffersFileEx");
    CHECK(flush);
    HANDLE file = CreateFileW(L"flushed", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    IO_STATUS_BLOCK io;
    CHECK_EQ(flush(file, 4, NULL, 0, &io), STATUS_SUCCESS);  // FLUSH_FLAGS_FILE_DATA_SYNC_ONLY
    CHECK_EQ(flush(file, 0x80000000, NULL, 0, &io), STATUS_INVALID_PARAMETER);
    CloseHandle(file);
    DeleteFileW(L"flushed");
    return check_result();
}
