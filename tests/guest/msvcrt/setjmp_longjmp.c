// longjmp leaves nested frames and gives setjmp's second return; callee-saved registers keep their values.
// "setjmp", "longjmp" (C runtime library reference).
// link: static ucrt
#include <setjmp.h>

#include "check.h"

static jmp_buf jump;
static volatile int deepest;

static void deep(int depth) {
    volatile char frame[300];
    frame[0] = (char)depth;
    deepest = depth;
    if (depth == 0) longjmp(jump, 7);
    if (depth > 0) deep(depth - 1);
    frame[1] = frame[0];
}

static int __attribute__((noinline)) once(int want) {
    volatile double kept = 2.5;
    int got = setjmp(jump);
    if (got == 0) longjmp(jump, want);
    CHECK(kept == 2.5);
    return got;
}

int main(void) {
    volatile int rounds = 0;
    int got = setjmp(jump);
    if (got == 0) {
        deep(100);
        CHECK(!"longjmp does not return");
    }
    CHECK_EQ(got, 7);
    CHECK_EQ(deepest, 0);
    CHECK_EQ(once(3), 3);
    CHECK_EQ(once(0), 1);  // zero becomes one
    while (rounds < 1000) {
        if (setjmp(jump) == 0) longjmp(jump, 1);
        rounds++;
    }
    CHECK_EQ(rounds, 1000);
    return check_result();
}
