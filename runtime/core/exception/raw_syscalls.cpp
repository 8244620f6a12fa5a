#include "core/exception/raw_syscalls.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <ucontext.h>

#include <cerrno>
#include <cstring>

#include "abi/layout.h"
#include "abi/status.h"
#include "api/export.h"
#include "core/module/search.h"

namespace lsw::seh {
namespace {

// linux/prctl.h has the last one since 6.18.
constexpr int kSetSyscallUserDispatch = 59;
constexpr unsigned long kDispatchOutsideOf = 1;
constexpr unsigned long kDispatchInsideOf = 2;
constexpr int kUserDispatchCode = 2;  // SYS_USER_DISPATCH of si_code

constexpr unsigned kServiceLimit = 0x400;
constexpr unsigned kMostArguments = 17;

struct Service {
    const void* function = nullptr;
    uint64_t argument_count = 0;
};

struct ServiceRow {
    const char* name;
    unsigned number;
    unsigned argument_count;
};

constexpr ServiceRow kRows[] = {
#define SERVICE(name, number, arguments, tier) {#name, number, arguments},
#include "abi/services.inc"
#undef SERVICE
};

NTSTATUS WINAPI unknown_service() { return STATUS_INVALID_SYSTEM_SERVICE; }

const void* find_function(const char* name) {
    const api::ExportTable* ntdll = find_builtin("ntdll.dll");
    if (!ntdll) return nullptr;
    for (const api::Export row : ntdll->rows)
        if (row.target && strcmp(row.name, name) == 0) return row.target;
    return nullptr;
}

struct ServiceTable {
    Service entries[kServiceLimit];

    ServiceTable() {
        for (const ServiceRow& row : kRows)
            if (row.number < kServiceLimit && row.argument_count <= kMostArguments)
                entries[row.number] = {find_function(row.name), row.argument_count};
    }
};

// Made by the first raw call: few programs make any.
const ServiceTable& services() {
    static const ServiceTable table;
    return table;
}

extern "C" void lsw_raw_syscall_entry();
extern "C" int lsw_probe_copy(void* to, const void* from, size_t size_bytes);

// As a call from behind the `syscall` instruction: return address pushed, registers as they are.
void on_sigsys(int signal, siginfo_t* info, void* raw) {
    greg_t* registers = static_cast<ucontext_t*>(raw)->uc_mcontext.gregs;
    auto after = reinterpret_cast<uint64_t>(info->si_call_addr);
    auto top = reinterpret_cast<uint64_t*>(registers[REG_RSP]) - 1;
    int saved_errno = errno;
    if (info->si_code != kUserDispatchCode || !lsw_probe_copy(top, &after, sizeof after)) {
        ::signal(signal, SIG_DFL);
        raise(signal);
        return;
    }
    registers[REG_RSP] = reinterpret_cast<greg_t>(top);
    registers[REG_RIP] = reinterpret_cast<greg_t>(lsw_raw_syscall_entry);
    registers[REG_RAX] = info->si_syscall;
    errno = saved_errno;
}

}  // namespace

// What a number leads to: the function in RAX, how many arguments it takes in RDX.
extern "C" [[gnu::used]] Service lsw_find_service(uint32_t number) {
    Service found = number < kServiceLimit ? services().entries[number] : Service{};
    if (!found.function) found.function = reinterpret_cast<const void*>(unknown_service);
    return found;
}

void install_raw_syscalls() {
    struct sigaction action = {};
    action.sa_sigaction = on_sigsys;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP}) sigdelset(&action.sa_mask, signal);
    sigaction(SIGSYS, &action, nullptr);
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

}  // namespace lsw::seh
