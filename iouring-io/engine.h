// Engine: the one interface of asynchronous I/O. Operations are queued, submitted in batches, and end by their `done` function.
// Two backends with the same semantics: a ring (io_uring) and a blocking one (worker threads and epoll) for where rings are
// refused. Which one is probed once, when I/O is first asked
// for; LSW_IO=uring or LSW_IO=blocking forces one.
//
// Rules for callers
//   - queue(), submit() and cancel() never run a `done` function, so they may be called under locks that `done` takes; reap() and
//     attend() do run them, so they must not.
//   - What waits for readiness does so whether or not the descriptor is O_NONBLOCK. Before queueing, try the non-blocking system
//     call where it is likely to succeed: that is cheaper than any queue.
//   - An operation ends exactly once, also when it is cancelled, and also when the thread that queued it is gone.
//   - Operations are begun in the order they were queued in and end in any order, also those of one direction on one stream:
//     the kernel serves the last waiter first. Whoever needs order has one operation per stream and direction here and queues
//     the next when that has ended. `done` functions run one at a time in the ring, in the order in which the kernel reports.
//   - Closing a descriptor does not end its operations: cancel() them, and close in `done`.
#pragma once

#include <atomic>

#include "iouring-io/operation.h"

namespace lsw::io {

inline constexpr int64_t kNoDeadline = INT64_MAX;

struct Description {
    const char* backend;  // "uring", "blocking"
    const char* reason;   // why this one, for people
};

class Engine {
public:
    virtual ~Engine() = default;

    // Puts an operation into the queue. It begins at the next submit() of any thread, at the latest a few milliseconds from now.
    virtual void queue(Operation& operation) = 0;
    // Begins everything queued.
    virtual void submit() = 0;
    void start(Operation& operation) {
        queue(operation);
        submit();
    }

    // The same, or, while plenty is under way, together with the next few.
    virtual void start_soon(Operation& operation) { start(operation); }

    // Runs the `done` functions of what has ended, without waiting. How many.
    virtual unsigned reap() = 0;

    // Asks for the end of an operation of which the caller knows that its memory is still there (`done` may be running or have
    // run). It ends with -ECANCELED, or with its result if that came first. File transfers that have begun are not interrupted.
    virtual void cancel(Operation& operation) = 0;

    // Sleeps until something has ended (and runs its `done`), wake_attendant() is called, `*word` is no longer `expected` when
    // looked at before the sleep, or the deadline comes; submits what is queued on the way. 0 after any of these; EINTR; EBUSY at
    // once where another thread attends already, or the backend has threads of its own for this.
    // Operations that are `quiet` wake no other thread while somebody attends or comes back to it soon.
    virtual int attend(const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns) = 0;
    virtual void wake_attendant() = 0;
    // A thread begins or ends a sleep elsewhere that the end of quiet operations may have to end.
    virtual void rely(bool begins) = 0;

    // Operations queued or running now. An estimate for heuristics.
    virtual uint32_t in_flight() const = 0;

    // Buffers that are used again and again, pinned once. False where there is nothing to gain. The memory stays mapped until
    // unregistered.
    virtual bool register_buffer(void*, uint64_t) { return false; }
    virtual void unregister_buffer(void*) {}

    virtual Description describe() const = 0;
};

// The engine of this process, made at first use. Never destroyed.
Engine& engine();
// nullptr while nothing has asked for it: for those who would only wait for, or reap, what others have queued.
Engine* engine_if_used();
// For `lsw doctor`: what would be chosen, without keeping it.
Description describe_engine();

}  // namespace lsw::io
