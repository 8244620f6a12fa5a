// winsock2.h: select and WSAPoll. Both sleep in poll(2), woken also when one of the sockets is closed.
#include <poll.h>

#include <cstring>
#include <vector>

#include "core/socket/sleepers.h"
#include "core/wait/clock.h"
#include "core/wait/wait.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

constexpr short kEverything = POLLIN | POLLOUT | POLLPRI | POLLRDHUP;

// The sockets of one call: what poll(2) is asked, and references that keep them there.
struct Watched {
    std::vector<pollfd> polled;
    std::vector<Ref<SocketObject>> held;
    std::vector<SocketObject*> sockets;

    // A stream that is not connected would be reported as hung up, again and again.
    void add(Ref<SocketObject> socket, short events) {
        bool silent = false;
        if (socket && socket->is_stream()) {
            auto state = socket->state();
            silent = state == SocketObject::State::Fresh || state == SocketObject::State::Bound;
        }
        polled.push_back({socket && !silent ? socket->fd() : -1, events, 0});
        if (socket) sockets.push_back(socket.get());
        held.push_back(std::move(socket));
    }
    int sleep(int64_t deadline_ns, NTSTATUS* status) { return sleep_on_sockets(polled, sockets, deadline_ns, status); }
};

bool add_set(Watched& watched, const WinFdSet* set, short events) {
    for (UINT i = 0; set && i < set->fd_count; ++i) {
        auto socket = winsock_socket(set->fd_array[i]);
        if (!socket) return false;
        watched.add(std::move(socket), events);
    }
    return true;
}

using Readiness = SocketObject::Readiness;

// What is ready of one set, in order, from entry `first` on.
std::vector<SOCKET> ready_of(Watched& watched, const WinFdSet* set, size_t& first, bool (*is_ready)(const Readiness&)) {
    std::vector<SOCKET> kept;
    for (UINT i = 0; set && i < set->fd_count; ++i, ++first)
        if (watched.polled[first].revents && is_ready(watched.held[first]->readiness(watched.polled[first].revents)))
            kept.push_back(set->fd_array[i]);
    return kept;
}

int give(WinFdSet* set, const std::vector<SOCKET>& kept) {
    if (!set) return 0;
    set->fd_count = static_cast<UINT>(kept.size());
    if (!kept.empty()) memcpy(set->fd_array, kept.data(), kept.size() * sizeof(SOCKET));
    return static_cast<int>(kept.size());
}

int64_t deadline_of(const WinTimeval* timeout) {
    if (!timeout) return kForever;
    int64_t wait_ns = timeout->tv_sec * 1'000'000'000LL + timeout->tv_usec * 1000LL;
    return wait_ns <= 0 ? 0 : monotonic_ns() + wait_ns;
}

}  // namespace

int ws2_32::select(int, WinFdSet* readfds, WinFdSet* writefds, WinFdSet* exceptfds, const WinTimeval* timeout) {
    if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)) return winsock_answer(WSAEINVAL);
    Watched watched;
    // A failed connect shows only as an error, so those who wait for exceptions or writing must see errors: poll always does.
    if (!add_set(watched, readfds, POLLIN | POLLRDHUP) || !add_set(watched, writefds, POLLOUT) ||
        !add_set(watched, exceptfds, POLLPRI))
        return SOCKET_ERROR;
    if (watched.polled.empty()) return winsock_answer(WSAEINVAL);
    int64_t deadline = deadline_of(timeout);
    for (;;) {
        NTSTATUS status;
        int ready = watched.sleep(deadline, &status);
        if (ready < 0) return winsock_answer(status == STATUS_HANDLES_CLOSED ? WSAENOTSOCK : WSAEINTR);
        size_t at = 0;
        auto reads = ready_of(watched, readfds, at, [](const Readiness& r) { return r.readable; });
        auto writes = ready_of(watched, writefds, at, [](const Readiness& r) { return r.writable; });
        auto excepts = ready_of(watched, exceptfds, at, [](const Readiness& r) { return r.failed || r.urgent; });
        bool any = !reads.empty() || !writes.empty() || !excepts.empty();
        if (!any && ready > 0) {
            // Something happened that this call did not ask for (a connect failed, say): it is not looked at any more.
            for (pollfd& entry : watched.polled)
                if (entry.revents) entry.fd = -1;
            continue;
        }
        return give(readfds, reads) + give(writefds, writes) + give(exceptfds, excepts);
    }
}

int ws2_32::WSAPoll(WSAPOLLFD* fdArray, ULONG fds, INT timeout) {
    constexpr SHORT kReadNormal = 0x100, kReadBand = 0x200, kPriority = 0x400, kWriteNormal = 0x10, kError = 1,
                    kHangUp = 2, kInvalid = 4;
    if (!fdArray || !fds) return winsock_answer(WSAEINVAL);
    Watched watched;
    int invalid = 0;
    for (ULONG i = 0; i < fds; ++i) {
        if (fdArray[i].events & (kPriority | kError | kHangUp | kInvalid)) return winsock_answer(WSAEINVAL);
        auto object = runtime().handles.get<IoObject>(reinterpret_cast<HANDLE>(fdArray[i].fd));
        auto* socket = object.ok() ? (*object)->as_socket() : nullptr;
        invalid += !socket;
        watched.add(Ref<SocketObject>::share(socket), kEverything);
        short events = 0;
        if (fdArray[i].events & kReadNormal) events |= POLLIN | POLLRDHUP;
        if (fdArray[i].events & kReadBand) events |= POLLPRI;
        if (fdArray[i].events & kWriteNormal) events |= POLLOUT;
        watched.polled[i].events = events;
    }
    NTSTATUS status;
    int64_t deadline = invalid ? 0 : timeout < 0 ? kForever : deadline_from_ms(static_cast<uint32_t>(timeout));
    int got = watched.sleep(deadline, &status);
    if (got < 0 && status != STATUS_HANDLES_CLOSED) return winsock_answer(WSAEINTR);
    int ready = 0;
    for (ULONG i = 0; i < fds; ++i) {
        SocketObject* socket = watched.held[i].get();
        SHORT out = 0;
        if (!socket || socket->is_closed()) {
            out = kInvalid;
        } else if (short revents = watched.polled[i].revents) {
            Readiness now = socket->readiness(revents);
            if (now.failed) out = kError | kHangUp | (fdArray[i].events & kWriteNormal);
            if (now.readable) out |= fdArray[i].events & kReadNormal;
            if (now.writable) out |= fdArray[i].events & kWriteNormal;
            if (now.urgent) out |= fdArray[i].events & kReadBand;
            if (now.hung_up && fdArray[i].events & kReadNormal) out |= kHangUp;
            if (now.aborted) out |= kError | kHangUp;
        }
        fdArray[i].revents = out;
        ready += out != 0;
    }
    return ready;
}

int ws2_32::__WSAFDIsSet(SOCKET s, WinFdSet* set) {
    for (UINT i = 0; i < set->fd_count; ++i)
        if (set->fd_array[i] == s) return TRUE;
    return FALSE;
}
