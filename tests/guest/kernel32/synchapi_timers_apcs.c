// Waitable timers and user APCs. "SetWaitableTimer function", "QueueUserAPC function", "SleepEx function".
#include "check.h"

static int timer_calls, apc_sum;

static void CALLBACK on_timer(void* argument, DWORD low, DWORD high) {
    timer_calls++;
    CHECK(argument == &timer_calls);
    CHECK(((ULONGLONG)high << 32 | low) > 0);
}

static void CALLBACK on_apc(ULONG_PTR value) { apc_sum += (int)value; }

static DWORD WINAPI sleeper(void* result) {
    *(DWORD*)result = SleepEx(10000, TRUE);
    return 0;
}

static DWORD WINAPI nothing(void* unused) { return apc_sum; }

static ULONGLONG elapsed_ms(LARGE_INTEGER from) {
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (now.QuadPart - from.QuadPart) * 1000 / frequency.QuadPart;
}

static void timers(void) {
    LARGE_INTEGER due, start;
    HANDLE timer = CreateWaitableTimerExW(NULL, NULL, 2 /* high resolution */, TIMER_ALL_ACCESS);
    CHECK(timer != NULL);
    CHECK_EQ(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    due.QuadPart = -30 * 10000;
    QueryPerformanceCounter(&start);
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
    CHECK_EQ(WaitForSingleObject(timer, 5000), WAIT_OBJECT_0);
    CHECK(elapsed_ms(start) >= 29);
    CHECK_EQ(WaitForSingleObject(timer, 20), WAIT_TIMEOUT);
    // Periodic, through a wait for several.
    HANDLE both[2] = {CreateEventW(NULL, FALSE, FALSE, NULL), timer};
    CHECK(SetWaitableTimer(timer, &due, 10, NULL, NULL, FALSE));
    for (int i = 0; i < 3; i++) CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, 5000), WAIT_OBJECT_0 + 1);
    CHECK(CancelWaitableTimer(timer));
    WaitForSingleObject(timer, 0);
    CHECK_EQ(WaitForSingleObject(timer, 30), WAIT_TIMEOUT);
    // An absolute time that has passed, manual reset.
    HANDLE manual = CreateWaitableTimerW(NULL, TRUE, NULL);
    due.QuadPart = 1;
    CHECK(SetWaitableTimer(manual, &due, 0, NULL, NULL, FALSE));
    CHECK_EQ(WaitForSingleObject(manual, 1000), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    CloseHandle(manual);
    // With a routine: it runs in an alertable wait only.
    due.QuadPart = -10 * 10000;
    CHECK(SetWaitableTimer(timer, &due, 0, on_timer, &timer_calls, FALSE));
    Sleep(30);
    CHECK_EQ(timer_calls, 0);
    CHECK_EQ(SleepEx(1000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(timer_calls, 1);
    CHECK_EQ(SleepEx(20, TRUE), 0);
    CloseHandle(timer);
    CloseHandle(both[0]);
}

static void apcs(void) {
    DWORD result = 0;
    CHECK(QueueUserAPC(on_apc, GetCurrentThread(), 1));
    CHECK(QueueUserAPC(on_apc, GetCurrentThread(), 2));
    CHECK_EQ(SleepEx(0, FALSE), 0);
    CHECK_EQ(apc_sum, 0);
    CHECK_EQ(SleepEx(1000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(apc_sum, 3);
    HANDLE thread = CreateThread(NULL, 0, sleeper, &result, 0, NULL);
    Sleep(50);
    CHECK(QueueUserAPC(on_apc, thread, 4));
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK_EQ(result, WAIT_IO_COMPLETION);
    CHECK_EQ(apc_sum, 7);
    CHECK(!QueueUserAPC(on_apc, thread, 4));
    CloseHandle(thread);
    // Before a thread's first instruction.
    DWORD code = 0;
    thread = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    CHECK(QueueUserAPC(on_apc, thread, 8));
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 15);
    CloseHandle(thread);
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK(QueueUserAPC(on_apc, GetCurrentThread(), 16));
    CHECK_EQ(WaitForSingleObjectEx(event, 1000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(apc_sum, 31);
    CloseHandle(event);
}

int main(void) {
    timers();
    apcs();
    return check_result();
}
