// More threads ask for services of the rare kind at once than anybody answers at a time, and some of them end while they ask:
// each call that returns has its answer, and what is asked afterwards too. Where no lswhost is, the same without it.
// "NtLoadDriver" needs a privilege that no ordinary user holds.
// timeout: 120
#include "check.h"
#include "raw_stubs.h"

enum { kThreads = 200, kCalls = 10 };
static unsigned char* page;
static HANDLE start;
static volatile LONG answered;

static DWORD WINAPI ask(void* argument) {
    (void)argument;
    WaitForSingleObject(start, INFINITE);
    for (int i = 0; i < kCalls; ++i) {
        CHECK_EQ(((raw_stub)(void*)page)(NULL), (long)0xC0000061);
        InterlockedIncrement(&answered);
    }
    return 0;
}

static DWORD WINAPI ask_for_ever(void* argument) {
    (void)argument;
    for (;;) ((raw_stub)(void*)page)(NULL);
    return 0;
}

int main(int argc, char** argv) {
    page = raw_page();
    raw_put_plain(page, raw_number("NtLoadDriver"));
    raw_seal(page);
    if (argc > 1) {  // ends in the midst of its questions
        for (int i = 0; i < 20; ++i) CreateThread(NULL, 0x10000, ask_for_ever, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        Sleep(20);
        ExitProcess(7);
    }
    start = CreateEventW(NULL, TRUE, FALSE, NULL);
    static HANDLE threads[kThreads];
    for (int i = 0; i < kThreads; ++i)
        threads[i] = CreateThread(NULL, 0x10000, ask, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    SetEvent(start);
    char line[600];
    snprintf(line, sizeof line, "\"%s\" flood", argv[0]);
    for (int i = 0; i < 5; ++i) {
        STARTUPINFOA info = {.cb = sizeof info};
        PROCESS_INFORMATION process;
        CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &process));
        CHECK_EQ(WaitForSingleObject(process.hProcess, 60000), WAIT_OBJECT_0);
        DWORD code = 0;
        CHECK(GetExitCodeProcess(process.hProcess, &code) && code == 7);
    }
    for (int i = 0; i < kThreads; ++i) CHECK_EQ(WaitForSingleObject(threads[i], 60000), WAIT_OBJECT_0);
    CHECK_EQ(answered, kThreads * kCalls);
    return check_result();
}
