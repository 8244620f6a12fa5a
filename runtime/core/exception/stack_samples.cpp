#include "core/exception/stack_samples.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "abi/layout.h"
#include "api/trace/trace.h"
#include "core/exception/frames.h"
#include "core/exception/function_tables.h"
#include "core/exception/machine_context.h"
#include "core/teb.h"
#include "loader/unwind/context_switch.h"

namespace lsw::seh {
namespace {

constexpr unsigned kMostFrames = 48;
constexpr unsigned kMostTimers = 4096;

struct SampledThread {
    int slot = -1;               // of the thread's timer, where it made that itself
    volatile bool walking = false;
    sigjmp_buf back;
};
thread_local SampledThread t_sampled;

// Kernel timer ids plus 1, so that they can all be taken away when the tracer goes.
std::atomic<int>* timers() {
    static std::atomic<int> slots[kMostTimers];
    return slots;
}

unsigned walk(CONTEXT* context, bool after_call, uint64_t* out, unsigned most) {
    FrameWalk walk(context, after_call);
    Frame frame;
    unsigned count = 0;
    do {
        out[count++] = context->Rip;
    } while (count < most && walk.step(UNW_FLAG_NHANDLER, &frame) && context->Rip);
    return count;
}

// From inside a traced call: frames of ours come first, those of the program count.
unsigned walk_from_call(uint64_t* out, unsigned most) {
    uint64_t all[kMostFrames];
    CONTEXT context;
    volatile unsigned count = 0;
    unsigned kept = 0;
    volatile bool& walking = t_sampled.walking;
    if (sigsetjmp(t_sampled.back, 1) == 0) {
        walking = true;
        FunctionTables::Impatient impatient;
        unwind::lsw_capture_context(&context);
        count = walk(&context, true, all, kMostFrames);
    }
    walking = false;
    unsigned first = 0;
    while (first < count && !is_guest_address(all[first])) ++first;
    while (first < count && kept < most) out[kept++] = all[first++];
    return kept;
}

void on_timer(int, siginfo_t* info, void* raw) {
    int saved_errno = errno;
    uint32_t interval_us = trace::sample_interval_us();
    if (interval_us && current_teb() && !t_sampled.walking) {
        CONTEXT context;
        uint64_t addresses[kMostFrames];
        volatile unsigned count = 0;
        if (sigsetjmp(t_sampled.back, 1) == 0) {
            t_sampled.walking = true;
            FunctionTables::Impatient impatient;
            context_from_machine(static_cast<ucontext_t*>(raw)->uc_mcontext, &context);
            count = walk(&context, false, addresses, kMostFrames);
        }
        t_sampled.walking = false;
        // The kernel looks at such timers once per tick of its own, and says how often they were due.
        uint64_t weight_us = uint64_t{interval_us} * (1 + static_cast<unsigned>(info->si_overrun));
        if (count) trace::record_stack(weight_us, 0, addresses, count);
    }
    errno = saved_errno;
}

// A clock of another thread's CPU time, as pthread_getcpuclockid makes it of a thread id.
clockid_t cpu_clock_of(pid_t tid) { return static_cast<clockid_t>((~static_cast<unsigned>(tid) << 3) | 6); }

// System calls alone: this may run in the handler of the signal that attaches.
int start_timer(pid_t tid, uint32_t interval_us) {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGPROF;
    event._sigev_un._tid = tid;
    int timer;
    if (syscall(SYS_timer_create, cpu_clock_of(tid), &event, &timer) != 0) return -1;
    itimerspec every{{0, interval_us * 1000l}, {0, interval_us * 1000l}};
    syscall(SYS_timer_settime, timer, 0, &every, nullptr);
    for (unsigned slot = 0; slot < kMostTimers; ++slot) {
        int empty = 0;
        if (timers()[slot].compare_exchange_strong(empty, timer + 1)) return static_cast<int>(slot);
    }
    syscall(SYS_timer_delete, timer);
    return -1;
}

void start_all(uint32_t interval_us) {
    struct sigaction action = {};
    action.sa_sigaction = on_timer;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS}) sigdelset(&action.sa_mask, signal);
    sigaction(SIGPROF, &action, nullptr);
    int directory = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    alignas(8) char entries[1024];
    for (long size; (size = syscall(SYS_getdents64, directory, entries, sizeof entries)) > 0;) {
        for (long at = 0; at < size;) {
            auto* entry = reinterpret_cast<dirent64*>(entries + at);
            if (int tid = atoi(entry->d_name); tid > 0) start_timer(tid, interval_us);
            at += entry->d_reclen;
        }
    }
    if (directory >= 0) close(directory);
}

void sampling_changed() {
    for (unsigned slot = 0; slot < kMostTimers; ++slot)
        if (int timer = timers()[slot].exchange(0)) syscall(SYS_timer_delete, timer - 1);
    if (uint32_t interval_us = trace::sample_interval_us()) start_all(interval_us);
}

}  // namespace

void install_stack_samples() {
    trace::set_stack_walker(walk_from_call);
    trace::on_sampling_change(sampling_changed);
    if (trace::sample_interval_us()) sampling_changed();  // the tracer was there first
}

void begin_sampled_thread() {
    if (uint32_t interval_us = trace::sample_interval_us())
        t_sampled.slot = start_timer(static_cast<pid_t>(syscall(SYS_gettid)), interval_us);
}

void end_sampled_thread() {
    if (t_sampled.slot < 0) return;
    if (int timer = timers()[t_sampled.slot].exchange(0)) syscall(SYS_timer_delete, timer - 1);
    t_sampled.slot = -1;
}

void abandon_sample() {
    if (!t_sampled.walking) return;
    t_sampled.walking = false;
    siglongjmp(t_sampled.back, 1);
}

}  // namespace lsw::seh
