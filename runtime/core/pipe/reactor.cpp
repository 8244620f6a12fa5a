#include "core/pipe/reactor.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <fcntl.h>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>

namespace lsw {
namespace {

struct Reactor {
    std::mutex lock;
    int epoll = -1;
    // Watched pipes, each under a descriptor of its own: several server ends may wait for one
    // listener.
    struct Watch {
        Ref<PipeObject> pipe;
        UniqueFd fd;
    };
    std::map<PipeObject*, Watch> watched;
};
Reactor& reactor() {
    static Reactor& instance = *new Reactor;
    return instance;
}

void* run(void*) {
    Reactor& all = reactor();
    epoll_event events[32];
    for (;;) {
        int count = epoll_wait(all.epoll, events, 32, -1);
        if (count < 0 && errno != EINTR) return nullptr;
        for (int i = 0; i < count; ++i) {
            Ref<PipeObject> pipe;
            {
                std::lock_guard guard(all.lock);
                auto found = all.watched.find(static_cast<PipeObject*>(events[i].data.ptr));
                if (found == all.watched.end()) continue;
                pipe = Ref<PipeObject>(found->second.pipe);
            }
            reactor_update(*pipe);
        }
    }
}

bool start(Reactor& all) {
    if (all.epoll >= 0) return true;
    all.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (all.epoll < 0) return false;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
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

void reactor_update(PipeObject& pipe) {
    Reactor& all = reactor();
    for (;;) {
        short wanted = pipe.advance();
        std::lock_guard guard(all.lock);
        auto found = all.watched.find(&pipe);
        if (wanted == 0) {
            if (found != all.watched.end()) {
                epoll_ctl(all.epoll, EPOLL_CTL_DEL, found->second.fd.get(), nullptr);
                all.watched.erase(found);
            }
            return;
        }
        if (!start(all)) return;
        int target = pipe.wait_descriptor();
        if (target < 0) return;
        // The descriptor changes when a client comes: watch a fresh duplicate of what is current.
        if (found != all.watched.end()) {
            epoll_ctl(all.epoll, EPOLL_CTL_DEL, found->second.fd.get(), nullptr);
            all.watched.erase(found);
        }
        Reactor::Watch watch{Ref<PipeObject>::share(&pipe),
                             UniqueFd(fcntl(target, F_DUPFD_CLOEXEC, 3))};
        epoll_event event{};
        event.events = (wanted & POLLIN ? EPOLLIN | EPOLLRDHUP : 0u) |
                       (wanted & POLLOUT ? EPOLLOUT : 0u) | EPOLLONESHOT;
        event.data.ptr = &pipe;
        epoll_ctl(all.epoll, EPOLL_CTL_ADD, watch.fd.get(), &event);
        all.watched.emplace(&pipe, std::move(watch));
        return;
    }
}

void reactor_forget(PipeObject& pipe) {
    Reactor& all = reactor();
    Reactor::Watch gone;
    std::lock_guard guard(all.lock);
    auto found = all.watched.find(&pipe);
    if (found == all.watched.end()) return;
    epoll_ctl(all.epoll, EPOLL_CTL_DEL, found->second.fd.get(), nullptr);
    gone = std::move(found->second);
    all.watched.erase(found);
}

}  // namespace lsw
