// A control handler runs on a thread like any other: an exception in it reaches the program's handlers, and it may read
// the clock in KUSER_SHARED_DATA. Go's os/signal tests. "HandlerRoutine callback function", "AddVectoredExceptionHandler".
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

int main(void) {
    done = CreateEventW(NULL, TRUE, FALSE, NULL);
    CHECK(AddVectoredExceptionHandler(1, on_exception) != NULL);
    CHECK(SetConsoleCtrlHandler(on_event, TRUE));
    CHECK(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, GetCurrentProcessId()) || GetLastError() == ERROR_INVALID_PARAMETER);
    if (WaitForSingleObject(done, 1000) != WAIT_OBJECT_0) CHECK(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
    CHECK(WaitForSingleObject(done, 10000) == WAIT_OBJECT_0);
    CHECK(event_seen == CTRL_BREAK_EVENT);
    CHECK(faults == 1);
    return check_result();
}
