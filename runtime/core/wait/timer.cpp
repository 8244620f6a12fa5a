// Waitable timers: the record says when it is due, a completion routine is kept by the thread that is to run it.
#include "core/thread/thread.h"
#include "core/wait/sync_objects.h"
#include "core/wait/wait.h"

namespace lsw {

void Timer::drop_routine() {
    Ref<Object> thread;
    {
        std::lock_guard guard(lock_);
        std::swap(thread, routine_thread_);
    }
    if (thread) static_cast<Thread*>(thread.get())->apcs.cancel_timer(this);
}

Timer::~Timer() { drop_routine(); }

bool Timer::set(int64_t due, int64_t period_ms, Routine routine, void* argument) {
    drop_routine();
    bool was_signalled = timer_is_signalled(*record(), monotonic_ns());
    int64_t due_ns = due == 0 ? monotonic_ns() : deadline_from_nt(&due);
    int64_t period_ns = period_ms * 1'000'000;
    if (routine) {
        Thread* self = current_thread();
        self->apcs.set_timer({this, routine, reinterpret_cast<ULONG_PTR>(argument), due_ns, period_ns});
        std::lock_guard guard(lock_);
        routine_thread_ = Ref<Object>::share(self);
    }
    set_timer(*record(), due_ns, period_ns);
    return was_signalled;
}

bool Timer::cancel() {
    drop_routine();
    bool was_signalled = timer_is_signalled(*record(), monotonic_ns());
    cancel_timer(*record());
    return was_signalled;
}

}  // namespace lsw
