#include "core/thread/synchronous_io.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/unique_fd.h"

namespace lsw {
namespace {

enum class State { None, Sleeping, Cancelled };

struct Sleeper {
    Sleeper();
    ~Sleeper();
    UniqueFd wake;
    State state = State::None;  // under the registry's lock
};

struct Registry {
    std::mutex lock;
    std::map<pid_t, Sleeper*> sleepers;
};

Registry& registry() {
    static Registry& instance = *new Registry;
    return instance;
}

Sleeper::Sleeper() : wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    std::lock_guard guard(registry().lock);
    registry().sleepers[gettid()] = this;
}

Sleeper::~Sleeper() {
    std::lock_guard guard(registry().lock);
    registry().sleepers.erase(gettid());
}

Sleeper& own() {
    static thread_local Sleeper sleeper;
    return sleeper;
}

}  // namespace

int begin_synchronous_io() {
    Sleeper& sleeper = own();
    std::lock_guard guard(registry().lock);
    if (sleeper.wake.valid()) sleeper.state = State::Sleeping;
    return sleeper.wake.get();
}

bool end_synchronous_io() {
    Sleeper& sleeper = own();
    std::lock_guard guard(registry().lock);
    bool cancelled = sleeper.state == State::Cancelled;
    sleeper.state = State::None;
    uint64_t drained;
    if (cancelled && read(sleeper.wake.get(), &drained, sizeof drained) < 0) cancelled = errno != EBADF;
    return cancelled;
}

bool cancel_synchronous_io(pid_t tid) {
    Registry& all = registry();
    std::lock_guard guard(all.lock);
    auto found = all.sleepers.find(tid);
    if (found == all.sleepers.end() || found->second->state != State::Sleeping) return false;
    const uint64_t one = 1;
    if (write(found->second->wake.get(), &one, sizeof one) != sizeof one) return false;
    found->second->state = State::Cancelled;
    return true;
}

}  // namespace lsw
