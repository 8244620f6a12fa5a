// ApcQueue: the user APCs of one thread, and the waitable timers whose completion routine it is to run. They run when the
// thread waits alertably ("Asynchronous Procedure Calls"). Any thread may queue; only the owner runs them.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "core/wait/futex.h"
#include "abi/types.h"

namespace lsw {

struct Apc {
    using Routine = void(WINAPI*)(ULONG_PTR, ULONG_PTR, ULONG_PTR);
    Routine routine;
    ULONG_PTR arguments[3];
};

class ApcQueue {
public:
    // False when the thread has ended and nothing can be queued any more.
    bool queue(const Apc& apc);

    // A timer (by identity) whose `routine(argument, due time low, high)` runs from due_ns on, every period_ns.
    struct TimerApc {
        const void* timer;
        Apc::Routine routine;
        ULONG_PTR argument;
        int64_t due_ns, period_ns;
    };
    void set_timer(const TimerApc& timer);
    void cancel_timer(const void* timer);

    // Something could run now.
    bool pending();
    // Runs everything queued, also what these routines queue. Returns whether anything ran.
    bool run_all();
    void close();  // the thread ends

    std::atomic<uint32_t>& alert() { return alert_; }  // 1 while something is queued; waits sleep on it
    int64_t next_timer_due() const { return next_due_.load(); }

private:
    bool pop(Apc& next);
    void update_next_due();

    std::mutex lock_;
    std::deque<Apc> queued_;
    std::vector<TimerApc> timers_;
    std::atomic<int64_t> next_due_{kForever};
    std::atomic<uint32_t> alert_{0};
    bool closed_ = false;
};

}  // namespace lsw
