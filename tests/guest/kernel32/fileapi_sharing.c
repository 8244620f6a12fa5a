// Share modes: who may open what while who has it open. "Creating and Opening Files", "CreateFileW function (fileapi.h)".
#include "check.h"

static wchar_t name[MAX_PATH];

static HANDLE open_as(DWORD access, DWORD share) {
    return CreateFileW(name, access, share, NULL, OPEN_EXISTING, 0, NULL);
}

static void pair(DWORD access1, DWORD share1, DWORD access2, DWORD share2, int allowed, int line) {
    HANDLE first = open_as(access1, share1);
    CHECK(first != INVALID_HANDLE_VALUE);
    SetLastError(0);
    HANDLE second = open_as(access2, share2);
    if ((second != INVALID_HANDLE_VALUE) != allowed || (!allowed && GetLastError() != ERROR_SHARING_VIOLATION)) {
        fprintf(stderr, "line %d: second open %s, error %lu\n", line,
                second != INVALID_HANDLE_VALUE ? "succeeded" : "failed", GetLastError());
        CHECK(0);
    }
    if (second != INVALID_HANDLE_VALUE) CloseHandle(second);
    CloseHandle(first);
}
#define PAIR(a, b, c, d, allowed) pair(a, b, c, d, allowed, __LINE__)

int main(void) {
    const DWORD R = GENERIC_READ, W = GENERIC_WRITE, D = DELETE;
    const DWORD SR = FILE_SHARE_READ, SW = FILE_SHARE_WRITE, SD = FILE_SHARE_DELETE;
    CHECK(GetTempFileNameW(L".", L"shr", 0, name) != 0);

    PAIR(R, SR, R, SR, 1);
    PAIR(R, 0, R, SR | SW | SD, 0);
    PAIR(R, SR | SW | SD, R, 0, 0);
    PAIR(R, SR, W, SR | SW, 0);         // the first denies writing
    PAIR(R, SR | SW, W, SR, 1);
    PAIR(R, SR | SW, W, SW, 0);         // the second denies reading, which the first does
    PAIR(W, SR | SW, R, SR, 0);         // the second denies writing
    PAIR(W, SR | SW, R, SR | SW, 1);
    PAIR(W, SR, W, SR, 0);
    PAIR(R, SR | SW, D, SR | SW | SD, 0);
    PAIR(R, SR | SD, D, SR | SW | SD, 1);
    PAIR(R | W, 0, R, SR | SW | SD, 0);
    PAIR(R | W, SR | SW | SD, R | W, SR | SW | SD, 1);
    // Attributes only: takes no part.
    PAIR(FILE_READ_ATTRIBUTES, 0, R | W, 0, 1);
    PAIR(R | W, 0, FILE_READ_ATTRIBUTES | SYNCHRONIZE, 0, 1);
    PAIR(R | W, 0, 0, 0, 1);

    // Deleting and renaming need everyone's consent.
    HANDLE file = open_as(R, SR | SW);
    CHECK_LASTERROR(DeleteFileW(name), ERROR_SHARING_VIOLATION);
    CHECK_LASTERROR(MoveFileW(name, L"moved.tmp"), ERROR_SHARING_VIOLATION);
    CloseHandle(file);
    file = open_as(R, SR | SW | SD);
    CHECK(MoveFileW(name, L"moved.tmp"));
    CHECK(MoveFileW(L"moved.tmp", name));
    CHECK(DeleteFileW(name));
    CloseHandle(file);
    CHECK_EQ(GetFileAttributesW(name), INVALID_FILE_ATTRIBUTES);
    return check_result();
}
