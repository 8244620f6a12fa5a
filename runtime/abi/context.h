// Register state of an x64 thread as Windows programs see it ("CONTEXT structure (winnt.h)").
// Layout is fixed by the public SDK headers; the asserts below hold the offsets that programs use.
#pragma once

#include "abi/types.h"

struct alignas(16) M128A {
    ULONGLONG Low;
    LONGLONG High;
};

// The FXSAVE area ("XSAVE_FORMAT"); the same layout as Linux's struct _libc_fpstate.
struct alignas(16) XSAVE_FORMAT {
    WORD ControlWord;
    WORD StatusWord;
    BYTE TagWord;
    BYTE Reserved1;
    WORD ErrorOpcode;
    DWORD ErrorOffset;
    WORD ErrorSelector;
    WORD Reserved2;
    DWORD DataOffset;
    WORD DataSelector;
    WORD Reserved3;
    DWORD MxCsr;
    DWORD MxCsr_Mask;
    M128A FloatRegisters[8];
    M128A XmmRegisters[16];
    BYTE Reserved4[96];
};
static_assert(sizeof(XSAVE_FORMAT) == 512 && offsetof(XSAVE_FORMAT, XmmRegisters) == 0xA0);
using XMM_SAVE_AREA32 = XSAVE_FORMAT;

struct alignas(16) CONTEXT {
    DWORD64 P1Home, P2Home, P3Home, P4Home, P5Home, P6Home;
    DWORD ContextFlags;
    DWORD MxCsr;
    WORD SegCs, SegDs, SegEs, SegFs, SegGs, SegSs;
    DWORD EFlags;
    DWORD64 Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    union {
        struct {
            DWORD64 Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi;
            DWORD64 R8, R9, R10, R11, R12, R13, R14, R15;
        };
        DWORD64 Gpr[16];  // in instruction encoding order, which is also that of unwind codes
    };
    DWORD64 Rip;
    union {
        XMM_SAVE_AREA32 FltSave;
        struct {
            M128A Header[2];
            M128A Legacy[8];
            M128A Xmm[16];
        };
    };
    M128A VectorRegister[26];
    DWORD64 VectorControl;
    DWORD64 DebugControl;
    DWORD64 LastBranchToRip;
    DWORD64 LastBranchFromRip;
    DWORD64 LastExceptionToRip;
    DWORD64 LastExceptionFromRip;
};
using PCONTEXT = CONTEXT*;
using LPCONTEXT = CONTEXT*;

static_assert(sizeof(CONTEXT) == 1232);
static_assert(offsetof(CONTEXT, ContextFlags) == 0x30 && offsetof(CONTEXT, MxCsr) == 0x34);
static_assert(offsetof(CONTEXT, SegCs) == 0x38 && offsetof(CONTEXT, SegSs) == 0x42);
static_assert(offsetof(CONTEXT, EFlags) == 0x44 && offsetof(CONTEXT, Dr0) == 0x48);
static_assert(offsetof(CONTEXT, Rax) == 0x78 && offsetof(CONTEXT, Rsp) == 0x98);
static_assert(offsetof(CONTEXT, R15) == 0xF0 && offsetof(CONTEXT, Rip) == 0xF8);
static_assert(offsetof(CONTEXT, FltSave) == 0x100 && offsetof(CONTEXT, Xmm) == 0x1A0);
static_assert(offsetof(CONTEXT, VectorRegister) == 0x300);
static_assert(offsetof(CONTEXT, VectorControl) == 0x4A0);
static_assert(offsetof(CONTEXT, LastExceptionFromRip) == 0x4C8);

inline constexpr DWORD CONTEXT_AMD64 = 0x00100000;
inline constexpr DWORD CONTEXT_CONTROL = CONTEXT_AMD64 | 0x1;
inline constexpr DWORD CONTEXT_INTEGER = CONTEXT_AMD64 | 0x2;
inline constexpr DWORD CONTEXT_SEGMENTS = CONTEXT_AMD64 | 0x4;
inline constexpr DWORD CONTEXT_FLOATING_POINT = CONTEXT_AMD64 | 0x8;
inline constexpr DWORD CONTEXT_DEBUG_REGISTERS = CONTEXT_AMD64 | 0x10;
inline constexpr DWORD CONTEXT_XSTATE = CONTEXT_AMD64 | 0x40;
inline constexpr DWORD CONTEXT_FULL = CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_FLOATING_POINT;
inline constexpr DWORD CONTEXT_ALL = CONTEXT_FULL | CONTEXT_SEGMENTS | CONTEXT_DEBUG_REGISTERS;
inline constexpr DWORD CONTEXT_EXCEPTION_ACTIVE = 0x08000000;
inline constexpr DWORD CONTEXT_SERVICE_ACTIVE = 0x10000000;
inline constexpr DWORD CONTEXT_UNWOUND_TO_CALL = 0x20000000;
inline constexpr DWORD CONTEXT_EXCEPTION_REQUEST = 0x40000000;
inline constexpr DWORD CONTEXT_EXCEPTION_REPORTING = 0x80000000;

// Selectors of 64-bit user code, as every Windows CONTEXT shows them.
inline constexpr WORD kUserCodeSelector = 0x33;
inline constexpr WORD kUserDataSelector = 0x2B;
inline constexpr WORD kUserTebSelector = 0x53;
