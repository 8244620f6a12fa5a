#include "iouring-io/attempt.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

#include "iouring-io/kinds.h"

namespace lsw::io {
namespace {

template <class Call>
int32_t restarted(Call call) {
    ssize_t result;
    do result = call();
    while (result < 0 && errno == EINTR);
    return static_cast<int32_t>(result < 0 ? -errno : result);
}

int32_t transfer_pieces(Operation& operation, const iovec* pieces, int count) {
    int flags = static_cast<int>(operation.flags);
    bool reads = operation.kind == Kind::Read || operation.kind == Kind::Readv;
    return restarted([&] {
        return reads ? preadv2(operation.fd, pieces, count, operation.offset, flags)
                     : pwritev2(operation.fd, pieces, count, operation.offset, flags);
    });
}

uint32_t ready_for(int fd, uint32_t events) {
    pollfd entry{fd, static_cast<short>(events), 0};
    return poll(&entry, 1, 0) > 0 ? static_cast<uint32_t>(entry.revents) : 0;
}

// Pipes, terminals and the like, whose descriptors may well block: only what poll(2) says will not.
int32_t transfer_if_ready(Operation& operation) {
    if (!ready_for(operation.fd, readiness_of(operation))) return -EAGAIN;
    operation.offset = kNoOffset;
    iovec piece{operation.buffer, operation.size_bytes};
    bool vector = operation.kind == Kind::Readv || operation.kind == Kind::Writev;
    const iovec* pieces = vector ? static_cast<const iovec*>(operation.buffer) : &piece;
    if (operation.kind == Kind::Read || operation.kind == Kind::Readv)
        return transfer_pieces(operation, pieces, vector ? static_cast<int>(operation.size_bytes) : 1);
    // A pipe with room takes this much without waiting.
    iovec first = pieces[0];
    first.iov_len = std::min<size_t>(first.iov_len, PIPE_BUF);
    return transfer_pieces(operation, &first, 1);
}

int32_t begin_connect(Operation& operation) {
    int flags = fcntl(operation.fd, F_GETFL);
    if (!(flags & O_NONBLOCK)) fcntl(operation.fd, F_SETFL, flags | O_NONBLOCK);
    int32_t result = restarted([&] {
        return connect(operation.fd, static_cast<const sockaddr*>(operation.buffer), operation.size_bytes);
    });
    if (!(flags & O_NONBLOCK)) fcntl(operation.fd, F_SETFL, flags);
    return result == -EINPROGRESS || result == -EALREADY ? -EAGAIN : result;
}

// `seconds_ns` tells whether the attempt has begun.
int32_t attempt_connect(Operation& operation) {
    if (operation.internal.seconds_ns[0] == 0) {
        operation.internal.seconds_ns[0] = 1;
        int32_t result = begin_connect(operation);
        if (result != -EAGAIN) operation.internal.seconds_ns[0] = 0;
        return result;
    }
    if (!ready_for(operation.fd, POLLOUT)) return -EAGAIN;
    operation.internal.seconds_ns[0] = 0;
    return connect_result(operation.fd);
}

}  // namespace

int32_t transfer(Operation& operation) {
    switch (operation.kind) {
        case Kind::Fsync: return restarted([&] { return fsync(operation.fd); });
        case Kind::Fdatasync: return restarted([&] { return fdatasync(operation.fd); });
        case Kind::Read:
        case Kind::Write: {
            iovec piece{operation.buffer, operation.size_bytes};
            return transfer_pieces(operation, &piece, 1);
        }
        case Kind::Readv:
        case Kind::Writev:
            return transfer_pieces(operation, static_cast<const iovec*>(operation.buffer),
                                   static_cast<int>(operation.size_bytes));
        default: return 0;
    }
}

int32_t attempt(Operation& operation) {
    int flags = static_cast<int>(operation.flags) | MSG_DONTWAIT;
    switch (operation.kind) {
        case Kind::Poll: {
            uint32_t ready = ready_for(operation.fd, operation.flags);
            if (ready & POLLNVAL) return -EBADF;
            return ready ? static_cast<int32_t>(ready) : -EAGAIN;
        }
        case Kind::Accept: {
            if (!ready_for(operation.fd, POLLIN)) return -EAGAIN;
            return restarted([&] {
                return accept4(operation.fd, static_cast<sockaddr*>(operation.buffer), operation.length,
                               static_cast<int>(operation.flags));
            });
        }
        case Kind::Connect: return attempt_connect(operation);
        case Kind::Send:
            return restarted([&] { return send(operation.fd, operation.buffer, operation.size_bytes, flags | MSG_NOSIGNAL); });
        case Kind::Receive:
            return restarted([&] { return recv(operation.fd, operation.buffer, operation.size_bytes, flags); });
        case Kind::SendMessage:
            return restarted([&] {
                return sendmsg(operation.fd, static_cast<const msghdr*>(operation.buffer), flags | MSG_NOSIGNAL);
            });
        case Kind::ReceiveMessage:
            return restarted([&] { return recvmsg(operation.fd, static_cast<msghdr*>(operation.buffer), flags); });
        default: return transfer_if_ready(operation);
    }
}

}  // namespace lsw::io
