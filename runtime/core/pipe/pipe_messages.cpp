// PipeObject: messages. A message is a packet of a Unix socket; what a reader's buffer had no room for stays here.
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/status.h"
#include "core/pipe/pipe_object.h"

namespace lsw {
namespace {

// Packets come with their sender's credentials (mark_messages), so that one of no bytes differs from the end.
struct Packet {
    ssize_t bytes;  // -1: errno
    bool end;
};

Packet receive(int fd, iovec* pieces, size_t count, int flags) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    for (bool again = true;; again = false) {
        msghdr message{};
        message.msg_iov = pieces;
        message.msg_iovlen = count;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        ssize_t got = recvmsg(fd, &message, flags | MSG_DONTWAIT);
        // The other end left without having read everything: Linux says that first, and once, and has its packets all the same.
        if (got < 0 && errno == ECONNRESET && again) continue;
        return {got, got == 0 && message.msg_controllen == 0};
    }
}

Packet look(int fd) { return receive(fd, nullptr, 0, MSG_PEEK | MSG_TRUNC); }

// Into the program's memory under a lock: a bad pointer is an error here and no exception.
bool copy_out(void* to, const void* from, size_t size_bytes) {
    iovec target{to, size_bytes}, source{const_cast<void*>(from), size_bytes};
    return size_bytes == 0 || process_vm_readv(getpid(), &target, 1, &source, 1, 0) == static_cast<ssize_t>(size_bytes);
}

}  // namespace

void mark_messages(int fd) {
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

NTSTATUS PipeObject::take_rest(void* buffer, uint32_t size_bytes, uint64_t* moved) {
    size_t given = std::min<size_t>(message_rest_.size() - rest_taken_, size_bytes);
    if (!copy_out(buffer, message_rest_.data() + rest_taken_, given)) return STATUS_ACCESS_VIOLATION;
    rest_taken_ += given;
    inside_message_ = rest_taken_ < message_rest_.size();
    *moved = given;
    return STATUS_SUCCESS;
}

// The next message, or as much of it as fits. STATUS_PENDING when there is none.
NTSTATUS PipeObject::take_message(char* buffer, uint32_t size_bytes, uint64_t* moved) {
    Packet next = look(fd_.get());
    if (next.end) return STATUS_PIPE_BROKEN;
    if (next.bytes < 0) return errno == EAGAIN || errno == EINTR ? STATUS_PENDING : STATUS_PIPE_BROKEN;
    auto whole = static_cast<size_t>(next.bytes), here = std::min<size_t>(whole, size_bytes);
    message_rest_.resize(whole - here);
    rest_taken_ = 0;
    iovec pieces[2] = {{buffer, here}, {message_rest_.data(), whole - here}};
    Packet got = receive(fd_.get(), pieces, 2, 0);
    if (got.bytes < 0) return errno == EAGAIN || errno == EINTR ? STATUS_PENDING : status_from_errno(errno);
    inside_message_ = whole > here;
    *moved = here;
    return STATUS_SUCCESS;
}

NTSTATUS PipeObject::try_read_messages(void* buffer, uint32_t size_bytes, uint64_t* moved) {
    auto* to = static_cast<char*>(buffer);
    NTSTATUS status = inside_message_ ? take_rest(to, size_bytes, moved) : take_message(to, size_bytes, moved);
    // To a reader of bytes the messages are one stream.
    if (flags_ & kMessageRead) return status;
    while (status == STATUS_SUCCESS && !inside_message_ && *moved < size_bytes) {
        uint64_t more = 0;
        if (take_message(to + *moved, size_bytes - static_cast<uint32_t>(*moved), &more) != STATUS_SUCCESS) break;
        *moved += more;
    }
    return status;
}

Result<PipeObject::Peek> PipeObject::peek_messages(void* buffer, uint32_t size_bytes) {
    Peek result;
    int queued = 0;
    ioctl(fd_.get(), FIONREAD, &queued);
    if (inside_message_) {
        auto rest = static_cast<uint32_t>(message_rest_.size() - rest_taken_);
        result.available = rest + static_cast<uint32_t>(queued);
        result.copied = std::min(size_bytes, rest);
        if (!copy_out(buffer, message_rest_.data() + rest_taken_, result.copied)) return Status(STATUS_ACCESS_VIOLATION);
        result.left_in_message = rest - result.copied;
        return result;
    }
    Packet next = look(fd_.get());
    if (next.end) return Status(STATUS_PIPE_BROKEN);
    if (next.bytes < 0) return errno == EAGAIN ? Result<Peek>(result) : Result<Peek>(Status(STATUS_PIPE_BROKEN));
    result.available = static_cast<uint32_t>(queued);
    result.copied = static_cast<uint32_t>(std::min<ssize_t>(next.bytes, size_bytes));
    iovec piece{buffer, result.copied};
    if (result.copied && receive(fd_.get(), &piece, 1, MSG_PEEK).bytes < 0) return Status(status_from_errno(errno));
    result.left_in_message = static_cast<uint32_t>(next.bytes) - result.copied;
    return result;
}

}  // namespace lsw
