// The first thread of another process can be found, opened and resumed, and a process' processors chosen before it
// runs. Go's runtime TestNumCPU; "OpenThread function", "SetProcessAffinityMask function".
#include <stdio.h>

#include "check.h"
#include <tlhelp32.h>

static DWORD first_thread_of(DWORD process) {
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    DWORD found = 0;
    for (BOOL more = Thread32First(snapshot, &entry); more && !found; more = Thread32Next(snapshot, &entry))
        if (entry.th32OwnerProcessID == process) found = entry.th32ThreadID;
    CloseHandle(snapshot);
    return found;
}

int main(int argc, char **argv) {
    (void)argv;
    DWORD_PTR mask = 0, system = 0;
    if (argc > 1) return GetProcessAffinityMask(GetCurrentProcess(), &mask, &system) ? __builtin_popcountll(mask) : 0;
    char line[MAX_PATH + 16], self[MAX_PATH];
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(line, sizeof line, "\"%s\" child", self);
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &process));
    CHECK(GetProcessAffinityMask(process.hProcess, &mask, &system));
    DWORD_PTR last = mask;
    while (last & (last - 1)) last &= last - 1;
    CHECK(SetProcessAffinityMask(process.hProcess, last));
    CHECK(GetProcessAffinityMask(process.hProcess, &mask, &system));
    CHECK_EQ(mask, last);
    DWORD id = first_thread_of(process.dwProcessId);
    CHECK_EQ(id, process.dwThreadId);
    HANDLE thread = OpenThread(THREAD_SUSPEND_RESUME, FALSE, id);
    CHECK(thread != NULL);
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK(WaitForSingleObject(process.hProcess, 20000) == WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    // How many it may use; a child that starts late has them numbered from 0.
    CHECK_EQ(code, 1);
    return check_result();
}
