// Random service numbers with random arguments, by every form of raw call: each returns (nothing of ours crashes, and no
// argument of a guest ever reaches a Linux call). Left out are services that rightly end, stop or rewrite the caller.
// timeout: 60
#include "check.h"
#include "raw_stubs.h"

static unsigned long long seed = 0x243F6A8885A308D3;
static unsigned long long next(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static const char* left_out[] = {
    "NtTerminateProcess", "NtTerminateThread", "NtTerminateJobObject", "NtRaiseException", "NtRaiseHardError", "NtContinue",
    "NtContinueEx", "NtCallbackReturn", "NtSuspendThread", "NtSuspendProcess", "NtAlertResumeThread", "NtSetContextThread",
    "NtDelayExecution", "NtWaitForSingleObject", "NtWaitForMultipleObjects", "NtWaitForMultipleObjects32",
    "NtSignalAndWaitForSingleObject", "NtRemoveIoCompletion", "NtRemoveIoCompletionEx", "NtWaitForAlertByThreadId",
    "NtWaitForKeyedEvent", "NtReleaseKeyedEvent", "NtWaitForDebugEvent", "NtWaitForWorkViaWorkerFactory", "NtFreeVirtualMemory",
    "NtUnmapViewOfSection", "NtUnmapViewOfSectionEx", "NtProtectVirtualMemory", "NtAllocateVirtualMemory",
    "NtAllocateVirtualMemoryEx", "NtWriteVirtualMemory", "NtReadVirtualMemory", "NtCreateThreadEx", "NtCreateThread",
    "NtQueueApcThread", "NtQueueApcThreadEx", "NtQueueApcThreadEx2", "NtCreateUserProcess", "NtShutdownSystem",
    "NtSetInformationThread", "NtSetInformationProcess", "NtMapViewOfSection", "NtMapViewOfSectionEx", "NtClose",
    "NtSetInformationObject", "NtDuplicateObject", "NtTestAlert" /* runs the routines that others queued */};

static unsigned char scratch[16][4096];
static HANDLE handles[6];

static SIZE_T argument(void) {
    switch (next() % 9) {
    case 0: return (SIZE_T)handles[next() % 6];
    case 1:
    case 2: return (SIZE_T)scratch[next() % 16] + (next() % 8 ? 0 : next() % 64);
    case 3: return next() % 64;
    case 4: return 0;
    case 5: return (SIZE_T)next();
    case 6: return (SIZE_T)next() & 0x7FFFFFFF0000;
    case 7: return 0x77770 + next() % 16 * 4;
    default: return (SIZE_T)-1 - next() % 4;
    }
}

static int is_left_out(unsigned number) {
    for (unsigned i = 0; i < sizeof left_out / sizeof *left_out; ++i)
        if (raw_number(left_out[i]) == number) return 1;
    return 0;
}

int main(void) {
    unsigned char *plain = VirtualAlloc(NULL, 64 * 512, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE),
                  *loaded = VirtualAlloc(NULL, 64 * 512, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    static unsigned char skip[512];
    for (unsigned i = 0; i < 512; ++i) {
        unsigned number = i < 480 ? i : (unsigned)next();
        skip[i] = (unsigned char)is_left_out(number);
        raw_put_plain(plain + i * 64, number);
        raw_put_loaded(loaded + i * 64, number);
    }
    DWORD old;
    VirtualProtect(plain, 64 * 512, PAGE_EXECUTE_READ, &old);
    VirtualProtect(loaded, 64 * 512, PAGE_EXECUTE_READ, &old);
    for (int i = 0; i < 3; ++i) handles[i] = CreateEventW(NULL, i & 1, FALSE, NULL);
    handles[3] = CreateSemaphoreW(NULL, 0, 5, NULL);
    handles[4] = CreateMutexW(NULL, FALSE, NULL);
    handles[5] = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x1000, NULL);
    int calls = 0;
    for (int round = 0; round < 40; ++round)
        for (unsigned i = 0; i < 512; ++i) {
            if (skip[i]) continue;
            for (unsigned j = 0; j < sizeof scratch; j += 512) *(unsigned long long*)(&scratch[0][0] + j) = argument();
            raw_stub stub = (raw_stub)(void*)((round & 1 ? plain : loaded) + i * 64);
            stub(argument(), argument(), argument(), argument(), argument(), argument(), argument(), argument(), argument(),
                 argument(), argument(), argument());
            ++calls;
        }
    CHECK(calls > 10000);
    // Still in order.
    CHECK(SetEvent(handles[0]));
    CHECK_EQ(WaitForSingleObject(handles[0], 0), 0);
    return check_result();
}
