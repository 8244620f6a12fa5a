// What NtQueryInformationProcess and NtQuerySystemInformation say agrees with the Win32 functions beside them.
// "NtQueryInformationProcess function (winternl.h)", "NtQuerySystemInformation function (winternl.h)".
#include "check.h"
#include <winternl.h>

typedef NTSTATUS(NTAPI* QueryProcess)(HANDLE, ULONG, void*, ULONG, ULONG*);
typedef NTSTATUS(NTAPI* QuerySystem)(ULONG, void*, ULONG, ULONG*);
static QueryProcess query_process;
static QuerySystem query_system;

static void test_process(void) {
    ULONG_PTR basic[6];
    ULONG length = 0;
    CHECK(query_process(GetCurrentProcess(), 0, basic, sizeof basic, &length) == 0);
    CHECK(length == sizeof basic);
    CHECK((DWORD)basic[0] == STILL_ACTIVE);
    CHECK((void*)basic[1] == (void*)NtCurrentTeb()->ProcessEnvironmentBlock);
    CHECK(basic[4] == GetCurrentProcessId());
    CHECK(basic[5] != 0);
    CHECK(query_process(GetCurrentProcess(), 0, basic, 8, NULL) == (NTSTATUS)0xC0000004);
    CHECK(query_process((HANDLE)0x7777, 0, basic, sizeof basic, NULL) == (NTSTATUS)0xC0000008);
    CHECK(query_process(GetCurrentProcess(), 9999, basic, sizeof basic, NULL) == (NTSTATUS)0xC0000003);

    ULONG_PTR port = 1;
    CHECK(query_process(GetCurrentProcess(), 7, &port, sizeof port, NULL) == 0 && port == 0);
    DWORD handles = 0;
    CHECK(query_process(GetCurrentProcess(), 20, &handles, sizeof handles, NULL) == 0 && handles > 2);

    struct {
        UNICODE_STRING text;
        WCHAR room[400];
    } name;
    CHECK(query_process(GetCurrentProcess(), 43, &name, sizeof name, &length) == 0);
    WCHAR module[400];
    DWORD size = GetModuleFileNameW(NULL, module, 400);
    CHECK(name.text.Length == size * 2);
    CHECK(wcsncmp(name.text.Buffer, module, size) == 0);
    CHECK(query_process(GetCurrentProcess(), 43, &name, 20, &length) == (NTSTATUS)0xC0000004);
    CHECK(length > 20);
}

static void test_system(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    struct {
        ULONG reserved, resolution, page_size, pages, lowest, highest, granularity;
        ULONG_PTR minimum, maximum, processors;
        BYTE count;
    } basic;
    ULONG length = 0;
    CHECK(query_system(0, &basic, sizeof basic, &length) == 0 && length == 64);
    CHECK(basic.page_size == info.dwPageSize);
    CHECK(basic.granularity == info.dwAllocationGranularity);
    CHECK(basic.count == info.dwNumberOfProcessors);

    struct {
        LARGE_INTEGER idle, kernel, user, dpc, interrupt;
        ULONG count;
    } times[64];
    CHECK(query_system(8, times, sizeof times, &length) == 0);
    CHECK(length == info.dwNumberOfProcessors * sizeof times[0]);
    CHECK(times[0].kernel.QuadPart >= times[0].idle.QuadPart);

    static BYTE all[1 << 22];
    CHECK(query_system(5, all, 16, &length) == (NTSTATUS)0xC0000004);
    CHECK(length > 256);
    CHECK(query_system(5, all, sizeof all, &length) == 0);
    int found = 0;
    for (BYTE* at = all;;) {
        SYSTEM_PROCESS_INFORMATION* process = (SYSTEM_PROCESS_INFORMATION*)at;
        if ((DWORD)(ULONG_PTR)process->UniqueProcessId == GetCurrentProcessId()) {
            ++found;
            CHECK(process->NumberOfThreads >= 1);
            CHECK(process->ImageName.Length > 0);
        }
        if (process->NextEntryOffset == 0) break;
        at += process->NextEntryOffset;
    }
    CHECK(found == 1);
    CHECK(query_system(9999, all, 16, &length) == (NTSTATUS)0xC0000003);
}

int main(void) {
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    query_process = (QueryProcess)(void*)GetProcAddress(ntdll, "NtQueryInformationProcess");
    query_system = (QuerySystem)(void*)GetProcAddress(ntdll, "NtQuerySystemInformation");
    test_process();
    test_system();
    // The C functions of ntdll are there too.
    int(__cdecl * print)(char*, size_t, const char*, ...) =
        (int(__cdecl*)(char*, size_t, const char*, ...))(void*)GetProcAddress(ntdll, "_snprintf");
    char text[16];
    CHECK(print != NULL);
    CHECK(print(text, sizeof text, "%d-%s", 7, "x") == 3);
    CHECK(strcmp(text, "7-x") == 0);
    return check_result();
}
