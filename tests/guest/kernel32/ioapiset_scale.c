// Ten thousand handles, and a thousand threads at one completion port: each packet goes to one of them, few run at a time, and
// closing the port sends all of them home. "GetQueuedCompletionStatus function": ERROR_ABANDONED_WAIT_0.
// timeout: 120
#include <stdlib.h>

#include "check.h"

enum { HANDLES = 10000, THREADS = 1000, POSTS = 20000 };

static HANDLE port, handles[HANDLES], threads[THREADS];
static volatile LONG taken, wrong, abandoned, late, running, most;

static DWORD WINAPI work(void* unused) {
    (void)unused;
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED* overlapped = NULL;
        if (!GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE)) {
            // One that comes back when the handle is closed already finds none.
            if (GetLastError() == ERROR_ABANDONED_WAIT_0) InterlockedIncrement(&abandoned);
            else if (GetLastError() == ERROR_INVALID_HANDLE) InterlockedIncrement(&late);
            return 0;
        }
        LONG now = InterlockedIncrement(&running);
        if (now > most) most = now;
        if (bytes + 1 != key) InterlockedIncrement(&wrong);
        InterlockedDecrement(&running);
        InterlockedIncrement(&taken);
    }
}

static void many_handles(void) {
    for (int i = 0; i < HANDLES; ++i) handles[i] = CreateEventW(NULL, TRUE, i % 3 == 0, NULL);
    for (int i = 0; i < HANDLES; ++i)
        if (!CHECK_EQ(WaitForSingleObject(handles[i], 0), i % 3 == 0 ? WAIT_OBJECT_0 : WAIT_TIMEOUT)) break;
    for (int i = 0; i < HANDLES; i += 2) CHECK(CloseHandle(handles[i]));
    for (int i = 1; i < HANDLES; i += 2) {
        if (!CHECK_EQ(WaitForSingleObject(handles[i], 0), i % 3 == 0 ? WAIT_OBJECT_0 : WAIT_TIMEOUT)) break;
        CHECK(CloseHandle(handles[i]));
    }
    DWORD after = 0;
    CHECK(GetProcessHandleCount(GetCurrentProcess(), &after));
    CHECK(after < 200);
}

static void many_threads(void) {
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 4);
    for (int i = 0; i < THREADS; ++i) {
        threads[i] = CreateThread(NULL, 65536, work, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        if (!CHECK(threads[i] != NULL)) exit(check_result());
    }
    for (DWORD i = 0; i < POSTS; ++i) CHECK(PostQueuedCompletionStatus(port, i, i + 1, NULL));
    for (int i = 0; i < 60000 && taken < POSTS; ++i) Sleep(1);
    CHECK_EQ(taken, POSTS);
    CHECK_EQ(wrong, 0);
    // A thread that is interrupted between a packet and the count is not seen to run.
    CHECK(most <= 8);
    CHECK(CloseHandle(port));
    for (int i = 0; i < THREADS; ++i) CHECK_EQ(WaitForSingleObject(threads[i], 60000), WAIT_OBJECT_0);
    CHECK_EQ(abandoned + late, THREADS);
    CHECK(abandoned > THREADS / 2);
    for (int i = 0; i < THREADS; ++i) CHECK(CloseHandle(threads[i]));
}

int main(void) {
    many_handles();
    many_threads();
    return check_result();
}
