// The interpreter of call frame instructions (DW_CFA_*).
#include "loader/unwind/cfi.h"

#include "loader/unwind/dwarf_reader.h"

namespace lsw::unwind {
namespace {

enum CfaOpcode : uint8_t {
    kNop = 0x00,
    kSetLoc = 0x01,
    kAdvanceLoc1 = 0x02,
    kAdvanceLoc2 = 0x03,
    kAdvanceLoc4 = 0x04,
    kOffsetExtended = 0x05,
    kRestoreExtended = 0x06,
    kUndefinedRule = 0x07,
    kSameValue = 0x08,
    kRegisterRule = 0x09,
    kRememberState = 0x0A,
    kRestoreState = 0x0B,
    kDefCfa = 0x0C,
    kDefCfaRegister = 0x0D,
    kDefCfaOffset = 0x0E,
    kDefCfaExpression = 0x0F,
    kExpressionRule = 0x10,
    kOffsetExtendedSf = 0x11,
    kDefCfaSf = 0x12,
    kDefCfaOffsetSf = 0x13,
    kValOffset = 0x14,
    kValOffsetSf = 0x15,
    kValExpression = 0x16,
    kGnuArgsSize = 0x2E,
    kGnuNegativeOffsetExtended = 0x2F,
    kAdvanceLoc = 0x40,  // these three carry an operand in the low six bits
    kOffset = 0x80,
    kRestore = 0xC0,
};

constexpr int kMaxRemembered = 3;  // compilers nest one deep

class Interpreter {
public:
    Interpreter(const FrameEntry& entry, uint64_t pc, CfiRow* row)
        : entry_(entry), pc_(pc), row_(row), location_(entry.start) {}

    bool run(const uint8_t* code, const uint8_t* end, const CfiRow* initial) {
        initial_ = initial;
        reader_.at = code;
        while (reader_.at < end && location_ <= pc_)
            if (!step(*reader_.at++)) return false;
        return true;
    }

private:
    bool step(uint8_t opcode) {
        uint8_t low = opcode & 0x3F;
        switch (opcode & 0xC0) {
        case kAdvanceLoc: return advance(low);
        case kOffset: return set(low, RuleKind::kOffset, offset());
        case kRestore: return restore(low);
        default: return opcode < kDefCfa || opcode == kGnuArgsSize ? step_location(opcode)
                                                                   : step_definition(opcode);
        }
    }

    bool step_location(uint8_t opcode) {
        switch (opcode) {
        case kNop: return true;
        case kSetLoc: location_ = reader_.encoded(entry_.pointer_encoding, 0); return true;
        case kAdvanceLoc1: return advance(reader_.fixed<uint8_t>());
        case kAdvanceLoc2: return advance(reader_.fixed<uint16_t>());
        case kAdvanceLoc4: return advance(reader_.fixed<uint32_t>());
        case kOffsetExtended: return set_next(RuleKind::kOffset, false);
        case kRestoreExtended: return restore(reader_.uleb());
        case kUndefinedRule: return set(reader_.uleb(), RuleKind::kUndefined, 0);
        case kSameValue: return set(reader_.uleb(), RuleKind::kSame, 0);
        case kRegisterRule: {
            uint64_t number = reader_.uleb();
            return set(number, RuleKind::kRegister, static_cast<int64_t>(reader_.uleb()));
        }
        case kRememberState:
            if (remembered_count_ == kMaxRemembered) return false;
            remembered_[remembered_count_++] = *row_;
            return true;
        case kRestoreState:
            if (remembered_count_ == 0) return false;
            *row_ = remembered_[--remembered_count_];
            return true;
        case kGnuArgsSize: reader_.uleb(); return true;
        default: return false;
        }
    }

    bool step_definition(uint8_t opcode) {
        switch (opcode) {
        case kDefCfa:
            define_cfa_register(reader_.uleb());
            row_->cfa_offset = static_cast<int64_t>(reader_.uleb());
            return true;
        case kDefCfaRegister: define_cfa_register(reader_.uleb()); return true;
        case kDefCfaOffset: row_->cfa_offset = static_cast<int64_t>(reader_.uleb()); return true;
        case kDefCfaExpression: row_->cfa_expression = expression(); return true;
        case kExpressionRule: return set_expression(RuleKind::kExpression);
        case kOffsetExtendedSf: return set_next(RuleKind::kOffset, true);
        case kDefCfaSf:
            define_cfa_register(reader_.uleb());
            row_->cfa_offset = reader_.sleb() * entry_.data_align;
            return true;
        case kDefCfaOffsetSf: row_->cfa_offset = reader_.sleb() * entry_.data_align; return true;
        case kValOffset: return set_next(RuleKind::kValueOffset, false);
        case kValOffsetSf: return set_next(RuleKind::kValueOffset, true);
        case kValExpression: return set_expression(RuleKind::kValueExpression);
        case kGnuNegativeOffsetExtended: {
            uint64_t number = reader_.uleb();
            return set(number, RuleKind::kOffset, -offset());
        }
        default: return false;
        }
    }

    bool advance(uint64_t delta) {
        location_ += delta * entry_.code_align;
        return true;
    }
    int64_t offset() { return static_cast<int64_t>(reader_.uleb()) * entry_.data_align; }
    uint64_t expression() {
        uint64_t address = reinterpret_cast<uint64_t>(reader_.at);
        uint64_t length = reader_.uleb();
        reader_.at += length;
        return address;
    }
    void define_cfa_register(uint64_t number) {
        row_->cfa_register = static_cast<int>(number);
        row_->cfa_expression = 0;
    }
    bool set(uint64_t number, RuleKind kind, int64_t value) {
        if (number < kDwarfRegisters) {  // x87, segment and mask registers are not tracked
            row_->registers[number].kind = kind;
            row_->registers[number].value = value;
        }
        return true;
    }
    bool set_next(RuleKind kind, bool is_signed) {
        uint64_t number = reader_.uleb();
        return set(number, kind, is_signed ? reader_.sleb() * entry_.data_align : offset());
    }
    bool set_expression(RuleKind kind) {
        uint64_t number = reader_.uleb();
        return set(number, kind, static_cast<int64_t>(expression()));
    }
    bool restore(uint64_t number) {
        if (number < kDwarfRegisters)
            row_->registers[number] = initial_ ? initial_->registers[number] : Rule{};
        return true;
    }

    const FrameEntry& entry_;
    uint64_t pc_;
    CfiRow* row_;
    const CfiRow* initial_ = nullptr;
    uint64_t location_;
    DwarfReader reader_{nullptr};
    int remembered_count_ = 0;
    CfiRow remembered_[kMaxRemembered];
};

}  // namespace

bool run_cfi(const FrameEntry& entry, uint64_t pc, CfiRow* row) {
    Interpreter interpreter(entry, pc, row);
    if (!interpreter.run(entry.initial_code, entry.initial_end, nullptr)) return false;
    CfiRow initial = *row;
    return interpreter.run(entry.code, entry.end, &initial);
}

}  // namespace lsw::unwind
