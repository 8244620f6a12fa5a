// The C++ frame handlers: find the catch for an exception, destroy what is left, run the catch block.
#include <algorithm>

#include "abi/status.h"
#include "core/exception/capture.h"
#include "core/exception/catch_blocks.h"
#include "core/exception/unwind.h"
#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/frame_handler.h"
#include "dll/vcruntime140/vcruntime140.h"

namespace lsw::crt {
namespace {

using Funclet = uint64_t(WINAPI*)(uint64_t unused, uint64_t frame);

// One activation of a function as a handler meets it.
struct FrameView {
    const FuncInfo& info;
    uint64_t frame;  // of the function itself, also when this is one of its catch funclets
    int state;
    bool in_funclet;
    CatchFunclet funclet;

    FrameView(const FuncInfo& function, uint64_t establisher, const DISPATCHER_CONTEXT& dispatcher)
        : info(function), frame(establisher) {
        in_funclet = info.find_funclet(&funclet);
        if (in_funclet) frame = *reinterpret_cast<uint64_t*>(establisher + funclet.frame_offset);
        // A frame whose catch block runs is no longer where its instruction address says.
        state = dispatcher.Fill0 ? static_cast<int>(dispatcher.Fill0) - 2
                                 : info.state_of(dispatcher.ControlPc);
    }
    // Try blocks around a funclet belong to the frame of the function, which the search meets later.
    bool is_visible(const TryBlock& block) const {
        return !in_funclet || (block.low > funclet.floor && block.high <= funclet.ceiling);
    }
    bool is_own_state(int value) const {
        if (value <= kEmptyState) return false;
        return !in_funclet || (value > funclet.floor && value <= funclet.ceiling);
    }
};

void run_action(const UnwindAction& action, uint64_t frame) {
    using Destructor = void(WINAPI*)(void*);
    auto object = reinterpret_cast<void*>(frame + action.object_offset);
    switch (action.kind) {
    case ActionKind::kNone: break;
    case ActionKind::kFunclet: reinterpret_cast<Funclet>(action.function)(frame, frame); break;
    case ActionKind::kDestructor: reinterpret_cast<Destructor>(action.function)(object); break;
    case ActionKind::kDestructorOfPointer:
        reinterpret_cast<Destructor>(action.function)(*static_cast<void**>(object));
        break;
    }
}

void unwind_to(const FrameView& view, int target) {
    int state = view.state;
    while (state != target && view.is_own_state(state)) {
        UnwindAction action = view.info.action(state);
        run_action(action, view.frame);
        if (action.to_state >= state) break;  // a damaged table
        state = action.to_state;
    }
}

// The second pass, through a frame or into it.
EXCEPTION_DISPOSITION leave(EXCEPTION_RECORD* record, const FrameView& view,
                            const DISPATCHER_CONTEXT& dispatcher) {
    int target = kEmptyState;
    if (record->ExceptionFlags & EXCEPTION_TARGET_UNWIND) {
        if (uint32_t state = seh::catch_state_of(*record))
            target = static_cast<int>(state) - 2;
        else
            target = view.info.state_of(dispatcher.TargetIp);
    }
    unwind_to(view, target);
    return ExceptionContinueSearch;
}

// Runs as the callback of the unwind into the frame, on top of all that was thrown through. Returns where
// the function goes on.
WINAPI uint64_t run_catch_block(EXCEPTION_RECORD* record) {
    ULONG_PTR* parameters = record->ExceptionInformation;
    auto block = reinterpret_cast<ActiveCatch*>(parameters[seh::kCatchPrevious]);
    enter_catch(block);
    uint64_t frame = parameters[seh::kCatchEstablisher];
    uint64_t result = reinterpret_cast<Funclet>(parameters[seh::kCatchHandler])(frame, frame);
    auto handler = reinterpret_cast<const CatchHandler*>(parameters[seh::kCatchContinuations]);
    if (handler->continuation_count > 0)
        result = handler->continuations[std::min<uint64_t>(
            result, static_cast<uint64_t>(handler->continuation_count - 1))];
    leave_catch(block, nullptr);
    return result;
}

// Leaves the frames between the throw and the catch, and runs it. Does not return.
void catch_it(EXCEPTION_RECORD* record, void* establisher, CONTEXT* context,
              DISPATCHER_CONTEXT* dispatcher, const FrameView& view, const TryBlock& block,
              const CatchHandler& handler) {
    ActiveCatch active = {record, context, nullptr};
    EXCEPTION_RECORD unwind = {};
    unwind.ExceptionCode = static_cast<DWORD>(STATUS_UNWIND_CONSOLIDATE);
    unwind.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    unwind.NumberParameters = seh::kCatchParameters;
    ULONG_PTR* parameters = unwind.ExceptionInformation;
    int outside = view.info.action(block.low).to_state;
    parameters[seh::kCatchCallback] = reinterpret_cast<ULONG_PTR>(run_catch_block);
    parameters[seh::kCatchEstablisher] = view.frame;
    parameters[seh::kCatchHandler] = dispatcher->ImageBase + handler.rva_handler;
    parameters[seh::kCatchState] = static_cast<ULONG_PTR>(outside + 2);
    parameters[seh::kCatchException] = reinterpret_cast<ULONG_PTR>(record);
    parameters[seh::kCatchPrevious] = reinterpret_cast<ULONG_PTR>(&active);
    parameters[seh::kCatchContinuations] = reinterpret_cast<ULONG_PTR>(&handler);
    parameters[seh::kCatchMagic] = seh::kCatchBlockMagic;
    CONTEXT work;
    seh::capture_caller(&work);
    seh::unwind_frames(reinterpret_cast<uint64_t>(establisher), dispatcher->ControlPc, &unwind, 0,
                       &work, dispatcher->HistoryTable);
}

bool takes_foreign(const CatchHandler& handler) {
    bool takes_all = !handler.type || handler.type->name[0] == 0;
    return takes_all && !(handler.adjectives & HT_IsStdDotDot);
}

EXCEPTION_DISPOSITION search(EXCEPTION_RECORD* record, void* establisher, CONTEXT* context,
                             DISPATCHER_CONTEXT* dispatcher, const FrameView& view) {
    CxxException exception;
    bool is_cxx = CxxException::from(*record, &exception);
    if (!is_cxx && view.info.catches_only_cxx()) return ExceptionContinueSearch;
    for (int i = 0; i < view.info.try_count(); ++i) {
        TryBlock block = view.info.try_block(i);
        if (view.state < block.low || view.state > block.high || !view.is_visible(block)) continue;
        for (int j = 0; j < block.handler_count; ++j) {
            CatchHandler handler = view.info.handler(block, j);
            const CatchableType* conversion = is_cxx ? match(exception, handler) : nullptr;
            if (!conversion && !(!is_cxx && takes_foreign(handler))) continue;
            if (conversion) build_catch_object(exception, handler, conversion, view.frame);
            catch_it(record, establisher, context, dispatcher, view, block, handler);
        }
    }
    if (is_cxx && view.info.is_noexcept()) clib::terminate();
    return ExceptionContinueSearch;
}

void on_catch_abandoned(EXCEPTION_RECORD* block, EXCEPTION_RECORD* current) {
    const EXCEPTION_RECORD* carried = current;
    if (seh::catch_state_of(*current))
        carried = reinterpret_cast<EXCEPTION_RECORD*>(
            current->ExceptionInformation[seh::kCatchException]);
    leave_catch(reinterpret_cast<ActiveCatch*>(block->ExceptionInformation[seh::kCatchPrevious]),
                carried);
}

}  // namespace

EXCEPTION_DISPOSITION handle_frame(EXCEPTION_RECORD* record, void* establisher, CONTEXT* context,
                                   DISPATCHER_CONTEXT* dispatcher, const FuncInfo& info) {
    FrameView view(info, reinterpret_cast<uint64_t>(establisher), *dispatcher);
    if (record->ExceptionFlags & EXCEPTION_UNWIND) return leave(record, view, *dispatcher);
    seh::set_catch_abandoned(on_catch_abandoned);
    return search(record, establisher, context, dispatcher, view);
}

}  // namespace lsw::crt
