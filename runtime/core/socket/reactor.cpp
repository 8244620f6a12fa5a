#include "core/socket/reactor.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <unordered_map>

#include "core/socket/afd.h"
#include "core/wait/clock.h"

namespace lsw {
namespace {

constexpr uint64_t kTimer = 0;

struct Reactor {
    std::mutex lock;
    int epoll = -1;
    int timer = -1;
    uint64_t next_id = kTimer + 1;
    std::unordered_map<uint64_t, Ref<SocketObject>> sockets;
    std::multimap<int64_t, Ref<AfdPoll>> deadlines;
};

Reactor& reactor() {
    static Reactor& instance = *new Reactor;
    return instance;
}

// Under the lock.
void set_timer(Reactor& all) {
    itimerspec when{};
    if (!all.deadlines.empty()) when.it_value = timespec_from_ns(all.deadlines.begin()->first);
    timerfd_settime(all.timer, TFD_TIMER_ABSTIME, &when, nullptr);
}

void expire(Reactor& all) {
    uint64_t ticks;
    (void)!::read(all.timer, &ticks, sizeof ticks);
    for (;;) {
        Ref<AfdPoll> poll;
        {
            std::lock_guard guard(all.lock);
            auto first = all.deadlines.begin();
            if (first == all.deadlines.end() || first->first > monotonic_ns()) return set_timer(all);
            poll = std::move(first->second);
            all.deadlines.erase(first);
        }
        poll->end(STATUS_TIMEOUT);
    }
}

void* run(void*) {
    Reactor& all = reactor();
    epoll_event events[64];
    for (;;) {
        int count = epoll_wait(all.epoll, events, 64, -1);
        if (count < 0 && errno != EINTR) return nullptr;
        for (int i = 0; i < count; ++i) {
            if (events[i].data.u64 == kTimer) {
                expire(all);
                continue;
            }
            Ref<SocketObject> socket;
            {
                std::lock_guard guard(all.lock);
                auto found = all.sockets.find(events[i].data.u64);
                if (found == all.sockets.end()) continue;
                socket = Ref<SocketObject>(found->second);
            }
            socket->on_ready();
        }
    }
}

// Under the lock.
bool start(Reactor& all) {
    if (all.epoll >= 0) return true;
    all.epoll = epoll_create1(EPOLL_CLOEXEC);
    all.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (all.epoll < 0 || all.timer < 0) return false;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kTimer;
    epoll_ctl(all.epoll, EPOLL_CTL_ADD, all.timer, &event);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t every, old;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &old);
    pthread_t thread;
    bool started = pthread_create(&thread, &attributes, run, nullptr) == 0;
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace

bool reactor_add(SocketObject& socket) {
    Reactor& all = reactor();
    std::lock_guard guard(all.lock);
    if (!start(all)) return false;
    socket.reactor_id = all.next_id++;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    event.data.u64 = socket.reactor_id;
    all.sockets.emplace(socket.reactor_id, Ref<SocketObject>::share(&socket));
    if (epoll_ctl(all.epoll, EPOLL_CTL_ADD, socket.fd(), &event) == 0) return true;
    if (errno == EEXIST && epoll_ctl(all.epoll, EPOLL_CTL_MOD, socket.fd(), &event) == 0) return true;
    all.sockets.erase(socket.reactor_id);
    return false;
}

void reactor_remove(SocketObject& socket) {
    Reactor& all = reactor();
    Ref<SocketObject> gone;
    std::lock_guard guard(all.lock);
    auto found = all.sockets.find(socket.reactor_id);
    if (found == all.sockets.end()) return;
    epoll_ctl(all.epoll, EPOLL_CTL_DEL, socket.fd(), nullptr);
    gone = std::move(found->second);
    all.sockets.erase(found);
}

void reactor_expire_at(AfdPoll& poll, int64_t deadline_ns) {
    Reactor& all = reactor();
    std::lock_guard guard(all.lock);
    if (!start(all)) return;
    all.deadlines.emplace(deadline_ns, Ref<AfdPoll>::share(&poll));
    set_timer(all);
}

}  // namespace lsw
