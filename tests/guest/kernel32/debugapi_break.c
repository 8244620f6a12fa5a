// DebugBreak raises EXCEPTION_BREAKPOINT; a handler that steps over the instruction lets the program go on.
// "DebugBreak function (debugapi.h)"; that RIP is at the instruction: "Using a Vectored Exception Handler".
#include "check.h"

static int seen;

static LONG CALLBACK step_over(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_BREAKPOINT) return EXCEPTION_CONTINUE_SEARCH;
    seen++;
    CHECK_EQ(pointers->ContextRecord->Rip, (DWORD64)(ULONG_PTR)pointers->ExceptionRecord->ExceptionAddress);
    pointers->ContextRecord->Rip++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

int main(void) {
    CHECK(AddVectoredExceptionHandler(1, step_over) != NULL);
    DebugBreak();
    CHECK_EQ(seen, 1);
    return check_result();
}
