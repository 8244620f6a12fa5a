// One attached process (and what it forked): a thread that receives its notifications, asks policy and handlers, and
// answers. A thread for each, so that a slow or hostile process holds up nobody but itself. Ends when the last user of
// the filter does.
#pragma once

#include <atomic>
#include <functional>

#include "base/unique_fd.h"
#include "notify-agent/policy.h"

namespace lsw::agent {

struct Counters {
    std::atomic<uint32_t> completed{0}, refused{0}, handed_back{0};
};

// Starts the thread; `done` is called by it at its end. False when it cannot be started or the descriptor is no listener.
bool serve_listener(UniqueFd listener, const Policy& policy, Counters& counters, std::function<void()> done);

}  // namespace lsw::agent
