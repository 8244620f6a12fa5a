// PipeObject: whether what was written has been read, and waiting until it has (FlushFileBuffers).
#include <linux/sockios.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "base/status.h"
#include "core/pipe/pipe_object.h"
#include "core/thread/thread.h"

namespace lsw {

uint32_t PipeObject::unread_bytes() {
    std::lock_guard guard(lock_);
    int unread = 0;
    if (!fd_.valid() || ioctl(fd_.get(), flags_ & kSocket ? SIOCOUTQ : FIONREAD, &unread) != 0) return 0;
    return static_cast<uint32_t>(unread);
}

bool PipeObject::other_end_closed() {
    std::lock_guard guard(lock_);
    pollfd entry{fd_.get(), 0, 0};
    return fd_.valid() && poll(&entry, 1, 0) == 1 && entry.revents & (POLLHUP | POLLERR);
}

// An edge-triggered watch reports each time the other end takes something. A Linux pipe tells its writer only when it was
// full, so that one is not waited for: what is in it stays readable whatever happens to this end.
Result<void> PipeObject::flush() {
    LSW_CHECK(check_state());
    if (!(flags_ & kSocket) || !(flags_ & kWrite)) return {};
    UniqueFd watch(epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLOUT | EPOLLET;
    if (!watch.valid() || epoll_ctl(watch.get(), EPOLL_CTL_ADD, fd_.get(), &event) != 0)
        return status_from_errno(errno);
    event.events = EPOLLIN;
    event.data.u32 = 1;
    if (epoll_ctl(watch.get(), EPOLL_CTL_ADD, cancel_descriptor(), &event) != 0) return status_from_errno(errno);
    while (unread_bytes() > 0) {
        if (other_end_closed()) return STATUS_PIPE_BROKEN;
        ++sleepers_;
        int count = epoll_wait(watch.get(), &event, 1, -1);
        --sleepers_;
        if (count < 0 && errno == EINTR) current_thread()->check_termination_in_wait();
        if (count != 1 || event.data.u32 != 1) continue;
        uint64_t drained;
        if (::read(cancel_.get(), &drained, sizeof drained) > 0) return STATUS_CANCELLED;
    }
    return {};
}

}  // namespace lsw
