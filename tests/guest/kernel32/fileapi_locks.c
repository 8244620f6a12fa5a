// Byte-range locks between handles. "LockFileEx function (fileapi.h)", "UnlockFile function (fileapi.h)".
#include "check.h"

static HANDLE open_it(void) {
    return CreateFileW(L"locks.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_ALWAYS, 0, NULL);
}

static BOOL lock(HANDLE file, DWORD flags, DWORD offset, DWORD length) {
    OVERLAPPED at = {0};
    at.Offset = offset;
    return LockFileEx(file, flags, 0, length, 0, &at);
}

int main(void) {
    const DWORD X = LOCKFILE_EXCLUSIVE_LOCK, NOW = LOCKFILE_FAIL_IMMEDIATELY;
    HANDLE a = open_it(), b = open_it();
    DWORD done;
    char buffer[16];
    CHECK(WriteFile(a, "0123456789", 10, &done, NULL));

    CHECK(lock(a, X | NOW, 0, 4));
    CHECK_LASTERROR(lock(b, X | NOW, 2, 4), ERROR_LOCK_VIOLATION);
    CHECK_LASTERROR(lock(b, NOW, 0, 1), ERROR_LOCK_VIOLATION);
    CHECK_LASTERROR(lock(a, X | NOW, 0, 4), ERROR_LOCK_VIOLATION);  // one's own locks count too
    CHECK(lock(b, X | NOW, 4, 4));
    CHECK_LASTERROR(ReadFile(b, buffer, 4, &done, NULL), ERROR_LOCK_VIOLATION);
    CHECK_LASTERROR(WriteFile(b, "x", 1, &done, NULL), ERROR_LOCK_VIOLATION);
    CHECK(SetFilePointer(b, 8, NULL, FILE_BEGIN) == 8);
    CHECK(ReadFile(b, buffer, 2, &done, NULL));
    CHECK_LASTERROR(UnlockFile(b, 4, 0, 3, 0), ERROR_NOT_LOCKED);  // exactly the range, or nothing
    CHECK(UnlockFile(b, 4, 0, 4, 0));
    CHECK_LASTERROR(UnlockFile(b, 4, 0, 4, 0), ERROR_NOT_LOCKED);
    CHECK(UnlockFile(a, 0, 0, 4, 0));

    CHECK(lock(a, NOW, 0, 10));
    CHECK(lock(b, NOW, 0, 10));
    CHECK_LASTERROR(lock(b, X | NOW, 5, 1), ERROR_LOCK_VIOLATION);
    CloseHandle(a);  // a handle's locks go with it
    CHECK(UnlockFile(b, 0, 0, 10, 0));
    CHECK(lock(b, X | NOW, 5, 1));
    // Beyond the end of the file, and far beyond what a file may be long.
    CHECK(LockFile(b, 0, 0x7FFFFFFF, 1, 0));
    CHECK(LockFile(b, 0xFFFFFF00, 0xFFFFFFFF, 16, 0));
    CHECK(UnlockFile(b, 0xFFFFFF00, 0xFFFFFFFF, 16, 0));
    CloseHandle(b);
    CHECK(DeleteFileW(L"locks.bin"));
    return check_result();
}
