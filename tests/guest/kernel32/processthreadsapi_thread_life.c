// Threads' ends: TerminateThread in a wait and in a loop, exit codes, a thousand threads, the last thread's code.
// "TerminateThread function", "ExitThread function", "CreateThread function".
// exit: 42
#include "check.h"

static HANDLE event;
static volatile LONG started;

static DWORD WINAPI waits(void* unused) {
    InterlockedIncrement(&started);
    WaitForSingleObject(event, INFINITE);
    return 1;
}

static DWORD WINAPI loops(void* unused) {
    InterlockedIncrement(&started);
    for (volatile int i = 0;; i++) {}
}

static DWORD WINAPI leaves(void* code) {
    started++;
    ExitThread((DWORD)(ULONG_PTR)code);
}

static DWORD WINAPI last(void* main_thread) {
    WaitForSingleObject(main_thread, INFINITE);
    DWORD code = 0;
    CHECK(GetExitCodeThread(main_thread, &code));
    CHECK_EQ(code, 7);
    fflush(stdout);
    ExitThread(check_result() ? 1 : 42);
}

int main(void) {
    static HANDLE threads[1000];
    DWORD code;
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    LPTHREAD_START_ROUTINE kinds[2] = {waits, loops};
    for (int i = 0; i < 2; i++) {
        started = 0;
        HANDLE thread = CreateThread(NULL, 0, kinds[i], NULL, 0, NULL);
        while (!started) Sleep(1);
        CHECK(TerminateThread(thread, 5 + i));
        CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
        CHECK(GetExitCodeThread(thread, &code));
        CHECK_EQ(code, 5 + i);
        CloseHandle(thread);
    }
    for (int i = 0; i < 1000; i++) {
        threads[i] = CreateThread(NULL, 0x10000, waits, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        CHECK(threads[i] != NULL);
    }
    SetEvent(event);
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(WaitForSingleObject(threads[i], 10000), WAIT_OBJECT_0);
        CloseHandle(threads[i]);
    }
    HANDLE thread = CreateThread(NULL, 0, leaves, (void*)0x12345678, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 0x12345678);
    CHECK(SetThreadPriority(thread, THREAD_PRIORITY_ABOVE_NORMAL));
    CHECK_EQ(GetThreadPriority(thread), THREAD_PRIORITY_ABOVE_NORMAL);
    CloseHandle(thread);
    HANDLE self;
    CHECK(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetThreadId(self), GetCurrentThreadId());
    CHECK(CreateThread(NULL, 0, last, self, 0, NULL) != NULL);
    ExitThread(7);
}
