// CreateProcess: exit codes, waits, inherited pipes and handle values, environment, suspension, Linux programs, errors.
// Expectations: "CreateProcessW function (processthreadsapi.h)", "Creating a Child Process with Redirected Input and Output".
#include <stdlib.h>

#include "check.h"

static char self[MAX_PATH];

static BOOL start(const char* arguments, STARTUPINFOA* info, BOOL inherit, DWORD flags, PROCESS_INFORMATION* process) {
    static char line[1024];
    snprintf(line, sizeof line, "\"%s\" %s", self, arguments);
    return CreateProcessA(NULL, line, NULL, NULL, inherit, flags, NULL, NULL, info, process);
}

static DWORD run(const char* arguments) {
    STARTUPINFOA info = {sizeof info};
    PROCESS_INFORMATION process;
    DWORD code = 0xFFFF;
    if (!CHECK(start(arguments, &info, FALSE, 0, &process))) return code;
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static int child(int argc, char** argv) {
    if (!strcmp(argv[1], "exit")) ExitProcess(strtoul(argv[2], NULL, 0));
    if (!strcmp(argv[1], "sleep")) Sleep(20000);
    if (!strcmp(argv[1], "echo")) {
        char text[64];
        DWORD got = 0, put;
        while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), text, sizeof text, &got, NULL) && got)
            WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, got, &put, NULL);
        return GetLastError() == ERROR_BROKEN_PIPE ? 7 : 8;
    }
    if (!strcmp(argv[1], "signal")) return SetEvent((HANDLE)(uintptr_t)strtoull(argv[2], NULL, 0)) ? 5 : 6;
    if (!strcmp(argv[1], "env")) {
        char value[64] = "";
        GetEnvironmentVariableA("lsw_Child_Test", value, sizeof value);
        return strcmp(value, "handed down") ? 1 : 9;
    }
    return 99;
}

static void redirected(void) {
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE in_read, in_write, out_read, out_write;
    CHECK(CreatePipe(&in_read, &in_write, &inherit, 0));
    CHECK(CreatePipe(&out_read, &out_write, &inherit, 0));
    CHECK(SetHandleInformation(in_write, HANDLE_FLAG_INHERIT, 0));
    CHECK(SetHandleInformation(out_read, HANDLE_FLAG_INHERIT, 0));
    STARTUPINFOA info = {sizeof info};
    info.dwFlags = STARTF_USESTDHANDLES;
    info.hStdInput = in_read;
    info.hStdOutput = out_write;
    info.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION process;
    CHECK(start("echo", &info, TRUE, 0, &process));
    CloseHandle(in_read);
    CloseHandle(out_write);
    DWORD put = 0, got = 0, code;
    char text[64];
    CHECK(WriteFile(in_write, "through the child", 17, &put, NULL));
    CloseHandle(in_write);
    CHECK(ReadFile(out_read, text, sizeof text, &got, NULL));
    CHECK_EQ(got, 17);
    CHECK_LASTERROR(ReadFile(out_read, text, sizeof text, &got, NULL), ERROR_BROKEN_PIPE);
    WaitForSingleObject(process.hProcess, 20000);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 7);
    CloseHandle(out_read);
}

static void shared_event(void) {
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE event = CreateEventA(&inherit, TRUE, FALSE, NULL);
    char arguments[64];
    sprintf(arguments, "signal %u", (unsigned)(uintptr_t)event);
    STARTUPINFOA info = {sizeof info};
    PROCESS_INFORMATION process;
    CHECK(start(arguments, &info, TRUE, CREATE_SUSPENDED, &process));
    CHECK_EQ(WaitForSingleObject(event, 50), WAIT_TIMEOUT);
    CHECK_EQ(ResumeThread(process.hThread), 1);
    CHECK_EQ(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    DWORD code;
    WaitForSingleObject(process.hProcess, 20000);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 5);
}

int main(int argc, char** argv) {
    if (argc > 1) return child(argc, argv);
    GetModuleFileNameA(NULL, self, sizeof self);
    CHECK_EQ(run("exit 0"), 0);
    CHECK_EQ(run("exit 3"), 3);
    CHECK_EQ(run("exit 0xC0FFEE00"), 0xC0FFEE00);
    SetEnvironmentVariableA("LSW_CHILD_TEST", "handed down");
    CHECK_EQ(run("env"), 9);
    redirected();
    shared_event();

    STARTUPINFOA info = {sizeof info};
    PROCESS_INFORMATION process;
    DWORD code;
    CHECK(start("sleep", &info, FALSE, 0, &process));
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK_EQ(GetProcessId(process.hProcess), process.dwProcessId);
    HANDLE again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, process.dwProcessId);
    CHECK(again != NULL);
    CHECK(TerminateProcess(again, 0x1234567));
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 0x1234567);

    char line[] = "no-such-program-here";
    CHECK_LASTERROR(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &process), ERROR_FILE_NOT_FOUND);
    FILE* file = fopen("not-a-program.exe", "w");
    fputs("just some text that is long enough to be looked at, and then some more of it, and more", file);
    fclose(file);
    char text_line[] = "not-a-program.exe";
    CHECK_LASTERROR(CreateProcessA(NULL, text_line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &process), ERROR_BAD_EXE_FORMAT);
    DeleteFileA("not-a-program.exe");
    CHECK_LASTERROR(start("exit 0", &info, FALSE, 0, NULL), ERROR_INVALID_PARAMETER);

    // A Linux program by its plain name.
    char linux_line[] = "sh -c \"exit 42\"";
    CHECK(CreateProcessA(NULL, linux_line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &process));
    WaitForSingleObject(process.hProcess, 20000);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 42);
    return check_result();
}
