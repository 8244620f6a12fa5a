#include "loader/unwind/dwarf_expression.h"

#include "loader/unwind/dwarf_reader.h"

namespace lsw::unwind {
namespace {

constexpr int kStackDepth = 16;

class Evaluator {
public:
    Evaluator(const CONTEXT& context, DwarfReader reader) : context_(context), reader_(reader) {}

    void push(uint64_t value) {
        if (depth_ == kStackDepth)
            failed_ = true;
        else
            stack_[depth_++] = value;
    }
    uint64_t pop() {
        if (depth_ == 0) {
            failed_ = true;
            return 0;
        }
        return stack_[--depth_];
    }
    bool run(const uint8_t* end, uint64_t* result) {
        while (reader_.at < end && !failed_) step(*reader_.at++);
        *result = pop();
        return !failed_;
    }

private:
    void step(uint8_t opcode) {
        if (opcode >= 0x30 && opcode <= 0x4F) return push(opcode - 0x30);  // lit0 to lit31
        if (opcode >= 0x50 && opcode <= 0x6F) return push(dwarf_register(context_, opcode - 0x50));
        if (opcode >= 0x70 && opcode <= 0x8F) {  // breg0 to breg31
            uint64_t base = dwarf_register(context_, opcode - 0x70);
            return push(base + static_cast<uint64_t>(reader_.sleb()));
        }
        if (opcode < 0x12 || opcode == 0x92)
            step_constant(opcode);
        else if (opcode <= 0x16)
            step_stack(opcode);
        else
            step_arithmetic(opcode);
    }

    void step_constant(uint8_t opcode) {
        switch (opcode) {
        case 0x03: return push(reader_.fixed<uint64_t>());  // addr
        case 0x06: return push(load(pop()));                // deref
        case 0x08: return push(reader_.fixed<uint8_t>());
        case 0x09: return push(static_cast<uint64_t>(reader_.fixed<int8_t>()));
        case 0x0A: return push(reader_.fixed<uint16_t>());
        case 0x0B: return push(static_cast<uint64_t>(reader_.fixed<int16_t>()));
        case 0x0C: return push(reader_.fixed<uint32_t>());
        case 0x0D: return push(static_cast<uint64_t>(reader_.fixed<int32_t>()));
        case 0x0E:
        case 0x0F: return push(reader_.fixed<uint64_t>());
        case 0x10: return push(reader_.uleb());
        case 0x11: return push(static_cast<uint64_t>(reader_.sleb()));
        case 0x92: {  // bregx
            uint64_t base = dwarf_register(context_, static_cast<int64_t>(reader_.uleb()));
            return push(base + static_cast<uint64_t>(reader_.sleb()));
        }
        default: failed_ = true;
        }
    }

    void step_stack(uint8_t opcode) {
        uint64_t top = pop();
        switch (opcode) {
        case 0x12:  // dup
            push(top);
            return push(top);
        case 0x13: return;  // drop
        case 0x14: {        // over
            uint64_t below = pop();
            push(below);
            push(top);
            return push(below);
        }
        case 0x16: {  // swap
            uint64_t below = pop();
            push(top);
            return push(below);
        }
        default: failed_ = true;
        }
    }

    void step_arithmetic(uint8_t opcode) {
        uint64_t right = pop();
        auto compare = [&](auto relation) {
            push(relation(static_cast<int64_t>(pop()), static_cast<int64_t>(right)) ? 1 : 0);
        };
        switch (opcode) {
        case 0x19: return push(static_cast<int64_t>(right) < 0 ? -right : right);
        case 0x1A: return push(pop() & right);
        case 0x1C: return push(pop() - right);
        case 0x1E: return push(pop() * right);
        case 0x1F: return push(-right);
        case 0x20: return push(~right);
        case 0x21: return push(pop() | right);
        case 0x22: return push(pop() + right);
        case 0x23: return push(right + reader_.uleb());  // plus_uconst
        case 0x24: return push(pop() << (right & 63));
        case 0x25: return push(pop() >> (right & 63));
        case 0x27: return push(pop() ^ right);
        case 0x29: return compare([](int64_t a, int64_t b) { return a == b; });
        case 0x2A: return compare([](int64_t a, int64_t b) { return a >= b; });
        case 0x2B: return compare([](int64_t a, int64_t b) { return a > b; });
        case 0x2C: return compare([](int64_t a, int64_t b) { return a <= b; });
        case 0x2D: return compare([](int64_t a, int64_t b) { return a < b; });
        case 0x2E: return compare([](int64_t a, int64_t b) { return a != b; });
        default: failed_ = true;
        }
    }

    static uint64_t load(uint64_t address) {
        uint64_t value;
        memcpy(&value, reinterpret_cast<const void*>(address), sizeof(value));
        return value;
    }

    const CONTEXT& context_;
    DwarfReader reader_;
    uint64_t stack_[kStackDepth];
    int depth_ = 0;
    bool failed_ = false;
};

}  // namespace

bool evaluate_expression(uint64_t block, const CONTEXT& context, const uint64_t* initial,
                         uint64_t* result) {
    DwarfReader reader{reinterpret_cast<const uint8_t*>(block)};
    uint64_t length = reader.uleb();
    Evaluator evaluator(context, reader);
    if (initial) evaluator.push(*initial);
    return evaluator.run(reader.at + length, result);
}

}  // namespace lsw::unwind
