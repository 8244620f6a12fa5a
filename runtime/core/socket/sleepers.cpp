#include "core/socket/sleepers.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "abi/status.h"
#include "base/unique_fd.h"
#include "core/socket/socket.h"
#include "core/thread/thread.h"
#include "core/wait/clock.h"

namespace lsw {
namespace {

struct Sleeper {
    std::span<SocketObject* const> sockets;
    int bell;
    NTSTATUS why;
};

struct Registry {
    std::mutex lock;
    std::vector<Sleeper*> sleepers;
    std::atomic<int> count{0};
};

Registry& registry() {
    static Registry& instance = *new Registry;
    return instance;
}

int bell_of_this_thread() {
    thread_local UniqueFd bell;
    if (!bell.valid()) bell = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    return bell.get();
}

void enter(Sleeper& self) {
    Registry& all = registry();
    std::lock_guard guard(all.lock);
    all.sleepers.push_back(&self);
    all.count.fetch_add(1);
}

void leave(Sleeper& self) {
    Registry& all = registry();
    std::lock_guard guard(all.lock);
    std::erase(all.sleepers, &self);
    all.count.fetch_sub(1);
}

}  // namespace

int sleep_on_sockets(std::vector<pollfd>& polled, std::span<SocketObject* const> sockets, int64_t deadline_ns,
                     NTSTATUS* status) {
    Sleeper self{sockets, bell_of_this_thread(), STATUS_SUCCESS};
    polled.push_back({self.bell, POLLIN, 0});
    for (;;) {
        int64_t left_ns = deadline_ns == kForever ? 0 : std::max<int64_t>(0, deadline_ns - monotonic_ns());
        timespec left = timespec_from_ns(left_ns);
        enter(self);
        bool closed = std::any_of(sockets.begin(), sockets.end(), [](SocketObject* s) { return s->is_closed(); });
        int ready = closed ? 0 : ppoll(polled.data(), polled.size(), deadline_ns == kForever ? nullptr : &left, nullptr);
        int error = errno;
        leave(self);
        *status = closed ? STATUS_HANDLES_CLOSED : self.why;
        if (ready < 0 && error == EINTR) {
            current_thread()->check_termination_in_wait();
            continue;
        }
        if (ready < 0) *status = STATUS_INSUFFICIENT_RESOURCES;
        park_if_process_exits();
        bool rung = ready > 0 && polled.back().revents != 0;
        uint64_t drained;
        if (rung && ::read(self.bell, &drained, sizeof drained) > 0) --ready;
        // A ring that was meant for an earlier sleep means nothing.
        if (rung && ready == 0 && *status == STATUS_SUCCESS) continue;
        polled.pop_back();
        return *status == STATUS_SUCCESS ? ready : -1;
    }
}

bool wake_sleepers(const SocketObject& socket, NTSTATUS why) {
    Registry& all = registry();
    if (all.count.load() == 0) return false;
    bool any = false;
    std::lock_guard guard(all.lock);
    for (Sleeper* sleeper : all.sleepers) {
        if (std::find(sleeper->sockets.begin(), sleeper->sockets.end(), &socket) == sleeper->sockets.end()) continue;
        if (sleeper->why == STATUS_SUCCESS) sleeper->why = why;
        uint64_t one = 1;
        any |= ::write(sleeper->bell, &one, sizeof one) == sizeof one;
    }
    return any;
}

}  // namespace lsw
