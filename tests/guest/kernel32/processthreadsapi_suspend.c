// Threads are suspended wherever they are, their registers read and changed, and go on.
// "SuspendThread function", "GetThreadContext function", "SetThreadContext function (processthreadsapi.h)".
#include "check.h"

static volatile LONG64 counter;
static volatile LONG diverted, stop, blocked_returned;
static HANDLE event;

static DWORD WINAPI spin(void* unused) {
    while (!stop) counter++;
    return 0;
}

static DWORD WINAPI block(void* unused) {
    DWORD result = WaitForSingleObject(event, INFINITE);
    blocked_returned = 1 + (LONG)result;
    return 5;
}

static DWORD WINAPI allocate(void* unused) {
    while (!stop) {
        void* p = HeapAlloc(GetProcessHeap(), 0, 1000);
        HeapFree(GetProcessHeap(), 0, p);
        counter++;
    }
    return 0;
}

static int in_program(DWORD64 rip) {
    MEMORY_BASIC_INFORMATION info;
    return VirtualQuery((void*)rip, &info, sizeof info) && info.State == MEM_COMMIT;
}

// It does not count while it is suspended.
static int stands_still(void) {
    LONG64 before = counter;
    Sleep(5);
    return counter == before;
}

static void divert(void) {
    diverted = 1;
    ExitThread(77);
}

static void spinning(void) {
    HANDLE thread = CreateThread(NULL, 0, spin, NULL, 0, NULL);
    Sleep(5);
    for (int i = 0; i < 200; i++) {
        CHECK_EQ(SuspendThread(thread), 0);
        CONTEXT context = {.ContextFlags = CONTEXT_FULL};
        CHECK(GetThreadContext(thread, &context));
        if (i < 5) CHECK(stands_still());
        if (!in_program(context.Rip)) CHECK(!"rip of the program");
        CHECK_EQ(ResumeThread(thread), 1);
    }
    CHECK_EQ(SuspendThread(thread), 0);
    CHECK_EQ(SuspendThread(thread), 1);
    CHECK_EQ(ResumeThread(thread), 2);
    CHECK(stands_still());
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};
    CHECK(GetThreadContext(thread, &context));
    context.Rip = (DWORD64)divert;
    context.Rsp = ((context.Rsp - 256) & ~15ull) - 8;
    CHECK(SetThreadContext(thread, &context));
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(WaitForSingleObject(thread, 5000), 0);
    DWORD code = 0;
    GetExitCodeThread(thread, &code);
    CHECK_EQ(code, 77);
    CHECK(diverted);
    CloseHandle(thread);
}

// A thread in a wait counts as suspended at once; it comes out of the wait and then stops.
static void waiting(void) {
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, block, NULL, 0, NULL);
    Sleep(10);
    CHECK_EQ(SuspendThread(thread), 0);
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    CHECK(GetThreadContext(thread, &context));
    CHECK(in_program(context.Rip));
    SetEvent(event);
    Sleep(20);
    CHECK_EQ(blocked_returned, 0);
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(WaitForSingleObject(thread, 5000), 0);
    CHECK_EQ(blocked_returned, 1);
    CloseHandle(thread);
}

// Wherever the thread is, the suspender can use the heap afterwards: no lock of the system is held.
static void in_the_system(void) {
    HANDLE thread = CreateThread(NULL, 0, allocate, NULL, 0, NULL);
    for (int i = 0; i < 3000; i++) {
        CHECK_EQ(SuspendThread(thread), 0);
        for (int j = 0; j < 10; j++) HeapFree(GetProcessHeap(), 0, HeapAlloc(GetProcessHeap(), 0, 1000));
        CONTEXT context = {.ContextFlags = CONTEXT_FULL};
        CHECK(GetThreadContext(thread, &context));
        if (!in_program(context.Rip)) CHECK(!"rip of the program");
        CHECK_EQ(ResumeThread(thread), 1);
    }
    LONG64 before = counter;
    for (int i = 0; i < 5000 && counter == before; i++) Sleep(1);
    CHECK(counter != before);
    stop = 1;
    CHECK_EQ(WaitForSingleObject(thread, 5000), 0);
    CloseHandle(thread);
}

int main(void) {
    spinning();
    waiting();
    in_the_system();
    return check_result();
}
