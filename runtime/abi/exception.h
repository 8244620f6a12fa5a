// Exception records, dispositions and handler types ("Structured Exception Handling", winnt.h).
#pragma once

#include "abi/context.h"
#include "abi/types.h"

inline constexpr DWORD EXCEPTION_MAXIMUM_PARAMETERS = 15;

struct EXCEPTION_RECORD {
    DWORD ExceptionCode;
    DWORD ExceptionFlags;
    EXCEPTION_RECORD* ExceptionRecord;
    PVOID ExceptionAddress;
    DWORD NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
};
using PEXCEPTION_RECORD = EXCEPTION_RECORD*;
static_assert(sizeof(EXCEPTION_RECORD) == 152);
static_assert(offsetof(EXCEPTION_RECORD, ExceptionInformation) == 32);

struct EXCEPTION_POINTERS {
    EXCEPTION_RECORD* ExceptionRecord;
    CONTEXT* ContextRecord;
};
using PEXCEPTION_POINTERS = EXCEPTION_POINTERS*;
using LPEXCEPTION_POINTERS = EXCEPTION_POINTERS*;

// ExceptionFlags
inline constexpr DWORD EXCEPTION_NONCONTINUABLE = 0x1;
inline constexpr DWORD EXCEPTION_UNWINDING = 0x2;
inline constexpr DWORD EXCEPTION_EXIT_UNWIND = 0x4;
inline constexpr DWORD EXCEPTION_STACK_INVALID = 0x8;
inline constexpr DWORD EXCEPTION_NESTED_CALL = 0x10;
inline constexpr DWORD EXCEPTION_TARGET_UNWIND = 0x20;
inline constexpr DWORD EXCEPTION_COLLIDED_UNWIND = 0x40;
inline constexpr DWORD EXCEPTION_SOFTWARE_ORIGINATE = 0x80;
inline constexpr DWORD EXCEPTION_UNWIND = EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND |
                                          EXCEPTION_TARGET_UNWIND | EXCEPTION_COLLIDED_UNWIND;

// ExceptionInformation[0] of an access violation
inline constexpr ULONG_PTR EXCEPTION_READ_FAULT = 0;
inline constexpr ULONG_PTR EXCEPTION_WRITE_FAULT = 1;
inline constexpr ULONG_PTR EXCEPTION_EXECUTE_FAULT = 8;

// What a filter or vectored handler returns
inline constexpr LONG EXCEPTION_EXECUTE_HANDLER = 1;
inline constexpr LONG EXCEPTION_CONTINUE_SEARCH = 0;
inline constexpr LONG EXCEPTION_CONTINUE_EXECUTION = -1;

// What a language handler returns
enum EXCEPTION_DISPOSITION : int32_t {
    ExceptionContinueExecution = 0,
    ExceptionContinueSearch = 1,
    ExceptionNestedException = 2,
    ExceptionCollidedUnwind = 3,
};

struct DISPATCHER_CONTEXT;
typedef EXCEPTION_DISPOSITION WINAPI EXCEPTION_ROUTINE(EXCEPTION_RECORD*, void* establisher_frame,
                                                       CONTEXT*, DISPATCHER_CONTEXT*);
using PEXCEPTION_ROUTINE = EXCEPTION_ROUTINE*;
using PVECTORED_EXCEPTION_HANDLER = LONG(WINAPI*)(EXCEPTION_POINTERS*);
using PTOP_LEVEL_EXCEPTION_FILTER = LONG(WINAPI*)(EXCEPTION_POINTERS*);
using LPTOP_LEVEL_EXCEPTION_FILTER = PTOP_LEVEL_EXCEPTION_FILTER;

// Codes that have no NTSTATUS row of their own
inline constexpr DWORD kExceptionMsvcCxx = 0xE06D7363;   // "msc" | 0xE0000000: a C++ throw
inline constexpr DWORD kExceptionSetThreadName = 0x406D1388;
inline constexpr DWORD kExceptionOutputDebugString = 0x40010006;
inline constexpr DWORD kExceptionOutputDebugStringWide = 0x4001000A;
inline constexpr DWORD kExceptionFailFast = 0xC0000602;  // STATUS_FAIL_FAST_EXCEPTION
