// Answers that libuv's test suite pins: deleting a variable that is not there succeeds, a name longer than any path can
// be is told apart from a bad one, a file is no pipe, a console always has a title.
#include <string.h>

#include "check.h"

int main(void) {
    CHECK(SetEnvironmentVariableW(L"LSW_NEVER_SET", NULL));
    CHECK(SetEnvironmentVariableA("LSW_NEVER_SET", NULL));
    static WCHAR name[65537];
    for (int i = 0; i < 65536; ++i) name[i] = L'a';
    CHECK_LASTERROR(CreateFileW(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE,
                    ERROR_FILENAME_EXCED_RANGE);
    HANDLE file = CreateFileW(L"plain.txt", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD mode = PIPE_READMODE_BYTE;
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK_LASTERROR(SetNamedPipeHandleState(file, &mode, NULL, NULL), ERROR_INVALID_PARAMETER);
    CloseHandle(file);
    WCHAR title[512];
    CHECK(GetConsoleTitleW(title, 512) > 0);
    CHECK(SetConsoleTitleW(L"a title"));
    CHECK(GetConsoleTitleW(title, 512) == 7);
    CHECK_WSTR(title, L"a title");
    return check_result();
}
