// Watching a directory, overlapped and with a completion routine. "ReadDirectoryChangesW function (winbase.h)".
#include "check.h"

static void touch(const wchar_t* name) {
    HANDLE file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static volatile DWORD routine_bytes;
static void CALLBACK routine(DWORD error, DWORD bytes, LPOVERLAPPED overlapped) {
    (void)overlapped;
    CHECK_EQ(error, 0);
    routine_bytes = bytes;
}

static union {
    FILE_NOTIFY_INFORMATION first;
    char bytes[1024];
} buffer;

static int first_is(DWORD action, const wchar_t* name) {
    size_t length = 0;
    while (name[length]) ++length;
    if (buffer.first.Action != action || buffer.first.FileNameLength != length * 2) return 0;
    return memcmp(buffer.first.FileName, name, length * 2) == 0;
}

int main(void) {
    CHECK(CreateDirectoryW(L"watched", NULL));
    CHECK(CreateDirectoryW(L"watched\\sub", NULL));
    HANDLE dir = CreateFileW(L"watched", FILE_LIST_DIRECTORY, 7, NULL, OPEN_EXISTING,
                             FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    CHECK(dir != INVALID_HANDLE_VALUE);
    OVERLAPPED overlapped = {0};
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    const DWORD filter = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME;
    DWORD bytes = 0;

    CHECK(ReadDirectoryChangesW(dir, &buffer, sizeof buffer, TRUE, filter, NULL, &overlapped, NULL) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK_LASTERROR(GetOverlappedResult(dir, &overlapped, &bytes, FALSE), ERROR_IO_INCOMPLETE);
    touch(L"watched\\one");
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 10000), WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(dir, &overlapped, &bytes, FALSE));
    CHECK(bytes > 0);
    CHECK(first_is(FILE_ACTION_ADDED, L"one"));

    // Below, and what happened between two requests.
    touch(L"watched\\sub\\two");
    CHECK(ReadDirectoryChangesW(dir, &buffer, sizeof buffer, TRUE, filter, NULL, &overlapped, NULL) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(dir, &overlapped, &bytes, TRUE));
    CHECK(first_is(FILE_ACTION_ADDED, L"sub\\two"));

    // A completion routine, in an alertable wait.
    OVERLAPPED other = {0};
    CHECK(ReadDirectoryChangesW(dir, &buffer, sizeof buffer, TRUE, filter, NULL, &other, routine) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(DeleteFileW(L"watched\\one"));
    CHECK_EQ(SleepEx(10000, TRUE), WAIT_IO_COMPLETION);
    CHECK(routine_bytes > 0);
    CHECK(first_is(FILE_ACTION_REMOVED, L"one"));

    // Cancelled.
    CHECK(ReadDirectoryChangesW(dir, &buffer, sizeof buffer, TRUE, filter, NULL, &overlapped, NULL) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(CancelIoEx(dir, &overlapped));
    CHECK_LASTERROR(GetOverlappedResult(dir, &overlapped, &bytes, TRUE), ERROR_OPERATION_ABORTED);
    CHECK_LASTERROR(CancelIoEx(dir, &overlapped), ERROR_NOT_FOUND);
    CHECK(CloseHandle(dir));
    CHECK(DeleteFileW(L"watched\\sub\\two") && RemoveDirectoryW(L"watched\\sub") && RemoveDirectoryW(L"watched"));
    return check_result();
}
