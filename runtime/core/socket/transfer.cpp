// Sending and receiving: one attempt at a time, which never sleeps, and the calls that sleep between attempts.
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/exception/call_sites.h"
#include "core/socket/address.h"
#include "core/socket/control_data.h"
#include "core/socket/errors.h"
#include "core/socket/sleepers.h"
#include "core/socket/socket.h"
#include "core/wait/clock.h"

namespace lsw {
namespace {

// What one system call takes (IOV_MAX).
constexpr size_t kMostPieces = 1024;

// Most transfers of streams are one piece, for which the kernel need not read a msghdr and its pieces. Not the C library's
// functions: they are points of cancellation, which costs more than the piece saves.
ssize_t send_once(int fd, const msghdr& message, int flags) {
    if (message.msg_iovlen != 1 || message.msg_name || message.msg_control) return sendmsg(fd, &message, flags);
    return syscall(SYS_sendto, fd, message.msg_iov->iov_base, message.msg_iov->iov_len, flags, nullptr, 0);
}

ssize_t send_message(int fd, const msghdr& message, int flags) {
    ssize_t sent = send_once(fd, message, flags);
    if (sent >= 0 || errno != EFAULT) return sent;
    // Code whose call sites were rewritten, and sections nobody has looked at, cannot be read until they are shown as they are.
    for (size_t i = 0; i < message.msg_iovlen; ++i)
        seh::show_call_sites(message.msg_iov[i].iov_base, message.msg_iov[i].iov_len);
    return send_once(fd, message, flags);
}

ssize_t receive_stream(int fd, msghdr& message, int flags) {
    if (message.msg_iovlen != 1 || message.msg_control) return recvmsg(fd, &message, flags);
    return syscall(SYS_recvfrom, fd, message.msg_iov->iov_base, message.msg_iov->iov_len, flags, nullptr, nullptr);
}

}  // namespace

bool Pieces::assign(const WSABUF* buffers, uint32_t count) {
    constexpr uint32_t kMost = 1 << 20;
    if (count > kMost) return false;
    iovec* out = few_;
    if (count > std::size(few_)) {
        many_.reset(new (std::nothrow) iovec[count]);
        if (!many_) return false;
        out = many_.get();
    }
    for (uint32_t i = 0; i < count; ++i) out[i] = {buffers[i].buf, buffers[i].len};
    first_ = 0;
    count_ = count;
    return true;
}

size_t Pieces::total() const {
    const iovec* all = (many_ ? many_.get() : few_) + first_;
    size_t bytes = 0;
    for (size_t i = 0; i < count_; ++i) bytes += all[i].iov_len;
    return bytes;
}

void Pieces::consume(size_t bytes) {
    while (count_ > 0) {
        iovec& piece = *data();
        if (bytes < piece.iov_len) {
            piece.iov_base = static_cast<char*>(piece.iov_base) + bytes;
            piece.iov_len -= bytes;
            return;
        }
        bytes -= piece.iov_len;
        ++first_;
        --count_;
    }
}

NTSTATUS SocketObject::receive_failure(int error) {
    if (error == EAGAIN || error == EINTR) return kSocketAgain;
    // "SIO_UDP_CONNRESET": an unreachable port is a reset for datagrams.
    if (error == ECONNREFUSED && !is_stream()) return STATUS_PORT_UNREACHABLE;
    if (error == ECONNRESET) reset_seen_ = true;
    return socket_status(error);
}

// `changes`: changes_ as it was before.
NTSTATUS SocketObject::send_failure(int error, uint32_t changes) {
    if (error == EAGAIN) blocked_ = changes;
    if (error == EAGAIN || error == EINTR) {
        // Linux lets data wait for a connect that is under way.
        return is_stream() && state() == State::Connecting ? STATUS_INVALID_CONNECTION : kSocketAgain;
    }
    if (error == ECONNRESET) reset_seen_ = true;
    if (error != EPIPE) return socket_status(error);
    State now = state();
    if (now != State::Connected) return STATUS_INVALID_CONNECTION;
    if (send_shut_) return STATUS_PIPE_DISCONNECTED;
    return reset_seen_ ? STATUS_CONNECTION_RESET : STATUS_CONNECTION_ABORTED;
}

NTSTATUS SocketObject::attempt_receive(SocketOperation& operation, uint64_t* moved) {
    if (receive_shut_) return STATUS_PIPE_DISCONNECTED;
    State now = state();
    if (is_stream() && now != State::Connected) return STATUS_INVALID_CONNECTION;
    if (!is_stream() && now == State::Fresh && kind_.family != AF_UNIX) return STATUS_INVALID_PARAMETER;  // not bound
    if (!is_stream() && port_unreachable_.exchange(false)) return STATUS_PORT_UNREACHABLE;
    // An overlapped receive of nothing ends when there is something to receive (libuv waits so); Linux would end it at once.
    if (is_stream() && operation.request.status_block && operation.pieces.total() == 0) {
        pollfd entry{fd_.get(), POLLIN | POLLRDHUP, 0};
        return ::poll(&entry, 1, 0) > 0 ? STATUS_SUCCESS : kSocketAgain;
    }
    msghdr message{};
    bool wants_name = !is_stream() && (operation.from || operation.message);
    if (wants_name) message.msg_name = &operation.to, message.msg_namelen = sizeof operation.to;
    message.msg_iov = operation.pieces.data();
    message.msg_iovlen = std::min<size_t>(operation.pieces.count(), kMostPieces);
    alignas(8) char control[256];
    if (operation.message && operation.message->Control.len)
        message.msg_control = control, message.msg_controllen = sizeof control;
    bool whole = operation.flags & MSG_WAITALL && is_stream();
    int flags = (operation.flags & ~MSG_WAITALL) | MSG_DONTWAIT;
    uint32_t changes = changes_.load();
    ssize_t got = is_stream() ? receive_stream(fd_.get(), message, flags) : recvmsg(fd_.get(), &message, flags);
    if (got < 0 && errno == EAGAIN && !(flags & MSG_OOB)) drained_ = changes;
    if (got < 0) {
        NTSTATUS failure = receive_failure(errno);
        bool partly = operation.done > 0 && failure != kSocketAgain;
        return partly ? (*moved = operation.done, STATUS_SUCCESS) : failure;
    }
    if (got == 0 && is_stream() && reset_seen_ && operation.pieces.total()) return STATUS_CONNECTION_RESET;
    if (wants_name) operation.to_length = message.msg_namelen;
    if (operation.message) keep_control_data(operation, message);
    if (whole && got > 0 && !(operation.flags & MSG_PEEK)) {
        operation.done += static_cast<uint64_t>(got);
        operation.pieces.consume(static_cast<size_t>(got));
        if (operation.pieces.total() > 0) return kSocketAgain;
        return *moved = operation.done, STATUS_SUCCESS;
    }
    *moved = operation.done + static_cast<uint64_t>(got);
    return message.msg_flags & MSG_TRUNC ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTATUS SocketObject::attempt_send(SocketOperation& operation, uint64_t* moved) {
    uint32_t changes = changes_.load();
    for (;;) {
        msghdr message{};
        message.msg_iov = operation.pieces.data();
        message.msg_iovlen = std::min<size_t>(operation.pieces.count(), kMostPieces);
        // A datagram goes in one call.
        if (!is_stream() && operation.pieces.count() > kMostPieces) return STATUS_INSUFFICIENT_RESOURCES;
        if (operation.to_length) message.msg_name = &operation.to, message.msg_namelen = operation.to_length;
        if (operation.control) message.msg_control = operation.control.get(), message.msg_controllen = operation.control_bytes;
        ssize_t put = send_message(fd_.get(), message, operation.flags | MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0 && errno == EISCONN && is_stream() && operation.to_length) {
            operation.to_length = 0;  // ignored on a connected stream
            continue;
        }
        if (put < 0 && errno == ECONNREFUSED && !is_stream()) {
            // What an earlier datagram met is told by receive, never by send.
            port_unreachable_ = true;
            continue;
        }
        if (put < 0) return send_failure(errno, changes);
        operation.done += static_cast<uint64_t>(put);
        *moved = operation.done;
        if (!is_stream()) {
            State fresh = State::Fresh;
            state_.compare_exchange_strong(fresh, State::Bound);
            return STATUS_SUCCESS;
        }
        operation.pieces.consume(static_cast<size_t>(put));
        if (operation.pieces.total() == 0) return STATUS_SUCCESS;
    }
}

NTSTATUS SocketObject::attempt_send_file(SocketOperation& operation, uint64_t* moved) {
    if (operation.pieces.total() > 0) {
        NTSTATUS status = attempt_send(operation, moved);
        if (status != STATUS_SUCCESS) return status;
    }
    while (operation.file && operation.file_left > 0) {
        off_t offset = operation.file_offset;
        size_t most = static_cast<size_t>(std::min<uint64_t>(operation.file_left, 1 << 30));
        uint32_t changes = changes_.load();
        ssize_t put = sendfile(fd_.get(), operation.file->fd(), &offset, most);
        if (put < 0) return send_failure(errno, changes);
        if (put == 0) break;  // the file is shorter
        operation.file_offset = offset;
        operation.file_left -= static_cast<uint64_t>(put);
        operation.done += static_cast<uint64_t>(put);
    }
    operation.file_left = 0;
    if (operation.tail.iov_len > 0) {
        operation.pieces.assign(operation.tail.iov_base, operation.tail.iov_len);
        operation.tail = {};
        NTSTATUS status = attempt_send(operation, moved);
        if (status != STATUS_SUCCESS) return status;
    }
    *moved = operation.done;
    return operation.disconnect ? disconnect(false) : STATUS_SUCCESS;
}

NTSTATUS SocketObject::attempt(SocketOperation& operation, uint64_t* moved) {
    *moved = 0;
    using Step = SocketOperation::Kind;
    switch (operation.kind) {
        case Step::Receive:
        case Step::AcceptData: return attempt_receive(operation, moved);
        case Step::Send: return attempt_send(operation, moved);
        case Step::SendFile: return attempt_send_file(operation, moved);
        case Step::Accept: return attempt_accept(operation);
        case Step::Connect: {
            NTSTATUS status = attempt_connect(operation);
            if (status != STATUS_SUCCESS || operation.pieces.total() == 0) return status;
            operation.kind = Step::Send;
            operation.to_length = 0;
            return attempt_send(operation, moved);
        }
        case Step::Disconnect: return disconnect(operation.disconnect);
    }
    return STATUS_INVALID_PARAMETER;
}

NTSTATUS SocketObject::sleep_for(short events, int64_t deadline_ns) {
    std::vector<pollfd> polled;
    polled.reserve(2);
    polled.push_back({fd_.get(), events, 0});
    SocketObject* self = this;
    NTSTATUS status;
    int ready = sleep_on_sockets(polled, {&self, 1}, deadline_ns, &status);
    if (ready < 0) {
        // A connection that is closed under a receiver was aborted; any other call was interrupted.
        if (status == STATUS_HANDLES_CLOSED && state_ == State::Connected) return STATUS_CONNECTION_ABORTED;
        return status == STATUS_CANCELLED ? STATUS_REQUEST_ABORTED : status;
    }
    return ready == 0 ? STATUS_IO_TIMEOUT : STATUS_SUCCESS;
}

NTSTATUS SocketObject::transfer_now(SocketOperation& operation, uint64_t* moved, bool blocking) {
    bool sends = operation.kind == SocketOperation::Kind::Send || operation.kind == SocketOperation::Kind::SendFile;
    uint32_t timeout_ms = sends ? send_timeout_ms : receive_timeout_ms;
    int64_t deadline = kForever;
    for (bool first = true;; first = false) {
        NTSTATUS status = attempt(operation, moved);
        if (status == kSocketAgain && !blocking) {
            *moved = operation.done;
            status = operation.done ? STATUS_SUCCESS : STATUS_DEVICE_NOT_READY;
        }
        if (status != kSocketAgain) {
            if (!sends) reenable_events(FD_READ | FD_OOB);
            else if (status == STATUS_DEVICE_NOT_READY) reenable_events(FD_WRITE);
            return status;
        }
        if (first && timeout_ms) deadline = monotonic_ns() + int64_t{timeout_ms} * 1'000'000;
        short events = sends ? POLLOUT : operation.flags & MSG_OOB ? POLLPRI : POLLIN;
        status = sleep_for(events, deadline);
        if (status != STATUS_SUCCESS) return *moved = operation.done, status;
    }
}

Result<uint64_t> SocketObject::read(void* buffer, uint32_t size_bytes, int64_t) {
    SocketOperation operation;
    operation.pieces.assign(buffer, size_bytes);
    uint64_t moved = 0;
    NTSTATUS status = transfer_now(operation, &moved, !nonblocking);
    return status == STATUS_SUCCESS ? Result<uint64_t>(moved) : Result<uint64_t>(Status(status));
}

Result<uint64_t> SocketObject::write(const void* buffer, uint32_t size_bytes, int64_t) {
    SocketOperation operation;
    operation.kind = SocketOperation::Kind::Send;
    operation.pieces.assign(const_cast<void*>(buffer), size_bytes);
    uint64_t moved = 0;
    NTSTATUS status = transfer_now(operation, &moved, !nonblocking);
    return status == STATUS_SUCCESS ? Result<uint64_t>(moved) : Result<uint64_t>(Status(status));
}

}  // namespace lsw
