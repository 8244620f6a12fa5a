#include "core/exception/fault_decode.h"

#include <cstring>
#include <initializer_list>

#include "abi/status.h"

namespace lsw::seh {
namespace {

// Trap numbers of the processor, as Linux reports them in gregs[REG_TRAPNO].
enum Trap { kDivide = 0, kDebug = 1, kGeneralProtection = 13, kPageFault = 14, kAlignment = 17, kSimd = 19 };

constexpr uint64_t kFaultWrite = 0x2;
constexpr uint64_t kFaultExecute = 0x10;
constexpr size_t kLongestInstruction = 15;

// Bytes at the faulting instruction. Only used after traps that the processor took on executing them,
// so at least the instruction itself can be read.
struct Instruction {
    const uint8_t* at;
    bool rex_w = false, rex_r = false, rex_x = false, rex_b = false, operand16 = false;

    explicit Instruction(uint64_t rip) : at(reinterpret_cast<const uint8_t*>(rip)) {
        for (size_t i = 0; i < kLongestInstruction; ++i, ++at) {
            if (*at == 0x66) operand16 = true;
            bool prefix = *at == 0x66 || *at == 0x67 || *at == 0xF2 || *at == 0xF3 || *at == 0x2E ||
                          *at == 0x36 || *at == 0x3E || *at == 0x26 || *at == 0x64 || *at == 0x65;
            if (!prefix) break;
        }
        if ((*at & 0xF0) != 0x40) return;
        rex_w = *at & 8;
        rex_r = *at & 4;
        rex_x = *at & 2;
        rex_b = *at & 1;
        ++at;
    }
};

bool is_privileged(const uint8_t* code) {
    switch (*code) {
    case 0xF4: case 0xFA: case 0xFB:              // hlt, cli, sti
    case 0xE4: case 0xE5: case 0xE6: case 0xE7:   // in, out
    case 0xEC: case 0xED: case 0xEE: case 0xEF:
    case 0x6C: case 0x6D: case 0x6E: case 0x6F:   // ins, outs
        return true;
    case 0x0F: break;
    default: return false;
    }
    switch (code[1]) {
    case 0x00: case 0x01: case 0x06: case 0x08: case 0x09:  // descriptor tables, clts, caches
    case 0x20: case 0x21: case 0x22: case 0x23:             // control and debug registers
    case 0x30: case 0x32: case 0x33: case 0x35:             // machine registers, sysexit
        return true;
    default: return false;
    }
}

// Value of the r/m operand of a divide.
uint64_t divisor(const Instruction& instruction, const CONTEXT& context) {
    bool is_byte = *instruction.at == 0xF6;
    size_t size = is_byte ? 1 : instruction.rex_w ? 8 : instruction.operand16 ? 2 : 4;
    const uint8_t* next = instruction.at + 1;
    uint8_t modrm = *next++;
    int mode = modrm >> 6, rm = modrm & 7;
    uint64_t value = 0;
    if (mode == 3) {
        int number = rm | (instruction.rex_b ? 8 : 0);
        bool high_byte = is_byte && number >= 4 && number < 8 && instruction.at[-1] >> 4 != 4;
        value = high_byte ? context.Gpr[number - 4] >> 8 : context.Gpr[number];
        return size == 8 ? value : value & ((1ull << (size * 8)) - 1);
    }
    uint64_t address = 0;
    if (rm == 4) {
        uint8_t sib = *next++;
        int index = ((sib >> 3) & 7) | (instruction.rex_x ? 8 : 0);
        if (index != 4) address = context.Gpr[index] << (sib >> 6);
        rm = sib & 7;
        if (rm != 5 || mode != 0) address += context.Gpr[rm | (instruction.rex_b ? 8 : 0)];
    } else if (rm != 5 || mode != 0) {
        address = context.Gpr[rm | (instruction.rex_b ? 8 : 0)];
    }
    bool far = mode == 2 || (mode == 0 && rm == 5);
    if (mode == 1) address += static_cast<int8_t>(*next++);
    if (far) {
        int32_t displacement;
        memcpy(&displacement, next, 4);
        next += 4;
        address += displacement;
        if (mode == 0 && (modrm & 7) == 5) address += reinterpret_cast<uint64_t>(next);
    }
    memcpy(&value, reinterpret_cast<const void*>(address), size);
    return value;
}

void set(EXCEPTION_RECORD* record, NTSTATUS code, std::initializer_list<ULONG_PTR> parameters = {}) {
    record->ExceptionCode = static_cast<DWORD>(code);
    record->NumberParameters = 0;
    for (ULONG_PTR parameter : parameters)
        record->ExceptionInformation[record->NumberParameters++] = parameter;
}

NTSTATUS simd_status(uint32_t mxcsr) {
    uint32_t raised = mxcsr & ~(mxcsr >> 7) & 0x3F;  // flags whose masks are clear
    if (raised & 0x01) return STATUS_FLOAT_INVALID_OPERATION;
    if (raised & 0x04) return STATUS_FLOAT_DIVIDE_BY_ZERO;
    if (raised & 0x02) return STATUS_FLOAT_DENORMAL_OPERAND;
    if (raised & 0x08) return STATUS_FLOAT_OVERFLOW;
    if (raised & 0x10) return STATUS_FLOAT_UNDERFLOW;
    return STATUS_FLOAT_INEXACT_RESULT;
}

void decode_arithmetic(const siginfo_t& info, uint64_t trap, CONTEXT* context,
                       EXCEPTION_RECORD* record) {
    if (trap == kDivide) {
        Instruction instruction(context->Rip);
        bool is_divide = (*instruction.at & 0xFE) == 0xF6;
        bool overflow = is_divide && divisor(instruction, *context) != 0;
        return set(record, overflow ? STATUS_INTEGER_OVERFLOW : STATUS_INTEGER_DIVIDE_BY_ZERO);
    }
    if (trap == kSimd) return set(record, simd_status(context->MxCsr), {0});
    switch (info.si_code) {
    case FPE_FLTDIV: return set(record, STATUS_FLOAT_DIVIDE_BY_ZERO, {0});
    case FPE_FLTOVF: return set(record, STATUS_FLOAT_OVERFLOW, {0});
    case FPE_FLTUND: return set(record, STATUS_FLOAT_UNDERFLOW, {0});
    case FPE_FLTRES: return set(record, STATUS_FLOAT_INEXACT_RESULT, {0});
    case FPE_INTOVF: return set(record, STATUS_INTEGER_OVERFLOW);
    default: return set(record, STATUS_FLOAT_INVALID_OPERATION, {0});
    }
}

// Windows reports these with the address of all ones, as the processor does not tell which it was.
bool decode_general_protection(CONTEXT* context, EXCEPTION_RECORD* record) {
    const uint8_t* code = Instruction(context->Rip).at;
    if (code[0] == 0xCD && code[1] == 0x29) {  // __fastfail
        set(record, STATUS_STACK_BUFFER_OVERRUN, {context->Rcx});
        record->ExceptionFlags = EXCEPTION_NONCONTINUABLE;
        return false;
    }
    if (code[0] == 0xCD && (code[1] == 0x2C || code[1] == 0x2D)) {
        constexpr auto kAssertionFailure = static_cast<NTSTATUS>(0xC0000420);
        set(record, code[1] == 0x2C ? kAssertionFailure : STATUS_BREAKPOINT, {0});
        if (code[1] == 0x2D) context->Rip += 2;
        return true;
    }
    if (is_privileged(code))
        set(record, STATUS_PRIVILEGED_INSTRUCTION);
    else
        set(record, STATUS_ACCESS_VIOLATION, {EXCEPTION_READ_FAULT, ~ULONG_PTR{0}});
    return true;
}

}  // namespace

bool decode_fault(int signal, const siginfo_t& info, const mcontext_t& machine, CONTEXT* context,
                  EXCEPTION_RECORD* record) {
    auto trap = static_cast<uint64_t>(machine.gregs[REG_TRAPNO]);
    auto error = static_cast<uint64_t>(machine.gregs[REG_ERR]);
    auto address = reinterpret_cast<ULONG_PTR>(info.si_addr);
    ULONG_PTR access = error & kFaultExecute ? EXCEPTION_EXECUTE_FAULT
                       : error & kFaultWrite ? EXCEPTION_WRITE_FAULT
                                             : EXCEPTION_READ_FAULT;
    bool go_on = true;
    switch (signal) {
    case SIGSEGV:
        if (trap == kPageFault)
            set(record, STATUS_ACCESS_VIOLATION, {access, address});
        else
            go_on = decode_general_protection(context, record);
        break;
    case SIGBUS:
        if (trap == kAlignment)
            set(record, STATUS_DATATYPE_MISALIGNMENT);
        else if (info.si_code == BUS_ADRERR && trap == kPageFault)
            set(record, STATUS_IN_PAGE_ERROR,
                {access, address, static_cast<ULONG>(STATUS_END_OF_FILE)});
        else
            set(record, STATUS_ACCESS_VIOLATION, {EXCEPTION_READ_FAULT, ~ULONG_PTR{0}});
        break;
    case SIGILL: set(record, STATUS_ILLEGAL_INSTRUCTION); break;
    case SIGFPE: decode_arithmetic(info, trap, context, record); break;
    case SIGTRAP:
        if (trap == kDebug) {
            set(record, STATUS_SINGLE_STEP);
            context->EFlags &= ~0x100u;
        } else {
            context->Rip -= 1;  // Windows shows the int3, Linux what follows
            set(record, STATUS_BREAKPOINT, {0});
        }
        break;
    default: break;
    }
    record->ExceptionAddress = reinterpret_cast<void*>(context->Rip);
    return go_on;
}

}  // namespace lsw::seh
