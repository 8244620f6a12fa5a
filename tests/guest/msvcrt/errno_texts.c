// errno's numbers and texts, which are Windows' own above 34. "errno constants", "strerror", "_sys_errlist".
// link: static ucrt
#include <errno.h>
#include <stdlib.h>

#include "check.h"

static DWORD WINAPI other_thread(void* unused) {
    int before = errno;
    errno = 77;
    return (DWORD)before;
}

int main(void) {
    CHECK_STR(strerror(0), "No error");
    CHECK_STR(strerror(ENOENT), "No such file or directory");
    CHECK_STR(strerror(ENOMEM), "Not enough space");
    CHECK_STR(strerror(ERANGE), "Result too large");
    CHECK_STR(strerror(EILSEQ), "Illegal byte sequence");
    CHECK_STR(strerror(-1), "Unknown error");
    CHECK_STR(strerror(9999), "Unknown error");
    CHECK_EQ(EILSEQ, 42);
    CHECK_EQ(ENOTEMPTY, 41);
    CHECK_EQ(_sys_nerr, 43);
    CHECK_STR(_sys_errlist[EEXIST], "File exists");
    CHECK_WSTR(_wcserror(EINVAL), L"Invalid argument");
    errno = 5;
    HANDLE thread = CreateThread(NULL, 0, other_thread, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    DWORD code = 1;
    GetExitCodeThread(thread, &code);
    CHECK_EQ(code, 0);
    CHECK_EQ(errno, 5);
    _doserrno = 0;
    CHECK(fopen("no such file", "r") == NULL);
    CHECK_EQ(errno, ENOENT);
    CHECK_EQ(_doserrno, ERROR_FILE_NOT_FOUND);
    return check_result();
}
