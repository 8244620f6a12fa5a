#include "loader/unwind/virtual_unwind.h"

#include <cstring>

#include "loader/unwind/epilogue.h"
#include "loader/unwind/function_table.h"

namespace lsw::unwind {
namespace {

uint64_t load(uint64_t address) {
    uint64_t value;
    memcpy(&value, reinterpret_cast<const void*>(address), sizeof(value));
    return value;
}

// A context on its way to its caller, with the places its registers came from.
struct Unwinder {
    CONTEXT* context;
    KNONVOLATILE_CONTEXT_POINTERS* pointers;
    bool rip_known = false;  // a machine frame has set it

    void restore_register(unsigned number, uint64_t address) {
        context->Gpr[number] = load(address);
        if (pointers) pointers->IntegerContext[number] = reinterpret_cast<DWORD64*>(address);
    }
    void restore_xmm(unsigned number, uint64_t address) {
        memcpy(&context->Xmm[number], reinterpret_cast<const void*>(address), sizeof(M128A));
        if (pointers) pointers->FloatingContext[number] = reinterpret_cast<M128A*>(address);
    }
    void pop_register(unsigned number) {
        uint64_t address = context->Rsp;
        context->Rsp += 8;
        restore_register(number, address);
    }
    void pop_machine_frame(bool with_error_code) {
        uint64_t frame = context->Rsp + (with_error_code ? 8 : 0);
        context->Rip = load(frame);
        context->Rsp = load(frame + 24);
        rip_known = true;
    }
    void pop_return_address() {
        if (rip_known) return;
        context->Rip = load(context->Rsp);
        context->Rsp += 8;
    }
};

unsigned slots_of(const UNWIND_CODE& code) {
    switch (code.UnwindOp) {
    case UWOP_ALLOC_LARGE: return code.OpInfo ? 3 : 2;
    case UWOP_SAVE_NONVOL:
    case UWOP_SAVE_XMM128: return 2;
    case UWOP_SAVE_NONVOL_FAR:
    case UWOP_SPARE_CODE:
    case UWOP_SAVE_XMM128_FAR: return 3;
    default: return 1;
    }
}

// The 16-bit operand, or the unscaled 32-bit one, that follows a code.
uint64_t operand(const UNWIND_CODE* code, bool wide) {
    return wide ? code[1].FrameOffset | static_cast<uint64_t>(code[2].FrameOffset) << 16
                : code[1].FrameOffset;
}

bool establishes_frame(const UNWIND_INFO* info, uint32_t prologue_offset) {
    if (info->FrameRegister == 0) return false;
    if (prologue_offset >= info->SizeOfProlog || (info->Flags & UNW_FLAG_CHAININFO)) return true;
    for (unsigned i = 0; i < info->CountOfCodes; i += slots_of(info->UnwindCode[i]))
        if (info->UnwindCode[i].UnwindOp == UWOP_SET_FPREG)
            return prologue_offset >= info->UnwindCode[i].CodeOffset;
    return false;
}

uint64_t frame_base(const CONTEXT& context, const UNWIND_INFO* info, uint32_t prologue_offset) {
    if (!establishes_frame(info, prologue_offset)) return context.Rsp;
    return context.Gpr[info->FrameRegister] - info->FrameOffset * 16;
}

void undo(Unwinder* unwinder, const UNWIND_INFO* info, const UNWIND_CODE* code, uint64_t base) {
    CONTEXT* context = unwinder->context;
    switch (code->UnwindOp) {
    case UWOP_PUSH_NONVOL: unwinder->pop_register(code->OpInfo); break;
    case UWOP_ALLOC_LARGE:
        context->Rsp += code->OpInfo ? operand(code, true) : operand(code, false) * 8;
        break;
    case UWOP_ALLOC_SMALL: context->Rsp += code->OpInfo * 8 + 8; break;
    case UWOP_SET_FPREG:
        context->Rsp = context->Gpr[info->FrameRegister] - info->FrameOffset * 16;
        break;
    case UWOP_SAVE_NONVOL:
        unwinder->restore_register(code->OpInfo, base + operand(code, false) * 8);
        break;
    case UWOP_SAVE_NONVOL_FAR:
        unwinder->restore_register(code->OpInfo, base + operand(code, true));
        break;
    case UWOP_SAVE_XMM128:
        unwinder->restore_xmm(code->OpInfo, base + operand(code, false) * 16);
        break;
    case UWOP_SAVE_XMM128_FAR:
        unwinder->restore_xmm(code->OpInfo, base + operand(code, true));
        break;
    case UWOP_PUSH_MACHFRAME: unwinder->pop_machine_frame(code->OpInfo != 0); break;
    default: break;  // epilogue descriptions, or codes that nobody emits
    }
}

// Undoes what the prologue did up to the offset, then what the functions it is chained to did.
// Returns the unwind info at the end of the chain, whose handler serves all of it.
const UNWIND_INFO* undo_prologue(Unwinder* unwinder, uint64_t image_base, const UNWIND_INFO* info,
                                 uint32_t prologue_offset) {
    for (int depth = 0;; ++depth) {
        uint64_t base = frame_base(*unwinder->context, info, prologue_offset);
        for (unsigned i = 0; i < info->CountOfCodes; i += slots_of(info->UnwindCode[i])) {
            const UNWIND_CODE* code = &info->UnwindCode[i];
            if (code->CodeOffset <= prologue_offset || code->UnwindOp == UWOP_EPILOG)
                undo(unwinder, info, code, base);
        }
        if (!(info->Flags & UNW_FLAG_CHAININFO) || depth == kMaxChain) return info;
        info = unwind_info(image_base,
                           static_cast<const RUNTIME_FUNCTION*>(unwind_info_tail(info)));
        prologue_offset = UINT32_MAX;  // the whole prologue of the primary function has run
    }
}

void finish_epilogue(Unwinder* unwinder, const UNWIND_INFO* info, const Epilogue& epilogue) {
    CONTEXT* context = unwinder->context;
    if (epilogue.from_frame_register)
        context->Rsp = context->Gpr[info->FrameRegister] + epilogue.adjustment;
    else
        context->Rsp += epilogue.adjustment;
    for (int i = 0; i < epilogue.pop_count; ++i) unwinder->pop_register(epilogue.pops[i]);
}

bool leave_by_epilogue(Unwinder* unwinder, uint64_t image_base, uint64_t pc,
                       const RUNTIME_FUNCTION* function, const UNWIND_INFO* info,
                       FunctionLookup lookup) {
    if (info->Version >= 2 &&
        !in_listed_epilogue(info, function, static_cast<uint32_t>(pc - image_base)))
        return false;
    Epilogue epilogue;
    if (!decode_epilogue(image_base, pc, function, info, lookup, &epilogue)) return false;
    finish_epilogue(unwinder, info, epilogue);
    return true;
}

}  // namespace

VirtualFrame virtual_unwind(DWORD handler_type, uint64_t image_base, uint64_t pc,
                            const RUNTIME_FUNCTION* function, CONTEXT* context,
                            KNONVOLATILE_CONTEXT_POINTERS* pointers, FunctionLookup lookup) {
    Unwinder unwinder{context, pointers};
    VirtualFrame frame;
    frame.establisher = context->Rsp;
    if (!function) {
        unwinder.pop_return_address();
        return frame;
    }
    function = resolve_indirect(image_base, function);
    const UNWIND_INFO* info = unwind_info(image_base, function);
    uint32_t offset = static_cast<uint32_t>(pc - image_base) - function->BeginAddress;
    frame.establisher = frame_base(*context, info, offset);
    bool in_prologue = offset < info->SizeOfProlog;
    if (!in_prologue && leave_by_epilogue(&unwinder, image_base, pc, function, info, lookup)) {
        unwinder.pop_return_address();
        return frame;
    }
    const UNWIND_INFO* last = undo_prologue(&unwinder, image_base, info, offset);
    frame.caller_interrupted = unwinder.rip_known;
    unwinder.pop_return_address();
    if (!in_prologue && (last->Flags & handler_type & (UNW_FLAG_EHANDLER | UNW_FLAG_UHANDLER))) {
        auto tail = static_cast<const uint32_t*>(unwind_info_tail(last));
        frame.handler = reinterpret_cast<EXCEPTION_ROUTINE*>(image_base + tail[0]);
        frame.handler_data = const_cast<uint32_t*>(tail + 1);
    }
    return frame;
}

}  // namespace lsw::unwind
