// A lock that has to wait, on a handle for overlapped use: pending until the other lock goes, through an event, a completion
// port, or cancelled; also when the lock in the way is the same handle's. "LockFileEx function (fileapi.h)".
#include "check.h"

static HANDLE open_it(DWORD flags) {
    return CreateFileW(L"waits.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, flags,
                       NULL);
}

static void pends(HANDLE file, OVERLAPPED* overlapped, HANDLE event, DWORD offset) {
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->Offset = offset;
    overlapped->hEvent = event;
    CHECK_LASTERROR(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 10, 0, overlapped), ERROR_IO_PENDING);
    CHECK(!HasOverlappedIoCompleted(overlapped));
}

static DWORD WINAPI lock_and_wait(void* file) {
    OVERLAPPED at = {.Offset = 100};
    return LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 10, 0, &at);
}

int main(void) {
    HANDLE holder = open_it(0), waiter = open_it(FILE_FLAG_OVERLAPPED), ported = open_it(FILE_FLAG_OVERLAPPED);
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL), port = CreateIoCompletionPort(ported, NULL, 7, 1);
    OVERLAPPED one, two, *which;
    DWORD bytes;
    ULONG_PTR key;
    CHECK(LockFile(holder, 0, 0, 10, 0));
    pends(waiter, &one, event, 0);
    CHECK_EQ(WaitForSingleObject(event, 20), WAIT_TIMEOUT);
    CHECK(UnlockFile(holder, 0, 0, 10, 0));
    CHECK(GetOverlappedResult(waiter, &one, &bytes, TRUE));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_LASTERROR(LockFile(holder, 5, 0, 1, 0), ERROR_LOCK_VIOLATION);
    // The handle's own lock is in the way.
    pends(waiter, &two, event, 0);
    CHECK(UnlockFile(waiter, 0, 0, 10, 0));
    CHECK_EQ(WaitForSingleObject(event, 5000), WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(waiter, &two, &bytes, FALSE));
    // Through a port.
    pends(ported, &one, NULL, 0);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &which, 10));
    CHECK(UnlockFile(waiter, 0, 0, 10, 0));
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &which, 5000));
    CHECK(which == &one && key == 7);
    // Cancelled, one by one and by closing; the lock is not taken later.
    pends(waiter, &one, event, 0);
    pends(waiter, &two, NULL, 5);
    CHECK(CancelIoEx(waiter, &one));
    CHECK_LASTERROR(GetOverlappedResult(waiter, &one, &bytes, TRUE), ERROR_OPERATION_ABORTED);
    CHECK(!HasOverlappedIoCompleted(&two));
    CHECK(CloseHandle(waiter));
    CHECK_EQ((NTSTATUS)two.Internal, (NTSTATUS)0xC0000120);  // STATUS_CANCELLED
    CHECK(CloseHandle(ported));
    CHECK(LockFile(holder, 0, 0, 20, 0));
    CHECK(UnlockFile(holder, 0, 0, 20, 0));
    // A synchronous handle waits in the call.
    CHECK(LockFile(holder, 100, 0, 10, 0));
    HANDLE other = open_it(0), thread = CreateThread(NULL, 0, lock_and_wait, other, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    CHECK(UnlockFile(holder, 100, 0, 10, 0));
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    GetExitCodeThread(thread, &bytes);
    CHECK_EQ(bytes, TRUE);
    CloseHandle(other);
    CloseHandle(holder);
    CHECK(DeleteFileW(L"waits.bin"));
    return check_result();
}
