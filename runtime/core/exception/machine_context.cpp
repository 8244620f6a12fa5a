#include "core/exception/machine_context.h"

#include <cstring>

#include "loader/unwind/context_switch.h"

namespace lsw::seh {
namespace {

// Index in gregs of each entry of CONTEXT::Gpr.
constexpr int kGregs[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                            REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

// Layout of the kernel's signal frame ("Intel SDM: XSAVE area, standard format"; asm/sigcontext.h).
constexpr size_t kSoftwareBytes = 464;
constexpr uint32_t kExtendedMagic = 0x46505853;  // FP_XSTATE_MAGIC1
constexpr size_t kSoftwareFeatures = kSoftwareBytes + 8;
constexpr size_t kHeaderFeatures = 512;
constexpr size_t kUpperHalves = 576;
constexpr uint64_t kAvxFeature = 4;

constexpr uint32_t kTrapFlag = 0x100;
constexpr uint32_t kSettableFlags = 0x00240DD5;  // status, direction, alignment, id

template <class T>
T load(const std::byte* at) {
    T value;
    memcpy(&value, at, sizeof(T));
    return value;
}

bool has_upper_halves(const std::byte* area) {
    return load<uint32_t>(area + kSoftwareBytes) == kExtendedMagic &&
           (load<uint64_t>(area + kSoftwareFeatures) & kAvxFeature);
}

}  // namespace

void context_from_machine(const mcontext_t& machine, CONTEXT* context) {
    context->ContextFlags = CONTEXT_ALL;
    for (int i = 0; i < 16; ++i) context->Gpr[i] = static_cast<uint64_t>(machine.gregs[kGregs[i]]);
    context->Rip = static_cast<uint64_t>(machine.gregs[REG_RIP]);
    context->EFlags = static_cast<DWORD>(machine.gregs[REG_EFL]);
    context->SegCs = kUserCodeSelector;
    context->SegDs = context->SegEs = context->SegSs = context->SegGs = kUserDataSelector;
    context->SegFs = kUserTebSelector;
    if (!machine.fpregs) return;
    auto area = reinterpret_cast<const std::byte*>(machine.fpregs);
    memcpy(&context->FltSave, area, kSoftwareBytes);
    context->MxCsr = context->FltSave.MxCsr;
    if (!has_upper_halves(area)) return;
    if (load<uint64_t>(area + kHeaderFeatures) & kAvxFeature)
        memcpy(context->VectorRegister, area + kUpperHalves, 256);
    else
        memset(context->VectorRegister, 0, 256);
    context->VectorControl = unwind::kUpperHalvesSaved;
}

void machine_from_context(const CONTEXT& context, mcontext_t* machine) {
    auto has = [&](DWORD part) { return (context.ContextFlags & part) == part; };
    if (has(CONTEXT_INTEGER))
        for (int i = 0; i < 16; ++i)
            if (i != 4) machine->gregs[kGregs[i]] = static_cast<greg_t>(context.Gpr[i]);
    if (has(CONTEXT_CONTROL)) {
        machine->gregs[REG_RSP] = static_cast<greg_t>(context.Rsp);
        machine->gregs[REG_RIP] = static_cast<greg_t>(context.Rip);
        machine->gregs[REG_EFL] = static_cast<greg_t>(
            (machine->gregs[REG_EFL] & ~static_cast<greg_t>(kSettableFlags | kTrapFlag)) |
            (context.EFlags & (kSettableFlags | kTrapFlag)));
    }
    if (!has(CONTEXT_FLOATING_POINT) || !machine->fpregs) return;
    auto area = reinterpret_cast<std::byte*>(machine->fpregs);
    memcpy(area, &context.FltSave, offsetof(XSAVE_FORMAT, Reserved4));
    memcpy(area + offsetof(XSAVE_FORMAT, MxCsr), &context.MxCsr, 4);
    if (!has_upper_halves(area)) return;
    auto features = load<uint64_t>(area + kHeaderFeatures) | 3;  // x87 and SSE state are in use
    if (context.VectorControl == unwind::kUpperHalvesSaved) {
        memcpy(area + kUpperHalves, context.VectorRegister, 256);
        features |= kAvxFeature;
    }
    memcpy(area + kHeaderFeatures, &features, 8);
}

}  // namespace lsw::seh
