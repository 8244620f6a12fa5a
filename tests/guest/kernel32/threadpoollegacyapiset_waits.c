// Work items, registered waits, timer queues, callbacks of overlapped files.
// "RegisterWaitForSingleObject function (winbase.h)", "CreateTimerQueueTimer function (threadpoollegacyapiset.h)".
#include "check.h"

static HANDLE g_done;

static DWORD WINAPI work(void* context) {
    InterlockedIncrement((LONG*)context);
    SetEvent(g_done);
    return 0;
}

static volatile LONG g_fired, g_timeouts;
static void CALLBACK fired(void* context, BOOLEAN timed_out) {
    (void)context;
    InterlockedIncrement(timed_out ? &g_timeouts : &g_fired);
    SetEvent(g_done);
}

static void test_registered_waits(void) {
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), wait = NULL;
    CHECK(RegisterWaitForSingleObject(&wait, event, fired, NULL, INFINITE, WT_EXECUTEDEFAULT));
    CHECK(wait != NULL);
    for (int i = 1; i <= 3; ++i) {  // armed anew after each callback
        SetEvent(event);
        CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
        CHECK(g_fired == i);
    }
    CHECK(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    SetEvent(event);
    CHECK(WaitForSingleObject(g_done, 30) == WAIT_TIMEOUT);
    CHECK_LASTERROR(UnregisterWait(wait), ERROR_INVALID_HANDLE);

    ResetEvent(event);
    CHECK(RegisterWaitForSingleObject(&wait, event, fired, NULL, 10, WT_EXECUTEONLYONCE));
    CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
    CHECK(g_timeouts == 1);
    CHECK(WaitForSingleObject(g_done, 50) == WAIT_TIMEOUT);
    UnregisterWaitEx(wait, INVALID_HANDLE_VALUE);

    // A process that has ended already.
    CHECK_LASTERROR(RegisterWaitForSingleObject(&wait, (HANDLE)0x7777, fired, NULL, 10, 0), ERROR_INVALID_HANDLE);
}

static void test_many_waits(void) {
    enum { kMany = 300 };
    static HANDLE events[kMany], waits[kMany];
    g_fired = 0;
    for (int i = 0; i < kMany; ++i) {
        events[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
        CHECK(RegisterWaitForSingleObject(&waits[i], events[i], fired, NULL, INFINITE, WT_EXECUTEONLYONCE));
    }
    for (int i = kMany - 1; i >= 0; --i) SetEvent(events[i]);
    while (g_fired < kMany) CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
    for (int i = 0; i < kMany; ++i) UnregisterWaitEx(waits[i], INVALID_HANDLE_VALUE);
    CHECK(g_fired == kMany);
}

static volatile LONG g_ticks;
static void CALLBACK tick(void* context, BOOLEAN timer) {
    CHECK(timer);
    CHECK(context == &g_ticks);
    if (InterlockedIncrement(&g_ticks) == 3) SetEvent(g_done);
}

static void test_timer_queues(void) {
    HANDLE queue = CreateTimerQueue(), timer = NULL, other = NULL;
    CHECK(queue != NULL);
    CHECK(CreateTimerQueueTimer(&timer, queue, tick, (void*)&g_ticks, 5, 5, WT_EXECUTEDEFAULT));
    CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
    CHECK(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    LONG seen = g_ticks;
    Sleep(30);
    CHECK(g_ticks == seen);
    g_ticks = 2;
    CHECK(CreateTimerQueueTimer(&timer, NULL, tick, (void*)&g_ticks, 1000000, 0, 0));
    CHECK(ChangeTimerQueueTimer(NULL, timer, 1, 0));
    CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
    CHECK_LASTERROR(DeleteTimerQueueTimer(queue, timer, NULL), ERROR_INVALID_HANDLE);
    CHECK(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
    CHECK(CreateTimerQueueTimer(&other, queue, tick, (void*)&g_ticks, 1000000, 0, 0));
    HANDLE deleted = CreateEventW(NULL, TRUE, FALSE, NULL);
    CHECK(DeleteTimerQueueEx(queue, deleted) || GetLastError() == ERROR_IO_PENDING);
    CHECK(WaitForSingleObject(deleted, 10000) == WAIT_OBJECT_0);
    CHECK_LASTERROR(DeleteTimerQueueEx(queue, NULL), ERROR_INVALID_HANDLE);
}

static volatile DWORD g_bytes;
static void CALLBACK written(DWORD error, DWORD bytes, OVERLAPPED* overlapped) {
    CHECK(error == 0);
    CHECK(overlapped->Offset == 0);
    g_bytes += bytes;
    SetEvent(g_done);
}

static void test_bound_files(void) {
    HANDLE file = CreateFileA("bound.txt", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(BindIoCompletionCallback(file, written, 0));
    for (int i = 1; i <= 3; ++i) {
        OVERLAPPED overlapped = {0};
        CHECK(WriteFile(file, "hello", 5, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING);
        CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
        CHECK(g_bytes == 5u * i);
    }
    CloseHandle(file);
}

int main(void) {
    LONG count = 0;
    g_done = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK(QueueUserWorkItem(work, &count, WT_EXECUTEDEFAULT));
    CHECK(WaitForSingleObject(g_done, 10000) == WAIT_OBJECT_0);
    CHECK(count == 1);
    test_registered_waits();
    test_many_waits();
    test_timer_queues();
    test_bound_files();
    return check_result();
}
