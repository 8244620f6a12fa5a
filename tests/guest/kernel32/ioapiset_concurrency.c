// A port with a limit of one running thread gives its second packet out only when the first thread blocks or comes back, and
// a thread that blocks elsewhere and goes on makes no difference to the packets. "I/O Completion Ports", "Threads and
// Concurrency".
#include "check.h"

static HANDLE port, go_on, blocked_on;
static volatile LONG inside, taken;

static DWORD WINAPI worker(void* unused) {
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED* overlapped;
    while (GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 20000) && key != 99) {
        InterlockedIncrement(&taken);
        if (key == 1)  // runs until told, without a wait
            for (InterlockedExchange(&inside, 1); inside == 1;) YieldProcessor();
        if (key == 2) {  // sleeps in a wait
            InterlockedExchange(&inside, 2);
            WaitForSingleObject(blocked_on, 20000);
        }
    }
    return 0;
}

static void until(volatile LONG* what, LONG value) {
    for (int i = 0; i < 5000 && *what != value; ++i) Sleep(1);
    CHECK_EQ(*what, value);
}

int main(void) {
    HANDLE threads[3];
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    blocked_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < 3; ++i) threads[i] = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    PostQueuedCompletionStatus(port, 0, 1, NULL);
    until(&inside, 1);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    Sleep(100);
    CHECK_EQ(taken, 1);  // the one that runs is all there may be
    InterlockedExchange(&inside, 0);
    until(&taken, 3);
    // One that waits does not count.
    PostQueuedCompletionStatus(port, 0, 2, NULL);
    until(&inside, 2);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    until(&taken, 6);
    SetEvent(blocked_on);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    until(&taken, 7);
    // Nor does one that has ended.
    PostQueuedCompletionStatus(port, 0, 99, NULL);
    Sleep(20);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    until(&taken, 8);
    for (int i = 0; i < 2; ++i) PostQueuedCompletionStatus(port, 0, 99, NULL);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 20000), WAIT_OBJECT_0);
    return check_result();
}
