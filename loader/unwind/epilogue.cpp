#include "loader/unwind/epilogue.h"

#include <cstring>
#include <initializer_list>

#include "loader/unwind/function_table.h"

namespace lsw::unwind {
namespace {

constexpr uint8_t kRexW = 0x48;
constexpr uint8_t kRexB = 0x01;

// Bytes of a function from an address on; reading past the end gives zeros, which match nothing.
struct Code {
    const uint8_t* next;
    const uint8_t* end;
    uint8_t peek(size_t offset = 0) const { return offset < left() ? next[offset] : 0; }
    size_t left() const { return static_cast<size_t>(end - next); }
    int32_t int32_at(size_t offset) const {
        int32_t value = 0;
        if (offset + 4 <= left()) memcpy(&value, next + offset, 4);
        return value;
    }
};

// lea rsp, [frame register + displacement]
bool decode_lea(Code* code, const UNWIND_INFO* info, Epilogue* epilogue) {
    uint8_t rex = code->peek();
    uint8_t modrm = code->peek(2);
    if ((rex & ~kRexB) != kRexW || code->peek(1) != 0x8D || ((modrm >> 3) & 7) != 4) return false;
    uint8_t base = static_cast<uint8_t>((modrm & 7) | ((rex & kRexB) << 3));
    if (info->FrameRegister == 0 || base != info->FrameRegister) return false;
    size_t length = 3 + ((modrm & 7) == 4 ? 1 : 0);  // r12 needs a SIB byte
    switch (modrm >> 6) {
    case 0:
        if ((modrm & 7) == 5) return false;
        break;
    case 1:
        epilogue->adjustment = static_cast<int8_t>(code->peek(length));
        length += 1;
        break;
    case 2:
        epilogue->adjustment = code->int32_at(length);
        length += 4;
        break;
    default:
        return false;
    }
    epilogue->from_frame_register = true;
    code->next += length;
    return true;
}

void decode_stack_release(Code* code, const UNWIND_INFO* info, Epilogue* epilogue) {
    if (code->peek() == kRexW && code->peek(1) == 0x83 && code->peek(2) == 0xC4) {
        epilogue->adjustment = static_cast<int8_t>(code->peek(3));
        code->next += 4;
    } else if (code->peek() == kRexW && code->peek(1) == 0x81 && code->peek(2) == 0xC4) {
        epilogue->adjustment = code->int32_at(3);
        code->next += 7;
    } else {
        decode_lea(code, info, epilogue);
    }
}

void decode_pops(Code* code, Epilogue* epilogue) {
    while (epilogue->pop_count < 16) {
        bool extended = code->peek() == 0x41;
        uint8_t opcode = code->peek(extended ? 1 : 0);
        if ((opcode & 0xF8) != 0x58) return;
        epilogue->pops[epilogue->pop_count++] =
            static_cast<uint8_t>((opcode & 7) | (extended ? 8 : 0));
        code->next += extended ? 2 : 1;
    }
}

// A jump leaves the function unless it goes into it, into the function it is chained to, or into a
// separate part that starts with the frame already made (a cold part, as gcc and clang split them off).
bool jump_leaves(uint64_t image_base, uint64_t target, const RUNTIME_FUNCTION* function,
                 FunctionLookup lookup) {
    const RUNTIME_FUNCTION* primary = primary_function(image_base, function);
    uint64_t rva = target - image_base;
    if (rva == primary->BeginAddress) return true;
    for (const RUNTIME_FUNCTION* part : {function, primary})
        if (rva >= part->BeginAddress && rva < part->EndAddress) return false;
    if (!lookup) return true;
    uint64_t base = 0;
    const RUNTIME_FUNCTION* other = lookup(target, &base);
    if (!other) return true;
    if (base == image_base &&
        primary_function(base, other)->BeginAddress == primary->BeginAddress)
        return false;
    const UNWIND_INFO* info = unwind_info(base, other);
    bool has_frame_at_entry = info->SizeOfProlog == 0 && info->CountOfCodes != 0;
    return !has_frame_at_entry;
}

bool decode_leave(const Code& code, uint64_t image_base, const RUNTIME_FUNCTION* function,
                  FunctionLookup lookup) {
    uint8_t first = code.peek();
    if (first == 0xC3 || first == 0xC2) return true;
    if ((first == 0xF3 || first == 0xF2) && code.peek(1) == 0xC3) return true;
    uint64_t here = reinterpret_cast<uint64_t>(code.next);
    if (first == 0xEB && code.left() >= 2)
        return jump_leaves(image_base, here + 2 + static_cast<int8_t>(code.peek(1)), function,
                           lookup);
    if (first == 0xE9 && code.left() >= 5)
        return jump_leaves(image_base, here + 5 + code.int32_at(1), function, lookup);
    // Indirect: through memory by rip, or any with REX.W, the mark compilers give to tail calls
    // (without it, a jump by register is a switch).
    bool wide = (first & 0xF8) == kRexW;
    uint8_t modrm = code.peek(wide ? 2 : 1);
    if (code.peek(wide ? 1 : 0) != 0xFF || ((modrm >> 3) & 7) != 4) return false;
    return wide || modrm == 0x25;
}

}  // namespace

bool decode_epilogue(uint64_t image_base, uint64_t pc, const RUNTIME_FUNCTION* function,
                     const UNWIND_INFO* info, FunctionLookup lookup, Epilogue* epilogue) {
    Code code{reinterpret_cast<const uint8_t*>(pc),
              reinterpret_cast<const uint8_t*>(image_base + function->EndAddress)};
    if (code.next >= code.end) return false;
    decode_stack_release(&code, info, epilogue);
    decode_pops(&code, epilogue);
    return decode_leave(code, image_base, function, lookup);
}

bool in_listed_epilogue(const UNWIND_INFO* info, const RUNTIME_FUNCTION* function, uint32_t rva) {
    if (info->CountOfCodes == 0 || info->UnwindCode[0].UnwindOp != UWOP_EPILOG) return false;
    uint32_t size = info->UnwindCode[0].CodeOffset;
    uint32_t from_end = function->EndAddress - rva;
    if ((info->UnwindCode[0].OpInfo & 1) && from_end <= size) return true;
    for (int i = 1; i < info->CountOfCodes && info->UnwindCode[i].UnwindOp == UWOP_EPILOG; ++i) {
        uint32_t start = info->UnwindCode[i].CodeOffset | info->UnwindCode[i].OpInfo << 8;
        if (start != 0 && from_end <= start && from_end > start - size) return true;
    }
    return false;
}

}  // namespace lsw::unwind
