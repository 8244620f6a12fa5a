// WSAEventSelect: network events are recorded once and again after the call that re-enables them
// ("WSAEventSelect function (winsock2.h)").
#include <poll.h>
#include <sys/ioctl.h>

#include <bit>
#include <cerrno>

#include "core/socket/errors.h"
#include "core/socket/socket.h"

namespace lsw {

bool SocketObject::has_event_selection() {
    std::lock_guard guard(lock_);
    return selection_ && selection_->mask;
}

void SocketObject::select_events(Ref<Event> event, LONG mask) {
    {
        std::lock_guard guard(lock_);
        if (mask == 0) {
            selection_.reset();
            return;
        }
        auto fresh = std::make_unique<Selection>();
        fresh->event = std::move(event);
        fresh->mask = mask;
        // A connect counts when it is under way or begins later.
        fresh->enabled = state_ == State::Connecting ? ~LONG{0} : ~FD_CONNECT;
        selection_ = std::move(fresh);
        nonblocking = true;
        watch(nullptr);
    }
    update_selection();
}

// Under the lock.
void SocketObject::record_event(LONG event, int error) {
    Selection& selection = *selection_;
    if (!(selection.mask & selection.enabled & event)) return;
    selection.enabled &= ~event;
    selection.recorded |= event;
    selection.errors[std::countr_zero(static_cast<unsigned>(event))] = error;
    set_event(*selection.event->record());
}

void SocketObject::update_selection() {
    std::lock_guard guard(lock_);
    if (!selection_ || closed_) return;
    pollfd entry{fd_.get(), POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    if (poll(&entry, 1, 0) < 0) return;
    Readiness now = readiness(entry.revents);
    if (!is_stream()) {
        if (now.readable) record_event(FD_READ, 0);
        if (now.writable) record_event(FD_WRITE, 0);
        return;
    }
    State state = state_;
    if (state == State::Listening && now.readable) record_event(FD_ACCEPT, 0);
    if (state == State::Failed) record_event(FD_CONNECT, winsock_error(connect_error_));
    if (state != State::Connected) return;
    record_event(FD_CONNECT, 0);
    if (now.writable && !send_shut_) record_event(FD_WRITE, 0);
    if (now.urgent) record_event(FD_OOB, 0);
    int waiting = 0;
    if (now.readable) ioctl(fd_.get(), FIONREAD, &waiting);
    if (waiting > 0) record_event(FD_READ, 0);
    else if (now.hung_up) record_event(FD_CLOSE, now.aborted ? static_cast<int>(WSAECONNRESET) : 0);
}

void SocketObject::reenable_events(LONG events) {
    {
        std::lock_guard guard(lock_);
        if (!selection_) return;
        selection_->enabled |= events;
    }
    update_selection();
}

void SocketObject::take_events(WSANETWORKEVENTS* out) {
    std::lock_guard guard(lock_);
    *out = {};
    if (!selection_) return;
    out->lNetworkEvents = std::exchange(selection_->recorded, 0);
    for (int i = 0; i < FD_MAX_EVENTS; ++i) out->iErrorCode[i] = std::exchange(selection_->errors[i], 0);
}

}  // namespace lsw
