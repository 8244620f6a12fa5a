// The filter of the program sees what nobody else handled; when it takes the exception, nothing is printed.
// "SetUnhandledExceptionFilter function".
// exit: 134
// stdout: ^filter e0000077 1$
#include <stdio.h>
#include <windows.h>

static LONG WINAPI filter(EXCEPTION_POINTERS* p) {
    printf("filter %lx %lu\n", p->ExceptionRecord->ExceptionCode, p->ExceptionRecord->NumberParameters);
    fflush(stdout);
    return EXCEPTION_EXECUTE_HANDLER;
}

int main(void) {
    ULONG_PTR argument = 5;
    if (SetUnhandledExceptionFilter(filter) == filter) return 1;
    RaiseException(0xE0000077, 0, 1, &argument);
}
