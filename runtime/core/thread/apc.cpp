#include "core/thread/apc.h"

#include <algorithm>

#include "core/wait/clock.h"

namespace lsw {

bool ApcQueue::queue(const Apc& apc) {
    {
        std::lock_guard guard(lock_);
        if (closed_) return false;
        queued_.push_back(apc);
    }
    if (alert_.exchange(1) == 0) futex_wake(&alert_, INT_MAX, FutexScope::Private);
    return true;
}

void ApcQueue::update_next_due() {
    int64_t next = kForever;
    for (const TimerApc& timer : timers_) next = std::min(next, timer.due_ns);
    next_due_ = next;
}

void ApcQueue::set_timer(const TimerApc& timer) {
    cancel_timer(timer.timer);
    std::lock_guard guard(lock_);
    timers_.push_back(timer);
    update_next_due();
}

void ApcQueue::cancel_timer(const void* timer) {
    std::lock_guard guard(lock_);
    std::erase_if(timers_, [&](const TimerApc& one) { return one.timer == timer; });
    update_next_due();
}

bool ApcQueue::pending() {
    if (alert_.load() != 0) return true;
    int64_t due = next_due_.load();
    return due != kForever && due <= monotonic_ns();
}

bool ApcQueue::pop(Apc& next) {
    std::lock_guard guard(lock_);
    int64_t now = next_due_.load() == kForever ? 0 : monotonic_ns();
    for (size_t i = 0; i < timers_.size(); ++i) {
        TimerApc& timer = timers_[i];
        if (timer.due_ns > now) continue;
        auto due = static_cast<uint64_t>(system_time() - (now - timer.due_ns) / 100);
        next = {timer.routine, {timer.argument, due & 0xFFFFFFFF, due >> 32}};
        if (timer.period_ns)
            timer.due_ns += ((now - timer.due_ns) / timer.period_ns + 1) * timer.period_ns;
        else
            timers_.erase(timers_.begin() + static_cast<ptrdiff_t>(i));
        update_next_due();
        return true;
    }
    if (queued_.empty()) {
        alert_ = 0;
        return false;
    }
    next = queued_.front();
    queued_.pop_front();
    return true;
}

bool ApcQueue::run_all() {
    bool any = false;
    for (Apc next; pop(next); any = true) next.routine(next.arguments[0], next.arguments[1], next.arguments[2]);
    return any;
}

void ApcQueue::close() {
    std::lock_guard guard(lock_);
    closed_ = true;
    queued_.clear();
    timers_.clear();
}

}  // namespace lsw
