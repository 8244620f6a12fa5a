// A child may start in a directory that Windows has and nobody made, and a child that is given hardly any environment
// still has the same C:. Files of drivers\etc can be read. Go's os and path/filepath tests; "CreateProcessW function".
#include <stdio.h>
#include <string.h>

#include "check.h"

static DWORD run(const char *line, const char *directory, char *environment) {
    char command[512];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 999;
    snprintf(command, sizeof command, "%s", line);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, environment, directory, &startup, &process)) return GetLastError();
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return code;
}

int main(int argc, char **argv) {
    char here[MAX_PATH], self[MAX_PATH], line[512];
    if (argc > 1 && strcmp(argv[1], "where") == 0) {
        GetCurrentDirectoryA(sizeof here, here);
        return _stricmp(here, "C:\\Windows\\System32") == 0 ? 5 : 6;
    }
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(line, sizeof line, "\"%s\" where", self);
    CHECK(run(line, "C:\\Windows\\System32", NULL) == 5);
    char few[] = "Path=C:\\Windows\\System32\0SystemRoot=C:\\Windows\0";
    CHECK(run("C:\\Windows\\System32\\cmd.exe /c exit 3", NULL, few) == 3);
    CHECK(run("cmd.exe \"/c exit 88\"", NULL, NULL) == 88);
    const char *const names[] = {"hosts", "networks", "protocol", "services"};
    for (int i = 0; i < 4; ++i) {
        char path[MAX_PATH], byte;
        DWORD got = 0;
        snprintf(path, sizeof path, "C:\\Windows\\System32\\drivers\\etc\\%s", names[i]);
        HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        CHECK(file != INVALID_HANDLE_VALUE);
        CHECK(ReadFile(file, &byte, 1, &got, NULL) && got == 1);
        CloseHandle(file);
    }
    WIN32_FIND_DATAA found;
    HANDLE list = FindFirstFileA("C:\\Windows\\System32\\drivers\\etc\\serv*", &found);
    CHECK(list != INVALID_HANDLE_VALUE && _stricmp(found.cFileName, "services") == 0);
    FindClose(list);
    return check_result();
}
