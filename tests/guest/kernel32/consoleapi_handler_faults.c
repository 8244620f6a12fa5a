// A control handler runs on a thread like any other: an exception in it reaches the program's handlers, and it may read
// the clock in KUSER_SHARED_DATA. Go's os/signal tests. "HandlerRoutine callback function", "AddVectoredExceptionHandler".
#include <stdio.h>

#include "check.h"

static HANDLE done;
static volatile LONG faults, event_seen = -1;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *info) {
    if (info->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION) return EXCEPTION_CONTINUE_SEARCH;
    InterlockedIncrement(&faults);
    info->ContextRecord->Rip += 3;  // behind the move
    return EXCEPTION_CONTINUE_EXECUTION;
}

static BOOL WINAPI on_event(DWORD event) {
    volatile LONGLONG *interrupt_time = (volatile LONGLONG *)0x7FFE0008;
    event_seen = *interrupt_time != 0 ? (LONG)event : -2;
    __asm__ volatile("xor %%eax, %%eax\n\tmovq (%%rax), %%rcx" ::: "rax", "rcx", "memory");
    SetEvent(done);
    return TRUE;
}

// The child has a process group of its own, so that nobody else is told.
static DWORD child(HANDLE ready) {
    done = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!AddVectoredExceptionHandler(1, on_exception) || !SetConsoleCtrlHandler(on_event, TRUE)) return 1;
    SetEvent(ready);
    if (WaitForSingleObject(done, 10000) != WAIT_OBJECT_0) return 2;
    return event_seen == CTRL_BREAK_EVENT && faults == 1 ? 42 : 3;
}

int main(int argc, char **argv) {
    char name[40];
    snprintf(name, sizeof name, "handler_faults_%lu", GetCurrentProcessId());
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, argc > 1 ? argv[1] : name);
    CHECK(ready != NULL);
    if (argc > 1) return (int)child(ready);
    char line[MAX_PATH + 64], self[MAX_PATH];
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(line, sizeof line, "\"%s\" %s", self, name);
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 0;
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_NEW_PROCESS_GROUP, NULL, NULL, &startup, &process));
    CHECK(WaitForSingleObject(ready, 10000) == WAIT_OBJECT_0);
    CHECK(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process.dwProcessId));
    CHECK(WaitForSingleObject(process.hProcess, 20000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 42);
    return check_result();
}
