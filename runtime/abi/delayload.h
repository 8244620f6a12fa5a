// Types of delay-load support ("delayloadhandler.h").
#pragma once

#include "abi/pe.h"
#include "abi/types.h"

using PCIMAGE_DELAYLOAD_DESCRIPTOR = const IMAGE_DELAYLOAD_DESCRIPTOR*;

inline constexpr DWORD DELAYLOAD_GPA_FAILURE = 4;

struct DELAYLOAD_PROC_DESCRIPTOR {
    ULONG ImportDescribedByName;
    union {
        LPCSTR Name;
        ULONG Ordinal;
    } Description;
};

struct DELAYLOAD_INFO {
    ULONG Size;
    PCIMAGE_DELAYLOAD_DESCRIPTOR DelayloadDescriptor;
    PVOID ThunkAddress;
    LPCSTR TargetDllName;
    DELAYLOAD_PROC_DESCRIPTOR TargetApiDescriptor;
    PVOID TargetModuleBase;
    PVOID Unused;
    ULONG LastError;
};
using PDELAYLOAD_INFO = DELAYLOAD_INFO*;
static_assert(sizeof(DELAYLOAD_INFO) == 72);

using PDELAYLOAD_FAILURE_DLL_CALLBACK = PVOID(WINAPI*)(ULONG NotificationReason, PDELAYLOAD_INFO DelayloadInfo);
using PDELAYLOAD_FAILURE_SYSTEM_ROUTINE = PVOID(WINAPI*)(LPCSTR DllName, LPCSTR ProcName);
