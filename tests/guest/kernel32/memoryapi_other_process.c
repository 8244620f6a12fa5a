// Memory that two processes share by name and by an inherited handle, and one looking into the other's. "CreateFileMappingW
// function (memoryapi.h)", "ReadProcessMemory function", "VirtualQueryEx function".
#include "check.h"

#include <stdlib.h>

typedef struct Shared {
    volatile LONG number;
    volatile ULONG_PTR address, constant;
    HANDLE inherited;
} Shared;

static volatile LONG secret = 4711;
static const volatile LONG fixed = 1234;

static int child(const char* name, HANDLE go) {
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
    CHECK(section);
    Shared* shared = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    CHECK(shared);
    CHECK_EQ(shared->number, 41);
    shared->number = 42;
    LONG* handed = MapViewOfFile(shared->inherited, FILE_MAP_WRITE, 0, 0, 0);
    CHECK(handed);
    if (handed) *handed = 77;
    shared->constant = (ULONG_PTR)&fixed;
    shared->address = (ULONG_PTR)&secret;
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "memoryapi_other_process ready");
    CHECK(SetEvent(ready));
    CHECK_EQ(WaitForSingleObject(go, 20000), WAIT_OBJECT_0);
    CHECK_EQ(secret, 815);
    CHECK_EQ(fixed, 4321);
    return check_result();
}

static void look_into(HANDLE process, Shared* shared) {
    LONG value = 0;
    SIZE_T moved = 0;
    void *variable = (void*)shared->address, *constant = (void*)shared->constant;
    CHECK(ReadProcessMemory(process, variable, &value, sizeof value, &moved));
    CHECK_EQ(value, 4711);
    CHECK_EQ(moved, sizeof value);
    CHECK_LASTERROR(ReadProcessMemory(process, (void*)0x10, &value, sizeof value, &moved), ERROR_PARTIAL_COPY);
    CHECK_EQ(moved, 0);
    value = 815;
    CHECK(WriteProcessMemory(process, variable, &value, sizeof value, &moved));
    value = 4321;  // a page that the process itself only reads
    CHECK(WriteProcessMemory(process, constant, &value, sizeof value, &moved));
    MEMORY_BASIC_INFORMATION info;
    CHECK_EQ(VirtualQueryEx(process, variable, &info, sizeof info), sizeof info);
    CHECK_EQ(info.State, MEM_COMMIT);
    CHECK_EQ(info.Protect & (PAGE_READWRITE | PAGE_WRITECOPY), info.Protect);
    CHECK((char*)info.BaseAddress <= (char*)variable && (char*)info.BaseAddress + info.RegionSize > (char*)variable);
    CHECK_EQ(VirtualQueryEx(process, (void*)0x10, &info, sizeof info), sizeof info);
    CHECK_EQ(info.State, MEM_FREE);
}

int main(int argc, char** argv) {
    if (argc > 2) return child(argv[1], (HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 0));
    char name[64], line[600], self[MAX_PATH];
    sprintf(name, "Local\\lsw-section-%lu", GetCurrentProcessId());
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100000, name);
    CHECK(section);
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    HANDLE again = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 5, name);
    CHECK(again);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CloseHandle(again);
    Shared* shared = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    CHECK(shared);
    shared->number = 41;
    HANDLE handed = CreateFileMappingA(INVALID_HANDLE_VALUE, &inherit, PAGE_READWRITE, 0, 4096, NULL);
    LONG* handed_view = MapViewOfFile(handed, FILE_MAP_READ, 0, 0, 0);
    shared->inherited = handed;
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "memoryapi_other_process ready");
    HANDLE go = CreateEventA(&inherit, FALSE, FALSE, NULL);
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process;
    GetModuleFileNameA(NULL, self, sizeof self);
    sprintf(line, "\"%s\" %s 0x%llx", self, name, (unsigned long long)(ULONG_PTR)go);
    CHECK(CreateProcessA(self, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    CHECK_EQ(WaitForSingleObject(ready, 20000), WAIT_OBJECT_0);
    CHECK_EQ(shared->number, 42);
    CHECK_EQ(*handed_view, 77);
    look_into(process.hProcess, shared);
    SetEvent(go);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 99;
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 0);
    LONG value;
    CHECK(!ReadProcessMemory(process.hProcess, shared, &value, sizeof value, NULL));

    // The name goes with its last handle.
    UnmapViewOfFile(shared);
    CloseHandle(section);
    CHECK_LASTERROR(OpenFileMappingA(FILE_MAP_READ, FALSE, name) != NULL, ERROR_FILE_NOT_FOUND);
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, name);
    CHECK(event);
    CHECK_LASTERROR(OpenFileMappingA(FILE_MAP_READ, FALSE, name) != NULL, ERROR_INVALID_HANDLE);
    return check_result();
}
