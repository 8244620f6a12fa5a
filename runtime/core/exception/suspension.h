// Suspending threads, reading and writing their registers.
//
// A signal asks the thread to stop. In guest code it stops there and then, inside the handler. In our code it
// goes on, since it may hold our locks, and stops on its way back into guest code (hijack.h); what others read
// in the meantime is the state that it will return in. Whoever suspends waits for one or the other.
#pragma once

#include <atomic>
#include <mutex>

#include "abi/context.h"
#include "base/result.h"

namespace lsw {
class Thread;
}

namespace lsw::seh {

// Part of each Thread.
struct Suspension {
    std::mutex requests;               // of those who suspend, read and write; the thread itself never takes it
    std::atomic<uint32_t> stopped{0};  // futex: the thread has seen the request
    std::atomic<bool> has_context{false};
    std::atomic<bool> changed{false};  // the context was written and is to be taken up
    std::atomic<bool> started{false};  // the thread's routine was called, or is about to be
    CONTEXT context;
};

// Doc: "SuspendThread function". Gives the previous count. Errors: STATUS_SUSPEND_COUNT_EXCEEDED,
// STATUS_THREAD_IS_TERMINATING. A thread that suspends itself comes back when another has resumed it.
Result<uint32_t> suspend(Thread& thread);

// Doc: "GetThreadContext function", "SetThreadContext function". The thread is stopped for the moment if it is
// not suspended. Not for the calling thread. Errors: STATUS_THREAD_IS_TERMINATING, STATUS_UNSUCCESSFUL when the
// thread is nowhere near guest code.
NTSTATUS read_context(Thread& thread, CONTEXT* context);
NTSTATUS write_context(Thread& thread, const CONTEXT& context);

// A new thread calls this on its guest stack, before its routine: waits while it is suspended. May not return,
// when its registers were written in the meantime.
void wait_before_start(Thread& thread);

// Copies the parts that `flags` names.
void copy_context(CONTEXT* to, const CONTEXT& from, DWORD flags);

}  // namespace lsw::seh
