// Call frame information of .eh_frame: finding the entry of an address, and the rules that hold there.
// Follows "DWARF Debugging Information Format" 6.4 and "Linux Standard Base, Exception Frames".
#pragma once

#include <cstdint>

namespace lsw::unwind {

// x86-64 register numbers of DWARF: 0-15 general, 16 the return address, 17-32 xmm.
inline constexpr int kDwarfReturnAddress = 16;
inline constexpr int kDwarfXmm0 = 17;
inline constexpr int kDwarfRegisters = 33;

enum class RuleKind : uint8_t {
    kSame,
    kUndefined,
    kOffset,       // saved at CFA + value
    kValueOffset,  // is CFA + value
    kRegister,
    kExpression,       // saved at what the expression gives
    kValueExpression,  // is what the expression gives
};

// How to find a register's value in the caller. Small, since rows are kept on guest stacks.
struct Rule {
    int64_t value : 56 = 0;  // an offset, a register, or the address of an expression's length
    RuleKind kind : 8 = RuleKind::kSame;
};
static_assert(sizeof(Rule) == 8);

// The rules at one address.
struct CfiRow {
    Rule registers[kDwarfRegisters];
    uint64_t cfa_expression = 0;  // address of its length; 0: register and offset
    int64_t cfa_offset = 0;
    int cfa_register = 7;
};

// A CIE and FDE, decoded.
struct FrameEntry {
    const uint8_t* initial_code = nullptr;
    const uint8_t* initial_end = nullptr;
    const uint8_t* code = nullptr;
    const uint8_t* end = nullptr;
    uint64_t start = 0;
    uint64_t length = 0;
    uint64_t code_align = 1;
    int64_t data_align = 1;
    uint8_t pointer_encoding = 0;
    bool signal_frame = false;
};

// Finds the entry that covers an address in any loaded Linux module.
bool find_frame_entry(uint64_t pc, FrameEntry* entry);

// Runs the entry's instructions up to the address.
bool run_cfi(const FrameEntry& entry, uint64_t pc, CfiRow* row);

}  // namespace lsw::unwind
