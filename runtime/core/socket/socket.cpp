// What a socket is and the calls that change it; data move in transfer.cpp, overlapped operations are in overlapped.cpp.
#include "core/socket/socket.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/socket/afd.h"
#include "core/socket/errors.h"
#include "core/socket/sleepers.h"
#include "core/wait/arena.h"
#include "core/wait/clock.h"

namespace lsw {
namespace {

bool is_any(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) return reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == 0;
    if (address.ss_family == AF_INET6) return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    return false;
}

bool has_no_port(const sockaddr_storage& address) {
    // sin_port and sin6_port stand at the same place.
    return address.ss_family != AF_UNIX && reinterpret_cast<const sockaddr_in&>(address).sin_port == 0;
}

}  // namespace

SocketObject::SocketObject(UniqueFd fd, Kind kind, bool overlapped, State state)
    : fd_(std::move(fd)), kind_(kind), overlapped_(overlapped), state_(state) {
    if (state == State::Connected) connected_at_ns = monotonic_ns();
}

SocketObject::~SocketObject() {
    if (SyncRecord* record = record_.load()) release_record(record);
}

SyncRecord* SocketObject::record() {
    if (SyncRecord* record = record_.load()) return record;
    std::lock_guard guard(lock_);
    if (!record_.load()) {
        auto made = allocate_record(SyncKind::ManualEvent);
        if (!made.ok()) return nullptr;
        record_.store(*made);
        // What ended before there was a record, or saw none just now.
        if (signalled_.load()) set_event(**made);
    }
    waited_on_ = true;
    if (home_) watch(nullptr);
    return record_.load();
}

// An operation has ended, and its status block says so.
void SocketObject::signal() {
    signalled_ = true;
    if (SyncRecord* record = record_.load()) set_event(*record);
}

void SocketObject::begins() {
    signalled_.store(false, std::memory_order_relaxed);
    if (SyncRecord* record = record_.load()) reset_event(*record);
}

void SocketObject::on_last_handle_closed() {
    closed_ = true;
    wake_sleepers(*this, STATUS_HANDLES_CLOSED);
    cancel(nullptr);
    std::vector<AfdPoll*> polls;
    Guard guard(lock_);
    polls = polls_;
    for (AfdPoll* poll : polls) poll->retain();
    selection_.reset();
    leave_set(guard);
    guard.unlock();
    for (AfdPoll* poll : polls) {
        poll->check(nullptr);
        poll->release();
    }
}

// Under the lock: from now on the socket hears of its changes, in `set` (null: the common one) or where it is already. With
// waiters in two places only the common set serves both. False when the kernel refuses.
bool SocketObject::watch(io::ReadySet* set) {
    if (closed_ || (home_ && home_ == set && !waited_on_)) return true;
    if (waited_on_ || home_ || !set) set = io::ReadySet::common();
    if (!set) return home_;
    if (home_ == set) return true;
    if (io::ReadySet* before = std::exchange(home_, nullptr)) {
        before->remove(ticket_, fd_.get());
        before->release();
    }
    ticket_ = set->add(*this, fd_.get());
    if (ticket_ == io::ReadySet::kNone) return false;
    set->retain();
    home_ = set;
    return true;
}

// Under the lock, which is let go meanwhile.
void SocketObject::leave_set(Guard& guard) {
    io::ReadySet* set = std::exchange(home_, nullptr);
    if (!set) return;
    io::ReadySet::Ticket ticket = ticket_;
    guard.unlock();
    set->remove(ticket, fd_.get());
    set->release();
    guard.lock();
}

// Under the lock: where those sleep who wait for the end of this; null when that is anywhere.
io::ReadySet* SocketObject::set_for(const IoRequest& request) {
    if (!request.tells_only_the_port() || !has_completion()) return nullptr;
    if (!port_set_)
        if (CompletionSink* port = binding().port) port_set_ = port->ready_set();
    return port_set_;
}

// A connect that ended is noticed once: SO_ERROR gives its error only once, so it is kept here.
NTSTATUS SocketObject::end_connect() {
    std::lock_guard guard(connect_lock_);
    if (state_ != State::Connecting) return state_ == State::Connected ? STATUS_SUCCESS : socket_status(connect_error_);
    pollfd entry{fd_.get(), POLLOUT, 0};
    if (poll(&entry, 1, 0) == 0) return kSocketAgain;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) {
        connected_at_ns = monotonic_ns();
        state_ = State::Connected;
        return STATUS_SUCCESS;
    }
    connect_error_ = error;
    state_ = State::Failed;
    return socket_status(error);
}

SocketObject::State SocketObject::state() {
    if (state_ == State::Connecting) end_connect();
    return state_;
}

int SocketObject::take_error() {
    state();
    {
        std::lock_guard guard(connect_lock_);
        if (int error = std::exchange(connect_error_, 0)) return error;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == ECONNRESET) reset_seen_ = true;
    return error;
}

// Windows lets a server come back to a port whose old connections linger, and refuses one that another socket holds.
// Linux wants SO_REUSEADDR for the first, on the old socket too; set before bind it would allow two sockets to bind.
int SocketObject::bind(const sockaddr_storage& address, socklen_t length) {
    auto* at = reinterpret_cast<const sockaddr*>(&address);
    int on = 1;
    if (reuse_address && address.ss_family != AF_UNIX) {
        setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (is_stream()) setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    int result = ::bind(fd_.get(), at, length);
    bool lingering = result < 0 && errno == EADDRINUSE && is_stream() && address.ss_family != AF_UNIX && !reuse_address;
    if (lingering) {
        setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        result = ::bind(fd_.get(), at, length);
        int off = 0, error = errno;
        if (result < 0) setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
        errno = error;
    }
    if (result < 0) return winsock_error(errno == ENOENT || errno == ENOTDIR ? EINVAL : errno);
    State fresh = State::Fresh;
    state_.compare_exchange_strong(fresh, State::Bound);
    return 0;
}

int SocketObject::listen(int backlog) {
    if (!is_stream()) return WSAEOPNOTSUPP;
    State now = state();
    if (now == State::Fresh) return WSAEINVAL;
    if (now == State::Connected || now == State::Connecting) return WSAEISCONN;
    int on = 1;
    if (kind_.family != AF_UNIX) setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (backlog < 0) backlog = -backlog;  // SOMAXCONN_HINT
    if (::listen(fd_.get(), backlog < 1 ? 1 : backlog) < 0) return winsock_error(errno);
    state_ = State::Listening;
    return 0;
}

// Starts a connect: 0 when it is done, WSAEWOULDBLOCK when it goes on.
int SocketObject::start_connect(const sockaddr_storage& address, socklen_t length) {
    if (is_stream()) {
        switch (state()) {
            case State::Listening: return WSAEINVAL;
            case State::Connected: return WSAEISCONN;
            case State::Connecting: return WSAEALREADY;
            default: break;
        }
        if (is_any(address) || has_no_port(address)) return WSAEADDRNOTAVAIL;
    } else if (is_any(address) && !has_no_port(address)) {
        return WSAEADDRNOTAVAIL;
    } else if (is_any(address)) {
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        peer = {};
        return ::connect(fd_.get(), &nobody, sizeof nobody) < 0 ? winsock_error(errno) : 0;
    }
    std::lock_guard guard(connect_lock_);
    connect_error_ = 0;
    peer = {address, address.ss_family == AF_UNIX ? 0 : length};
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0) {
        connected_at_ns = monotonic_ns();
        state_ = State::Connected;
        return 0;
    }
    if (errno != EINPROGRESS && errno != EINTR) return winsock_error(errno);
    state_ = State::Connecting;
    return WSAEWOULDBLOCK;
}

int SocketObject::connect(const sockaddr_storage& address, socklen_t length) {
    int error = start_connect(address, length);
    if (error == WSAEWOULDBLOCK && nonblocking) {
        {
            std::lock_guard guard(lock_);
            if (selection_) selection_->enabled |= FD_CONNECT | FD_WRITE;
        }
        // It may have ended already, and been told before this socket knew that it connects.
        look_again();
        return error;
    }
    while (error == WSAEWOULDBLOCK) {
        NTSTATUS status = sleep_for(POLLOUT, kForever);
        if (status != STATUS_SUCCESS) return static_cast<int>(winsock_from_status(status));
        status = end_connect();
        if (status == kSocketAgain) continue;
        std::lock_guard guard(connect_lock_);
        error = winsock_error(std::exchange(connect_error_, 0));
    }
    if (error == 0) look_again();
    return error;
}

UniqueFd SocketObject::accept_now(sockaddr_storage* from, socklen_t* length) {
    for (;;) {
        if (length) *length = sizeof *from;
        UniqueFd fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(from), length, SOCK_CLOEXEC | SOCK_NONBLOCK));
        // A connection that died while it waited is nobody's business.
        if (fd.valid() || (errno != ECONNABORTED && errno != EINTR && errno != EPROTO)) return fd;
    }
}

Ref<SocketObject> SocketObject::accept(sockaddr_storage* from, socklen_t* length, int* error) {
    if (!is_stream()) return *error = WSAEOPNOTSUPP, nullptr;
    if (state() != State::Listening) return *error = WSAEINVAL, nullptr;
    for (;;) {
        UniqueFd fd = accept_now(from, length);
        if (fd.valid()) {
            reenable_events(FD_ACCEPT);
            auto made = make_object<SocketObject>(std::move(fd), kind_, overlapped_, State::Connected);
            made->inherit_from(*this);
            if (from && kind_.family != AF_UNIX) made->peer = {*from, *length};
            return made;
        }
        if (errno != EAGAIN || nonblocking) {
            *error = winsock_error(errno);
            reenable_events(FD_ACCEPT);
            return nullptr;
        }
        NTSTATUS status = sleep_for(POLLIN, kForever);
        if (status != STATUS_SUCCESS) return *error = static_cast<int>(winsock_from_status(status)), nullptr;
    }
}

// "accept function (winsock2.h)": the new socket has the listening one's properties, selected events included.
void SocketObject::inherit_from(SocketObject& listener) {
    nonblocking = listener.nonblocking.load();
    receive_timeout_ms = listener.receive_timeout_ms.load();
    send_timeout_ms = listener.send_timeout_ms.load();
    unix_name = listener.unix_name;
    Ref<Event> event;
    LONG mask = 0;
    {
        std::lock_guard guard(listener.lock_);
        if (!listener.selection_) return;
        event = listener.selection_->event;
        mask = listener.selection_->mask;
    }
    select_events(std::move(event), mask);
}

int SocketObject::shutdown(int how) {
    if (how < 0 || how > 2) return WSAEINVAL;
    if (is_stream() && state() != State::Connected) return WSAENOTCONN;
    if (::shutdown(fd_.get(), how) < 0 && errno != ENOTCONN) return winsock_error(errno);
    if (how != 1) receive_shut_ = true;
    if (how != 0) send_shut_ = true;
    return 0;
}

void SocketObject::adopt_connection(UniqueFd fd) {
    {
        std::lock_guard guard(lock_);
        // The number stays: whoever looks at the descriptor now sees the connection.
        dup3(fd.get(), fd_.get(), O_CLOEXEC);
        state_ = State::Connected;
        receive_shut_ = send_shut_ = reset_seen_ = false;
        connected_at_ns = monotonic_ns();
        peer.second = sizeof peer.first;
        if (getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer.first), &peer.second) < 0 || kind_.family == AF_UNIX)
            peer.second = 0;
    }
    rewatch();
}

// The descriptor is another one now: the set must learn it anew.
void SocketObject::rewatch() {
    Guard guard(lock_);
    io::ReadySet* set = home_;
    if (!set) return;
    set->retain();
    leave_set(guard);
    if (!home_) watch(set);
    guard.unlock();
    set->release();
}

NTSTATUS SocketObject::disconnect(bool reuse) {
    if (is_stream() && state() != State::Connected) return STATUS_INVALID_CONNECTION;
    ::shutdown(fd_.get(), SHUT_WR);
    send_shut_ = true;
    if (!reuse) return STATUS_SUCCESS;
    UniqueFd fresh(::socket(kind_.family, kind_.type | SOCK_CLOEXEC | SOCK_NONBLOCK, kind_.protocol));
    if (!fresh.valid()) return socket_status(errno);
    {
        std::lock_guard guard(lock_);
        dup3(fresh.get(), fd_.get(), O_CLOEXEC);
        state_ = State::Fresh;
        receive_shut_ = send_shut_ = reset_seen_ = false;
    }
    rewatch();
    return STATUS_SUCCESS;
}

SocketObject::Readiness SocketObject::readiness(short revents) {
    Readiness out{};
    bool in = revents & (POLLIN | POLLHUP | POLLERR | POLLRDHUP), error = revents & POLLERR;
    if (!is_stream()) {
        out.readable = in;
        out.writable = revents & POLLOUT;
        return out;
    }
    switch (state()) {
        case State::Fresh:
        case State::Bound:
        case State::Connecting: return out;
        case State::Listening: out.readable = revents & POLLIN; return out;
        case State::Failed: out.failed = true; return out;
        case State::Connected: break;
    }
    out.readable = in;
    out.writable = revents & (POLLOUT | POLLERR);
    out.urgent = revents & POLLPRI;
    out.aborted = error;
    out.hung_up = revents & (POLLRDHUP | POLLHUP | POLLERR);
    return out;
}

SocketObject::Readiness SocketObject::readiness_now() {
    pollfd entry{fd_.get(), POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    if (poll(&entry, 1, 0) < 0) return {};
    return readiness(entry.revents);
}

}  // namespace lsw
