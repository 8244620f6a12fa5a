// loop.exe MODE [N]: makes calls in the ways that are hard on a tracer.
//   wait         says "ready", then a call for each line of input, until it ends
//   fast N       N calls as fast as it can
//   threads N    N threads at the same time, 50 calls each
//   storm N      N processes, each of which makes calls and starts nothing
//   sleep N      sleeps N milliseconds
//   crash        ends by an access violation
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static HANDLE gate;
static DWORD WINAPI work(void* argument) {
    (void)argument;
    WaitForSingleObject(gate, INFINITE);
    for (int i = 0; i < 50; ++i) GetFileAttributesW(L"nothing here");
    return 0;
}

static void threads(int count) {
    HANDLE* all = calloc(count, sizeof *all);
    gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    int made = 0;
    for (; made < count; ++made)
        if (!(all[made] = CreateThread(NULL, 65536, work, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL))) break;
    SetEvent(gate);
    for (int i = 0; i < made; ++i) WaitForSingleObject(all[i], INFINITE);
    printf("%d threads\n", made);
}

static void storm(int count) {
    HANDLE all[64];
    for (int i = 0; i < count && i < 64; ++i) {
        char line[300], self[260];
        STARTUPINFOA start = {sizeof start};
        PROCESS_INFORMATION made;
        GetModuleFileNameA(NULL, self, sizeof self);
        snprintf(line, sizeof line, "\"%s\" fast 10", self);
        if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &made)) exit(9);
        CloseHandle(made.hThread);
        all[i] = made.hProcess;
    }
    for (int i = 0; i < count && i < 64; ++i) {
        DWORD code = 1;
        WaitForSingleObject(all[i], INFINITE);
        GetExitCodeProcess(all[i], &code);
        if (code != 4) exit(8);
    }
}

int main(int argc, char** argv) {
    const char* mode = argc > 1 ? argv[1] : "";
    int count = argc > 2 ? atoi(argv[2]) : 0;
    if (!strcmp(mode, "wait")) {
        char line[64];
        puts("ready");
        fflush(stdout);
        while (fgets(line, sizeof line, stdin)) {
            GetFileAttributesA("asked");
            puts("did");
            fflush(stdout);
        }
    }
    if (!strcmp(mode, "fast"))
        for (int i = 0; i < count; ++i) GetFileAttributesW(NULL);
    if (!strcmp(mode, "threads")) threads(count);
    if (!strcmp(mode, "storm")) storm(count);
    if (!strcmp(mode, "sleep")) {
        GetFileAttributesW(L"before");
        Sleep(count);
    }
    if (!strcmp(mode, "crash")) *(volatile int*)0x10 = 1;
    return 4;
}
