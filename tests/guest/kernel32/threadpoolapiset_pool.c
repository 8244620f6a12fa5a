// Work, timers, waits, I/O, cleanup groups and what a callback leaves to be done.
// "Thread Pool API", "SetThreadpoolWait function (threadpoolapiset.h)", "CloseThreadpoolCleanupGroupMembers function".
#define _WIN32_WINNT 0x0A00
#include "check.h"

static LONG g_runs;
static HANDLE g_gate;

static void CALLBACK count_work(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK work) {
    (void)instance, (void)work;
    InterlockedIncrement((LONG*)context);
}

static void CALLBACK blocked_work(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK work) {
    (void)instance, (void)work;
    WaitForSingleObject(g_gate, INFINITE);
    InterlockedIncrement((LONG*)context);
}

static void test_work(void) {
    PTP_WORK work = CreateThreadpoolWork(count_work, &g_runs, NULL);
    CHECK(work != NULL);
    for (int i = 0; i < 1000; ++i) SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK(g_runs == 1000);
    CloseThreadpoolWork(work);

    // Callbacks that wait for one another all get a thread, however many there are.
    LONG done = 0;
    g_gate = CreateSemaphoreW(NULL, 0, 100, NULL);
    work = CreateThreadpoolWork(blocked_work, &done, NULL);
    for (int i = 0; i < 12; ++i) SubmitThreadpoolWork(work);
    ReleaseSemaphore(g_gate, 12, NULL);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK(done == 12);
    CloseThreadpoolWork(work);
}

static void CALLBACK simple(PTP_CALLBACK_INSTANCE instance, void* context) {
    CHECK(CallbackMayRunLong(instance));
    SetEventWhenCallbackReturns(instance, context);
}

static void test_simple(void) {
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK(TrySubmitThreadpoolCallback(simple, event, NULL));
    CHECK(WaitForSingleObject(event, 10000) == WAIT_OBJECT_0);
    CloseHandle(event);
}

static LONG g_ticks;
static HANDLE g_three;
static void CALLBACK tick(PTP_CALLBACK_INSTANCE instance, void* context, PTP_TIMER timer) {
    (void)instance, (void)context, (void)timer;
    if (InterlockedIncrement(&g_ticks) == 3) SetEvent(g_three);
}

static FILETIME after_ms(int ms) {
    LONGLONG due = -(LONGLONG)ms * 10000;
    FILETIME time = {(DWORD)due, (DWORD)(due >> 32)};
    return time;
}

static void test_timer(void) {
    g_three = CreateEventW(NULL, TRUE, FALSE, NULL);
    PTP_TIMER timer = CreateThreadpoolTimer(tick, NULL, NULL);
    CHECK(!IsThreadpoolTimerSet(timer));
    FILETIME due = after_ms(5);
    SetThreadpoolTimer(timer, &due, 10, 0);
    CHECK(IsThreadpoolTimerSet(timer));
    CHECK(WaitForSingleObject(g_three, 10000) == WAIT_OBJECT_0);
    CHECK(SetThreadpoolTimerEx(timer, NULL, 0, 0));  // was set
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    LONG seen = g_ticks;
    Sleep(50);
    CHECK(g_ticks == seen);
    CloseThreadpoolTimer(timer);
}

static volatile DWORD g_result = 99;
static void CALLBACK waited(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WAIT wait, TP_WAIT_RESULT result) {
    (void)wait;
    g_result = result;
    SetEventWhenCallbackReturns(instance, context);
}

static void test_wait(void) {
    HANDLE object = CreateEventW(NULL, FALSE, FALSE, NULL), done = CreateEventW(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(waited, done, NULL);
    SetThreadpoolWait(wait, object, NULL);
    CHECK(WaitForSingleObject(done, 30) == WAIT_TIMEOUT);
    SetEvent(object);
    CHECK(WaitForSingleObject(done, 10000) == WAIT_OBJECT_0);
    CHECK(g_result == WAIT_OBJECT_0);
    // It was for one time only.
    SetEvent(object);
    CHECK(WaitForSingleObject(done, 30) == WAIT_TIMEOUT);
    ResetEvent(object);
    FILETIME timeout = after_ms(10);
    SetThreadpoolWait(wait, object, &timeout);
    CHECK(WaitForSingleObject(done, 10000) == WAIT_OBJECT_0);
    CHECK(g_result == WAIT_TIMEOUT);
    SetThreadpoolWait(wait, object, NULL);
    SetThreadpoolWait(wait, NULL, NULL);
    SetEvent(object);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    CHECK(WaitForSingleObject(done, 30) == WAIT_TIMEOUT);
    CHECK(WaitForSingleObject(object, 0) == WAIT_OBJECT_0);  // nobody took it
    CloseThreadpoolWait(wait);
}

static DWORD g_bytes;
static void CALLBACK read_done(PTP_CALLBACK_INSTANCE instance, void* context, void* overlapped, ULONG result,
                               ULONG_PTR bytes, PTP_IO io) {
    (void)overlapped, (void)io;
    CHECK(result == NO_ERROR);
    g_bytes = (DWORD)bytes;
    SetEventWhenCallbackReturns(instance, context);
}

static void test_io(void) {
    HANDLE file = CreateFileA("pool.txt", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    HANDLE done = CreateEventW(NULL, FALSE, FALSE, NULL);
    PTP_IO io = CreateThreadpoolIo(file, read_done, done, NULL);
    CHECK(io != NULL);
    OVERLAPPED overlapped = {0};
    StartThreadpoolIo(io);
    BOOL wrote = WriteFile(file, "hello", 5, NULL, &overlapped);
    CHECK(wrote || GetLastError() == ERROR_IO_PENDING);
    CHECK(WaitForSingleObject(done, 10000) == WAIT_OBJECT_0);
    CHECK(g_bytes == 5);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CloseHandle(file);
    CloseThreadpoolIo(io);
}

static LONG g_cancelled;
static void CALLBACK cancelled(void* object, void* cleanup) {
    (void)object, (void)cleanup;
    InterlockedIncrement(&g_cancelled);
}

static void test_group(void) {
    PTP_POOL pool = CreateThreadpool(NULL);
    SetThreadpoolThreadMaximum(pool, 1);
    CHECK(SetThreadpoolThreadMinimum(pool, 1));
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    TP_CALLBACK_ENVIRON environment;
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    SetThreadpoolCallbackCleanupGroup(&environment, group, cancelled);
    LONG runs = 0;
    PTP_WORK work = CreateThreadpoolWork(count_work, &runs, &environment);
    for (int i = 0; i < 10; ++i) SubmitThreadpoolWork(work);
    CloseThreadpoolCleanupGroupMembers(group, FALSE, NULL);
    CHECK(runs == 10);
    CHECK(g_cancelled == 0);
    CloseThreadpoolCleanupGroup(group);
    CloseThreadpool(pool);
}

int main(void) {
    test_work();
    test_simple();
    test_timer();
    test_wait();
    test_io();
    test_group();
    return check_result();
}
