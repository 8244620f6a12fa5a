// Threads run, share memory, return exit codes, are waited for, and wait for events.
// "CreateThread function (processthreadsapi.h)", "GetExitCodeThread function".
#include "check.h"

static LONG counter;
static HANDLE go;

static DWORD WINAPI work(void* argument) {
    WaitForSingleObject(go, INFINITE);
    for (int i = 0; i < 10000; i++) InterlockedIncrement(&counter);
    return (DWORD)(ULONG_PTR)argument;
}

int main(void) {
    enum { kThreads = 8 };
    HANDLE threads[kThreads];
    DWORD ids[kThreads], code;

    go = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < kThreads; i++) {
        threads[i] = CreateThread(NULL, 0, work, (void*)(ULONG_PTR)(100 + i), 0, &ids[i]);
        CHECK(threads[i] != NULL);
        CHECK_EQ(GetThreadId(threads[i]), ids[i]);
    }
    CHECK_EQ(WaitForMultipleObjects(kThreads, threads, FALSE, 20), WAIT_TIMEOUT);
    CHECK(GetExitCodeThread(threads[0], &code));
    CHECK_EQ(code, STILL_ACTIVE);
    SetEvent(go);
    CHECK_EQ(WaitForMultipleObjects(kThreads, threads, TRUE, 30000), WAIT_OBJECT_0);
    CHECK_EQ(counter, kThreads * 10000);
    for (int i = 0; i < kThreads; i++) {
        CHECK(GetExitCodeThread(threads[i], &code));
        CHECK_EQ(code, 100 + i);
        CHECK(CloseHandle(threads[i]));
    }
    CHECK(CloseHandle(go));
    CHECK_LASTERROR(CloseHandle(go), ERROR_INVALID_HANDLE);
    return check_result();
}
