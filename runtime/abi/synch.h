// Structures of synchronisation ("synchapi.h", "winnt.h").
#pragma once

#include "abi/peb.h"
#include "abi/process.h"
#include "abi/overlapped.h"
#include "abi/sysinfo.h"
#include "abi/time.h"
#include "abi/types.h"

struct RTL_SRWLOCK {
    PVOID Ptr;
};
using PRTL_SRWLOCK = RTL_SRWLOCK*;
using PSRWLOCK = RTL_SRWLOCK*;

struct RTL_CONDITION_VARIABLE {
    PVOID Ptr;
};
using PRTL_CONDITION_VARIABLE = RTL_CONDITION_VARIABLE*;
using PCONDITION_VARIABLE = RTL_CONDITION_VARIABLE*;

union RTL_RUN_ONCE {
    PVOID Ptr;
};
using PRTL_RUN_ONCE = RTL_RUN_ONCE*;
using PINIT_ONCE = RTL_RUN_ONCE*;
using LPINIT_ONCE = RTL_RUN_ONCE*;
using PINIT_ONCE_FN = BOOL(WINAPI*)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID* Context);
using PRTL_RUN_ONCE_INIT_FN = ULONG(WINAPI*)(PRTL_RUN_ONCE RunOnce, PVOID Parameter, PVOID* Context);

struct RTL_BARRIER {
    DWORD Reserved1;
    DWORD Reserved2;
    ULONG_PTR Reserved3[2];
    DWORD Reserved4;
    DWORD Reserved5;
};
using LPSYNCHRONIZATION_BARRIER = RTL_BARRIER*;
static_assert(sizeof(RTL_BARRIER) == 32);

struct RTL_CRITICAL_SECTION_DEBUG {
    WORD Type;
    WORD CreatorBackTraceIndex;
    RTL_CRITICAL_SECTION* CriticalSection;
    LIST_ENTRY ProcessLocksList;
    DWORD EntryCount;
    DWORD ContentionCount;
    DWORD Flags;
    WORD CreatorBackTraceIndexHigh;
    WORD SpareWORD;
};
static_assert(sizeof(RTL_CRITICAL_SECTION_DEBUG) == 48);

using LPTHREAD_START_ROUTINE = DWORD(WINAPI*)(LPVOID);
using PAPCFUNC = void(WINAPI*)(ULONG_PTR);
using PTIMERAPCROUTINE = void(WINAPI*)(LPVOID, DWORD, DWORD);
using PFLS_CALLBACK_FUNCTION = void(WINAPI*)(PVOID);
using LPFIBER_START_ROUTINE = void(WINAPI*)(LPVOID);
using WAITORTIMERCALLBACK = void(WINAPI*)(PVOID, BOOLEAN);

inline constexpr DWORD WAIT_IO_COMPLETION = 0xC0;
inline constexpr DWORD WAIT_FAILED = 0xFFFFFFFF;
inline constexpr DWORD MAXIMUM_WAIT_OBJECTS = 64;
inline constexpr DWORD STACK_SIZE_PARAM_IS_A_RESERVATION = 0x10000;

inline constexpr ACCESS_MASK EVENT_QUERY_STATE = 0x1;
inline constexpr ACCESS_MASK EVENT_MODIFY_STATE = 0x2;
inline constexpr ACCESS_MASK EVENT_ALL_ACCESS = 0x1F0003;
inline constexpr ACCESS_MASK MUTANT_QUERY_STATE = 0x1;
inline constexpr ACCESS_MASK MUTANT_ALL_ACCESS = 0x1F0001;
inline constexpr ACCESS_MASK SEMAPHORE_QUERY_STATE = 0x1;
inline constexpr ACCESS_MASK SEMAPHORE_MODIFY_STATE = 0x2;
inline constexpr ACCESS_MASK SEMAPHORE_ALL_ACCESS = 0x1F0003;
inline constexpr ACCESS_MASK TIMER_QUERY_STATE = 0x1;
inline constexpr ACCESS_MASK TIMER_MODIFY_STATE = 0x2;
inline constexpr ACCESS_MASK TIMER_ALL_ACCESS = 0x1F0003;
inline constexpr ACCESS_MASK THREAD_TERMINATE = 0x1;
inline constexpr ACCESS_MASK THREAD_SUSPEND_RESUME = 0x2;
inline constexpr ACCESS_MASK THREAD_GET_CONTEXT = 0x8;
inline constexpr ACCESS_MASK THREAD_SET_CONTEXT = 0x10;
