#include "core/exception/dispatch.h"

#include "api/trace/trace.h"
#include "core/debug/port.h"
#include "core/exception/frames.h"
#include "core/exception/trampolines.h"
#include "core/exception/unhandled.h"
#include "core/exception/vectored.h"
#include "core/exception/faults.h"
#include "loader/unwind/context_switch.h"

// The linker's: where our code begins and ends.
extern "C" const char __executable_start, etext;

namespace lsw::seh {
namespace {

// Asks one frame. True to continue execution; the search goes on otherwise.
bool ask_frame(EXCEPTION_RECORD* record, CONTEXT* context, CONTEXT* unwound, const Frame& frame,
               uint64_t* nested_frame) {
    DISPATCHER_CONTEXT dispatcher = {};
    dispatcher.ControlPc = frame.control_pc;
    dispatcher.ImageBase = frame.image_base;
    dispatcher.FunctionEntry = const_cast<RUNTIME_FUNCTION*>(frame.function);
    dispatcher.EstablisherFrame = frame.establisher;
    dispatcher.ContextRecord = unwound;
    dispatcher.LanguageHandler = frame.handler;
    dispatcher.HandlerData = frame.handler_data;
    dispatcher.Fill0 = frame.catch_state;
    EXCEPTION_DISPOSITION disposition =
        lsw_call_exception_handler(record, frame.establisher, context, &dispatcher);
    if (*nested_frame == frame.establisher) {
        record->ExceptionFlags &= ~EXCEPTION_NESTED_CALL;
        *nested_frame = 0;
    }
    switch (disposition) {
    case ExceptionContinueExecution:
        if (record->ExceptionFlags & EXCEPTION_NONCONTINUABLE)
            raise_status(STATUS_NONCONTINUABLE_EXCEPTION, record);
        return true;
    case ExceptionContinueSearch: return false;
    case ExceptionNestedException:
        record->ExceptionFlags |= EXCEPTION_NESTED_CALL;
        if (dispatcher.EstablisherFrame > *nested_frame) *nested_frame = dispatcher.EstablisherFrame;
        return false;
    default: raise_status(STATUS_INVALID_DISPOSITION, record);
    }
}

enum class Asked { kResumed, kAll, kLost };

// Where a walk that cannot go on ended: in our code, where every thread begins, or on the way there.
bool is_thread_start(const CONTEXT& context) {
    return context.Rip >= reinterpret_cast<uint64_t>(&__executable_start) && context.Rip < reinterpret_cast<uint64_t>(&etext);
}

// In a function of its own, so that the second CONTEXT is only on the stack when no vectored handler took
// the exception: some run on stacks of a few KB.
[[gnu::noinline]] Asked ask_frames(EXCEPTION_RECORD* record, CONTEXT* context) {
    CONTEXT unwound = *context;
    FrameWalk walk(&unwound, false);
    uint64_t nested_frame = 0;
    Frame frame;
    while (walk.step(UNW_FLAG_EHANDLER, &frame)) {
        if (!frame.handler) continue;
        if (ask_frame(record, context, &unwound, frame, &nested_frame)) return Asked::kResumed;
    }
    return is_thread_start(unwound) ? Asked::kAll : Asked::kLost;
}

}  // namespace

bool dispatch(EXCEPTION_RECORD* record, CONTEXT* context) {
    EXCEPTION_POINTERS pointers = {record, context};
    Asked asked = call_vectored_handlers(VectoredKind::kException, &pointers) ? Asked::kResumed
                                                                              : ask_frames(record, context);
    // The search also ends on stacks that cannot be followed to the thread's start, whose filter would have ended the
    // process: Go, which has no unwind data, reports foreign exceptions in a continue handler.
    if (asked != Asked::kAll) call_vectored_handlers(VectoredKind::kContinue, &pointers);
    return asked == Asked::kResumed;
}

void raise(EXCEPTION_RECORD* record, CONTEXT* context, bool first_chance) {
    trace::exception_raised(record->ExceptionCode, reinterpret_cast<uint64_t>(record->ExceptionAddress),
                            record->ExceptionInformation[0], record->ExceptionInformation[1]);
    if (debug::is_debugged() && first_chance && debug::exception(record, context, true)) unwind::lsw_restore_context(context);
    if (first_chance && dispatch(record, context)) unwind::lsw_restore_context(context);
    // A debugger takes the place of the program's filter: "SetUnhandledExceptionFilter function".
    if (debug::is_debugged() && debug::exception(record, context, false)) unwind::lsw_restore_context(context);
    EXCEPTION_POINTERS pointers = {record, context};
    if (first_chance && !debug::is_debugged() && unhandled_filter(&pointers) == EXCEPTION_CONTINUE_EXECUTION) {
        if (record->ExceptionFlags & EXCEPTION_NONCONTINUABLE)
            raise_status(STATUS_NONCONTINUABLE_EXCEPTION, record);
        call_vectored_handlers(VectoredKind::kContinue, &pointers);
        unwind::lsw_restore_context(context);
    }
    end_by_exception(*record, *context);
}

void raise_status(NTSTATUS status, EXCEPTION_RECORD* cause) {
    CONTEXT context;
    unwind::lsw_capture_context(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = static_cast<DWORD>(status);
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE | EXCEPTION_SOFTWARE_ORIGINATE;
    record.ExceptionRecord = cause;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    raise(&record, &context);
}

}  // namespace lsw::seh
