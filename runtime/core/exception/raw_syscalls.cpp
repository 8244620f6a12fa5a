#include "core/exception/raw_syscalls.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "abi/layout.h"
#include "abi/services.h"
#include "abi/status.h"
#include "api/export.h"
#include "api/facade.h"
#include "base/log.h"
#include "bpf/fastpath/fastpath.h"
#include "core/exception/call_sites.h"
#include "core/exception/kernel_calls.h"
#include "core/exception/notification.h"
#include "core/module/search.h"

namespace lsw::seh {
namespace {

// linux/prctl.h has the last one since 6.18.
constexpr int kSetSyscallUserDispatch = 59;
constexpr unsigned long kDispatchOutsideOf = 1;
constexpr unsigned long kDispatchInsideOf = 2;
constexpr int kBySeccomp = 1;       // SYS_SECCOMP of si_code
constexpr int kByUserDispatch = 2;  // SYS_USER_DISPATCH

struct Service {
    const void* function;
    uint64_t argument_count;
};

NTSTATUS WINAPI unknown_service() { return STATUS_INVALID_SYSTEM_SERVICE; }

const api::ExportTable*& ntdll_table() {
    static const api::ExportTable* table = nullptr;
    return table;
}

RawCallTiers& tiers() {
    static RawCallTiers chosen;
    return chosen;
}

extern "C" void lsw_raw_syscall_entry();
extern "C" void lsw_unimplemented_service();
extern "C" void lsw_return_status();
extern "C" int lsw_probe_copy(void* to, const void* from, size_t size_bytes);

// As a call from behind the instruction: return address pushed, registers as they are. Without a stack to push to, the
// call fails as it would for an argument that cannot be read.
void send_to_service(mcontext_t& machine, uint64_t after, uint64_t number) {
    greg_t* registers = machine.gregs;
    auto top = reinterpret_cast<uint64_t*>(registers[REG_RSP]) - 1;
    if (!lsw_probe_copy(top, &after, sizeof after)) {
        registers[REG_RAX] = static_cast<uint32_t>(STATUS_ACCESS_VIOLATION);
        registers[REG_RIP] = static_cast<greg_t>(after);
        return;
    }
    constexpr greg_t kTrapAndDirection = 0x500;
    registers[REG_RSP] = reinterpret_cast<greg_t>(top);
    registers[REG_RIP] = reinterpret_cast<greg_t>(lsw_raw_syscall_entry);
    registers[REG_RAX] = static_cast<greg_t>(number);
    registers[REG_EFL] &= ~kTrapAndDirection;
}

void on_sigsys(int signal, siginfo_t* info, void* raw) {
    mcontext_t& machine = static_cast<ucontext_t*>(raw)->uc_mcontext;
    auto after = reinterpret_cast<uint64_t>(info->si_call_addr);
    int saved_errno = errno;
    if (handed_back(*info, machine)) {
        send_to_service(machine, static_cast<uint64_t>(machine.gregs[REG_RIP]), LSW_FAST_CALL);
        errno = saved_errno;
        return;
    }
    bool ours = info->si_code == kByUserDispatch || (info->si_code == kBySeccomp && after < kGuestLimit);
    if (!ours) {
        ::signal(signal, SIG_DFL);
        raise(signal);
        return;
    }
    send_to_service(machine, after, static_cast<uint32_t>(info->si_syscall));
    errno = saved_errno;
}

// `int 2Eh` at the address of the fault.
bool interrupt_call_fault(mcontext_t& machine, uint64_t at) {
    constexpr greg_t kGeneralProtection = 13;
    uint8_t code[2];
    if (machine.gregs[REG_TRAPNO] != kGeneralProtection) return false;
    if (!lsw_probe_copy(code, reinterpret_cast<const void*>(at), sizeof code)) return false;
    if (code[0] != 0xCD || code[1] != 0x2E) return false;
    send_to_service(machine, at + sizeof code, static_cast<uint32_t>(machine.gregs[REG_RAX]));
    return true;
}

// Seccomp lets two numbers pass whatever the filter says: Linux's uretprobe and, since 6.16, uprobe. Made from anywhere but
// the kernel's own trampolines they end in SIGILL behind the `syscall`, with the number lost; it is in the code, mostly.
bool unfiltered_call_fault(mcontext_t& machine, uint64_t at) {
    constexpr uint32_t kReturnProbe = 335, kProbe = 336;
    static const uint8_t kMovesProbe[] = {0xB8, kProbe & 0xFF, kProbe >> 8, 0, 0};
    uint8_t code[19];
    if (machine.gregs[REG_RAX] != -1 || machine.gregs[REG_RCX] != machine.gregs[REG_RIP]) return false;
    if (!lsw_probe_copy(code, reinterpret_cast<const void*>(at - sizeof code), sizeof code)) return false;
    if (code[sizeof code - 2] != 0x0F || code[sizeof code - 1] != 0x05) return false;
    bool probe = std::search(code, std::end(code), kMovesProbe, std::end(kMovesProbe)) != std::end(code);
    send_to_service(machine, at, probe ? kProbe : kReturnProbe);
    return true;
}

}  // namespace

// What a number leads to: the function in RAX, how many arguments it takes in RDX. `after` is where the call came from.
extern "C" [[gnu::used]] Service lsw_find_service(uint32_t number, uint64_t after, RawCall* call) {
    number = number_at(after, number);
    call->status = number;
    if (number >= kServiceCount) return {reinterpret_cast<const void*>(unknown_service), 0};
    if (tiers().patch) patch_call_site(after, number);
    if (const void* instead = note_trap(after, number)) return {instead, kServices[number].argument_count};
    if (kServices[number].tier == ServiceTier::T3 && tiers().notify && complete_by_host(number, call))
        return {reinterpret_cast<const void*>(lsw_return_status), 0};
    return {reinterpret_cast<const void* const*>(kServiceSlotsAddress)[number], kServices[number].argument_count};
}

extern "C" [[gnu::used]] NTSTATUS WINAPI lsw_report_unimplemented(uint32_t number) {
    const char* name = service_name(number);
    log_debug("service %s is not implemented", name ? name : "?");
    return STATUS_NOT_IMPLEMENTED;
}

RawCallTiers parse_raw_call_tiers(const char* list) {
    if (!list) return {};
    std::string_view left = list;
    auto has = [&](std::string_view tier) { return left.find(tier) != std::string_view::npos; };
    return {has("t0"), has("t1") ? UseKernel::Always : UseKernel::Never, has("t3")};
}

RawCallTiers raw_call_tiers() { return tiers(); }

void install_raw_syscalls(RawCallTiers chosen) {
    tiers() = chosen;
    ntdll_table() = find_builtin("ntdll.dll");
    struct sigaction action = {};
    action.sa_sigaction = on_sigsys;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP}) sigdelset(&action.sa_mask, signal);
    sigaction(SIGSYS, &action, nullptr);
}

bool service_slots_fault(uint64_t address) {
    if (address < kServiceSlotsAddress || address >= kServiceSlotsAddress + kPageSize || !ntdll_table()) return false;
    return api::map_service_slots(*ntdll_table(), reinterpret_cast<const void*>(lsw_unimplemented_service),
                                  reinterpret_cast<const void*>(lsw_raw_syscall_entry));
}

bool arm_raw_syscalls() {
    // The newer mode costs Linux's own calls nothing.
    // For tools that run their own code at addresses of the guest, as valgrind does.
    if (getenv("LSW_NO_SYSCALL_DISPATCH")) return false;
    if (prctl(kSetSyscallUserDispatch, kDispatchInsideOf, kGuestFirst, kGuestLimit - kGuestFirst, 0) == 0)
        return true;
    constexpr uint64_t kUserLimit = 1ull << 47;
    return prctl(kSetSyscallUserDispatch, kDispatchOutsideOf, kGuestLimit, kUserLimit - kGuestLimit, 0) == 0;
}

bool raw_call_fault(int signal, mcontext_t& machine) {
    auto at = static_cast<uint64_t>(machine.gregs[REG_RIP]);
    if (at >= kGuestLimit) return false;
    return signal == SIGSEGV ? interrupt_call_fault(machine, at) : signal == SIGILL && unfiltered_call_fault(machine, at);
}

}  // namespace lsw::seh
