// NtTerminateProcess ends the process of its handle, which must allow that, and without a handle all threads but the caller's.
// "ZwTerminateProcess function (ntddk.h)".
#include "check.h"

static long (*terminate)(HANDLE, long);

static DWORD WINAPI wait_for_ever(void* event) {
    WaitForSingleObject(event, INFINITE);
    return 1;
}

static void other_process(char* self) {
    char line[600];
    snprintf(line, sizeof line, "\"%s\" wait", self);
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    HANDLE weak;
    CHECK(DuplicateHandle(GetCurrentProcess(), process.hProcess, GetCurrentProcess(), &weak, SYNCHRONIZE, FALSE, 0));
    CHECK_EQ(terminate(weak, 5), (long)0xC0000022);
    CHECK_EQ(terminate((HANDLE)0x77770, 5), (long)0xC0000008);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 0), WAIT_TIMEOUT);
    CHECK_EQ(terminate(process.hProcess, 0x12345678), 0);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 0x12345678u);
    CHECK_EQ(terminate(process.hProcess, 1), (long)0xC000010A);
}

static void own_threads(void) {
    HANDLE never = CreateEventW(NULL, TRUE, FALSE, NULL), threads[3];
    for (int i = 0; i < 3; ++i) threads[i] = CreateThread(NULL, 0, wait_for_ever, never, 0, NULL);
    CHECK_EQ(terminate(NULL, 77), 0);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 20000), WAIT_OBJECT_0);
    for (int i = 0; i < 3; ++i) {
        DWORD code = 0;
        CHECK(GetExitCodeThread(threads[i], &code));
        CHECK_EQ(code, 77u);
    }
}

int main(int argc, char** argv) {
    if (argc > 1) {
        Sleep(60000);
        return 3;
    }
    terminate = (void*)GetProcAddress(GetModuleHandleA("ntdll"), "NtTerminateProcess");
    other_process(argv[0]);
    own_threads();
    return check_result();
}
