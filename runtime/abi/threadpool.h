// Thread pool types ("Thread Pools"; layouts as in winnt.h).
#pragma once

#include "abi/overlapped.h"
#include "abi/synch.h"
#include "abi/types.h"


struct TP_CALLBACK_INSTANCE;
struct TP_WORK;
struct TP_TIMER;
struct TP_WAIT;
struct TP_IO;
struct TP_POOL;
struct TP_CLEANUP_GROUP;
using PTP_CALLBACK_INSTANCE = TP_CALLBACK_INSTANCE*;
using PTP_WORK = TP_WORK*;
using PTP_TIMER = TP_TIMER*;
using PTP_WAIT = TP_WAIT*;
using PTP_IO = TP_IO*;
using PTP_POOL = TP_POOL*;
using PTP_CLEANUP_GROUP = TP_CLEANUP_GROUP*;

using PTP_SIMPLE_CALLBACK = void(WINAPI*)(PTP_CALLBACK_INSTANCE, void* context);
using PTP_WORK_CALLBACK = void(WINAPI*)(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK);
using PTP_TIMER_CALLBACK = void(WINAPI*)(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER);
using PTP_WAIT_CALLBACK = void(WINAPI*)(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT, DWORD result);
using PTP_WIN32_IO_CALLBACK = void(WINAPI*)(PTP_CALLBACK_INSTANCE, void* context, void* overlapped, ULONG result,
                                            ULONG_PTR bytes, PTP_IO);
using PTP_CLEANUP_GROUP_CANCEL_CALLBACK = void(WINAPI*)(void* object_context, void* cleanup_context);
using WAITORTIMERCALLBACK = void(WINAPI*)(void* parameter, BOOLEAN timer_or_wait_fired);

struct TP_CALLBACK_ENVIRON_V3 {
    DWORD Version;
    PTP_POOL Pool;
    PTP_CLEANUP_GROUP CleanupGroup;
    PTP_CLEANUP_GROUP_CANCEL_CALLBACK CleanupGroupCancelCallback;
    void* RaceDll;
    void* ActivationContext;
    PTP_SIMPLE_CALLBACK FinalizationCallback;
    DWORD Flags;  // 1: long function, 2: persistent
    // Version 3 only.
    DWORD CallbackPriority;
    DWORD Size;
};
static_assert(offsetof(TP_CALLBACK_ENVIRON_V3, CallbackPriority) == 60 && sizeof(TP_CALLBACK_ENVIRON_V3) == 72);
using PTP_CALLBACK_ENVIRON = TP_CALLBACK_ENVIRON_V3*;

struct TP_POOL_STACK_INFORMATION {
    SIZE_T StackReserve, StackCommit;
};

// "RegisterWaitForSingleObject function (winbase.h)", "CreateTimerQueueTimer function (threadpoollegacyapiset.h)"
inline constexpr ULONG WT_EXECUTEONLYONCE = 0x8;
inline constexpr ULONG WT_EXECUTELONGFUNCTION = 0x10;
