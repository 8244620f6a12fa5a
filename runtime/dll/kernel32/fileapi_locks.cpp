// fileapi.h: byte-range locks.
#include "core/file/lock_wait.h"
#include "core/io/completion.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

constexpr DWORD kFailImmediately = 1;  // LOCKFILE_FAIL_IMMEDIATELY
constexpr DWORD kExclusive = 2;        // LOCKFILE_EXCLUSIVE_LOCK

uint64_t join(DWORD low, DWORD high) { return static_cast<uint64_t>(high) << 32 | low; }

// `request` may be that of a status block on the stack: nothing of it is used after a lock that does not pend.
NTSTATUS lock_range(HANDLE handle, const IoRequest& request, uint64_t offset, uint64_t length, DWORD flags) {
    auto file = file_object(handle);
    if (!file.ok()) return file.status();
    if (!(file->access & (FILE_READ_DATA | FILE_WRITE_DATA))) return STATUS_ACCESS_DENIED;
    bool exclusive = flags & kExclusive, wait = !(flags & kFailImmediately);
    return file::begin_lock(*file->file, request, {offset, length, exclusive}, wait);
}

NTSTATUS unlock_range(HANDLE handle, uint64_t offset, uint64_t length) {
    auto file = file_object(handle);
    if (!file.ok()) return file.status();
    return (*file)->range_locks().unlock(*file->file, offset, length).status();
}

// A tagged event handle asks that no packet be queued ("GetQueuedCompletionStatus function").
IoRequest request_of(OVERLAPPED& overlapped) {
    bool quiet = reinterpret_cast<uintptr_t>(overlapped.hEvent) & 1;
    IoRequest request;
    request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(&overlapped);
    request.event = overlapped.hEvent;
    request.context = quiet ? nullptr : &overlapped;
    return request;
}

void complete(HANDLE handle, OVERLAPPED& overlapped, NTSTATUS status) {
    auto object = io_object(handle);
    if (object.ok() && NT_SUCCESS(status)) finish_io(**object, request_of(overlapped), status, 0, /*pended=*/false);
}

}  // namespace

BOOL kernel32::LockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh, DWORD nNumberOfBytesToLockLow,
                        DWORD nNumberOfBytesToLockHigh) {
    return win32_result(lock_range(hFile, {}, join(dwFileOffsetLow, dwFileOffsetHigh),
                                   join(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh),
                                   kExclusive | kFailImmediately));
}

BOOL kernel32::LockFileEx(HANDLE hFile, DWORD dwFlags, DWORD, DWORD nNumberOfBytesToLockLow,
                          DWORD nNumberOfBytesToLockHigh, LPOVERLAPPED lpOverlapped) {
    if (!lpOverlapped) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    lpOverlapped->Internal = static_cast<ULONG_PTR>(STATUS_PENDING);
    NTSTATUS status = lock_range(hFile, request_of(*lpOverlapped), join(lpOverlapped->Offset, lpOverlapped->OffsetHigh),
                                 join(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh), dwFlags);
    if (status == STATUS_PENDING) return set_last_error(ERROR_IO_PENDING), FALSE;
    return win32_result(status);
}

BOOL kernel32::UnlockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh,
                          DWORD nNumberOfBytesToUnlockLow, DWORD nNumberOfBytesToUnlockHigh) {
    return win32_result(unlock_range(hFile, join(dwFileOffsetLow, dwFileOffsetHigh),
                                     join(nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh)));
}

BOOL kernel32::UnlockFileEx(HANDLE hFile, DWORD, DWORD nNumberOfBytesToUnlockLow, DWORD nNumberOfBytesToUnlockHigh,
                            LPOVERLAPPED lpOverlapped) {
    if (!lpOverlapped) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    NTSTATUS status = unlock_range(hFile, join(lpOverlapped->Offset, lpOverlapped->OffsetHigh),
                                   join(nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh));
    complete(hFile, *lpOverlapped, status);
    return win32_result(status);
}
