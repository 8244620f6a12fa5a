// Operation: one piece of I/O given to the engine (engine.h). The caller owns it and everything it points to; both stay
// where they are, and the descriptor stays open, from queue() until `done` runs. Handles are not known here.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>

namespace lsw::io {

enum class Kind : uint8_t {
    Nothing,
    Read,       // buffer, size_bytes, offset, flags: RWF_*
    Write,
    Readv,      // buffer: const iovec*, size_bytes: how many
    Writev,
    Fsync,
    Fdatasync,
    Poll,       // flags: POLLIN…; result: what is ready. Once.
    Accept,     // buffer: sockaddr* or null, length: socklen_t* or null, flags: SOCK_*; result: the new descriptor
    Connect,    // buffer: const sockaddr*, size_bytes: its length
    Send,       // buffer, size_bytes, flags: MSG_*
    Receive,
    SendMessage,     // buffer: msghdr*, flags: MSG_*
    ReceiveMessage,
    Timeout,    // offset: CLOCK_MONOTONIC ns at which it ends with 0
};

// Read and Write of what has no position, or at the kernel's own file position.
inline constexpr int64_t kNoOffset = -1;

struct Operation {
    // `result` as the system call would return it, with -errno for failures; -ECANCELED when it was cancelled in time. May be
    // less than asked for (`size_bytes` is not insisted upon). Runs once, on any thread, with none of the engine's locks that
    // queue(), submit() or cancel() take, so it may call those; it must not call reap() or attend(), nor block. The
    // Operation may be queued again, or freed, from here on.
    using Done = void (*)(Operation& operation, int32_t result);

    Kind kind = Kind::Nothing;
    int fd = -1;
    void* buffer = nullptr;
    uint32_t size_bytes = 0;
    uint32_t flags = 0;
    int64_t offset = kNoOffset;
    socklen_t* length = nullptr;
    Done done = nullptr;
    void* context = nullptr;  // the caller's own
    // Nobody waits for the end of this but through attend(), so no other thread need be woken to see it. See engine.h.
    bool quiet = false;

    // The engine's own while the operation runs.
    struct Internal {
        enum class Phase : uint8_t { Idle, Waiting, Running, Polling };
        Phase phase = Phase::Idle;
        bool cancelled = false;
        int64_t seconds_ns[2] = {};  // struct __kernel_timespec
        Operation* next = nullptr;
        Operation* previous = nullptr;
    } internal;
};

// Ways to fill one in; `done` and `context` are set by the caller.
inline void prepare(Operation& to, Kind kind, int fd, const void* buffer, uint64_t size, int64_t offset, uint32_t flags) {
    to.kind = kind;
    to.fd = fd;
    to.buffer = const_cast<void*>(buffer);
    to.size_bytes = static_cast<uint32_t>(size);
    to.offset = offset;
    to.flags = flags;
    to.length = nullptr;
}
inline void prepare_read(Operation& to, int fd, void* buffer, uint32_t size_bytes, int64_t offset, uint32_t flags = 0) {
    prepare(to, Kind::Read, fd, buffer, size_bytes, offset, flags);
}
inline void prepare_write(Operation& to, int fd, const void* buffer, uint32_t size_bytes, int64_t offset, uint32_t flags = 0) {
    prepare(to, Kind::Write, fd, buffer, size_bytes, offset, flags);
}
inline void prepare_readv(Operation& to, int fd, const iovec* pieces, uint32_t count, int64_t offset, uint32_t flags = 0) {
    prepare(to, Kind::Readv, fd, pieces, count, offset, flags);
}
inline void prepare_writev(Operation& to, int fd, const iovec* pieces, uint32_t count, int64_t offset, uint32_t flags = 0) {
    prepare(to, Kind::Writev, fd, pieces, count, offset, flags);
}
inline void prepare_fsync(Operation& to, int fd, bool data_only) {
    prepare(to, data_only ? Kind::Fdatasync : Kind::Fsync, fd, nullptr, 0, kNoOffset, 0);
}
inline void prepare_poll(Operation& to, int fd, uint32_t events) {
    prepare(to, Kind::Poll, fd, nullptr, 0, kNoOffset, events);
}
inline void prepare_accept(Operation& to, int fd, sockaddr* address, socklen_t* length, uint32_t flags) {
    prepare(to, Kind::Accept, fd, address, 0, kNoOffset, flags);
    to.length = length;
}
inline void prepare_connect(Operation& to, int fd, const sockaddr* address, socklen_t length) {
    prepare(to, Kind::Connect, fd, address, length, kNoOffset, 0);
}
inline void prepare_send(Operation& to, int fd, const void* buffer, uint32_t size_bytes, uint32_t flags) {
    prepare(to, Kind::Send, fd, buffer, size_bytes, kNoOffset, flags);
}
inline void prepare_receive(Operation& to, int fd, void* buffer, uint32_t size_bytes, uint32_t flags) {
    prepare(to, Kind::Receive, fd, buffer, size_bytes, kNoOffset, flags);
}
inline void prepare_send_message(Operation& to, int fd, const msghdr* message, uint32_t flags) {
    prepare(to, Kind::SendMessage, fd, message, 0, kNoOffset, flags);
}
inline void prepare_receive_message(Operation& to, int fd, msghdr* message, uint32_t flags) {
    prepare(to, Kind::ReceiveMessage, fd, message, 0, kNoOffset, flags);
}
inline void prepare_timeout(Operation& to, int64_t deadline_ns) {
    prepare(to, Kind::Timeout, -1, nullptr, 0, deadline_ns, 0);
}

}  // namespace lsw::io
