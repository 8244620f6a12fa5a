// Threads that sleep in poll(2) on sockets, so that closing a socket or cancelling wakes those that wait for it.
#pragma once

#include <poll.h>

#include <span>
#include <vector>

#include "core/socket/errors.h"

namespace lsw {

class SocketObject;

// poll(2) on `polled` (one slot more is appended meanwhile) until a descriptor is ready or the deadline. The number ready,
// 0 at the deadline, or -1 with *status STATUS_HANDLES_CLOSED (one of `sockets` was closed) or STATUS_CANCELLED.
int sleep_on_sockets(std::vector<pollfd>& polled, std::span<SocketObject* const> sockets, int64_t deadline_ns,
                     NTSTATUS* status);

// Whether somebody was woken.
bool wake_sleepers(const SocketObject& socket, NTSTATUS why);

}  // namespace lsw
