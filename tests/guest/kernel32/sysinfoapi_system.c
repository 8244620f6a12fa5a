// The machine and its version. Expectations: "GetSystemInfo function", "VerifyVersionInfoW function",
// "GetLogicalProcessorInformationEx function", "Interlocked Singly Linked Lists".
#include <stdlib.h>

#include "check.h"

int main(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    CHECK_EQ(info.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    CHECK_EQ(info.dwPageSize, 4096);
    CHECK_EQ(info.dwAllocationGranularity, 65536);
    CHECK(info.dwNumberOfProcessors >= 1);

    MEMORYSTATUSEX memory = {sizeof memory};
    CHECK(GlobalMemoryStatusEx(&memory));
    CHECK(memory.ullTotalPhys > 0 && memory.ullAvailPhys <= memory.ullTotalPhys);

    OSVERSIONINFOEXW version = {sizeof version};
    CHECK(GetVersionExW((LPOSVERSIONINFOW)&version));
    CHECK_EQ(version.dwMajorVersion, 10);
    OSVERSIONINFOEXW want = {sizeof want, 6, 1};
    DWORDLONG mask = VerSetConditionMask(VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL), VER_MINORVERSION,
                                         VER_GREATER_EQUAL);
    CHECK(VerifyVersionInfoW(&want, VER_MAJORVERSION | VER_MINORVERSION, mask));
    want.dwMajorVersion = 11;
    CHECK_LASTERROR(VerifyVersionInfoW(&want, VER_MAJORVERSION | VER_MINORVERSION, mask), ERROR_OLD_WIN_VERSION);
    want.dwMajorVersion = 10, want.dwMinorVersion = 1;
    CHECK_LASTERROR(VerifyVersionInfoW(&want, VER_MAJORVERSION | VER_MINORVERSION, mask), ERROR_OLD_WIN_VERSION);

    DWORD length = 0;
    CHECK_LASTERROR(GetLogicalProcessorInformationEx(RelationProcessorCore, NULL, &length), ERROR_INSUFFICIENT_BUFFER);
    BYTE* buffer = malloc(length);
    CHECK(GetLogicalProcessorInformationEx(RelationProcessorCore, (void*)buffer, &length));
    DWORD processors = 0;
    for (DWORD at = 0; at < length;) {
        PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX record = (void*)(buffer + at);
        CHECK_EQ(record->Relationship, RelationProcessorCore);
        CHECK_EQ(record->Processor.GroupCount, 1);
        processors += __builtin_popcountll(record->Processor.GroupMask[0].Mask);
        at += record->Size;
    }
    CHECK_EQ(processors, info.dwNumberOfProcessors);

    char path[MAX_PATH];
    CHECK_EQ(GetSystemDirectoryA(path, sizeof path), 19);
    CHECK_EQ(GetSystemDirectoryA(path, 4), 20);
    CHECK(IsProcessorFeaturePresent(PF_XMMI64_INSTRUCTIONS_AVAILABLE));
    WCHAR name[64];
    DWORD size = 64;
    CHECK(GetComputerNameW(name, &size) && size == wcslen(name));

    static SLIST_HEADER list;
    static struct { SLIST_ENTRY entry; int value; } DECLSPEC_ALIGN(16) items[3];
    InitializeSListHead(&list);
    for (int i = 0; i < 3; i++) InterlockedPushEntrySList(&list, &items[i].entry);
    CHECK_EQ(QueryDepthSList(&list), 3);
    CHECK(InterlockedPopEntrySList(&list) == &items[2].entry);
    CHECK(InterlockedFlushSList(&list) == &items[1].entry);
    CHECK(InterlockedPopEntrySList(&list) == NULL);
    int x;
    CHECK(EncodePointer(&x) != &x);
    CHECK(DecodePointer(EncodePointer(&x)) == &x);
    return check_result();
}
