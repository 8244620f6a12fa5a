// Frames larger than a page are probed on entry, alloca too; recursion goes deep; a thread gets the stack
// it asks for.
// link: static ucrt
#include <malloc.h>

#include "check.h"

static int __attribute__((noinline)) large(int depth) {
    volatile char frame[200000];
    frame[0] = 1;
    frame[sizeof frame - 1] = (char)depth;
    return depth == 0 ? frame[0] : large(depth - 1) + frame[0];
}

static int __attribute__((noinline)) recurse(int depth) {
    volatile int here = depth;
    return depth == 0 ? 0 : recurse(depth - 1) + (here == depth);
}

static DWORD WINAPI in_thread(void* unused) {
    (void)unused;
    return (DWORD)(large(60) + recurse(100000));  // some 12 MB and 6 MB
}

int main(void) {
    CHECK_EQ(large(4), 5);
    char* block = _alloca(600000);
    memset(block, 7, 600000);
    CHECK_EQ(block[599999], 7);
    CHECK_EQ(recurse(10000), 10000);

    HANDLE thread = CreateThread(NULL, 32 << 20, in_thread, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    DWORD code = 0;
    CHECK_EQ(WaitForSingleObject(thread, 60000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 61 + 100000);
    return check_result();
}
