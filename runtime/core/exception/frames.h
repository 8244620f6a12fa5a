// Walks the stack of a guest thread, through frames of PE images, of JIT code, of our own functions, and
// over the places where our exception machinery itself stands on the stack.
#pragma once

#include <cstdint>

#include "abi/unwind.h"

namespace lsw::seh {

// A frame that a walk has just left.
struct Frame {
    uint64_t control_pc = 0;
    uint64_t image_base = 0;
    const RUNTIME_FUNCTION* function = nullptr;
    EXCEPTION_ROUTINE* handler = nullptr;
    void* handler_data = nullptr;
    uint64_t establisher = 0;
    // Not 0 when a catch block that runs for this frame was passed: its state plus 2 (see catch_blocks.h).
    uint32_t catch_state = 0;
    bool is_host = false;
};

class FrameWalk {
public:
    // `after_call`: the context's Rip is a return address.
    FrameWalk(CONTEXT* context, bool after_call) : context_(context), after_call_(after_call) {}

    // Turns the context into that of the caller and describes the frame left. `handler_type` as in
    // virtual_unwind. False at the end of the guest's stack, or where it cannot be followed.
    bool step(DWORD handler_type, Frame* frame);

    // Goes on from a state that a language handler gave (a collided unwind).
    void resume(bool after_call) { after_call_ = after_call; }
    bool after_call() const { return after_call_; }
    void set_context(CONTEXT* context) { context_ = context; }

private:
    bool step_host(DWORD handler_type, Frame* frame);
    bool step_guest(DWORD handler_type, Frame* frame);

    CONTEXT* context_;
    bool after_call_;
    uint32_t catch_state_ = 0;
};

}  // namespace lsw::seh
