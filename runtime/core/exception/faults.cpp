#include "core/exception/faults.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "abi/layout.h"
#include "api/trace/trace.h"
#include "base/idle_list.h"
#include "core/exception/call_sites.h"
#include "core/exception/dispatch.h"
#include "core/exception/fault_decode.h"
#include "core/exception/hijack.h"
#include "core/exception/machine_context.h"
#include "core/exception/raw_syscalls.h"
#include "core/exception/service_faults.h"
#include "core/exception/stack_samples.h"
#include "core/exception/trampolines.h"
#include "core/exception/unhandled.h"
#include "core/teb.h"
#include "core/time/user_shared_data.h"
#include "loader/image/late_sections.h"
#include "loader/unwind/context_switch.h"

// Copies, or gives 0 when the destination cannot be written (see recover_probe).
extern "C" int lsw_probe_copy(void* to, const void* from, size_t size_bytes);
extern "C" const char lsw_probe_fault[], lsw_probe_recover[];
asm(R"(
        .text
        .globl  lsw_probe_copy, lsw_probe_fault, lsw_probe_recover
        .type   lsw_probe_copy, @function
lsw_probe_copy:
        .cfi_startproc
        mov     %rdx, %rcx
lsw_probe_fault:
        rep movsb
        mov     $1, %eax
        ret
lsw_probe_recover:
        xor     %eax, %eax
        ret
        .cfi_endproc
        .size   lsw_probe_copy, .-lsw_probe_copy
)");

namespace lsw::seh {
namespace {

constexpr int kFaultSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
// Room for the handler and for the kernel's frame with AVX-512 and AMX state.
constexpr size_t kSignalStackBytes = 0x10000;
constexpr uint64_t kRedZoneBytes = 128;

struct ThreadSignals {
    void* stack = nullptr;
    bool in_handler = false;
};
thread_local ThreadSignals t_signals;
constinit IdleList<void*, 16> g_idle_signal_stacks;

FaultClassifier& classifier() {
    static FaultClassifier function = nullptr;
    return function;
}

void give_up(int signal) {
    // Back to the instruction with the default action: the process dies of it, with a core if wanted.
    ::signal(signal, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool recover_probe(mcontext_t* machine) {
    if (uint64_t next = trace::recover_copy(static_cast<uint64_t>(machine->gregs[REG_RIP]))) {
        machine->gregs[REG_RIP] = static_cast<greg_t>(next);
        return true;
    }
    if (machine->gregs[REG_RIP] != reinterpret_cast<greg_t>(lsw_probe_fault)) return false;
    machine->gregs[REG_RIP] = reinterpret_cast<greg_t>(lsw_probe_recover);
    return true;
}

uint64_t guard_of(const TEB* teb) {
    return reinterpret_cast<uint64_t>(teb->DeallocationStack) + kStackGuardShown - kStackGuardBytes;
}

// Opens the guard below the thread's stack. False when the address is not in an armed guard.
bool open_stack_guard(uint64_t address) {
    TEB* teb = current_teb();
    auto limit = reinterpret_cast<uint64_t>(teb->NtTib.StackLimit);
    uint64_t guard = guard_of(teb);
    if (!teb->DeallocationStack || address < guard || address >= limit || limit != guard + kStackGuardBytes) return false;
    if (mprotect(reinterpret_cast<void*>(guard), kStackGuardBytes, PROT_READ | PROT_WRITE) != 0)
        return false;
    teb->NtTib.StackLimit = reinterpret_cast<void*>(guard);
    return true;
}

bool is_page_fault(int signal, const mcontext_t& machine) {
    constexpr greg_t kPageFault = 14;
    return signal == SIGSEGV && machine.gregs[REG_TRAPNO] == kPageFault;
}

void redirect(mcontext_t* machine, uint64_t frame) {
    constexpr greg_t kTrapAndDirection = 0x500;
    machine->gregs[REG_RIP] = reinterpret_cast<greg_t>(lsw_exception_entry);
    machine->gregs[REG_RSP] = static_cast<greg_t>(frame);
    machine->gregs[REG_EFL] &= ~kTrapAndDirection;
}

// Puts the exception on the thread's stack. False: there is no room, and no way to tell the program.
bool deliver(mcontext_t* machine, const FaultFrame& frame) {
    uint64_t rsp = frame.context.Rsp;
    if (!is_guest_address(frame.context.Rip)) rsp -= kRedZoneBytes;
    uint64_t at = (rsp - sizeof(FaultFrame)) & ~uint64_t{15};
    auto where = reinterpret_cast<void*>(at);
    bool placed = lsw_probe_copy(where, &frame, sizeof(FaultFrame));
    if (!placed && open_stack_guard(at))
        placed = lsw_probe_copy(where, &frame, sizeof(FaultFrame));
    if (placed) redirect(machine, at);
    return placed;
}

// Pages that are made when they are first looked at, since most programs never do.
bool page_comes_late(uint64_t address, greg_t error) {
    constexpr greg_t kWrite = 2;
    bool is_write = error & kWrite;
    return user_shared_data_fault(address, is_write) || (!is_write && service_slots_fault(address)) ||
           image::late_section_fault(address, is_write);
}

void on_fault(int signal, siginfo_t* info, void* raw) {
    int saved_errno = errno;
    mcontext_t& machine = static_cast<ucontext_t*>(raw)->uc_mcontext;
    if (is_page_fault(signal, machine) &&
        page_comes_late(reinterpret_cast<uint64_t>(info->si_addr), machine.gregs[REG_ERR])) {
        errno = saved_errno;
        return;
    }
    if (signal == SIGSEGV && call_site_read_fault(reinterpret_cast<uint64_t>(info->si_addr), info->si_code)) {
        errno = saved_errno;
        return;
    }
    if (recover_probe(&machine)) return;
    if (signal == SIGTRAP ? call_site_breakpoint(machine) : raw_call_fault(signal, machine)) {
        errno = saved_errno;
        return;
    }
    if (signal == SIGTRAP && step_into_host_code(machine)) {
        errno = saved_errno;
        return;
    }
    abandon_sample();
    if (info->si_code <= 0 || !t_signals.stack || t_signals.in_handler) return give_up(signal);
    t_signals.in_handler = true;
    FaultFrame frame = {};
    context_from_machine(machine, &frame.context);
    bool first_chance = decode_fault(signal, *info, machine, &frame.context, &frame.record);
    if (is_page_fault(signal, machine) && open_stack_guard(reinterpret_cast<uint64_t>(info->si_addr)))
        frame.record.ExceptionCode = static_cast<DWORD>(STATUS_STACK_OVERFLOW);
    bool delivered = first_chance && deliver(&machine, frame);
    t_signals.in_handler = false;
    if (!delivered) {
        if (first_chance) frame.record.ExceptionCode = static_cast<DWORD>(STATUS_STACK_OVERFLOW);
        end_by_exception(frame.record, frame.context);
    }
    errno = saved_errno;
}

}  // namespace

// Where a redirected thread goes on, on its own stack.
extern "C" [[noreturn, gnu::used]] void lsw_dispatch_fault(CONTEXT* context, EXCEPTION_RECORD* record) {
    bool is_access = record->ExceptionCode == static_cast<DWORD>(STATUS_ACCESS_VIOLATION);
    if (is_access && classifier()) {
        NTSTATUS status = classifier()(record->ExceptionInformation[1], record->ExceptionInformation[0]);
        if (status == STATUS_SUCCESS) unwind::lsw_restore_context(context);
        record->ExceptionCode = static_cast<DWORD>(status);
        if (return_from_faulting_service(context, status)) unwind::lsw_restore_context(context);
    }
    raise(record, context);
}

void install_fault_handlers() {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    // A nested fault is one of lsw_probe_copy, and must get through; everything else waits.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
    sigfillset(&action.sa_mask);
    for (int signal : kFaultSignals) sigdelset(&action.sa_mask, signal);
    for (int signal : kFaultSignals) sigaction(signal, &action, nullptr);
}

// A fault while its signal is blocked is the end. Later threads start with every signal blocked and get what the first one, with
// which the process began, has.
void accept_signals() {
    static sigset_t blocked;
    static bool first = true;
    if (!std::exchange(first, false)) return static_cast<void>(pthread_sigmask(SIG_SETMASK, &blocked, nullptr));
    sigset_t needed;
    sigemptyset(&needed);
    for (int signal : kFaultSignals) sigaddset(&needed, signal);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&needed, signal);  // suspension, samples
    sigaddset(&needed, SIGSYS);
    pthread_sigmask(SIG_UNBLOCK, &needed, nullptr);
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
}

void* make_signal_stack() {
    void* memory = nullptr;
    if (g_idle_signal_stacks.take(memory)) return memory;
    memory = mmap(nullptr, kSignalStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

void begin_guest_thread() {
    accept_signals();
    void* memory = make_signal_stack();
    if (!memory) return;
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = kSignalStackBytes;
    if (sigaltstack(&stack, nullptr) != 0) return;
    t_signals.stack = memory;
    arm_raw_syscalls();
}

void end_guest_thread() {
    if (!t_signals.stack) return;
    stack_t off = {};
    off.ss_flags = SS_DISABLE;
    sigaltstack(&off, nullptr);
    if (!g_idle_signal_stacks.put(t_signals.stack)) munmap(t_signals.stack, kSignalStackBytes);
    t_signals.stack = nullptr;
}

void set_fault_classifier(FaultClassifier function) { classifier() = function; }

bool rearm_stack_guard() {
    TEB* teb = current_teb();
    uint64_t guard = guard_of(teb);
    auto here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    if (here < guard + kStackGuardBytes + kPageSize) return false;  // still in it
    if (reinterpret_cast<uint64_t>(teb->NtTib.StackLimit) != guard) return true;
    if (mprotect(reinterpret_cast<void*>(guard), kStackGuardBytes, PROT_NONE) != 0) return false;
    teb->NtTib.StackLimit = reinterpret_cast<void*>(guard + kStackGuardBytes);
    return true;
}

}  // namespace lsw::seh
