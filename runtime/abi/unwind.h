// x64 unwind data of PE images ("x64 exception handling") and what language handlers get.
#pragma once

#include "abi/context.h"
#include "abi/exception.h"
#include "abi/types.h"

struct RUNTIME_FUNCTION {
    DWORD BeginAddress;  // RVAs
    DWORD EndAddress;
    union {
        DWORD UnwindInfoAddress;
        DWORD UnwindData;
    };
};
using PRUNTIME_FUNCTION = RUNTIME_FUNCTION*;
static_assert(sizeof(RUNTIME_FUNCTION) == 12);

// UnwindData with this bit is the RVA (plus one) of another RUNTIME_FUNCTION.
inline constexpr DWORD RUNTIME_FUNCTION_INDIRECT = 0x1;

enum UNWIND_OP_CODES : uint8_t {
    UWOP_PUSH_NONVOL = 0,
    UWOP_ALLOC_LARGE = 1,
    UWOP_ALLOC_SMALL = 2,
    UWOP_SET_FPREG = 3,
    UWOP_SAVE_NONVOL = 4,
    UWOP_SAVE_NONVOL_FAR = 5,
    UWOP_EPILOG = 6,      // version 2; two slots of an obsolete xmm save in version 1
    UWOP_SPARE_CODE = 7,  // three slots
    UWOP_SAVE_XMM128 = 8,
    UWOP_SAVE_XMM128_FAR = 9,
    UWOP_PUSH_MACHFRAME = 10,
};

union UNWIND_CODE {
    struct {
        BYTE CodeOffset;
        BYTE UnwindOp : 4;
        BYTE OpInfo : 4;
    };
    USHORT FrameOffset;
};
static_assert(sizeof(UNWIND_CODE) == 2);

struct UNWIND_INFO {
    BYTE Version : 3;
    BYTE Flags : 5;
    BYTE SizeOfProlog;
    BYTE CountOfCodes;
    BYTE FrameRegister : 4;
    BYTE FrameOffset : 4;  // in units of 16 bytes
    UNWIND_CODE UnwindCode[];
};
static_assert(sizeof(UNWIND_INFO) == 4);

inline constexpr DWORD UNW_FLAG_NHANDLER = 0x0;
inline constexpr DWORD UNW_FLAG_EHANDLER = 0x1;
inline constexpr DWORD UNW_FLAG_UHANDLER = 0x2;
inline constexpr DWORD UNW_FLAG_CHAININFO = 0x4;
inline constexpr DWORD UNW_FLAG_NO_EPILOGUE = 0x80000000;

inline constexpr DWORD UNWIND_HISTORY_TABLE_SIZE = 12;

struct UNWIND_HISTORY_TABLE_ENTRY {
    DWORD64 ImageBase;
    RUNTIME_FUNCTION* FunctionEntry;
};

struct UNWIND_HISTORY_TABLE {
    DWORD Count;
    BYTE LocalHint;
    BYTE GlobalHint;
    BYTE Search;
    BYTE Once;
    DWORD64 LowAddress;
    DWORD64 HighAddress;
    UNWIND_HISTORY_TABLE_ENTRY Entry[UNWIND_HISTORY_TABLE_SIZE];
};
using PUNWIND_HISTORY_TABLE = UNWIND_HISTORY_TABLE*;

struct DISPATCHER_CONTEXT {
    DWORD64 ControlPc;
    DWORD64 ImageBase;
    RUNTIME_FUNCTION* FunctionEntry;
    DWORD64 EstablisherFrame;
    DWORD64 TargetIp;
    CONTEXT* ContextRecord;
    EXCEPTION_ROUTINE* LanguageHandler;
    PVOID HandlerData;
    UNWIND_HISTORY_TABLE* HistoryTable;
    DWORD ScopeIndex;
    DWORD Fill0;
};
using PDISPATCHER_CONTEXT = DISPATCHER_CONTEXT*;
static_assert(sizeof(DISPATCHER_CONTEXT) == 80 && offsetof(DISPATCHER_CONTEXT, ScopeIndex) == 72);

// Where each nonvolatile register was found; entries that stay null were not saved.
struct KNONVOLATILE_CONTEXT_POINTERS {
    M128A* FloatingContext[16];
    DWORD64* IntegerContext[16];
};
using PKNONVOLATILE_CONTEXT_POINTERS = KNONVOLATILE_CONTEXT_POINTERS*;

// Data of __C_specific_handler: RVAs; JumpTarget 0 marks a __finally, HandlerAddress 1 a constant
// filter of EXCEPTION_EXECUTE_HANDLER.
struct SCOPE_TABLE {
    DWORD Count;
    struct {
        DWORD BeginAddress;
        DWORD EndAddress;
        DWORD HandlerAddress;
        DWORD JumpTarget;
    } ScopeRecord[];
};

// Dynamic function tables (RtlInstallFunctionTableCallback)
typedef RUNTIME_FUNCTION* WINAPI GET_RUNTIME_FUNCTION_CALLBACK(DWORD64 control_pc, PVOID context);
using PGET_RUNTIME_FUNCTION_CALLBACK = GET_RUNTIME_FUNCTION_CALLBACK*;
