#include "core/exception/suspension.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <algorithm>
#include <cerrno>

#include "abi/layout.h"
#include "core/debug/port.h"
#include "core/exception/dispatch.h"
#include "core/exception/frames.h"
#include "core/exception/hijack.h"
#include "core/exception/machine_context.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"
#include "loader/unwind/context_switch.h"

namespace lsw::seh {
namespace {

constexpr uint32_t kMostSuspensions = 127;  // MAXIMUM_SUSPEND_COUNT
constexpr int64_t kAnswer_ns = 20'000'000;
constexpr int kMostTries = 50;
// RAX of a thread in our code, as others read it: what the function will return is not known yet.
constexpr uint64_t kUnknownResult = 0;

int suspend_signal() { return SIGRTMAX - 2; }

void answer(Suspension& suspension, bool has_context) {
    suspension.has_context = has_context;
    suspension.stopped = 1;
    futex_wake(&suspension.stopped, INT_MAX, FutexScope::Private);
}

// Sleeps until the count is 0. Says so on every round: the count may have gone to 0 and up again in between.
void wait_for_resume(Thread& thread) {
    while (uint32_t count = thread.suspend_count.load()) {
        answer(thread.suspension, true);
        futex_wait(&thread.suspend_count, count, FutexScope::Private);
    }
    thread.suspension.has_context = false;
}

// Unwinds to the guest frame that our code will return to, or was interrupted for. Tells whether there is one;
// `slot` is where its return address lies, 0 if the way back is another.
bool unwind_to_guest(CONTEXT* context, bool after_call, uint64_t* slot) {
    FrameWalk walk(context, after_call);
    Frame frame;
    while (!is_guest_address(context->Rip))
        if (!walk.step(UNW_FLAG_NHANDLER, &frame)) return false;
    *slot = walk.after_call() ? context->Rsp - 8 : 0;
    return true;
}

void stop_in_guest(Thread& thread, mcontext_t& machine) {
    Suspension& suspension = thread.suspension;
    context_from_machine(machine, &suspension.context);
    wait_for_resume(thread);
    if (suspension.changed.exchange(false)) machine_from_context(suspension.context, &machine);
}

// What a thread shows that has not got to its routine: it is about to be called.
void show_start(Thread& thread) {
    CONTEXT& context = thread.suspension.context;
    context.Rip = reinterpret_cast<uint64_t>(thread.attributes.routine);
    context.Rcx = reinterpret_cast<uint64_t>(thread.attributes.parameter);
    context.Rsp = reinterpret_cast<uint64_t>(thread.stack.high()) - 128 - 8;
}

void stop_on_leaving(Thread& thread, const mcontext_t& machine) {
    Suspension& suspension = thread.suspension;
    if (suspension.changed) return answer(suspension, true);  // written before, and not yet taken up
    context_from_machine(machine, &suspension.context);
    uint64_t slot = 0;
    suspension.context.Rax = kUnknownResult;
    bool found = unwind_to_guest(&suspension.context, false, &slot);
    if (!found && !suspension.started) {
        show_start(thread);
        return answer(suspension, true);
    }
    answer(suspension, found && slot && hijack_return(slot));
}

void on_signal(int, siginfo_t*, void* raw) {
    int saved_errno = errno;
    Thread* thread = current_thread();
    if (thread && thread->suspend_count.load() != 0) {
        mcontext_t& machine = static_cast<ucontext_t*>(raw)->uc_mcontext;
        if (is_guest_address(static_cast<uint64_t>(machine.gregs[REG_RIP])))
            stop_in_guest(*thread, machine);
        else
            stop_on_leaving(*thread, machine);
    }
    errno = saved_errno;
}

// On first use: most programs never suspend a thread.
void install_handler() {
    static const bool once = [] {
        struct sigaction action = {};
        action.sa_sigaction = on_signal;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        sigfillset(&action.sa_mask);
        for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS})
            sigdelset(&action.sa_mask, signal);
        return sigaction(suspend_signal(), &action, nullptr) == 0;
    }();
    (void)once;
}

class SignalBlock {
public:
    explicit SignalBlock(int signal) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, signal);
        pthread_sigmask(SIG_BLOCK, &set, &before_);
    }
    ~SignalBlock() { end(); }
    SignalBlock(const SignalBlock&) = delete;
    SignalBlock& operator=(const SignalBlock&) = delete;
    void end() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

// Before the count goes up from 0: a thread that has not yet gone on from its last stop answers by itself, as
// soon as it sees the count.
void forget_answers(Suspension& suspension) {
    suspension.has_context = false;
    suspension.stopped = 0;
}

// Asks and waits for the answer. With `insist`, again while the thread is where it cannot tell its context.
void ask_to_stop(Thread& thread, bool insist) {
    install_handler();
    Suspension& suspension = thread.suspension;
    for (int tries = 0; tries < kMostTries && !thread.has_ended(); ++tries) {
        if (tries > 0) suspension.stopped = 0;
        if (syscall(SYS_tgkill, getpid(), thread.tid, suspend_signal()) != 0) return;
        // A thread that went to sleep in its last stop between a resume and this request has the signal blocked.
        futex_wake(&thread.suspend_count, INT_MAX, FutexScope::Private);
        int64_t deadline = monotonic_ns() + kAnswer_ns;
        while (suspension.stopped.load() == 0 && !suspension.has_context && !thread.has_ended())
            if (futex_wait(&suspension.stopped, 0, FutexScope::Private, deadline) == ETIMEDOUT) break;
        if (suspension.has_context || !insist || thread.suspend_count.load() == 0) return;
        sched_yield();
    }
}

// With the thread stopped, or stopped for as long as `use` runs.
template <class Use>
NTSTATUS with_stopped(Thread& thread, Use use) {
    std::lock_guard guard(thread.suspension.requests);
    if (thread.has_ended()) return STATUS_THREAD_IS_TERMINATING;
    if (thread.suspend_count.load() == 0) forget_answers(thread.suspension);
    thread.suspend_count.fetch_add(1);
    if (!thread.suspension.has_context) ask_to_stop(thread, true);
    bool known = thread.suspension.has_context;
    if (known) use();
    resume_thread(thread);
    return known ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

// The debugger's step went into our code: it ends where that returns to the program.
thread_local bool t_step_pending = false;

void report_step(uint64_t result, const M128A* xmm0) {
    uint64_t slot;
    CONTEXT context;
    unwind::lsw_capture_context(&context);
    if (!unwind_to_guest(&context, true, &slot)) return;
    context.Rax = result;
    context.Xmm[0] = *xmm0;
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = static_cast<DWORD>(STATUS_SINGLE_STEP);
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    raise(&record, &context);
}

}  // namespace

bool step_into_host_code(mcontext_t& machine) {
    constexpr greg_t kTrapFlag = 0x100, kDebugTrap = 1;
    if (machine.gregs[REG_TRAPNO] != kDebugTrap || is_guest_address(static_cast<uint64_t>(machine.gregs[REG_RIP]))) return false;
    machine.gregs[REG_EFL] &= ~kTrapFlag;
    // At the first instruction of a function that the program called, the return address is on top.
    auto slot = static_cast<uint64_t>(machine.gregs[REG_RSP]);
    if (is_guest_address(*reinterpret_cast<uint64_t*>(slot)) && hijack_return(slot)) t_step_pending = true;
    return true;
}

// On the way out of our code, on the guest's stack. The function's result is in `result` or `*xmm0`.
extern "C" [[gnu::used]] void lsw_wait_while_suspended(uint64_t result, const M128A* xmm0) {
    Thread& thread = *current_thread();
    Suspension& suspension = thread.suspension;
    if (std::exchange(t_step_pending, false)) report_step(result, xmm0);
    if (thread.suspend_count.load() == 0 && !suspension.changed) return;
    // The request's signal may have been answered on the way here, and others read that answer by now: it stays as it is.
    // Until the thread goes on no further one may come in between.
    SignalBlock block(suspend_signal());
    if (!suspension.changed && !suspension.has_context) {
        uint64_t slot;
        CONTEXT context;
        unwind::lsw_capture_context(&context);
        if (!unwind_to_guest(&context, true, &slot)) return;
        context.Rax = result;
        suspension.context = context;
    }
    wait_for_resume(thread);
    if (!suspension.changed.exchange(false)) return;
    CONTEXT changed = suspension.context;
    block.end();
    if (changed.Rax == kUnknownResult) changed.Rax = result;
    changed.Xmm[0] = *xmm0;
    unwind::lsw_restore_context(&changed);
}

void wait_before_start(Thread& thread) {
    Suspension& suspension = thread.suspension;
    do {
        suspension.started = false;
        while (uint32_t count = thread.suspend_count.load()) {
            futex_wait(&thread.suspend_count, count, FutexScope::Private);
            thread.check_termination_in_wait();
        }
        suspension.started = true;
    } while (thread.suspend_count.load() != 0);
    if (!suspension.changed.exchange(false)) return;
    CONTEXT changed = suspension.context;
    changed.ContextFlags = CONTEXT_FULL;
    auto routine = reinterpret_cast<uint64_t>(thread.attributes.routine);
    if (changed.Rip != routine) unwind::lsw_restore_context(&changed);
    thread.attributes.parameter = reinterpret_cast<void*>(changed.Rcx);
}

Result<uint32_t> suspend(Thread& thread) {
    if (&thread == current_thread()) {
        uint32_t previous = thread.suspend_count.fetch_add(1);
        while (uint32_t count = thread.suspend_count.load()) {
            futex_wait(&thread.suspend_count, count, FutexScope::Private);
            thread.check_termination_in_wait();
        }
        return {std::move(previous)};
    }
    std::lock_guard guard(thread.suspension.requests);
    if (thread.has_ended()) return Status(STATUS_THREAD_IS_TERMINATING);
    uint32_t previous = thread.suspend_count.load();
    if (previous == 0) forget_answers(thread.suspension);
    do {
        if (previous >= kMostSuspensions) return Status(STATUS_SUSPEND_COUNT_EXCEEDED);
    } while (!thread.suspend_count.compare_exchange_weak(previous, previous + 1));
    if (!thread.suspension.has_context) ask_to_stop(thread, true);
    return {std::move(previous)};
}

NTSTATUS read_context(Thread& thread, CONTEXT* context) {
    if (const CONTEXT* shown = debug::shown_context(thread))
        return copy_context(context, *shown, context->ContextFlags), STATUS_SUCCESS;
    return with_stopped(thread, [&] {
        copy_context(context, thread.suspension.context, context->ContextFlags);
    });
}

NTSTATUS write_context(Thread& thread, const CONTEXT& context) {
    if (CONTEXT* shown = debug::shown_context(thread))
        return copy_context(shown, context, context.ContextFlags), STATUS_SUCCESS;
    return with_stopped(thread, [&] {
        copy_context(&thread.suspension.context, context, context.ContextFlags);
        thread.suspension.changed = true;
    });
}

void copy_context(CONTEXT* to, const CONTEXT& from, DWORD flags) {
    auto has = [&](DWORD part) { return (flags & part) == part; };
    if (has(CONTEXT_CONTROL)) {
        to->SegCs = kUserCodeSelector;
        to->SegSs = kUserDataSelector;
        to->EFlags = from.EFlags;
        to->Rsp = from.Rsp;
        to->Rip = from.Rip;
    }
    if (has(CONTEXT_INTEGER)) {
        uint64_t rsp = to->Rsp;
        std::copy_n(from.Gpr, 16, to->Gpr);
        to->Rsp = rsp;
    }
    if (has(CONTEXT_SEGMENTS)) {
        to->SegDs = to->SegEs = to->SegGs = kUserDataSelector;
        to->SegFs = kUserTebSelector;
    }
    if (has(CONTEXT_FLOATING_POINT)) {
        to->FltSave = from.FltSave;
        to->MxCsr = to->FltSave.MxCsr = from.MxCsr;
    }
    if (has(CONTEXT_DEBUG_REGISTERS)) to->Dr0 = to->Dr1 = to->Dr2 = to->Dr3 = to->Dr6 = to->Dr7 = 0;
}

}  // namespace lsw::seh
