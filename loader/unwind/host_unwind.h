// Unwinds one frame of our own code (lsw, libc, the vdso) by its .eh_frame, in terms of a Windows CONTEXT.
//
// Guest exceptions pass through our functions in two ways: a callback of the program raises one while we
// are below it on the stack, or we fault on a pointer that the program gave us. Either way the search for
// handlers goes through our frames, and they have no Windows unwind data. All registers that the Windows
// convention keeps are restored, xmm6 to xmm15 included: compilers save them in ms_abi functions that call
// ordinary ones, and describe that in the CFI.
// Not async-signal-safe, takes no lock and allocates nothing.
#pragma once

#include <cstdint>

#include "abi/context.h"

namespace lsw::unwind {

struct HostFrame {
    uint64_t cfa = 0;                 // the caller's rsp
    uint64_t function_start = 0;
    bool caller_interrupted = false;  // this was a signal frame: the caller's address is no return address
};

// Turns the context into the caller's. `after_call`: Rip is a return address, so the frame is that of
// the call before it. False, with the context unchanged: no unwind data, or the outermost frame.
bool host_unwind(CONTEXT* context, bool after_call, HostFrame* frame);

}  // namespace lsw::unwind
