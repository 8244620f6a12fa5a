// Whoever counts running threads (a completion port with its limit, a pool) learns here when one of them goes to sleep in our
// code and when it comes back. A BlockingScope stands around every place where a guest thread may sleep for long; it costs a
// thread that nobody counts one load.
#pragma once

#include "core/thread/thread.h"

namespace lsw {

// Counts one thread or more. Called on the counted thread, under no lock of the caller's. Reference counted by its owner.
class ThreadCounter {
public:
    virtual void thread_blocks() = 0;
    virtual void thread_resumes() = 0;
    virtual void thread_ends(bool blocked) = 0;  // `blocked`: it never comes back from a BlockingScope

protected:
    ~ThreadCounter() = default;
};

class BlockingScope {
public:
    explicit BlockingScope(Thread* thread) : thread_(thread && thread->counter ? thread : nullptr) {
        if (thread_ && thread_->blocking_depth++ == 0) thread_->counter->thread_blocks();
    }
    BlockingScope() : BlockingScope(current_thread()) {}
    ~BlockingScope() {
        if (thread_ && --thread_->blocking_depth == 0) thread_->counter->thread_resumes();
    }
    BlockingScope(const BlockingScope&) = delete;
    BlockingScope& operator=(const BlockingScope&) = delete;

private:
    Thread* const thread_;
};

}  // namespace lsw
