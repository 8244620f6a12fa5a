// TerminateThread on another thread: a signal. In guest code the handler sends the thread to its end at once; in ours it
// only interrupts a wait, since a thread that died there could hold our locks, and the request stands until it leaves.
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "abi/layout.h"
#include "core/thread/thread.h"

namespace lsw {
namespace {

int termination_signal() { return SIGRTMAX - 1; }

void end_here() { terminate_current_thread(current_thread()->termination_code); }

void on_signal(int, siginfo_t*, void* context) {
    Thread* thread = current_thread();
    if (!thread || !thread->terminate_requested.load()) return;
    greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    if (!is_guest_address(static_cast<uint64_t>(registers[REG_RIP]))) return;
    registers[REG_RIP] = reinterpret_cast<greg_t>(end_here);
    registers[REG_RSP] = ((registers[REG_RSP] - 256) & ~greg_t{15}) - 8;
    registers[REG_EFL] &= ~greg_t{0x400};  // direction flag
}

void install() {
    static const bool once = [] {
        struct sigaction action {};
        action.sa_sigaction = on_signal;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigaction(termination_signal(), &action, nullptr);
        return true;
    }();
    (void)once;
}

}  // namespace

NTSTATUS terminate_thread(Thread& thread, DWORD code) {
    if (&thread == current_thread()) terminate_current_thread(code);
    if (thread.has_ended()) return STATUS_SUCCESS;
    install();
    thread.termination_code = code;
    thread.terminate_requested = true;
    thread.suspend_count = 0;
    futex_wake(&thread.suspend_count, INT_MAX, FutexScope::Private);
    // A thread between its look at the request and its sleep, or on its way out of our code, is met by a later try.
    SyncRecord* record = thread.record();
    for (int tries = 0; tries < 100 && !thread.has_ended(); ++tries) {
        syscall(SYS_tgkill, getpid(), thread.tid, termination_signal());
        if (record) futex_wait(record->word(), 0, FutexScope::Shared, monotonic_ns() + 1'000'000);
    }
    return STATUS_SUCCESS;
}

}  // namespace lsw
