#include "core/pipe/pipe_object.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/status.h"
#include "core/exception/call_sites.h"
#include "core/pipe/named_pipe.h"
#include "core/pipe/reactor.h"
#include "core/thread/synchronous_io.h"
#include "core/thread/thread.h"
#include "core/wait/arena.h"

namespace lsw {
namespace {

constexpr NTSTATUS kTryAgain = STATUS_PENDING;

// Whether `events` are there now; -1 never errs here: a bad descriptor shows as readable and fails
// then.
bool is_ready(int fd, short events) {
    pollfd entry{fd, events, 0};
    return poll(&entry, 1, 0) == 1;
}

}  // namespace

PipeObject::PipeObject(UniqueFd fd, uint32_t flags) : fd_(std::move(fd)), flags_(flags) {
    if (!fd_.valid()) state_ = State::Listening;
}

PipeObject::~PipeObject() {
    if (record_) release_record(record_);
}

SyncRecord* PipeObject::record() {
    std::lock_guard guard(lock_);
    if (!record_) {
        auto made = allocate_record(SyncKind::ManualEvent);
        if (made.ok()) record_ = *made;
        if (record_ && ended_ && unfinished_ == 0) set_event(*record_);
    }
    return record_;
}

int PipeObject::cancel_descriptor() {
    std::lock_guard guard(lock_);
    if (!cancel_.valid()) cancel_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    return cancel_.get();
}

void PipeObject::attach_server(Ref<PipeServer> server) { server_ = std::move(server); }

bool PipeObject::awaits_client() {
    std::lock_guard guard(lock_);
    return state_ == State::Listening;
}

bool PipeObject::adopt_client(UniqueFd& fd, uint32_t extra_flags, SentAway sent_away) {
    {
        std::lock_guard guard(lock_);
        if (state_ != State::Listening) return false;
        fd_ = std::move(fd);
        flags_ |= extra_flags;
        sent_away_ = std::move(sent_away);
        state_ = State::Connected;
    }
    reactor_update(*this);
    return true;
}

// Under the lock. A client of another process that already came.
bool PipeObject::accept_client() {
    if (state_ != State::Listening || !server_) return false;
    int client = accept4(server_->listener(), nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return false;
    fd_ = UniqueFd(client);
    flags_ |= kSocket;
    if (has_messages()) mark_messages(client);
    state_ = State::Connected;
    return true;
}

// Under the lock: why nothing can be moved at all.
NTSTATUS PipeObject::state_status() {
    if (state_ == State::Listening) accept_client();
    if (state_ == State::Listening) return STATUS_PIPE_LISTENING;
    bool sent_away = sent_away_ && !(flags_ & kServerEnd) && sent_away_->load();
    return sent_away || state_ == State::Disconnected ? STATUS_PIPE_DISCONNECTED : STATUS_SUCCESS;
}

Result<void> PipeObject::check_state() {
    std::lock_guard guard(lock_);
    return state_status();
}

// One read without sleeping; kTryAgain when there is nothing yet. Messages under the lock.
NTSTATUS PipeObject::try_read(void* buffer, uint32_t size_bytes, uint64_t* moved) {
    if (has_messages()) return try_read_messages(buffer, size_bytes, moved);
    if (!is_ready(fd_.get(), POLLIN)) return kTryAgain;
    // A read of nothing waits for data and leaves it there; it fails like any other when none can come.
    if (size_bytes == 0) {
        int available = 0;
        ioctl(fd_.get(), FIONREAD, &available);
        return available == 0 ? STATUS_PIPE_BROKEN : STATUS_SUCCESS;
    }
    ssize_t got = flags_ & kSocket ? recv(fd_.get(), buffer, size_bytes, MSG_DONTWAIT)
                                   : ::read(fd_.get(), buffer, size_bytes);
    if (got > 0 || (got == 0 && size_bytes == 0)) return *moved = static_cast<uint64_t>(got), STATUS_SUCCESS;
    if (got == 0 || errno == ECONNRESET) return STATUS_PIPE_BROKEN;
    return errno == EAGAIN || errno == EINTR ? kTryAgain : status_from_errno(errno);
}

// One piece without sleeping. A Linux pipe takes PIPE_BUF bytes at once when it says it is
// writable.
Result<uint64_t> PipeObject::try_write(const char* buffer, uint32_t size_bytes) {
    ssize_t put;
    if (flags_ & kSocket) {
        put = send(fd_.get(), buffer, size_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
        if (!is_ready(fd_.get(), POLLOUT)) return Status(kTryAgain);
        put = ::write(fd_.get(), buffer, std::min<uint32_t>(size_bytes, 4096));
    }
    if (put >= 0) return Result<uint64_t>(static_cast<uint64_t>(put));
    if (errno == EPIPE || errno == ECONNRESET) return Status(STATUS_PIPE_CLOSING);
    if (errno == EAGAIN || errno == EINTR) return Status(kTryAgain);
    return Status(status_from_errno(errno));
}

// Until the pipe is ready, or the operation is cancelled.
Result<void> PipeObject::sleep_until(short events) {
    pollfd entries[3] = {{fd_.get(), events, 0}, {cancel_descriptor(), POLLIN, 0}, {begin_synchronous_io(), POLLIN, 0}};
    ++sleepers_;
    int count = poll(entries, 3, -1);
    int error = errno;
    --sleepers_;
    if (end_synchronous_io()) return STATUS_CANCELLED;
    if (count < 0 && error == EINTR) {
        current_thread()->check_termination_in_wait();
        return {};
    }
    if (entries[1].revents & POLLIN) {
        uint64_t drained;
        if (::read(cancel_.get(), &drained, sizeof drained) < 0) {
        }
        return STATUS_CANCELLED;
    }
    return {};
}

NTSTATUS PipeObject::read_here(void* buffer, uint32_t size_bytes, uint64_t* moved) {
    *moved = 0;
    for (;;) {
        if (NTSTATUS refused = check_state().status()) return refused;
        NTSTATUS status;
        {
            std::unique_lock guard(lock_, std::defer_lock);
            if (has_messages()) guard.lock();
            status = try_read(buffer, size_bytes, moved);
            if (status == STATUS_SUCCESS && inside_message_ && flags_ & kMessageRead) return STATUS_BUFFER_OVERFLOW;
        }
        if (status != kTryAgain) return status;
        if (flags_ & kNonblocking) return STATUS_PIPE_EMPTY;
        if (NTSTATUS ended = sleep_until(POLLIN).status()) return ended;
    }
}

Result<uint64_t> PipeObject::read(void* buffer, uint32_t size_bytes, int64_t) {
    uint64_t moved;
    NTSTATUS status = read_here(buffer, size_bytes, &moved);
    return status == STATUS_SUCCESS ? Result<uint64_t>(moved) : Result<uint64_t>(Status(status));
}

Result<uint64_t> PipeObject::write(const void* buffer, uint32_t size_bytes, int64_t) {
    auto* bytes = static_cast<const char*>(buffer);
    LSW_CHECK(check_state());
    // A zero-byte write to a byte pipe moves nothing; in a message pipe it is a message.
    if (size_bytes == 0 && !(flags_ & kMessageType)) return Result<uint64_t>(uint64_t{0});
    uint64_t done = 0;
    // The common case, a blocking write of a small piece, is one system call.
    bool fits = !(flags_ & (kSocket | kNonblocking)) && size_bytes <= 4096;
    if (fits && is_ready(fd_.get(), POLLOUT)) {
        ssize_t put = ::write(fd_.get(), bytes, size_bytes);
        if (put >= 0)
            done = static_cast<uint64_t>(put);
        else if (errno == EPIPE)
            return Status(STATUS_PIPE_CLOSING);
    }
    while (done < size_bytes || (size_bytes == 0 && done == 0)) {
        auto put = try_write(bytes + done, static_cast<uint32_t>(size_bytes - done));
        if (put.ok()) {
            done += *put;
            if (size_bytes == 0) break;
            continue;
        }
        if (put.status() != kTryAgain) return put;
        if (flags_ & kNonblocking) break;
        LSW_CHECK(sleep_until(POLLOUT));
    }
    return Result<uint64_t>(done);
}

NTSTATUS PipeObject::begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t) {
    if (is_synchronous()) {
        begin_io(request);
        uint64_t moved;
        NTSTATUS status = read_here(buffer, size_bytes, &moved);
        return finish_io(*this, request, status, moved, /*pended=*/false);
    }
    return submit({Operation::Read, request, static_cast<char*>(buffer), size_bytes, 0, nullptr});
}

NTSTATUS PipeObject::begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes,
                                 int64_t offset) {
    if (is_synchronous()) return IoObject::begin_write(request, buffer, size_bytes, offset);
    seh::show_call_sites(buffer, size_bytes);
    return submit({Operation::Write, request, const_cast<char*>(static_cast<const char*>(buffer)),
                   size_bytes, 0, nullptr});
}

NTSTATUS PipeObject::begin_connect(const IoRequest& request) {
    {
        std::lock_guard guard(lock_);
        if (!(flags_ & kServerEnd)) return STATUS_ILLEGAL_FUNCTION;
        if (state_ == State::Connected)
            return is_ready(fd_.get(), POLLRDHUP) ? STATUS_PIPE_CLOSING : STATUS_PIPE_CONNECTED;
        if (state_ == State::Disconnected) {
            state_ = State::Listening;
            pipe_end_is_free();
        }
        if (accept_client()) return STATUS_PIPE_CONNECTED;
    }
    if (flags_ & kNonblocking) return STATUS_PIPE_LISTENING;
    return submit({Operation::Connect, request, nullptr, 0, 0, nullptr});
}

// Under the lock: what is possible now. kTryAgain when the rest has to wait.
NTSTATUS PipeObject::perform(Operation& operation, uint64_t* moved) {
    *moved = 0;
    NTSTATUS refused = state_status();
    if (operation.kind == Operation::Connect)
        return state_ == State::Connected ? STATUS_SUCCESS : kTryAgain;
    if (refused) return refused;
    if (operation.kind == Operation::Read) {
        NTSTATUS status = try_read(operation.buffer, operation.size_bytes, moved);
        bool more = status == STATUS_SUCCESS && inside_message_ && flags_ & kMessageRead;
        return more ? STATUS_BUFFER_OVERFLOW : status;
    }
    while (operation.done < operation.size_bytes) {
        auto put =
            try_write(operation.buffer + operation.done, operation.size_bytes - operation.done);
        if (!put.ok()) return put.status();
        operation.done += static_cast<uint32_t>(*put);
    }
    *moved = operation.done;
    return STATUS_SUCCESS;
}

void PipeObject::finish(Operation& operation, NTSTATUS status, uint64_t moved) {
    finish_io(*this, operation.request, status, moved, /*pended=*/true);
}

void PipeObject::operation_ended() {
    std::lock_guard guard(lock_);
    --unfinished_;
    ended_ = true;
    if (record_) set_event(*record_);
}

NTSTATUS PipeObject::submit(Operation operation) {
    begin_io(operation.request);
    std::unique_lock guard(lock_);
    if (record_) reset_event(*record_);
    uint64_t moved = 0;
    NTSTATUS status = kTryAgain;
    // Operations of one direction end in the order in which they began.
    bool first = std::none_of(operations_.begin(), operations_.end(),
                              [&](const Operation& other) { return other.kind == operation.kind; });
    if (first) status = perform(operation, &moved);
    if (status != kTryAgain) {
        ended_ = true;
        if (record_) set_event(*record_);
        guard.unlock();
        return finish_io(*this, operation.request, status, moved, /*pended=*/false);
    }
    if (IO_STATUS_BLOCK* block = operation.request.status_block) block->Status = STATUS_PENDING;
    operation.thread = Ref<Thread>::share(current_thread());
    operation.request.thread = operation.thread.get();
    operations_.push_back(std::move(operation));
    ++unfinished_;
    guard.unlock();
    reactor_update(*this);
    return STATUS_PENDING;
}

short PipeObject::advance() {
    for (;;) {
        Operation ended{};
        NTSTATUS status = kTryAgain;
        uint64_t moved = 0;
        short wanted = 0;
        {
            std::lock_guard guard(lock_);
            bool tried[3] = {};
            for (auto at = operations_.begin(); at != operations_.end(); ++at) {
                if (std::exchange(tried[at->kind], true)) continue;
                status = perform(*at, &moved);
                if (status == kTryAgain) {
                    wanted = static_cast<short>(wanted |
                                                (at->kind == Operation::Write ? POLLOUT : POLLIN));
                    continue;
                }
                ended = std::move(*at);
                operations_.erase(at);
                break;
            }
        }
        if (status == kTryAgain) return wanted;
        finish(ended, status, moved);
    }
}

short PipeObject::pending_events() {
    std::lock_guard guard(lock_);
    short events = 0;
    for (const Operation& operation : operations_)
        events = static_cast<short>(events | (operation.kind == Operation::Write ? POLLOUT : POLLIN));
    return events;
}

bool PipeObject::only_ports_wait() {
    std::lock_guard guard(lock_);
    if (record_ || !has_completion()) return false;
    return std::all_of(operations_.begin(), operations_.end(), [](const Operation& operation) {
        return operation.request.context && !operation.request.event && !operation.request.apc_routine;
    });
}

int PipeObject::wait_descriptor() {
    std::lock_guard guard(lock_);
    return state_ == State::Listening && server_ ? server_->listener() : fd_.get();
}

bool PipeObject::cancel(const IO_STATUS_BLOCK* only) {
    std::deque<Operation> cancelled;
    {
        std::lock_guard guard(lock_);
        for (auto at = operations_.begin(); at != operations_.end();) {
            if (!only || at->request.status_block == only) {
                cancelled.push_back(std::move(*at));
                at = operations_.erase(at);
            } else {
                ++at;
            }
        }
    }
    bool any = !cancelled.empty();
    for (Operation& operation : cancelled) finish(operation, STATUS_CANCELLED, operation.done);
    if (!only && sleepers_.load() > 0) {
        uint64_t one = 1;
        any = ::write(cancel_descriptor(), &one, sizeof one) == sizeof one;
    }
    return any;
}

void PipeObject::on_last_handle_closed() {
    cancel(nullptr);
    reactor_forget(*this);
    if (server_) server_->remove(*this);
    // Threads still in an operation keep the object; the other end is to see the close now.
    std::lock_guard guard(lock_);
    if (flags_ & kSocket && !(flags_ & kShared) && fd_.valid()) shutdown(fd_.get(), SHUT_WR);
}

void PipeObject::mark_shared() {
    std::lock_guard guard(lock_);
    flags_ |= kShared;
}

NTSTATUS PipeObject::disconnect() {
    if (!(flags_ & kServerEnd)) return STATUS_ILLEGAL_FUNCTION;
    reactor_forget(*this);
    UniqueFd gone;
    {
        std::lock_guard guard(lock_);
        if (state_ == State::Disconnected) return STATUS_PIPE_DISCONNECTED;
        if (sent_away_) sent_away_->store(true);
        gone = std::move(fd_);
        state_ = State::Disconnected;
        message_rest_.clear();
        inside_message_ = false;
    }
    advance();  // what was pending ends with STATUS_PIPE_DISCONNECTED
    return STATUS_SUCCESS;
}

NTSTATUS PipeObject::set_modes(bool message_read, bool nonblocking) {
    if (message_read && !(flags_ & kMessageType)) return STATUS_INVALID_PARAMETER;
    std::lock_guard guard(lock_);
    flags_ = (flags_ & ~uint32_t{kMessageRead | kNonblocking}) |
             (message_read ? kMessageRead : 0u) | (nonblocking ? kNonblocking : 0u);
    return STATUS_SUCCESS;
}

Result<PipeObject::Peek> PipeObject::peek(void* buffer, uint32_t size_bytes) {
    LSW_CHECK(check_state());
    std::lock_guard guard(lock_);
    if (has_messages()) return peek_messages(buffer, size_bytes);
    Peek result;
    int available = 0;
    ioctl(fd_.get(), FIONREAD, &available);
    if (available == 0) {
        pollfd entry{fd_.get(), POLLIN, 0};
        poll(&entry, 1, 0);
        if (entry.revents & (POLLHUP | POLLERR)) return Status(STATUS_PIPE_BROKEN);
        return result;
    }
    result.available = static_cast<uint32_t>(available);
    if (size_bytes == 0 || !buffer) return result;
    if (flags_ & kSocket) {
        ssize_t got = recv(fd_.get(), buffer, size_bytes, MSG_PEEK | MSG_DONTWAIT);
        result.copied = got > 0 ? static_cast<uint32_t>(got) : 0;
        return result;
    }
    // A Linux pipe is looked into by duplicating its contents into another one.
    int copy[2];
    if (pipe2(copy, O_CLOEXEC | O_NONBLOCK) != 0) return result;
    ssize_t duplicated = tee(fd_.get(), copy[1], size_bytes, SPLICE_F_NONBLOCK);
    if (duplicated > 0) {
        ssize_t got = ::read(copy[0], buffer, size_bytes);
        result.copied = got > 0 ? static_cast<uint32_t>(got) : 0;
    }
    close(copy[0]);
    close(copy[1]);
    return result;
}

Result<std::pair<Ref<PipeObject>, Ref<PipeObject>>> create_pipe(uint32_t size_bytes) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return Status(status_from_errno(errno));
    if (size_bytes > 65536) fcntl(fds[1], F_SETPIPE_SZ, std::min<uint32_t>(size_bytes, 1 << 20));
    return std::pair(make_object<PipeObject>(UniqueFd(fds[0]), PipeObject::kRead),
                     make_object<PipeObject>(UniqueFd(fds[1]), PipeObject::kWrite));
}

}  // namespace lsw
