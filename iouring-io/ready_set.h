// ReadySet: descriptors whose owners want to hear of every change of their readiness, for operations that are tried again and
// again with plain system calls (sockets). One epoll set, edge-triggered; a descriptor is added once, and a wait for it costs
// no system call from then on. README.md says why this and not an operation of the ring per receive.
//
// A completion port has a set of its own: its threads sleep in it (attend), so that a socket's end is seen and reported on the
// thread that waits for it, and the kernel wakes one thread per event. Everything else is in the common set, which a thread of
// ours, the guardian, attends. The guardian also takes over the sets of ports while nobody sleeps in them:
//   - a set that was left is looked at one tick later; when nobody came back, the guardian sleeps in it too (its epoll
//     descriptor in the common one) until somebody does;
//   - nothing ticks once every set is either slept in or taken over.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <vector>

#include "base/small_lock.h"
#include "base/unique_fd.h"

namespace lsw::io {

// Who is told. The set holds a reference while the descriptor is in it and during on_ready.
class ReadyTarget {
public:
    // Something changed; `events` is what is true now (EPOLLIN, …). On any thread, maybe on two at once, and maybe once more
    // after remove(). Must not block.
    virtual void on_ready(uint32_t events) = 0;
    virtual void retain_target() = 0;
    virtual void release_target() = 0;

protected:
    ~ReadyTarget() = default;
};

class ReadySet final : private ReadyTarget {
public:
    using Ticket = uint64_t;
    static constexpr Ticket kNone = ~uint64_t{0};

    // nullptr when the kernel has no descriptor left. Born with one reference.
    static ReadySet* make();
    // The set that is always attended. nullptr as above.
    static ReadySet* common();
    void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
    void release();

    // From now on `target` is told, first at once. kNone when the kernel refuses.
    Ticket add(ReadyTarget& target, int fd);
    void remove(Ticket ticket, int fd);

    // Sleeps until something was ready (and told), wake() is called, `*word` is no longer `expected` when looked at before the
    // sleep, or the CLOCK_MONOTONIC deadline comes. 0 after any of these, or EINTR. Any number of threads.
    int attend(const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns);
    // One thread that sleeps in attend() returns.
    void wake();
    // Tells what is ready now, without waiting. Whether there was anything.
    bool serve();
    // The caller goes to sleep elsewhere: the guardian takes over now.
    void hand_over();

private:
    friend class Guardian;
    struct Slot {
        ReadyTarget* target = nullptr;
        uint32_t generation = 0;
    };

    ReadySet() = default;
    ~ReadySet();
    void on_ready(uint32_t events) override;
    void retain_target() override { retain(); }
    void release_target() override { release(); }
    bool tell(const epoll_event* events, int count);  // whether the bell was among them
    ReadyTarget* retained(Ticket ticket);
    void left();

    std::atomic<uint32_t> references_{1};
    UniqueFd epoll_, bell_;
    SmallLock lock_;
    std::vector<Slot> slots_;
    std::vector<uint32_t> free_;
    std::atomic<uint32_t> used_{0};        // slots
    std::atomic<uint32_t> attendants_{0};  // in attend()
    std::atomic<uint32_t> sleepers_{0};    // of them, those that may not see a change of their word
    std::atomic<uint32_t> visits_{0};
    std::atomic<bool> rung_{false};  // and nobody has heard it yet

    // The guardian's; it writes `seen_visits_` and `nested_` under its lock.
    std::atomic<bool> guarded_{false};  // to be looked at when the tick ends
    std::atomic<bool> adopted_{false};  // in the common set
    uint32_t seen_visits_ = 0;
    Ticket nested_ = kNone;
};

}  // namespace lsw::io
