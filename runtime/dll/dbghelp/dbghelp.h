// Prototypes and structures of dbghelp.dll (dbghelp.h).
#pragma once

#include "abi/context.h"
#include "abi/types.h"

struct SYMBOL_INFO {
    ULONG SizeOfStruct, TypeIndex;
    ULONG64 Reserved[2];
    ULONG Index, Size;
    ULONG64 ModBase;
    ULONG Flags;
    ULONG64 Value, Address;
    ULONG Register, Scope, Tag, NameLen, MaxNameLen;
    CHAR Name[1];
};
static_assert(sizeof(SYMBOL_INFO) == 88);
struct SYMBOL_INFOW {
    ULONG SizeOfStruct, TypeIndex;
    ULONG64 Reserved[2];
    ULONG Index, Size;
    ULONG64 ModBase;
    ULONG Flags;
    ULONG64 Value, Address;
    ULONG Register, Scope, Tag, NameLen, MaxNameLen;
    WCHAR Name[1];
};
static_assert(sizeof(SYMBOL_INFOW) == 88);
struct IMAGEHLP_SYMBOL64 {
    DWORD SizeOfStruct;
    DWORD64 Address;
    DWORD Size, Flags, MaxNameLength;
    CHAR Name[1];
};
struct ADDRESS64 {
    DWORD64 Offset;
    WORD Segment;
    int Mode;
};
struct STACKFRAME64 {
    ADDRESS64 AddrPC, AddrReturn, AddrFrame, AddrStack, AddrBStore;
    PVOID FuncTableEntry;
    DWORD64 Params[4];
    BOOL Far, Virtual;
    DWORD64 Reserved[3];
    DWORD64 KdHelp[14];
};
static_assert(offsetof(STACKFRAME64, FuncTableEntry) == 80 && sizeof(STACKFRAME64) == 264);
struct STACKFRAME_EX {
    STACKFRAME64 frame;
    DWORD StackFrameSize, InlineFrameContext;
};
using PENUMLOADED_MODULES_CALLBACK64 = BOOL(WINAPI*)(PCSTR ModuleName, DWORD64 ModuleBase, ULONG ModuleSize, PVOID UserContext);
using PENUMLOADED_MODULES_CALLBACKW64 = BOOL(WINAPI*)(PCWSTR ModuleName, DWORD64 ModuleBase, ULONG ModuleSize,
                                                      PVOID UserContext);

#define LSW_DLL dbghelp
#define LSW_DLL_ROWS "dll/dbghelp/dbghelp.api.inc"
#include "api/declare.inc"
