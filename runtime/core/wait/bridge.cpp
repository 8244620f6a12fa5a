#include "core/wait/bridge.h"

#include <pthread.h>
#include <sys/epoll.h>

#include <map>
#include <mutex>

#include "core/wait/arena.h"

namespace lsw {
namespace {

struct Watched {
    SyncRecord* record;  // held
};

struct Bridge {
    std::mutex lock;
    int epoll = -1;
    std::map<int, Watched> watched;  // by descriptor
};

Bridge& bridge() {
    static Bridge& instance = *new Bridge;
    return instance;
}

void* run(void*) {
    Bridge& all = bridge();
    for (;;) {
        epoll_event events[32];
        int count = epoll_wait(all.epoll, events, 32, -1);
        for (int i = 0; i < count; ++i) {
            std::lock_guard guard(all.lock);
            auto found = all.watched.find(events[i].data.fd);
            if (found != all.watched.end()) ring(*found->second.record);
        }
    }
    return nullptr;
}

bool start(Bridge& all) {
    all.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (all.epoll < 0) return false;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    bool started = pthread_create(&thread, &attributes, run, nullptr) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace

void bridge_arm(Waitable& object) {
    Bridge& all = bridge();
    std::lock_guard guard(all.lock);
    if (all.epoll < 0 && !start(all)) return;
    int fd = object.poll_descriptor();
    epoll_event event{};
    event.events = static_cast<uint32_t>(object.poll_events()) | EPOLLONESHOT;
    event.data.fd = fd;
    auto found = all.watched.find(fd);
    if (found == all.watched.end()) {
        retain_record(object.record());
        all.watched.emplace(fd, Watched{object.record()});
    } else if (found->second.record != object.record()) {
        release_record(found->second.record);
        retain_record(object.record());
        found->second.record = object.record();
    }
    if (epoll_ctl(all.epoll, EPOLL_CTL_MOD, fd, &event) != 0 && epoll_ctl(all.epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        ring(*object.record());  // regular files: always ready
}

void bridge_forget(Waitable& object) {
    Bridge& all = bridge();
    std::lock_guard guard(all.lock);
    auto found = all.watched.find(object.poll_descriptor());
    if (found == all.watched.end()) return;
    epoll_ctl(all.epoll, EPOLL_CTL_DEL, found->first, nullptr);
    release_record(found->second.record);
    all.watched.erase(found);
}

}  // namespace lsw
