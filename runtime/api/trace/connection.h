// How a process finds its tracer: a socket named after the tracer's pid, over which the shared memory comes.
#pragma once

#include "api/trace/layout.h"

namespace lsw::trace {

struct Connection {
    const PlanHeader* plan;
    DataHeader* data;
    int socket, wake;
};

// Async-signal-safe. False, with nothing left open, when there is no such tracer, it is another user's, or it was built
// from other rows.
bool connect_to_tracer(int tracer, Connection& out);

// The address of a tracer's socket; returns its length.
struct TracerAddress {
    char bytes[128];
    uint32_t size_bytes;
};
TracerAddress tracer_address(int tracer);

inline constexpr uint32_t kCountsPerThread = 512;
// In stacks, an export in place of an address.
inline constexpr uint64_t kCallAddress = 0xFFFF'0000'0000'0000;

}  // namespace lsw::trace
