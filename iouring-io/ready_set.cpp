#include "iouring-io/ready_set.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "base/host_thread.h"
#include "iouring-io/engine.h"
#include "iouring-io/sleep.h"

namespace lsw::io {
namespace {

// What one call takes from the kernel; it lies on stacks whose size the program chose.
constexpr int kBatch = 64;
// How long a set that was left waits for somebody to come back.
constexpr int64_t kTick_ns = 10'000'000;

int wait_for_events(int epoll, epoll_event* events, int64_t deadline_ns) {
    if (deadline_ns == kNoDeadline) return epoll_wait(epoll, events, kBatch, -1);
    int64_t left = std::max<int64_t>(0, deadline_ns - now_ns());
    timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    int count = epoll_pwait2(epoll, events, kBatch, &limit, nullptr);
    if (count >= 0 || errno != ENOSYS) return count;
    // Linux before 5.11: whole milliseconds, and callers look at the clock themselves.
    return epoll_wait(epoll, events, kBatch, static_cast<int>(std::min<int64_t>((left + 999'999) / 1'000'000, 1 << 30)));
}

}  // namespace

// Attends the common set, and looks after those that are left alone. Locks: its own before a set's.
class Guardian {
public:
    static Guardian& instance() {
        static Guardian& made = *new Guardian;
        return made;
    }

    ReadySet* set() {
        std::call_once(once_, [this] {
            set_ = ReadySet::make();
            if (!set_) return;
            set_->guarded_ = true;  // never anybody else's business
            auto run = [](void* self) -> void* {
                static_cast<Guardian*>(self)->work();
                return nullptr;
            };
            pthread_t thread;
            if (start_host_thread(&thread, run, this)) pthread_detach(thread);
        });
        return set_;
    }

    void look_after(ReadySet& left) {
        if (!set() || left.guarded_.exchange(true)) return;
        {
            std::lock_guard guard(lock_);
            left.retain();
            left_alone_.push_back(&left);
            left.seen_visits_ = left.visits_.load();
            changes_.fetch_add(1);
        }
        set_->wake();
    }

    void adopt(ReadySet& alone) {
        if (!set()) return;
        std::lock_guard guard(lock_);
        if (alone.adopted_.load() || alone.used_.load() == 0) return;
        alone.nested_ = set_->add(alone, alone.epoll_.get());
        alone.adopted_ = alone.nested_ != ReadySet::kNone;
        if (alone.used_.load() == 0) give_back_locked(alone);  // emptied just now
    }

    void give_back(ReadySet& taken) {
        std::lock_guard guard(lock_);
        give_back_locked(taken);
    }

private:
    void give_back_locked(ReadySet& taken) {
        if (!taken.adopted_.exchange(false)) return;
        set_->remove(std::exchange(taken.nested_, ReadySet::kNone), taken.epoll_.get());
    }

    void work() {
        for (;;) {
            uint32_t changes = changes_.load();
            set_->attend(changes_, changes, next_look_ns_);
            look();
        }
    }

    // Once per tick while sets are left alone.
    void look() {
        std::vector<ReadySet*> settled;
        {
            std::lock_guard guard(lock_);
            if (left_alone_.empty()) {
                next_look_ns_ = kNoDeadline;
                return;
            }
            int64_t now = now_ns();
            if (next_look_ns_ == kNoDeadline) next_look_ns_ = now + kTick_ns;
            if (now < next_look_ns_) return;
            std::erase_if(left_alone_, [&](ReadySet* set) {
                bool done = has_settled(*set);
                if (done) settled.push_back(set);
                return done;
            });
            next_look_ns_ = left_alone_.empty() ? kNoDeadline : now + kTick_ns;
        }
        for (ReadySet* set : settled) {
            if (set->attendants_.load() == 0) adopt(*set);
            set->release();
        }
    }

    // Whether a set needs no more looks: somebody has slept in it since the last one, or nobody came.
    static bool has_settled(ReadySet& set) {
        uint32_t visits = set.visits_.load();
        if (visits != set.seen_visits_) {
            set.seen_visits_ = visits;
            return false;
        }
        // Whoever leaves from here on reports it anew.
        set.guarded_ = false;
        if (set.visits_.load() == visits) return true;
        return set.guarded_.exchange(true);  // has reported it already
    }

    std::once_flag once_;
    ReadySet* set_ = nullptr;
    std::mutex lock_;
    std::vector<ReadySet*> left_alone_;  // each holds a reference
    std::atomic<uint32_t> changes_{0};
    int64_t next_look_ns_ = kNoDeadline;  // the thread's own
};

ReadySet* ReadySet::make() {
    auto* made = new ReadySet;
    made->epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
    made->bell_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;  // nobody reads it: every write is an edge
    event.data.u64 = kNone;
    if (made->epoll_.valid() && made->bell_.valid() &&
        epoll_ctl(made->epoll_.get(), EPOLL_CTL_ADD, made->bell_.get(), &event) == 0)
        return made;
    delete made;
    return nullptr;
}

ReadySet* ReadySet::common() { return Guardian::instance().set(); }

ReadySet::~ReadySet() {
    for (Slot& slot : slots_)
        if (slot.target) slot.target->release_target();
}

void ReadySet::release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

ReadySet::Ticket ReadySet::add(ReadyTarget& target, int fd) {
    Ticket ticket;
    {
        std::lock_guard guard(lock_);
        if (free_.empty()) {
            free_.push_back(static_cast<uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        uint32_t index = free_.back();
        Slot& slot = slots_[index];
        ticket = uint64_t{slot.generation} << 32 | index;
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
        event.data.u64 = ticket;
        bool added = epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ||
                     (errno == EEXIST && epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
        if (!added) return kNone;
        free_.pop_back();
        slot.target = &target;
        target.retain_target();
        used_.fetch_add(1);
    }
    if (attendants_.load() == 0 && !adopted_.load() && !guarded_.load()) Guardian::instance().look_after(*this);
    return ticket;
}

void ReadySet::remove(Ticket ticket, int fd) {
    ReadyTarget* gone;
    {
        std::lock_guard guard(lock_);
        Slot& slot = slots_[static_cast<uint32_t>(ticket)];
        epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
        gone = std::exchange(slot.target, nullptr);
        ++slot.generation;
        free_.push_back(static_cast<uint32_t>(ticket));
    }
    // The guardian keeps no set that nothing is in.
    if (used_.fetch_sub(1) == 1 && adopted_.load()) Guardian::instance().give_back(*this);
    gone->release_target();
}

// Under the lock.
ReadyTarget* ReadySet::retained(Ticket ticket) {
    if (ticket == kNone) return nullptr;
    Slot& slot = slots_[static_cast<uint32_t>(ticket)];
    if (slot.generation != ticket >> 32 || !slot.target) return nullptr;
    slot.target->retain_target();
    return slot.target;
}

bool ReadySet::tell(const epoll_event* events, int count) {
    ReadyTarget* targets[kBatch];
    {
        std::lock_guard guard(lock_);
        for (int i = 0; i < count; ++i) targets[i] = retained(events[i].data.u64);
    }
    bool rung = false;
    for (int i = 0; i < count; ++i) {
        // Cleared before anybody looks for what it rang for.
        if (events[i].data.u64 == kNone) rung_.exchange(false), rung = true;
        if (!targets[i]) continue;
        targets[i]->on_ready(events[i].events);
        targets[i]->release_target();
    }
    return rung;
}

int ReadySet::attend(const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns) {
    epoll_event events[kBatch];
    attendants_.fetch_add(1);
    visits_.fetch_add(1, std::memory_order_relaxed);
    if (adopted_.load()) Guardian::instance().give_back(*this);
    sleepers_.fetch_add(1);
    int count = word.load() == expected ? wait_for_events(epoll_.get(), events, deadline_ns) : 0;
    int error = count < 0 ? errno : 0;
    sleepers_.fetch_sub(1);
    if (count > 0) tell(events, count);
    left();
    return error == EINTR ? EINTR : 0;
}

// An attendant leaves.
void ReadySet::left() {
    visits_.fetch_add(1);
    if (attendants_.fetch_sub(1) == 1 && !guarded_.load() && !adopted_.load()) Guardian::instance().look_after(*this);
}

void ReadySet::wake() {
    if (sleepers_.load() == 0 || rung_.exchange(true)) return;
    uint64_t one = 1;
    [[maybe_unused]] ssize_t put = write(bell_.get(), &one, sizeof one);
}

bool ReadySet::serve() {
    epoll_event events[kBatch];
    int count = epoll_wait(epoll_.get(), events, kBatch, 0);
    // The bell was meant for a sleeper.
    if (count > 0 && tell(events, count)) wake();
    return count > 0;
}

void ReadySet::hand_over() {
    if (attendants_.load() == 0 && !adopted_.load()) Guardian::instance().adopt(*this);
}

// As a member of the common set.
void ReadySet::on_ready(uint32_t) {
    while (adopted_.load() && serve()) {}
}

}  // namespace lsw::io
