// Of another process modules are listed; stacks and names, which are not known of it, are refused and not made up.
// "EnumerateLoadedModules64 function (dbghelp.h)", "StackWalk64 function".
// flags: -ldbghelp
#include "check.h"

#include <dbghelp.h>

typedef struct Seen {
    DWORD64 program;
    ULONG size, count;
} Seen;

static BOOL CALLBACK each(PCSTR name, DWORD64 base, ULONG size, PVOID context) {
    Seen* seen = context;
    char own[MAX_PATH];
    GetModuleFileNameA(NULL, own, sizeof own);
    if (!strcmp(name, own)) seen->program = base, seen->size = size;
    return ++seen->count < 100;
}

int main(int argc, char** argv) {
    (void)argv;
    if (argc > 1) return Sleep(60000), 1;
    char line[600], self[MAX_PATH];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process = {0};
    GetModuleFileNameA(NULL, self, sizeof self);
    sprintf(line, "\"%s\" sleep", self);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &process));
    VirtualFreeEx(process.hProcess, NULL, 0, MEM_RELEASE);  // answered when its modules are there
    Seen seen = {0};
    CHECK(EnumerateLoadedModules64(process.hProcess, each, &seen));
    CHECK_EQ(seen.program, (DWORD64)GetModuleHandleA(NULL));
    CHECK(seen.size > 4096);
    CHECK(seen.count >= 4);
    CHECK(SymInitialize(process.hProcess, NULL, FALSE));
    union {
        SYMBOL_INFO info;
        char room[sizeof(SYMBOL_INFO) + 256];
    } symbol = {.info = {.SizeOfStruct = sizeof(SYMBOL_INFO), .MaxNameLen = 256}};
    DWORD64 displacement;
    CHECK_LASTERROR(SymFromAddr(process.hProcess, (DWORD64)main, &displacement, &symbol.info), ERROR_MOD_NOT_FOUND);
    CHECK_EQ(SymGetModuleBase64(process.hProcess, (DWORD64)main), 0);
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    RtlCaptureContext(&context);
    STACKFRAME64 frame = {.AddrPC = {context.Rip, 0, AddrModeFlat}, .AddrStack = {context.Rsp, 0, AddrModeFlat}};
    CHECK(!StackWalk64(IMAGE_FILE_MACHINE_AMD64, process.hProcess, process.hThread, &frame, &context, NULL, NULL, NULL, NULL));
    CHECK(SymCleanup(process.hProcess));
    CHECK(TerminateProcess(process.hProcess, 0));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return check_result();
}
