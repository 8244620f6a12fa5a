// Unwinds one frame of PE code from its UNWIND_INFO ("x64 exception handling").
//
// Pure: reads the image's bytes and the stack, changes only what it is given. It trusts that both can
// be read, as RtlVirtualUnwind does: whoever walks an unknown stack checks the stack limits between steps.
// Not here: finding the function entry (function_table.h), frames of our own code (host_unwind.h).
#pragma once

#include <cstdint>

#include "abi/unwind.h"

namespace lsw::unwind {

// Finds the entry that covers an address, so that a jump to a cold part of the same function is not
// taken for a tail call. May be null.
using FunctionLookup = const RUNTIME_FUNCTION* (*)(uint64_t pc, uint64_t* image_base);

struct VirtualFrame {
    EXCEPTION_ROUTINE* handler = nullptr;  // null in prologues, epilogues and without a handler
    void* handler_data = nullptr;
    uint64_t establisher = 0;
    bool caller_interrupted = false;  // the caller's address is no return address but where it was stopped
};

// Turns the context of a frame into that of its caller. `function` null means a leaf function, which
// only has its return address on the stack. `handler_type`: UNW_FLAG_EHANDLER, UNW_FLAG_UHANDLER or none.
// Doc: "RtlVirtualUnwind function (winnt.h)".
VirtualFrame virtual_unwind(DWORD handler_type, uint64_t image_base, uint64_t pc,
                            const RUNTIME_FUNCTION* function, CONTEXT* context,
                            KNONVOLATILE_CONTEXT_POINTERS* pointers = nullptr,
                            FunctionLookup lookup = nullptr);

}  // namespace lsw::unwind
