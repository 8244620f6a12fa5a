// Job objects (jobapi.h, winnt.h).
#pragma once

#include "abi/process.h"

struct JOBOBJECT_BASIC_LIMIT_INFORMATION {
    LARGE_INTEGER PerProcessUserTimeLimit, PerJobUserTimeLimit;
    DWORD LimitFlags;
    SIZE_T MinimumWorkingSetSize, MaximumWorkingSetSize;
    DWORD ActiveProcessLimit;
    ULONG_PTR Affinity;
    DWORD PriorityClass, SchedulingClass;
};
static_assert(sizeof(JOBOBJECT_BASIC_LIMIT_INFORMATION) == 64);

struct JOBOBJECT_EXTENDED_LIMIT_INFORMATION {
    JOBOBJECT_BASIC_LIMIT_INFORMATION BasicLimitInformation;
    IO_COUNTERS IoInfo;
    SIZE_T ProcessMemoryLimit, JobMemoryLimit, PeakProcessMemoryUsed, PeakJobMemoryUsed;
};
static_assert(sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION) == 144);

struct JOBOBJECT_BASIC_ACCOUNTING_INFORMATION {
    LARGE_INTEGER TotalUserTime, TotalKernelTime, ThisPeriodTotalUserTime,
        ThisPeriodTotalKernelTime;
    DWORD TotalPageFaultCount, TotalProcesses, ActiveProcesses, TotalTerminatedProcesses;
};
static_assert(sizeof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION) == 48);

struct JOBOBJECT_BASIC_PROCESS_ID_LIST {
    DWORD NumberOfAssignedProcesses, NumberOfProcessIdsInList;
    ULONG_PTR ProcessIdList[1];
};

struct JOBOBJECT_ASSOCIATE_COMPLETION_PORT {
    PVOID CompletionKey;
    HANDLE CompletionPort;
};

using JOBOBJECTINFOCLASS = DWORD;
inline constexpr DWORD JOB_OBJECT_LIMIT_PROCESS_TIME = 0x2;
inline constexpr DWORD JOB_OBJECT_LIMIT_ACTIVE_PROCESS = 0x8;
inline constexpr DWORD JOB_OBJECT_LIMIT_AFFINITY = 0x10;
inline constexpr DWORD JOB_OBJECT_LIMIT_PRIORITY_CLASS = 0x20;
inline constexpr DWORD JOB_OBJECT_LIMIT_PROCESS_MEMORY = 0x100;
inline constexpr DWORD JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000;
inline constexpr DWORD JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK = 0x1000;
inline constexpr DWORD JOB_OBJECT_LIMIT_BREAKAWAY_OK = 0x800;
