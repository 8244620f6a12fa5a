#include "core/thread/fiber.h"

#include <memory>

#include "base/live_mark.h"
#include "core/exception/dispatch.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "core/thread/thread_data.h"

extern "C" void lsw_switch_stack(void** save, void* to);

namespace lsw {

struct Fiber {
    static constexpr uint32_t kKind = 7;
    void* data;
    LiveMark mark{kKind};
    void* stack_pointer;
    NT_TIB tib;  // the stack's bounds and the exception list
    void* deallocation_stack;
    ULONG guaranteed_bytes;
    void* fls;
    GuestStack stack;  // empty for a converted thread
    LPFIBER_START_ROUTINE routine;
};

namespace {

Fiber* current_fiber() { return static_cast<Fiber*>(current_teb()->NtTib.FiberData); }

[[noreturn]] void fiber_main() {
    Fiber* self = current_fiber();
    self->routine(self->data);
    // "CreateFiber function": a fiber whose routine returns ends its thread.
    exit_thread(0);
}

// What lsw_switch_stack finds on a stack it has not been on: control words, six registers, where to go on.
void prepare(Fiber& fiber) {
    auto* top = reinterpret_cast<uint64_t*>(fiber.stack.high() - 128);
    *--top = 0;  // the caller of fiber_main: none; also aligns its stack
    *--top = reinterpret_cast<uint64_t>(fiber_main);
    for (int i = 0; i < 6; ++i) *--top = 0;
    *--top = uint64_t{0x27F} << 32 | 0x1F80;
    fiber.stack_pointer = top;
}

}  // namespace

Result<Fiber*> convert_thread_to_fiber(void* data) {
    TEB* teb = current_teb();
    if (teb->NtTib.FiberData) return Status(STATUS_OBJECT_NAME_COLLISION);
    auto* fiber = new Fiber{};
    fiber->data = data;
    teb->NtTib.FiberData = fiber;
    return fiber;
}

Result<void> convert_fiber_to_thread() {
    Fiber* fiber = current_fiber();
    if (!fiber) return STATUS_INVALID_PARAMETER;
    current_teb()->NtTib.FiberData = nullptr;
    delete fiber;
    return {};
}

Result<Fiber*> create_fiber(size_t reserve_bytes, size_t commit_bytes, LPFIBER_START_ROUTINE routine, void* data) {
    const pe::ImageView& program = runtime().modules.program()->image.view;
    if (!reserve_bytes) reserve_bytes = program.stack_reserve();
    GuestStack stack = LSW_TRY(GuestStack::allocate(reserve_bytes > commit_bytes ? reserve_bytes : commit_bytes, commit_bytes));
    auto* fiber = new Fiber{};
    fiber->data = data;
    fiber->routine = routine;
    fiber->stack = stack;
    auto bounds = std::make_unique<TEB>();
    stack.publish(bounds.get());
    fiber->tib = bounds->NtTib;
    fiber->deallocation_stack = bounds->DeallocationStack;
    prepare(*fiber);
    return fiber;
}

void switch_to_fiber(Fiber* to) {
    TEB* teb = current_teb();
    Fiber* from = current_fiber();
    if (from == to) return;
    if (!to->mark.is(Fiber::kKind)) seh::raise_status(STATUS_ACCESS_VIOLATION);
    from->tib = teb->NtTib;
    from->deallocation_stack = teb->DeallocationStack;
    from->guaranteed_bytes = teb->GuaranteedStackBytes;
    from->fls = teb->FlsData;
    teb->NtTib.ExceptionList = to->tib.ExceptionList;
    teb->NtTib.StackBase = to->tib.StackBase;
    teb->NtTib.StackLimit = to->tib.StackLimit;
    teb->DeallocationStack = to->deallocation_stack;
    teb->GuaranteedStackBytes = to->guaranteed_bytes;
    teb->FlsData = to->fls;
    teb->NtTib.FiberData = to;
    lsw_switch_stack(&from->stack_pointer, to->stack_pointer);
}

void delete_fiber(Fiber* fiber) {
    if (fiber && fiber == current_fiber()) exit_thread(1);
    if (!fiber->mark.is(Fiber::kKind)) seh::raise_status(STATUS_ACCESS_VIOLATION);
    fls_end(fiber->fls);
    fiber->stack.release();
    delete fiber;
}

}  // namespace lsw
