// Leaves frames: runs their termination handlers and continues in a target frame.
#pragma once

#include "abi/unwind.h"

namespace lsw::seh {

// Doc: "RtlUnwindEx function (winnt.h)". `context` holds the caller's state on entry and is used as work
// space. `target_frame` null unwinds all frames (an exit unwind) and then raises the record for the second
// time, as nothing is left to continue in.
[[noreturn]] void unwind_frames(uint64_t target_frame, uint64_t target_ip, EXCEPTION_RECORD* record,
                                uint64_t return_value, CONTEXT* context,
                                UNWIND_HISTORY_TABLE* history);

// Doc: "RtlRestoreContext function (winnt.h)": plain, STATUS_LONGJUMP or STATUS_UNWIND_CONSOLIDATE.
[[noreturn]] void restore_context(CONTEXT* context, EXCEPTION_RECORD* record);

// The buffer of setjmp, as x64 C runtimes lay it out ("_JUMP_BUFFER").
struct JumpBuffer {
    uint64_t frame, rbx, rsp, rbp, rsi, rdi, r12, r13, r14, r15, rip;
    uint32_t mxcsr;
    uint16_t fpu_control;
    uint16_t spare;
    M128A xmm[10];  // xmm6 to xmm15
};
static_assert(sizeof(JumpBuffer) == 256 && offsetof(JumpBuffer, xmm) == 0x60);

}  // namespace lsw::seh
