// The mutants a thread owns, as the robust list that the kernel walks when the thread dies without our help (kill -9):
// it sets FUTEX_OWNER_DIED in the word and wakes a waiter, in whatever process that is. See set_robust_list(2).
// glibc's own list is replaced: nothing in this process uses robust pthread mutexes.
#pragma once

#include <cstdint>

#include "core/wait/record.h"

namespace lsw {

class OwnedMutants {
public:
    // Linux thread id of the calling thread; the list is registered with the kernel at the first take.
    uint32_t thread_id() {
        if (thread_id_ == 0) start();
        return thread_id_;
    }

    // Around the moment in which the word is ours and the list does not say so yet.
    void begin(SyncRecord& record) { head_.pending = reinterpret_cast<uint64_t>(&record.robust_next); }
    void finish() { head_.pending = 0; }

    void add(SyncRecord& record);
    // Gives the mutant up, leaving `mark` (0 or FUTEX_OWNER_DIED) in its word, and wakes a waiter.
    void release(SyncRecord& record, uint32_t mark);

    SyncRecord* first();

private:
    // struct robust_list_head of the kernel.
    struct Head {
        uint64_t first;
        int64_t word_offset;
        uint64_t pending;
    };
    void start();

    Head head_{};
    uint32_t thread_id_ = 0;
};

OwnedMutants& owned_mutants();  // the calling thread's

}  // namespace lsw
