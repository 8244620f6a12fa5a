// The overflow of a stack is an exception that a handler can survive, again and again, once the guard is back.
// "_resetstkoflw", "EXCEPTION_STACK_OVERFLOW" in "EXCEPTION_RECORD structure".
#include <malloc.h>
#include <setjmp.h>

#include "check.h"

static jmp_buf back;
static volatile LONG overflows;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS* p) {
    if (p->ExceptionRecord->ExceptionCode != EXCEPTION_STACK_OVERFLOW) return EXCEPTION_CONTINUE_SEARCH;
    InterlockedIncrement(&overflows);
    longjmp(back, 1);
}

static __attribute__((noinline)) int deeper(int n) {
    volatile char room[300];
    room[0] = (char)n;
    return n < 0 ? 0 : deeper(n + 1) + room[0];
}

static void overflow_and_recover(void) {
    if (setjmp(back) == 0) {
        deeper(0);
        CHECK(!"unreachable");
    }
    CHECK(_resetstkoflw());
}

int main(void) {
    AddVectoredExceptionHandler(1, on_exception);
    for (int i = 0; i < 3; i++) overflow_and_recover();
    CHECK_EQ(overflows, 3);
    return check_result();
}
