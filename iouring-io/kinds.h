// What both backends know about the kinds of operations.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>

#include "iouring-io/operation.h"

namespace lsw::io {

// What an operation on a stream waits for; 0 for those that wait for something else.
inline uint32_t readiness_of(const Operation& operation) {
    switch (operation.kind) {
        case Kind::Read:
        case Kind::Readv:
        case Kind::Accept:
        case Kind::Receive:
        case Kind::ReceiveMessage: return POLLIN;
        case Kind::Write:
        case Kind::Writev:
        case Kind::Connect:
        case Kind::Send:
        case Kind::SendMessage: return POLLOUT;
        case Kind::Poll: return operation.flags;
        default: return 0;
    }
}

// The caller asked to be told rather than to wait.
inline bool must_not_wait(const Operation& operation) {
    switch (operation.kind) {
        case Kind::Read:
        case Kind::Readv:
        case Kind::Write:
        case Kind::Writev: return operation.flags & RWF_NOWAIT;
        case Kind::Receive:
        case Kind::ReceiveMessage:
        case Kind::Send:
        case Kind::SendMessage: return operation.flags & MSG_DONTWAIT;
        default: return false;
    }
}

// How a connection attempt that was waited for with poll ended.
inline int32_t connect_result(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return -errno;
    return -error;
}

// These two are written by one thread and read by another.
inline std::atomic_ref<Operation::Internal::Phase> phase_of(Operation& operation) {
    return std::atomic_ref(operation.internal.phase);
}
inline std::atomic_ref<bool> cancelled_of(Operation& operation) { return std::atomic_ref(operation.internal.cancelled); }

}  // namespace lsw::io
