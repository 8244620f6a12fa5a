// Overlapped reads and writes of files: events, completion routines, the end of the file, appending.
// "ReadFile function (fileapi.h)", "WriteFileEx function (fileapi.h)", "GetOverlappedResult function (ioapiset.h)".
#include "check.h"

static int calls;
static DWORD last_error_seen, last_bytes;
static void CALLBACK routine(DWORD error, DWORD bytes, LPOVERLAPPED overlapped) {
    CHECK(overlapped != NULL);
    ++calls;
    last_error_seen = error;
    last_bytes = bytes;
}

// 1 when the operation succeeded, waiting for it if it has to.
static int finish(HANDLE file, BOOL started, OVERLAPPED* overlapped, DWORD* bytes) {
    if (!started && GetLastError() != ERROR_IO_PENDING) return 0;
    return GetOverlappedResult(file, overlapped, bytes, TRUE);
}

int main(void) {
    HANDLE file = CreateFileW(L"over.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_OVERLAPPED, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    OVERLAPPED o = {0};
    DWORD bytes = 0;
    char text[16] = {0};
    o.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    CHECK(finish(file, WriteFile(file, "0123456789", 10, NULL, &o), &o, &bytes));
    CHECK_EQ(bytes, 10);
    CHECK_EQ(WaitForSingleObject(o.hEvent, 0), WAIT_OBJECT_0);
    o.Offset = 4;
    CHECK(finish(file, ReadFile(file, text, 3, NULL, &o), &o, &bytes));
    CHECK_EQ(bytes, 3);
    CHECK(memcmp(text, "456", 3) == 0);
    o.Offset = 8;
    CHECK(finish(file, ReadFile(file, text, 8, NULL, &o), &o, &bytes));
    CHECK_EQ(bytes, 2);
    o.Offset = 10;
    CHECK(!finish(file, ReadFile(file, text, 8, NULL, &o), &o, &bytes));
    CHECK_EQ(GetLastError(), ERROR_HANDLE_EOF);
    // Such a handle has no position of its own.
    CHECK_LASTERROR(ReadFile(file, text, 1, &bytes, NULL), ERROR_INVALID_PARAMETER);

    OVERLAPPED ex = {0};
    ex.Offset = 2;
    CHECK(ReadFileEx(file, text, 4, &ex, routine));
    CHECK_EQ(calls, 0);  // never before the thread waits alertably
    CHECK_EQ(SleepEx(10000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls, 1);
    CHECK_EQ(last_bytes, 4);
    CHECK_EQ(last_error_seen, 0);
    CHECK(memcmp(text, "2345", 4) == 0);
    CHECK(WriteFileEx(file, "ab", 2, &ex, routine));
    CHECK_EQ(WaitForSingleObjectEx(GetCurrentThread(), 10000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls, 2);
    CHECK_EQ(WaitForSingleObject(file, 0), WAIT_OBJECT_0);  // nothing is pending
    CHECK_LASTERROR(CancelIoEx(file, &ex), ERROR_NOT_FOUND);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileW(L"over.bin"));
    return check_result();
}
