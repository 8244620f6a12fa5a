// A debugger and what it debugs: the order of events, breakpoints written into code, single steps, first and second chances,
// threads, modules, texts, attaching, detaching, killing. "Debugging Events", "WaitForDebugEvent function",
// "ContinueDebugEvent function", "DebugActiveProcess function", "CheckRemoteDebuggerPresent function".
#include "check.h"

#include <stdlib.h>

__attribute__((noinline)) static int target_function(int value) {
    __asm__ volatile("nop; nop; nop");
    return value + 1;
}

static volatile LONG handled;

static LONG WINAPI count_exception(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != 0xE0001234) return EXCEPTION_CONTINUE_SEARCH;
    InterlockedIncrement(&handled);
    return EXCEPTION_CONTINUE_EXECUTION;
}

static DWORD WINAPI thread_routine(void* argument) { return (DWORD)(ULONG_PTR)argument; }

static int debuggee(const char* mode) {
    if (!strcmp(mode, "wait")) {
        while (!IsDebuggerPresent()) Sleep(10);
        OutputDebugStringA("here");
        while (IsDebuggerPresent()) Sleep(10);
        return 55;
    }
    if (!strcmp(mode, "sleep")) return Sleep(60000), 1;
    CHECK(IsDebuggerPresent());
    AddVectoredExceptionHandler(1, count_exception);
    OutputDebugStringA("hello debugger");
    OutputDebugStringW(L"wide \x20ac");
    HANDLE thread = CreateThread(NULL, 0, thread_routine, (void*)31, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    HMODULE library = LoadLibraryA("winmm.dll");
    CHECK(library);
    RaiseException(0xE0001234, 0, 0, NULL);  // not for the debugger: handled by the program
    CHECK_EQ(handled, 1);
    RaiseException(0xE0001234, 0, 0, NULL);  // swallowed by the debugger
    CHECK_EQ(handled, 1);
    int got = target_function(41);
    if (!strcmp(mode, "crash")) *(volatile int*)0x10 = got;
    return check_failures ? 1 : got;
}

static PROCESS_INFORMATION start(const char* mode, DWORD flags) {
    char line[600], self[MAX_PATH];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process = {0};
    GetModuleFileNameA(NULL, self, sizeof self);
    sprintf(line, "\"%s\" %s", self, mode);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &process));
    return process;
}

typedef struct Seen {
    int created, threads, thread_exits, dlls, strings, breakpoints, raised, steps, faults_first, faults_second;
    DWORD exit_code, thread_code;
    HANDLE process, thread;
    char text[2][64];
    ULONG_PTR stopped_at, argument;
    BYTE original;
} Seen;

static void on_string(Seen* seen, const OUTPUT_DEBUG_STRING_INFO* info) {
    SIZE_T length = info->nDebugStringLength < 63 ? info->nDebugStringLength : 63;
    if (seen->strings < 2) ReadProcessMemory(seen->process, info->lpDebugStringData, seen->text[seen->strings], length, NULL);
    seen->strings++;
}

static DWORD on_breakpoint(Seen* seen, DWORD tid) {
    BYTE stop = 0xCC;
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    HANDLE thread = OpenThread(THREAD_ALL_ACCESS, FALSE, tid);
    CHECK(GetThreadContext(thread, &context));
    if (seen->breakpoints++ == 0) {  // the first one is the loader's
        CHECK(ReadProcessMemory(seen->process, (void*)target_function, &seen->original, 1, NULL));
        CHECK(WriteProcessMemory(seen->process, (void*)target_function, &stop, 1, NULL));
        CHECK(FlushInstructionCache(seen->process, (void*)target_function, 1));
    } else {
        CHECK_EQ(context.Rip, (DWORD64)target_function + 1);
        seen->argument = (DWORD)context.Rcx;
        CHECK(WriteProcessMemory(seen->process, (void*)target_function, &seen->original, 1, NULL));
        context.Rip = (DWORD64)target_function;
        context.Rcx = 99;
        context.EFlags |= 0x100;  // and a step
        CHECK(SetThreadContext(thread, &context));
    }
    CloseHandle(thread);
    return DBG_CONTINUE;
}

static DWORD on_exception(Seen* seen, const DEBUG_EVENT* event) {
    const EXCEPTION_DEBUG_INFO* info = &event->u.Exception;
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};
    switch (info->ExceptionRecord.ExceptionCode) {
        case EXCEPTION_BREAKPOINT: return on_breakpoint(seen, event->dwThreadId);
        case EXCEPTION_SINGLE_STEP: {
            HANDLE thread = OpenThread(THREAD_ALL_ACCESS, FALSE, event->dwThreadId);
            CHECK(GetThreadContext(thread, &context));
            CHECK(context.Rip > (DWORD64)target_function && context.Rip < (DWORD64)target_function + 16);
            CHECK_EQ(context.EFlags & 0x100, 0);
            if (++seen->steps < 3) {
                context.EFlags |= 0x100;
                CHECK(SetThreadContext(thread, &context));
            }
            CloseHandle(thread);
            return DBG_CONTINUE;
        }
        case 0xE0001234:
            CHECK(info->dwFirstChance);
            return seen->raised++ ? DBG_CONTINUE : DBG_EXCEPTION_NOT_HANDLED;
        case EXCEPTION_ACCESS_VIOLATION:
            CHECK_EQ(info->ExceptionRecord.ExceptionInformation[1], 0x10);
            info->dwFirstChance ? seen->faults_first++ : seen->faults_second++;
            return DBG_EXCEPTION_NOT_HANDLED;
        default: return DBG_EXCEPTION_NOT_HANDLED;
    }
}

static DWORD on_event(Seen* seen, const DEBUG_EVENT* event) {
    switch (event->dwDebugEventCode) {
        case CREATE_PROCESS_DEBUG_EVENT:
            CHECK_EQ(seen->created++, 0);
            seen->process = event->u.CreateProcessInfo.hProcess;
            seen->thread = event->u.CreateProcessInfo.hThread;
            CHECK(seen->process && seen->thread && event->u.CreateProcessInfo.hFile);
            CHECK(event->u.CreateProcessInfo.lpBaseOfImage == GetModuleHandleA(NULL));
            CloseHandle(event->u.CreateProcessInfo.hFile);
            break;
        case CREATE_THREAD_DEBUG_EVENT:
            CHECK(event->u.CreateThread.hThread != NULL);
            seen->threads++;
            break;
        case EXIT_THREAD_DEBUG_EVENT:
            seen->thread_exits++;
            seen->thread_code = event->u.ExitThread.dwExitCode;
            break;
        case LOAD_DLL_DEBUG_EVENT:
            if (event->u.LoadDll.hFile) CloseHandle(event->u.LoadDll.hFile);
            seen->dlls++;
            break;
        case OUTPUT_DEBUG_STRING_EVENT: on_string(seen, &event->u.DebugString); break;
        case EXCEPTION_DEBUG_EVENT: return on_exception(seen, event);
        case EXIT_PROCESS_DEBUG_EVENT: seen->exit_code = event->u.ExitProcess.dwExitCode; break;
    }
    return DBG_CONTINUE;
}

// Up to the end of the process, or to the event that makes so many breakpoints and texts; that one stays open.
static void debug_loop(Seen* seen, int breakpoints, int strings) {
    DEBUG_EVENT event;
    do {
        if (!CHECK(WaitForDebugEvent(&event, 20000))) return;
        DWORD status = on_event(seen, &event);
        if ((breakpoints || strings) && seen->breakpoints >= breakpoints && seen->strings >= strings) return;
        CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, status));
    } while (event.dwDebugEventCode != EXIT_PROCESS_DEBUG_EVENT);
}

static void whole_life(const char* mode, DWORD want) {
    PROCESS_INFORMATION process = start(mode, DEBUG_ONLY_THIS_PROCESS);
    Seen seen = {0};
    BOOL present = FALSE;
    CHECK(CheckRemoteDebuggerPresent(process.hProcess, &present));
    debug_loop(&seen, 0, 0);
    CHECK_EQ(seen.created, 1);
    CHECK_EQ(seen.threads, 1);
    CHECK_EQ(seen.thread_exits, 1);
    CHECK_EQ(seen.thread_code, 31);
    CHECK(seen.dlls >= 4);
    CHECK_EQ(seen.strings, 2);
    CHECK_STR(seen.text[0], "hello debugger");
    CHECK(!strncmp(seen.text[1], "wide ", 5));
    CHECK_EQ(seen.breakpoints, 2);
    CHECK_EQ(seen.argument, 41);
    CHECK_EQ(seen.steps, 3);
    CHECK_EQ(seen.raised, 2);
    CHECK_EQ(seen.faults_first, seen.faults_second);
    CHECK_EQ(seen.exit_code, want);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, want);
    CloseHandle(process.hProcess), CloseHandle(process.hThread);
}

static void attached(void) {
    DEBUG_EVENT event;
    CHECK_LASTERROR(WaitForDebugEvent(&event, 0), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(WaitForDebugEventEx(&event, 0), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(DebugActiveProcess(0x7FFFFFF0), ERROR_INVALID_PARAMETER);
    PROCESS_INFORMATION process = start("wait", 0);
    CHECK(DebugActiveProcess(process.dwProcessId));
    CHECK(DebugSetProcessKillOnExit(FALSE));
    Seen seen = {0};
    debug_loop(&seen, 1, 1);
    CHECK_EQ(seen.created, 1);
    CHECK_EQ(seen.breakpoints, 1);
    CHECK(seen.dlls >= 3);
    BOOL present = FALSE;
    CHECK(CheckRemoteDebuggerPresent(process.hProcess, &present));
    CHECK(present);
    CHECK_LASTERROR(ContinueDebugEvent(process.dwProcessId, 1, DBG_CONTINUE), ERROR_INVALID_PARAMETER);
    CHECK(WriteProcessMemory(process.hProcess, (void*)target_function, &seen.original, 1, NULL));
    CHECK(DebugActiveProcessStop(process.dwProcessId));
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 55);
    CloseHandle(process.hProcess), CloseHandle(process.hThread);
}

static void killed(void) {
    PROCESS_INFORMATION process = start("sleep", DEBUG_ONLY_THIS_PROCESS);
    Seen seen = {0};
    DEBUG_EVENT event;
    debug_loop(&seen, 1, 0);
    CHECK(ContinueDebugEvent(process.dwProcessId, process.dwThreadId, DBG_CONTINUE));
    CHECK_LASTERROR(WaitForDebugEvent(&event, 50), ERROR_SEM_TIMEOUT);
    CHECK(DebugBreakProcess(process.hProcess));
    CHECK(WaitForDebugEvent(&event, 20000));
    CHECK_EQ(event.dwDebugEventCode, CREATE_THREAD_DEBUG_EVENT);
    CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    CHECK(WaitForDebugEvent(&event, 20000));
    CHECK_EQ(event.dwDebugEventCode, EXCEPTION_DEBUG_EVENT);
    CHECK_EQ(event.u.Exception.ExceptionRecord.ExceptionCode, EXCEPTION_BREAKPOINT);
    CHECK(TerminateProcess(process.hProcess, 77));
    CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    CHECK(WaitForDebugEvent(&event, 20000));
    CHECK_EQ(event.dwDebugEventCode, EXIT_PROCESS_DEBUG_EVENT);
    CHECK_EQ(event.u.ExitProcess.dwExitCode, 77);
    CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    CloseHandle(process.hProcess), CloseHandle(process.hThread);
}

int main(int argc, char** argv) {
    if (argc > 1) return debuggee(argv[1]);
    CHECK(!IsDebuggerPresent());
    whole_life("run", 100);
    whole_life("crash", EXCEPTION_ACCESS_VIOLATION);
    attached();
    killed();
    return check_result();
}
