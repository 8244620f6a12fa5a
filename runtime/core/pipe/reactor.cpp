#include "core/pipe/reactor.h"

#include <poll.h>

#include <map>
#include <mutex>

#include "iouring-io/engine.h"

namespace lsw {
namespace {

// One look at one pipe's descriptor. The pipe, and with it the descriptor, stays until the engine has answered.
struct Watch {
    io::Operation poll;
    Ref<PipeObject> pipe;
    short events;
};

struct Reactor {
    std::mutex lock;
    std::map<PipeObject*, Watch*> watched;  // those that count; others are being cancelled
};
Reactor& reactor() {
    static Reactor& instance = *new Reactor;
    return instance;
}

void on_ready(io::Operation& operation, int32_t) {
    auto* watch = static_cast<Watch*>(operation.context);
    Reactor& all = reactor();
    bool counts;
    {
        std::lock_guard guard(all.lock);
        auto found = all.watched.find(watch->pipe.get());
        counts = found != all.watched.end() && found->second == watch;
        if (counts) all.watched.erase(found);
    }
    if (counts) reactor_update(*watch->pipe);
    delete watch;
}

// Under the lock.
void stop(Reactor& all, std::map<PipeObject*, Watch*>::iterator found) {
    io::engine().cancel(found->second->poll);
    all.watched.erase(found);
}

}  // namespace

void reactor_update(PipeObject& pipe) {
    Reactor& all = reactor();
    pipe.advance();
    // Asked under the lock: of two threads here the later sees all operations.
    std::lock_guard guard(all.lock);
    short wanted = pipe.pending_events();
    bool quiet = pipe.only_ports_wait();
    auto found = all.watched.find(&pipe);
    if (found != all.watched.end()) {
        Watch& watch = *found->second;
        // The descriptor changes when a client comes, the events with the operations.
        bool fits = watch.events == wanted && watch.poll.fd == pipe.wait_descriptor() && (quiet || !watch.poll.quiet);
        if (fits) return;
        stop(all, found);
    }
    int target = pipe.wait_descriptor();
    if (wanted == 0 || target < 0) return;
    auto* watch = new Watch{{}, Ref<PipeObject>::share(&pipe), wanted};
    io::prepare_poll(watch->poll, target, static_cast<uint32_t>(wanted) | (wanted & POLLIN ? POLLRDHUP : 0));
    watch->poll.quiet = quiet;
    watch->poll.done = on_ready;
    watch->poll.context = watch;
    all.watched.emplace(&pipe, watch);
    io::engine().start(watch->poll);
}

void reactor_forget(PipeObject& pipe) {
    Reactor& all = reactor();
    std::lock_guard guard(all.lock);
    auto found = all.watched.find(&pipe);
    if (found != all.watched.end()) stop(all, found);
}

}  // namespace lsw
