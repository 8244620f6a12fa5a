#include "core/exception/frames.h"

#include <sys/mman.h>

#include "abi/layout.h"
#include "core/exception/catch_blocks.h"
#include "core/exception/function_tables.h"
#include "core/exception/hijack.h"
#include "core/exception/trampolines.h"
#include "core/teb.h"
#include "loader/unwind/host_unwind.h"
#include "loader/unwind/virtual_unwind.h"

namespace lsw::seh {
namespace {

uint64_t address_of(const char* label) { return reinterpret_cast<uint64_t>(label); }

const RUNTIME_FUNCTION* lookup_function(uint64_t pc, uint64_t* base) {
    return function_tables().lookup(pc, base);
}

// Stacks that the thread's TEB does not describe are allowed (programs switch stacks on their own), as
// long as the page can be there.
bool is_readable_stack(uint64_t rsp) {
    const NT_TIB& tib = current_teb()->NtTib;
    if (rsp >= reinterpret_cast<uint64_t>(tib.StackLimit) &&
        rsp < reinterpret_cast<uint64_t>(tib.StackBase))
        return true;
    if (!is_guest_address(rsp) || rsp % 8 != 0) return false;
    unsigned char resident;
    return mincore(reinterpret_cast<void*>(rsp & ~(kPageSize - 1)), kPageSize, &resident) == 0;
}

// In a language handler when an exception is raised: tells the outer search which frame that was for.
WINAPI EXCEPTION_DISPOSITION nested_exception_handler(EXCEPTION_RECORD* record, void* frame, CONTEXT*,
                                                      DISPATCHER_CONTEXT* dispatcher) {
    if (record->ExceptionFlags & EXCEPTION_UNWIND) return ExceptionContinueSearch;
    dispatcher->EstablisherFrame =
        static_cast<HandlerCall*>(frame)->dispatcher->EstablisherFrame;
    return ExceptionNestedException;
}

// In a language handler of an unwind when another unwind passes: that one takes over where the first was.
WINAPI EXCEPTION_DISPOSITION collided_unwind_handler(EXCEPTION_RECORD* record, void* frame, CONTEXT*,
                                                     DISPATCHER_CONTEXT* dispatcher) {
    if (!(record->ExceptionFlags & EXCEPTION_UNWIND)) return ExceptionContinueSearch;
    uint64_t target_ip = dispatcher->TargetIp;
    *dispatcher = *static_cast<HandlerCall*>(frame)->dispatcher;
    dispatcher->TargetIp = target_ip;
    return ExceptionCollidedUnwind;
}

}  // namespace

bool FrameWalk::step(DWORD handler_type, Frame* frame) {
    *frame = {};
    frame->control_pc = context_->Rip;
    if (!is_readable_stack(context_->Rsp)) return false;
    return is_guest_address(context_->Rip) ? step_guest(handler_type, frame)
                                           : step_host(handler_type, frame);
}

bool FrameWalk::step_guest(DWORD handler_type, Frame* frame) {
    if (context_->Rip < kGuestFirst && after_call_) return false;  // the end of a stack made by hand
    frame->catch_state = catch_state_;
    catch_state_ = 0;
    frame->function = function_tables().lookup(context_->Rip, &frame->image_base);
    auto step = unwind::virtual_unwind(handler_type, frame->image_base, context_->Rip,
                                       frame->function, context_, nullptr, lookup_function);
    frame->handler = step.handler;
    frame->handler_data = step.handler_data;
    frame->establisher = step.establisher;
    after_call_ = !step.caller_interrupted;
    return true;
}

bool FrameWalk::step_host(DWORD handler_type, Frame* frame) {
    frame->is_host = true;
    frame->establisher = context_->Rsp;
    uint64_t rip = context_->Rip;
    if (rip == address_of(lsw_exception_return)) {
        *context_ = reinterpret_cast<FaultFrame*>(context_->Rsp)->context;
        after_call_ = false;
        return true;
    }
    if (rip == address_of(lsw_consolidate_return)) {
        auto call = reinterpret_cast<ConsolidateCall*>(context_->Rsp);
        catch_state_ = catch_state_of(*call->record);
        if (catch_state_ && (handler_type & UNW_FLAG_UHANDLER)) frame->handler = abandoned_catch_handler;
        *context_ = *call->context;
        after_call_ = true;
        return true;
    }
    if (rip == address_of(lsw_exception_handler_return) && (handler_type & UNW_FLAG_EHANDLER))
        frame->handler = nested_exception_handler;
    if (rip == address_of(lsw_unwind_handler_return) && (handler_type & UNW_FLAG_UHANDLER))
        frame->handler = collided_unwind_handler;
    unwind::HostFrame host;
    if (!unwind::host_unwind(context_, after_call_, &host)) return false;
    after_call_ = !host.caller_interrupted;
    show_original_return(context_);
    return true;
}

}  // namespace lsw::seh
