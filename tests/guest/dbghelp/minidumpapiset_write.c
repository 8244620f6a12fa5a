// Mini-dumps of the own process with an exception, and of another one: what is in them is where the headers say.
// "MiniDumpWriteDump function (minidumpapiset.h)", "MINIDUMP_HEADER structure" and the structures of the streams.
// flags: -ldbghelp
#include "check.h"

#include <dbghelp.h>
#include <stdlib.h>

static char* dump;
static size_t dump_size;

static void* at(RVA rva, size_t size) {
    static char nothing[4096];
    return CHECK(rva && rva + size <= dump_size) ? dump + rva : nothing;
}

static void* stream(ULONG type, ULONG* size) {
    MINIDUMP_HEADER* header = (MINIDUMP_HEADER*)dump;
    MINIDUMP_DIRECTORY* all = (MINIDUMP_DIRECTORY*)(dump + header->StreamDirectoryRva);
    for (ULONG i = 0; i < header->NumberOfStreams; ++i)
        if (all[i].StreamType == type) {
            if (size) *size = all[i].Location.DataSize;
            return at(all[i].Location.Rva, all[i].Location.DataSize);
        }
    return NULL;
}

static void write_dump(HANDLE process, DWORD id, MINIDUMP_TYPE type, MINIDUMP_EXCEPTION_INFORMATION* exception) {
    char note[] = "a user's own stream";
    MINIDUMP_USER_STREAM own = {0x10001, sizeof note, note};
    MINIDUMP_USER_STREAM_INFORMATION user = {1, &own};
    HANDLE file = CreateFileA("test.dmp", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(MiniDumpWriteDump(process, id, file, type, exception, &user, NULL));
    dump_size = GetFileSize(file, NULL);
    dump = realloc(dump, dump_size);
    DWORD got = 0;
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    CHECK(ReadFile(file, dump, (DWORD)dump_size, &got, NULL));
    CHECK_EQ(got, dump_size);
    CloseHandle(file);
    CHECK_EQ(*(ULONG*)dump, 0x504D444D);  // "MDMP"
    ULONG size = 0;
    char* kept = stream(0x10001, &size);
    CHECK_EQ(size, sizeof note);
    CHECK_STR(kept, note);
}

static MINIDUMP_THREAD* thread_of(DWORD id) {
    MINIDUMP_THREAD_LIST* list = stream(ThreadListStream, NULL);
    for (ULONG i = 0; list && i < list->NumberOfThreads; ++i)
        if (list->Threads[i].ThreadId == id) return &list->Threads[i];
    return NULL;
}

static void check_modules(void) {
    MINIDUMP_MODULE_LIST* list = stream(ModuleListStream, NULL);
    CHECK(list->NumberOfModules >= 4);
    MINIDUMP_STRING* name = at(list->Modules[0].ModuleNameRva, sizeof *name);
    WCHAR own[MAX_PATH];
    DWORD length = GetModuleFileNameW(NULL, own, MAX_PATH);
    CHECK_EQ(name->Length, length * 2);
    CHECK(!wcscmp(name->Buffer, own));
    CHECK_EQ(list->Modules[0].BaseOfImage, (ULONG64)GetModuleHandleA(NULL));
    MINIDUMP_SYSTEM_INFO* system = stream(SystemInfoStream, NULL);
    CHECK_EQ(system->ProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    CHECK_EQ(system->MajorVersion, 10);
}

static volatile ULONG_PTR mark = 0x1122334455667788;

static LONG WINAPI dump_exception(EXCEPTION_POINTERS* pointers) {
    static LONG times;
    if (InterlockedIncrement(&times) != 1) return EXCEPTION_CONTINUE_SEARCH;
    volatile ULONG_PTR on_stack = mark;
    MINIDUMP_EXCEPTION_INFORMATION exception = {GetCurrentThreadId(), pointers, FALSE};
    write_dump(GetCurrentProcess(), GetCurrentProcessId(), MiniDumpNormal, &exception);
    MINIDUMP_EXCEPTION_STREAM* told = stream(ExceptionStream, NULL);
    CHECK_EQ(told->ThreadId, GetCurrentThreadId());
    CHECK_EQ(told->ExceptionRecord.ExceptionCode, EXCEPTION_ACCESS_VIOLATION);
    CHECK_EQ(told->ExceptionRecord.ExceptionInformation[1], 0x18);
    CONTEXT* context = at(told->ThreadContext.Rva, sizeof *context);
    CHECK_EQ(context->Rip, pointers->ContextRecord->Rip);
    MINIDUMP_THREAD* thread = thread_of(GetCurrentThreadId());
    CHECK(thread);
    ULONG_PTR offset = (ULONG_PTR)&on_stack - thread->Stack.StartOfMemoryRange;
    CHECK(offset + 8 <= thread->Stack.Memory.DataSize);
    CHECK_EQ(*(ULONG_PTR*)at(thread->Stack.Memory.Rva + (RVA)offset, 8), mark);
    MINIDUMP_THREAD_LIST* list = stream(ThreadListStream, NULL);
    CHECK_EQ(list->NumberOfThreads, 2);
    check_modules();
    pointers->ContextRecord->Rax = (DWORD64)&mark;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static DWORD WINAPI sleeper(void* event) { return WaitForSingleObject(event, INFINITE); }

static void of_child(void) {
    char line[600], self[MAX_PATH];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process = {0};
    GetModuleFileNameA(NULL, self, sizeof self);
    sprintf(line, "\"%s\" sleep", self);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    // Once it is there, and has come to its own code.
    LONG64 value = 0;
    for (int i = 0; i < 20000 && value != 5; ++i) {
        if (i) Sleep(1);
        ReadProcessMemory(process.hProcess, (void*)&mark, &value, sizeof value, NULL);
    }
    write_dump(process.hProcess, process.dwProcessId, MiniDumpWithFullMemory | MiniDumpWithFullMemoryInfo, NULL);
    MINIDUMP_THREAD* thread = thread_of(process.dwThreadId);
    CHECK(thread && thread->Teb);
    check_modules();
    MINIDUMP_MEMORY64_LIST* memory = stream(Memory64ListStream, NULL);
    RVA64 place = memory->BaseRva;
    int found = 0;
    for (ULONG64 i = 0; i < memory->NumberOfMemoryRanges; ++i) {
        ULONG64 start = memory->MemoryRanges[i].StartOfMemoryRange, size = memory->MemoryRanges[i].DataSize;
        if ((ULONG_PTR)&mark >= start && (ULONG_PTR)&mark < start + size)
            found = *(ULONG_PTR*)at((RVA)(place + (ULONG_PTR)&mark - start), 8) == 5;
        place += size;
    }
    CHECK(found);
    CHECK_EQ(place, dump_size);
    MINIDUMP_MEMORY_INFO_LIST* info = stream(MemoryInfoListStream, NULL);
    CHECK(info->NumberOfEntries >= memory->NumberOfMemoryRanges);
    CHECK(TerminateProcess(process.hProcess, 3));
    WaitForSingleObject(process.hProcess, 20000);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}

int main(int argc, char** argv) {
    (void)argv;
    if (argc > 1) return mark = 5, Sleep(60000), 1;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), thread = CreateThread(NULL, 0, sleeper, event, 0, NULL);
    PVOID handler = AddVectoredExceptionHandler(1, dump_exception);
    ULONG_PTR got, wild = 0x18;
    __asm__ volatile("mov %1, %%rax; mov (%%rax), %0" : "=r"(got) : "r"(wild) : "rax");
    CHECK_EQ(got, mark);
    RemoveVectoredExceptionHandler(handler);
    SetEvent(event);
    WaitForSingleObject(thread, INFINITE);
    of_child();
    HANDLE file = CreateFileA("test.dmp", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(!MiniDumpWriteDump(GetCurrentProcess(), GetCurrentProcessId() + 1, file, MiniDumpNormal, NULL, NULL, NULL));
    CHECK(!MiniDumpWriteDump(GetCurrentProcess(), GetCurrentProcessId(), file, MiniDumpNormal, NULL, NULL, NULL));
    CloseHandle(file);
    DeleteFileA("test.dmp");
    return check_result();
}
