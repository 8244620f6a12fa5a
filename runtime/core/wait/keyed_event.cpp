#include "core/wait/keyed_event.h"

#include <list>
#include <mutex>

#include "core/thread/thread.h"
#include "core/wait/blocking.h"

namespace lsw {
namespace {

struct Party {
    const Object* event;
    const void* key;
    KeyedSide side;
    std::atomic<uint32_t> met{0};
};

struct Meeting {
    std::mutex lock;
    std::list<Party*> waiting;
};

Meeting& meeting() {
    static Meeting& instance = *new Meeting;
    return instance;
}

bool meet_somebody(Meeting& all, const Party& self) {
    for (auto at = all.waiting.begin(); at != all.waiting.end(); ++at) {
        Party* other = *at;
        if (other->event != self.event || other->key != self.key || other->side == self.side) continue;
        all.waiting.erase(at);
        other->met = 1;
        futex_wake(&other->met, 1, FutexScope::Private);
        return true;
    }
    return false;
}

}  // namespace

NTSTATUS meet_by_key(const Object* event, const void* key, KeyedSide side, int64_t deadline_ns) {
    Meeting& all = meeting();
    Party self{event, key, side};
    {
        std::lock_guard guard(all.lock);
        if (meet_somebody(all, self)) return STATUS_SUCCESS;
        if (deadline_ns == 0) return STATUS_TIMEOUT;
        all.waiting.push_back(&self);
    }
    BlockingScope blocking;
    while (self.met.load() == 0) {
        int error = futex_wait(&self.met, 0, FutexScope::Private, deadline_ns);
        if (error == ETIMEDOUT || (error == EINTR && current_thread()->terminate_requested.load())) break;
    }
    bool met;
    {
        std::lock_guard guard(all.lock);
        met = self.met.load() != 0;
        if (!met) all.waiting.remove(&self);
    }
    current_thread()->check_termination_in_wait();
    park_if_process_exits();
    return met ? STATUS_SUCCESS : STATUS_TIMEOUT;
}

}  // namespace lsw
