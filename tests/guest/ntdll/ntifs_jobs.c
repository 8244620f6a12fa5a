// Jobs made by services are jobs.
// "IsProcessInJob function (jobapi.h)", "Job Objects".
#include "check.h"

static FARPROC service(const char* name) {
    FARPROC function = GetProcAddress(GetModuleHandleA("ntdll"), name);
    CHECK(function != NULL);
    return function;
}

static void jobs(char* self) {
    long (*create)(HANDLE*, ACCESS_MASK, void*) = (void*)service("NtCreateJobObject");
    long (*assign)(HANDLE, HANDLE) = (void*)service("NtAssignProcessToJobObject");
    long (*is_in)(HANDLE, HANDLE) = (void*)service("NtIsProcessInJob");
    long (*terminate)(HANDLE, long) = (void*)service("NtTerminateJobObject");
    HANDLE job, weak;
    CHECK_EQ(create(&job, JOB_OBJECT_ALL_ACCESS, NULL), 0);
    char line[600];
    snprintf(line, sizeof line, "\"%s\" wait", self);
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    CHECK_EQ(is_in(process.hProcess, job), 0x123);
    CHECK(DuplicateHandle(GetCurrentProcess(), job, GetCurrentProcess(), &weak, JOB_OBJECT_QUERY, FALSE, 0));
    CHECK_EQ(assign(weak, process.hProcess), (long)0xC0000022);
    CHECK_EQ(assign(job, process.hProcess), 0);
    CHECK_EQ(is_in(process.hProcess, job), 0x124);
    BOOL member = FALSE;
    CHECK(IsProcessInJob(process.hProcess, job, &member) && member);
    CHECK_EQ(terminate(weak, 9), (long)0xC0000022);
    CHECK_EQ(terminate(job, 9), 0);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 9u);
}

int main(int argc, char** argv) {
    if (argc > 1) {
        Sleep(60000);
        return 3;
    }
    jobs(argv[0]);
    return check_result();
}
