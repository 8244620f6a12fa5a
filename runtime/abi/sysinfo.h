// Structures of system information (sysinfoapi.h, winbase.h, winnt.h).
#pragma once

#include "abi/types.h"

struct SYSTEM_INFO {
    WORD wProcessorArchitecture, wReserved;
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress, lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors, dwProcessorType, dwAllocationGranularity;
    WORD wProcessorLevel, wProcessorRevision;
};
using LPSYSTEM_INFO = SYSTEM_INFO*;
static_assert(sizeof(SYSTEM_INFO) == 48);

struct MEMORYSTATUSEX {
    DWORD dwLength, dwMemoryLoad;
    DWORDLONG ullTotalPhys, ullAvailPhys, ullTotalPageFile, ullAvailPageFile;
    DWORDLONG ullTotalVirtual, ullAvailVirtual, ullAvailExtendedVirtual;
};
using LPMEMORYSTATUSEX = MEMORYSTATUSEX*;
static_assert(sizeof(MEMORYSTATUSEX) == 64);

struct MEMORYSTATUS {
    DWORD dwLength, dwMemoryLoad;
    SIZE_T dwTotalPhys, dwAvailPhys, dwTotalPageFile, dwAvailPageFile, dwTotalVirtual,
        dwAvailVirtual;
};
using LPMEMORYSTATUS = MEMORYSTATUS*;

template <class Char>
struct OsVersionInfo {
    DWORD dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    Char szCSDVersion[128];
};
template <class Char>
struct OsVersionInfoEx : OsVersionInfo<Char> {
    WORD wServicePackMajor, wServicePackMinor, wSuiteMask;
    BYTE wProductType, wReserved;
};
using LPOSVERSIONINFOA = OsVersionInfo<CHAR>*;
using LPOSVERSIONINFOW = OsVersionInfo<WCHAR>*;
using PRTL_OSVERSIONINFOW = OsVersionInfo<WCHAR>*;
using LPOSVERSIONINFOEXA = OsVersionInfoEx<CHAR>*;
using LPOSVERSIONINFOEXW = OsVersionInfoEx<WCHAR>*;
static_assert(sizeof(OsVersionInfo<CHAR>) == 148 && sizeof(OsVersionInfo<WCHAR>) == 276);
static_assert(sizeof(OsVersionInfoEx<CHAR>) == 156 && sizeof(OsVersionInfoEx<WCHAR>) == 284);

struct CACHE_DESCRIPTOR {
    BYTE Level, Associativity;
    WORD LineSize;
    DWORD Size;
    DWORD Type;
};

struct SYSTEM_LOGICAL_PROCESSOR_INFORMATION {
    ULONG_PTR ProcessorMask;
    DWORD Relationship;
    union {
        BYTE CoreFlags;
        DWORD NodeNumber;
        CACHE_DESCRIPTOR Cache;
        ULONGLONG Reserved[2];
    };
};
using PSYSTEM_LOGICAL_PROCESSOR_INFORMATION = SYSTEM_LOGICAL_PROCESSOR_INFORMATION*;
static_assert(sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION) == 32);

struct GROUP_AFFINITY {
    KAFFINITY Mask;
    WORD Group;
    WORD Reserved[3];
};
using PGROUP_AFFINITY = GROUP_AFFINITY*;

struct SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX;
using PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX = SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*;
using LOGICAL_PROCESSOR_RELATIONSHIP = DWORD;

struct SYSTEM_POWER_STATUS {
    BYTE ACLineStatus, BatteryFlag, BatteryLifePercent, SystemStatusFlag;
    DWORD BatteryLifeTime, BatteryFullLifeTime;
};
using LPSYSTEM_POWER_STATUS = SYSTEM_POWER_STATUS*;

using COMPUTER_NAME_FORMAT = DWORD;

// Singly linked lists of 16-byte aligned entries; the header is swapped as one 16-byte value.
struct alignas(16) SLIST_ENTRY {
    SLIST_ENTRY* Next;
};
using PSLIST_ENTRY = SLIST_ENTRY*;

struct alignas(16) SLIST_HEADER {
    ULONGLONG Alignment;  // depth: 16 bits, sequence: 48 bits
    ULONGLONG Region;     // reserved: 4 bits, address of the first entry / 16: 60 bits
};
using PSLIST_HEADER = SLIST_HEADER*;
