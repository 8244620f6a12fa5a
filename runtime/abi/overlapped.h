// OVERLAPPED and what completes with it ("OVERLAPPED structure (minwinbase.h)").
#pragma once

#include "abi/types.h"

struct OVERLAPPED {
    ULONG_PTR Internal;      // status
    ULONG_PTR InternalHigh;  // bytes
    union {
        struct {
            DWORD Offset;
            DWORD OffsetHigh;
        };
        PVOID Pointer;
    };
    HANDLE hEvent;
};
using LPOVERLAPPED = OVERLAPPED*;
static_assert(sizeof(OVERLAPPED) == 32);

struct OVERLAPPED_ENTRY {
    ULONG_PTR lpCompletionKey;
    LPOVERLAPPED lpOverlapped;
    ULONG_PTR Internal;
    DWORD dwNumberOfBytesTransferred;
};
using LPOVERLAPPED_ENTRY = OVERLAPPED_ENTRY*;
static_assert(sizeof(OVERLAPPED_ENTRY) == 32);

using LPOVERLAPPED_COMPLETION_ROUTINE = void(WINAPI*)(DWORD, DWORD, LPOVERLAPPED);
