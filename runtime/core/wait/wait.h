// Waiting: one object or several, any or all, with user APCs. Idle waits sleep in one futex call; nothing polls.
// Not here: what a signal is (record.h), threads that wait for addresses (address_wait.h).
#pragma once

#include <span>

#include "base/result.h"
#include "core/wait/waitable.h"

namespace lsw {

inline constexpr unsigned kMaximumWaitObjects = 64;

struct WaitOptions {
    bool all = false;
    bool alertable = false;
    int64_t deadline_ns = kForever;  // absolute CLOCK_MONOTONIC
};

// STATUS_WAIT_0 + i, STATUS_ABANDONED_WAIT_0 + i, STATUS_TIMEOUT, STATUS_NO_MEMORY, and
// STATUS_USER_APC when APCs are to be run: the caller runs them, once it holds nothing that guest code could unwind past.
// At most kMaximumWaitObjects; none at all is a sleep.
NTSTATUS wait_for(std::span<Waitable* const> objects, const WaitOptions& options);

// Deadline of an NT timeout (100 ns units; negative is relative, positive an absolute system time; nullptr for ever).
int64_t deadline_from_nt(const int64_t* timeout);
// Deadline of a Win32 timeout in milliseconds (INFINITE is for ever).
int64_t deadline_from_ms(uint32_t milliseconds);

}  // namespace lsw
