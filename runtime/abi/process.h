// Structures of processes: start-up, creation, counters (processthreadsapi.h, winbase.h, psapi.h).
#pragma once

#include "abi/types.h"

template <class Char>
struct StartupInfo {
    DWORD cb;
    Char* lpReserved;
    Char* lpDesktop;
    Char* lpTitle;
    DWORD dwX, dwY, dwXSize, dwYSize, dwXCountChars, dwYCountChars, dwFillAttribute, dwFlags;
    WORD wShowWindow, cbReserved2;
    BYTE* lpReserved2;
    HANDLE hStdInput, hStdOutput, hStdError;
};
using STARTUPINFOA = StartupInfo<CHAR>;
using STARTUPINFOW = StartupInfo<WCHAR>;
using LPSTARTUPINFOA = STARTUPINFOA*;
using LPSTARTUPINFOW = STARTUPINFOW*;
static_assert(sizeof(STARTUPINFOW) == 104);

struct PROC_THREAD_ATTRIBUTE_LIST;
using LPPROC_THREAD_ATTRIBUTE_LIST = PROC_THREAD_ATTRIBUTE_LIST*;

struct STARTUPINFOEXW : STARTUPINFOW {
    LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
};
static_assert(sizeof(STARTUPINFOEXW) == 112);

struct PROCESS_INFORMATION {
    HANDLE hProcess, hThread;
    DWORD dwProcessId, dwThreadId;
};
using LPPROCESS_INFORMATION = PROCESS_INFORMATION*;

inline constexpr DWORD STARTF_USESHOWWINDOW = 0x1;
inline constexpr DWORD STARTF_USESTDHANDLES = 0x100;

inline constexpr DWORD CREATE_SUSPENDED = 0x4;
inline constexpr DWORD DETACHED_PROCESS = 0x8;
inline constexpr DWORD CREATE_NEW_CONSOLE = 0x10;
inline constexpr DWORD NORMAL_PRIORITY_CLASS = 0x20;
inline constexpr DWORD IDLE_PRIORITY_CLASS = 0x40;
inline constexpr DWORD HIGH_PRIORITY_CLASS = 0x80;
inline constexpr DWORD REALTIME_PRIORITY_CLASS = 0x100;
inline constexpr DWORD CREATE_NEW_PROCESS_GROUP = 0x200;
inline constexpr DWORD CREATE_UNICODE_ENVIRONMENT = 0x400;
inline constexpr DWORD BELOW_NORMAL_PRIORITY_CLASS = 0x4000;
inline constexpr DWORD ABOVE_NORMAL_PRIORITY_CLASS = 0x8000;
inline constexpr DWORD EXTENDED_STARTUPINFO_PRESENT = 0x80000;
inline constexpr DWORD CREATE_BREAKAWAY_FROM_JOB = 0x1000000;
inline constexpr DWORD CREATE_NO_WINDOW = 0x8000000;

inline constexpr DWORD STILL_ACTIVE = 259;

// "Process Security and Access Rights"
inline constexpr ACCESS_MASK PROCESS_TERMINATE = 0x1;
inline constexpr ACCESS_MASK PROCESS_DUP_HANDLE = 0x40;
inline constexpr ACCESS_MASK PROCESS_SET_INFORMATION = 0x200;
inline constexpr ACCESS_MASK PROCESS_QUERY_INFORMATION = 0x400;
inline constexpr ACCESS_MASK PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
inline constexpr ACCESS_MASK PROCESS_ALL_ACCESS = 0x1FFFFF;

struct PROCESSOR_NUMBER {
    WORD Group;
    BYTE Number, Reserved;
};
using PPROCESSOR_NUMBER = PROCESSOR_NUMBER*;

struct IO_COUNTERS {
    ULONGLONG ReadOperationCount, WriteOperationCount, OtherOperationCount;
    ULONGLONG ReadTransferCount, WriteTransferCount, OtherTransferCount;
};
using PIO_COUNTERS = IO_COUNTERS*;

struct PROCESS_MEMORY_COUNTERS {
    DWORD cb, PageFaultCount;
    SIZE_T PeakWorkingSetSize, WorkingSetSize, QuotaPeakPagedPoolUsage, QuotaPagedPoolUsage;
    SIZE_T QuotaPeakNonPagedPoolUsage, QuotaNonPagedPoolUsage, PagefileUsage, PeakPagefileUsage;
};
using PPROCESS_MEMORY_COUNTERS = PROCESS_MEMORY_COUNTERS*;
static_assert(sizeof(PROCESS_MEMORY_COUNTERS) == 72);
struct PROCESS_MEMORY_COUNTERS_EX : PROCESS_MEMORY_COUNTERS {
    SIZE_T PrivateUsage;
};

struct MODULEINFO {
    LPVOID lpBaseOfDll;
    DWORD SizeOfImage;
    LPVOID EntryPoint;
};
using LPMODULEINFO = MODULEINFO*;

struct PERFORMANCE_INFORMATION {
    DWORD cb;
    SIZE_T CommitTotal, CommitLimit, CommitPeak, PhysicalTotal, PhysicalAvailable, SystemCache;
    SIZE_T KernelTotal, KernelPaged, KernelNonpaged, PageSize;
    DWORD HandleCount, ProcessCount, ThreadCount;
};
using PPERFORMANCE_INFORMATION = PERFORMANCE_INFORMATION*;

// tlhelp32.h
template <class Char>
struct ProcessEntry {
    DWORD dwSize, cntUsage, th32ProcessID;
    ULONG_PTR th32DefaultHeapID;
    DWORD th32ModuleID, cntThreads, th32ParentProcessID;
    LONG pcPriClassBase;
    DWORD dwFlags;
    Char szExeFile[260];
};
using LPPROCESSENTRY32 = ProcessEntry<CHAR>*;
using LPPROCESSENTRY32W = ProcessEntry<WCHAR>*;
static_assert(sizeof(ProcessEntry<WCHAR>) == 568 && sizeof(ProcessEntry<CHAR>) == 304);

template <class Char>
struct ModuleEntry {
    DWORD dwSize, th32ModuleID, th32ProcessID, GlblcntUsage, ProccntUsage;
    BYTE* modBaseAddr;
    DWORD modBaseSize;
    HMODULE hModule;
    Char szModule[256];
    Char szExePath[260];
};
using LPMODULEENTRY32 = ModuleEntry<CHAR>*;
using LPMODULEENTRY32W = ModuleEntry<WCHAR>*;
static_assert(sizeof(ModuleEntry<WCHAR>) == 1080 && sizeof(ModuleEntry<CHAR>) == 568);

struct THREADENTRY32 {
    DWORD dwSize, cntUsage, th32ThreadID, th32OwnerProcessID;
    LONG tpBasePri, tpDeltaPri;
    DWORD dwFlags;
};
using LPTHREADENTRY32 = THREADENTRY32*;
