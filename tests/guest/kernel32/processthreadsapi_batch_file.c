// CreateProcess of a batch file runs the command interpreter with the command line; cmd.exe is a file in the system directory.
// "CreateProcessW function (processthreadsapi.h)": "To run a batch file, you must start the command interpreter" is what the
// page asks for, and that naming the file itself works is observed on every Windows.
#include <stdio.h>
#include <string.h>

#include "check.h"

static DWORD run(const char* application, char* line) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 12345;
    CHECK(CreateProcessA(application, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &process));
    ResumeThread(process.hThread);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

int main(void) {
    FILE* file = fopen("my batch.cmd", "w");
    CHECK(file != NULL);
    fputs("@echo off\nif not \"%~1\"==\"a b\" exit /b 1\nif not \"%2\"==\"c\" exit /b 2\nexit /b 99\n", file);
    fclose(file);
    char line[] = "\"my batch.cmd\" \"a b\" c", other[] = "\"my batch\" \"a b\" c", exit_line[] = "cmd /c exit 70000";
    CHECK_EQ(run(NULL, line), 99);
    CHECK_EQ(run("my batch.cmd", line), 99);
    CHECK_EQ(run(NULL, exit_line), 70000);
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process;
    // Only .exe is added to a name.
    CHECK_LASTERROR(CreateProcessA(NULL, other, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process), ERROR_FILE_NOT_FOUND);

    char path[MAX_PATH];
    CHECK(GetEnvironmentVariableA("COMSPEC", path, sizeof path) > 0);
    DWORD attributes = GetFileAttributesA(path);
    CHECK(attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY));
    HANDLE image = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(image != INVALID_HANDLE_VALUE);
    char magic[2];
    DWORD done;
    CHECK(ReadFile(image, magic, 2, &done, NULL) && done == 2 && memcmp(magic, "MZ", 2) == 0);
    CloseHandle(image);
    CHECK_LASTERROR(DeleteFileA(path), ERROR_ACCESS_DENIED);
    WIN32_FIND_DATAA data;
    HANDLE find = FindFirstFileA("C:\\Windows\\System32\\CMD.*", &data);
    CHECK(find != INVALID_HANDLE_VALUE && strcmp(data.cFileName, "cmd.exe") == 0);
    if (find != INVALID_HANDLE_VALUE) FindClose(find);
    CHECK(GetFileAttributesA("C:\\Windows\\System32\\kernel32.dll") != INVALID_FILE_ATTRIBUTES);
    return check_result();
}
