#include "loader/unwind/host_unwind.h"

#include <cstring>

#include "loader/unwind/cfi.h"
#include "loader/unwind/dwarf_expression.h"

namespace lsw::unwind {
namespace {

// DWARF number -> index in CONTEXT::Gpr
constexpr uint8_t kGprOfDwarf[16] = {0, 2, 1, 3, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};

uint64_t load(uint64_t address) {
    uint64_t value;
    memcpy(&value, reinterpret_cast<const void*>(address), sizeof(value));
    return value;
}

uint64_t register_value(const CONTEXT& context, int64_t number) {
    if (number == kDwarfReturnAddress) return context.Rip;
    return number >= 0 && number < 16 ? context.Gpr[kGprOfDwarf[number]] : 0;
}

// Where or what a register is in the caller. False: the same as here, or unknown.
struct Source {
    uint64_t value;
    bool in_memory;
};

bool source_of(const CONTEXT& context, const Rule& rule, uint64_t cfa, Source* source) {
    switch (rule.kind) {
    case RuleKind::kOffset: *source = {cfa + rule.value, true}; return true;
    case RuleKind::kValueOffset: *source = {cfa + rule.value, false}; return true;
    case RuleKind::kRegister: *source = {register_value(context, rule.value), false}; return true;
    case RuleKind::kExpression:
    case RuleKind::kValueExpression:
        source->in_memory = rule.kind == RuleKind::kExpression;
        return evaluate_expression(static_cast<uint64_t>(rule.value), context, &cfa,
                                   &source->value);
    default: return false;
    }
}

bool compute_cfa(const CONTEXT& context, const CfiRow& row, uint64_t* cfa) {
    if (row.cfa_expression)
        return evaluate_expression(row.cfa_expression, context, nullptr, cfa);
    *cfa = register_value(context, row.cfa_register) + row.cfa_offset;
    return true;
}

}  // namespace

uint64_t dwarf_register(const CONTEXT& context, int64_t number) {
    return register_value(context, number);
}

bool host_unwind(CONTEXT* context, bool after_call, HostFrame* frame) {
    uint64_t pc = context->Rip - (after_call ? 1 : 0);
    FrameEntry entry;
    CfiRow row;
    // A signal frame starts where the handler returns to: no call stands before it.
    bool found = find_frame_entry(pc, &entry);
    if (after_call && (!found || entry.signal_frame)) {
        entry = {};
        found = find_frame_entry(context->Rip, &entry) && entry.signal_frame;
        pc = context->Rip;
    }
    if (!found || !run_cfi(entry, pc, &row)) return false;
    if (row.registers[kDwarfReturnAddress].kind == RuleKind::kUndefined) return false;

    uint64_t cfa = 0;
    if (!compute_cfa(*context, row, &cfa)) return false;
    uint64_t values[kDwarfReturnAddress + 1];
    for (int number = 0; number <= kDwarfReturnAddress; ++number) {
        Source source;
        values[number] = number == 7 ? cfa : register_value(*context, number);
        if (source_of(*context, row.registers[number], cfa, &source))
            values[number] = source.in_memory ? load(source.value) : source.value;
    }
    for (int number = 0; number < 16; ++number) {
        Source source;
        if (source_of(*context, row.registers[kDwarfXmm0 + number], cfa, &source) &&
            source.in_memory)
            memcpy(&context->Xmm[number], reinterpret_cast<const void*>(source.value),
                   sizeof(M128A));
    }
    for (int number = 0; number < 16; ++number)
        context->Gpr[kGprOfDwarf[number]] = values[number];
    context->Rip = values[kDwarfReturnAddress];
    frame->cfa = cfa;
    frame->function_start = entry.start;
    frame->caller_interrupted = entry.signal_frame;
    return true;
}

}  // namespace lsw::unwind
