#include "core/exception/unwind.h"

#include <utility>

#include "core/exception/dispatch.h"
#include "core/exception/frames.h"
#include "core/exception/trampolines.h"
#include "core/exception/unhandled.h"
#include "loader/unwind/context_switch.h"
#include "loader/unwind/virtual_unwind.h"

namespace lsw::seh {
namespace {

// One unwind on its way to its target.
class Unwind {
public:
    Unwind(uint64_t target_frame, uint64_t target_ip, EXCEPTION_RECORD* record,
           uint64_t return_value, CONTEXT* context, UNWIND_HISTORY_TABLE* history)
        : target_frame_(target_frame),
          target_ip_(target_ip),
          record_(record),
          return_value_(return_value),
          current_(context),
          history_(history),
          walk_(&next_storage_, true) {}

    [[noreturn]] void run() {
        // current_ is the state of the frame being left, next_ that of its caller.
        for (;;) {
            *next_ = *current_;
            walk_.set_context(next_);
            Frame frame;
            if (!walk_.step(UNW_FLAG_UHANDLER, &frame)) reached_end();
            bool is_target = target_frame_ && !frame.is_host && frame.establisher == target_frame_;
            if (target_frame_ && !is_target && frame.establisher > target_frame_)
                raise_status(STATUS_INVALID_UNWIND_TARGET, record_);
            if (frame.handler) is_target = call_handlers(frame, is_target);
            if (is_target) reached_target();
            std::swap(current_, next_);
        }
    }

private:
    // Calls the frame's handler, and those of frames that a collided unwind was at. Returns whether the last
    // one was the target.
    bool call_handlers(const Frame& frame, bool is_target) {
        DISPATCHER_CONTEXT dispatcher = {};
        dispatcher.ControlPc = frame.control_pc;
        dispatcher.ImageBase = frame.image_base;
        dispatcher.FunctionEntry = const_cast<RUNTIME_FUNCTION*>(frame.function);
        dispatcher.EstablisherFrame = frame.establisher;
        dispatcher.ContextRecord = current_;
        dispatcher.LanguageHandler = frame.handler;
        dispatcher.HandlerData = frame.handler_data;
        dispatcher.HistoryTable = history_;
        dispatcher.Fill0 = frame.catch_state;
        for (;;) {
            if (is_target) record_->ExceptionFlags |= EXCEPTION_TARGET_UNWIND;
            dispatcher.TargetIp = target_ip_;
            // A handler returns RAX of the target through this context.
            current_->Rax = return_value_;
            EXCEPTION_DISPOSITION disposition = lsw_call_unwind_handler(
                record_, dispatcher.EstablisherFrame, current_, &dispatcher);
            record_->ExceptionFlags &= ~(EXCEPTION_TARGET_UNWIND | EXCEPTION_COLLIDED_UNWIND);
            if (disposition == ExceptionContinueSearch) return is_target;
            if (disposition != ExceptionCollidedUnwind)
                raise_status(STATUS_INVALID_DISPOSITION, record_);
            is_target = adopt_collided(&dispatcher);
        }
    }

    // Goes on at the frame whose termination handler the other unwind was in.
    bool adopt_collided(DISPATCHER_CONTEXT* dispatcher) {
        *current_ = *dispatcher->ContextRecord;
        dispatcher->ContextRecord = current_;
        current_->Rip = dispatcher->ControlPc;
        *next_ = *current_;
        auto step = unwind::virtual_unwind(UNW_FLAG_UHANDLER, dispatcher->ImageBase,
                                           dispatcher->ControlPc, dispatcher->FunctionEntry, next_);
        walk_.resume(!step.caller_interrupted);
        record_->ExceptionFlags |= EXCEPTION_COLLIDED_UNWIND;
        return target_frame_ && dispatcher->EstablisherFrame == target_frame_;
    }

    [[noreturn]] void reached_target() {
        current_->Rax = return_value_;
        if (record_->ExceptionCode != static_cast<DWORD>(STATUS_UNWIND_CONSOLIDATE))
            current_->Rip = target_ip_;
        restore_context(current_, record_);
    }

    [[noreturn]] void reached_end() {
        if (target_frame_) raise_status(STATUS_INVALID_UNWIND_TARGET, record_);
        end_by_exception(*record_, *current_);
    }

    uint64_t target_frame_, target_ip_;
    EXCEPTION_RECORD* record_;
    uint64_t return_value_;
    CONTEXT* current_;
    CONTEXT* next_ = &next_storage_;
    UNWIND_HISTORY_TABLE* history_;
    FrameWalk walk_;
    CONTEXT next_storage_;
};

void apply_jump_buffer(CONTEXT* context, const JumpBuffer& buffer) {
    context->Rbx = buffer.rbx;
    context->Rsp = buffer.rsp;
    context->Rbp = buffer.rbp;
    context->Rsi = buffer.rsi;
    context->Rdi = buffer.rdi;
    context->R12 = buffer.r12;
    context->R13 = buffer.r13;
    context->R14 = buffer.r14;
    context->R15 = buffer.r15;
    context->Rip = buffer.rip;
    for (int i = 0; i < 10; ++i) context->Xmm[6 + i] = buffer.xmm[i];
    context->MxCsr = context->FltSave.MxCsr = buffer.mxcsr;
    context->FltSave.ControlWord = buffer.fpu_control;
}

}  // namespace

void unwind_frames(uint64_t target_frame, uint64_t target_ip, EXCEPTION_RECORD* record,
                   uint64_t return_value, CONTEXT* context, UNWIND_HISTORY_TABLE* history) {
    EXCEPTION_RECORD own = {};
    if (!record) {
        own.ExceptionCode = static_cast<DWORD>(STATUS_UNWIND);
        own.ExceptionAddress = reinterpret_cast<void*>(context->Rip);
        record = &own;
    }
    record->ExceptionFlags |= EXCEPTION_UNWINDING;
    if (!target_frame) record->ExceptionFlags |= EXCEPTION_EXIT_UNWIND;
    Unwind(target_frame, target_ip, record, return_value, context, history).run();
}

void restore_context(CONTEXT* context, EXCEPTION_RECORD* record) {
    if (record && record->ExceptionCode == static_cast<DWORD>(STATUS_LONGJUMP) &&
        record->NumberParameters >= 1)
        apply_jump_buffer(context,
                          *reinterpret_cast<JumpBuffer*>(record->ExceptionInformation[0]));
    if (record && record->ExceptionCode == static_cast<DWORD>(STATUS_UNWIND_CONSOLIDATE) &&
        record->NumberParameters >= 1)
        lsw_consolidate(context, record);
    unwind::lsw_restore_context(context);
}

}  // namespace lsw::seh
