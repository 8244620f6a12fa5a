// The socket reactor: one host thread, started by the first socket that has something to wait for, in epoll. Sockets are
// added once, edge-triggered, so that an operation that has to wait costs no system call.
#pragma once

#include <cstdint>

#include "core/socket/socket.h"

namespace lsw {

// From now on socket->on_ready() is called when anything about it changes, first at once. Keeps it alive until removed.
bool reactor_add(SocketObject& socket);
void reactor_remove(SocketObject& socket);

// Calls poll.expire() at the deadline.
void reactor_expire_at(AfdPoll& poll, int64_t deadline_ns);

}  // namespace lsw
