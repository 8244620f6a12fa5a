// What one process does to another: memory, handles, threads, module lists; of a child that is still suspended, one that
// waits, one that computes, a Linux program, and one that is dead. "VirtualAllocEx function", "DuplicateHandle function",
// "CreateRemoteThread function", "GetThreadContext function", "EnumProcessModules function", "CreateToolhelp32Snapshot".
#include "check.h"

#include <psapi.h>
#include <stdlib.h>
#include <tlhelp32.h>

static volatile LONG touched, asleep;

static DWORD WINAPI remote_routine(void* argument) {
    InterlockedExchange(&touched, (LONG)(LONG_PTR)argument);
    return 4242;
}

static DWORD WINAPI sleeper(void* argument) {
    asleep = 1;
    SleepEx(INFINITE, TRUE);
    return (DWORD)(ULONG_PTR)argument;
}

static void WINAPI apc(ULONG_PTR argument) { InterlockedExchange(&touched, (LONG)argument); }

// argv: "child", mode, event
static int child(const char* mode, HANDLE go) {
    if (!strcmp(mode, "spin"))
        while (touched != 5) YieldProcessor();
    else if (!strcmp(mode, "alert"))
        while (touched != 5) SleepEx(INFINITE, TRUE);
    else if (WaitForSingleObject(go, 20000) != WAIT_OBJECT_0)
        return 2;
    return touched;
}

static PROCESS_INFORMATION start(const char* mode, HANDLE event, DWORD flags) {
    char line[600], self[MAX_PATH];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process = {0};
    GetModuleFileNameA(NULL, self, sizeof self);
    sprintf(line, "\"%s\" child %s %" CHECK_LL "u", self, mode, (unsigned long long)(ULONG_PTR)event);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &process));
    return process;
}

static DWORD end_of(PROCESS_INFORMATION process) {
    DWORD code = 0;
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static void memory_of(HANDLE process) {
    char* wish = (char*)0x610000000;
    char* got = VirtualAllocEx(process, wish, 0x20000, MEM_RESERVE, PAGE_READWRITE);
    CHECK(got == wish);
    CHECK(VirtualAllocEx(process, wish, 0x1000, MEM_COMMIT, PAGE_READWRITE) == wish);
    MEMORY_BASIC_INFORMATION info;
    CHECK_EQ(VirtualQueryEx(process, wish + 0x1000, &info, sizeof info), sizeof info);
    CHECK_EQ(info.State, MEM_RESERVE);
    CHECK_EQ(info.RegionSize, 0x1F000);
    CHECK(info.AllocationBase == wish);
    LONG value = 99;
    SIZE_T moved = 0;
    CHECK(WriteProcessMemory(process, wish, &value, sizeof value, &moved));
    DWORD old = 0;
    CHECK(VirtualProtectEx(process, wish, 0x1000, PAGE_READONLY, &old));
    CHECK_EQ(old, PAGE_READWRITE);
    CHECK_LASTERROR(VirtualProtectEx(process, wish + 0x8000, 0x1000, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    CHECK(VirtualFreeEx(process, wish, 0, MEM_RELEASE));
    CHECK_LASTERROR(VirtualFreeEx(process, wish, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    // Nothing of this was in the own process.
    CHECK_EQ(VirtualQuery(wish, &info, sizeof info), sizeof info);
    CHECK_EQ(info.State, MEM_FREE);
}

static void handles_of(HANDLE process) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), there = NULL, back = NULL, self = NULL;
    CHECK(DuplicateHandle(GetCurrentProcess(), event, process, &there, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(there != NULL);
    CHECK(DuplicateHandle(process, there, GetCurrentProcess(), &back, EVENT_MODIFY_STATE, FALSE, DUPLICATE_CLOSE_SOURCE));
    CHECK(SetEvent(back));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_LASTERROR(DuplicateHandle(process, there, GetCurrentProcess(), &self, 0, FALSE, DUPLICATE_SAME_ACCESS),
                    ERROR_INVALID_HANDLE);
    CHECK(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), process, &there, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(DuplicateHandle(process, there, GetCurrentProcess(), &self, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetProcessId(self), GetCurrentProcessId());
    CHECK(DuplicateHandle(process, there, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    CloseHandle(self);
    CHECK(DuplicateHandle(process, GetCurrentProcess(), GetCurrentProcess(), &self, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetProcessId(self), GetProcessId(process));
    HANDLE few = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, GetProcessId(process));
    CHECK_LASTERROR(DuplicateHandle(GetCurrentProcess(), event, few, &there, 0, FALSE, DUPLICATE_SAME_ACCESS),
                    ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(VirtualAllocEx(few, NULL, 4096, MEM_COMMIT, PAGE_READWRITE), ERROR_ACCESS_DENIED);
    CloseHandle(few);
    CloseHandle(self), CloseHandle(back), CloseHandle(event);
}

static void threads_of(HANDLE process) {
    DWORD id = 0, code = 0;
    HANDLE thread = CreateRemoteThread(process, NULL, 0, remote_routine, (void*)4, 0, &id);
    CHECK(thread);
    CHECK_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 4242);
    CHECK_EQ(GetThreadId(thread), id);
    CHECK_EQ(GetProcessIdOfThread(thread), GetProcessId(process));
    CloseHandle(thread);
    LONG value = 0;
    CHECK(ReadProcessMemory(process, (void*)&touched, &value, sizeof value, NULL));
    CHECK_EQ(value, 4);
    CHECK_EQ(touched, 0);

    thread = CreateRemoteThread(process, NULL, 0, sleeper, (void*)7, CREATE_SUSPENDED, &id);
    CHECK(thread);
    CHECK_EQ(GetExitCodeThread(thread, &code), TRUE);
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK_EQ(SuspendThread(thread), 1);
    CHECK_EQ(ResumeThread(thread), 2);
    CHECK_EQ(ResumeThread(thread), 1);
    HANDLE other = OpenThread(THREAD_ALL_ACCESS, FALSE, id);
    CHECK(other);
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    CHECK_EQ(SuspendThread(other), 0);
    CHECK(GetThreadContext(other, &context));
    CHECK(context.Rip != 0 && context.Rsp != 0);
    CHECK(SetThreadContext(other, &context));
    CHECK_EQ(ResumeThread(other), 1);
    FILETIME created, ended, kernel, user;
    CHECK(GetThreadTimes(other, &created, &ended, &kernel, &user));
    CHECK_EQ(WaitForSingleObject(other, 0), WAIT_TIMEOUT);
    // An APC that comes before the thread's routine runs before it.
    for (value = 0; !value && ReadProcessMemory(process, (void*)&asleep, &value, sizeof value, NULL);) Sleep(1);
    CHECK(QueueUserAPC(apc, other, 11));
    CHECK_EQ(WaitForSingleObject(other, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(other, &code));
    CHECK_EQ(code, 7);
    CHECK(ReadProcessMemory(process, (void*)&touched, &value, sizeof value, NULL));
    CHECK_EQ(value, 11);
    CloseHandle(other);
    CloseHandle(thread);

    thread = CreateRemoteThread(process, NULL, 0, sleeper, NULL, 0, &id);
    CHECK(TerminateThread(thread, 33));
    CHECK_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 33);
    CloseHandle(thread);
}

static void lists_of(HANDLE process) {
    HMODULE modules[64], own = GetModuleHandleA(NULL);
    DWORD needed = 0, pid = GetProcessId(process), threads = 0;
    char name[MAX_PATH], wish[MAX_PATH];
    MODULEINFO info;
    CHECK(EnumProcessModules(process, modules, sizeof modules, &needed));
    CHECK(needed >= 3 * sizeof(HMODULE));
    CHECK(modules[0] == own);  // the same program, whose image has the same place in both
    CHECK(GetModuleInformation(process, modules[0], &info, sizeof info));
    CHECK(info.lpBaseOfDll == own);
    CHECK(GetModuleFileNameExA(process, modules[0], name, sizeof name));
    GetModuleFileNameA(NULL, wish, sizeof wish);
    CHECK_STR(name, wish);
    CHECK(GetModuleBaseNameA(process, NULL, name, sizeof name));
    CHECK_STR(name, strrchr(wish, '\\') + 1);
    CHECK_LASTERROR(GetModuleBaseNameA(process, (HMODULE)0x1234, name, sizeof name), ERROR_INVALID_HANDLE);
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE | TH32CS_SNAPTHREAD, pid);
    CHECK(snapshot != INVALID_HANDLE_VALUE);
    MODULEENTRY32 module = {.dwSize = sizeof module};
    CHECK(Module32First(snapshot, &module));
    CHECK_EQ(module.th32ProcessID, pid);
    CHECK_STR(module.szExePath, wish);
    THREADENTRY32 thread = {.dwSize = sizeof thread};
    for (BOOL more = Thread32First(snapshot, &thread); more; more = Thread32Next(snapshot, &thread))
        threads += thread.th32OwnerProcessID == pid;
    CHECK_EQ(threads, 1);
    CloseHandle(snapshot);
    PROCESS_MEMORY_COUNTERS counters;
    CHECK(GetProcessMemoryInfo(process, &counters, sizeof counters));
    CHECK(counters.WorkingSetSize > 4096);
}

static void views_of(HANDLE process) {
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 65536, NULL);
    LONG *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), value = 0;
    *view = 1234567;
    PVOID(WINAPI * map)(HANDLE, HANDLE, PVOID, ULONG64, SIZE_T, ULONG, ULONG, void*, ULONG) =
        (void*)GetProcAddress(GetModuleHandleA("kernelbase.dll"), "MapViewOfFile3");
    BOOL(WINAPI * unmap)(HANDLE, PVOID, ULONG) = (void*)GetProcAddress(GetModuleHandleA("kernelbase.dll"), "UnmapViewOfFile2");
    void* there = map(section, process, NULL, 0, 0, 0, PAGE_READWRITE, NULL, 0);
    CHECK(there);
    CHECK(ReadProcessMemory(process, there, &value, sizeof value, NULL));
    CHECK_EQ(value, 1234567);
    CHECK(unmap(process, there, 0));
    CHECK_LASTERROR(ReadProcessMemory(process, there, &value, sizeof value, NULL), ERROR_PARTIAL_COPY);
    UnmapViewOfFile(view);
    CloseHandle(section);
}

static void foreign_and_dead(void) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process = {0};
    char line[] = "Z:\\bin\\sleep 60";
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    HANDLE there;
    CHECK_LASTERROR(VirtualAllocEx(process.hProcess, NULL, 4096, MEM_COMMIT, PAGE_READWRITE), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(CreateRemoteThread(process.hProcess, NULL, 0, sleeper, NULL, 0, NULL), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), process.hProcess, &there, 0, FALSE, 2),
                    ERROR_ACCESS_DENIED);
    CHECK(TerminateProcess(process.hProcess, 5));
    CHECK_EQ(end_of(process), 5);
    process = start("spin", NULL, 0);
    CHECK(TerminateProcess(process.hProcess, 6));
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    CHECK_LASTERROR(VirtualAllocEx(process.hProcess, NULL, 4096, MEM_COMMIT, PAGE_READWRITE), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(CreateRemoteThread(process.hProcess, NULL, 0, sleeper, NULL, 0, NULL), ERROR_ACCESS_DENIED);
    CHECK_EQ(end_of(process), 6);
}

int main(int argc, char** argv) {
    if (argc > 3) return child(argv[2], (HANDLE)(ULONG_PTR)strtoull(argv[3], NULL, 0));
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE go = CreateEventA(&inherit, TRUE, FALSE, NULL);

    PROCESS_INFORMATION process = start("event", go, CREATE_SUSPENDED);
    memory_of(process.hProcess);
    handles_of(process.hProcess);
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    CHECK(GetThreadContext(process.hThread, &context));
    CHECK_EQ(SuspendThread(process.hThread), 1);
    CHECK_EQ(ResumeThread(process.hThread), 2);
    CHECK_EQ(ResumeThread(process.hThread), 1);
    SetEvent(go);
    CHECK_EQ(end_of(process), 0);

    ResetEvent(go);
    process = start("event", go, 0);
    memory_of(process.hProcess);
    handles_of(process.hProcess);
    lists_of(process.hProcess);
    threads_of(process.hProcess);
    views_of(process.hProcess);
    SetEvent(go);
    CHECK_EQ(end_of(process), 11);

    process = start("spin", go, 0);
    memory_of(process.hProcess);
    CHECK_EQ(SuspendThread(process.hThread), 0);
    CHECK(GetThreadContext(process.hThread, &context));
    CHECK(context.Rip > (ULONG_PTR)GetModuleHandleA(NULL));
    LONG five = 5;
    CHECK(WriteProcessMemory(process.hProcess, (void*)&touched, &five, sizeof five, NULL));
    CHECK_EQ(WaitForSingleObject(process.hProcess, 50), WAIT_TIMEOUT);
    CHECK_EQ(ResumeThread(process.hThread), 1);
    CHECK_EQ(end_of(process), 5);

    process = start("alert", go, 0);
    CHECK(QueueUserAPC(apc, process.hThread, 5));
    CHECK_EQ(end_of(process), 5);
    foreign_and_dead();
    return check_result();
}
