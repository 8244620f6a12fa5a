// Thread pools ("Thread Pools"). A pool is a completion port whose packets are callbacks to run, a queue of timers, and workers:
// guest threads that wait for both. An object's wait packet is the port's too, so an idle worker watches every registered
// wait in the one futex call it sleeps in.
//
// One worker is idle whenever something could arrive; it starts the next one when it takes a packet. Callbacks that
// compute do not get more threads than there are processors; callbacks that block do, one more every few milliseconds.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "base/live_mark.h"
#include "core/port/port.h"

namespace lsw {

class Pool;

// Something a pool calls back. The kinds are in items.h.
class PoolItem : public Object {
public:
    Pool& pool() const { return *pool_; }
    const LiveMark mark;         // programs have the item's address for a handle
    bool owned_by_pool = false;  // the program has no handle of it
    void* group = nullptr;       // the cleanup group it belongs to, for whoever made it

    // On a worker: the packet that names this item. Runs the callback unless it was cancelled meanwhile.
    void deliver(const Completion& packet);
    // On a worker, nothing held: the time it asked the pool for has come.
    virtual void on_timer() {}

    // Returns when no callback of this item runs or is queued; with `cancel`, queued ones are dropped first.
    // The caller's own running callback is not waited for.
    void wait_for_callbacks(bool cancel);
    // The same for callbacks that are queued, leaving a timer or wait armed.
    void wait_for_queued(bool cancel);
    // No further callbacks begin: disarms, and drops what is queued.
    virtual void cancel_all();
    // Runs `then` when no callback runs or is queued: now (and returns true), or on the worker that ends the last one.
    bool when_idle(std::function<void()> then);
    // In this item's callback: whoever waits for callbacks need not wait for it any more.
    void disassociate_current_callback();

protected:
    PoolItem(Ref<Pool> pool, uint32_t kind);

    // Queues one callback.
    void post(uint64_t context = 0);
    // Under lock_: whether this packet's callback is still wanted.
    virtual bool accept(const Completion& packet);
    virtual void run(const Completion& packet) = 0;

    std::mutex lock_;
    uint32_t queued_ = 0;     // posted, not begun, still wanted
    uint32_t cancelled_ = 0;  // posted, to be dropped when they arrive

private:
    void announce_change();
    const Ref<Pool> pool_;
    uint32_t running_ = 0;
    std::function<void()> when_idle_;
    std::atomic<uint32_t> changes_{0};  // raised, and woken, when a callback ends or is dropped
};

class Pool final : public Object {
public:
    static constexpr uint32_t kKind = 1;
    const LiveMark mark{kKind};
    static Pool& standard();
    // The standard pool while one sleep can watch one more wait, else one of its overflow pools.
    static Pool& standard_for_wait();
    Pool();

    CompletionPort& port() { return *port_; }
    Ref<CompletionPort> share_port() { return port_; }

    // Takes one reference of the item along.
    void post(PoolItem& item, uint64_t context);
    // A file or a wait packet is at the port from now on, and is not any more: meanwhile a worker stays to see it.
    void begin_watch();
    void end_watch() { watched_.fetch_sub(1); }
    void count_wait() { waits_.fetch_add(1); }
    void forget_wait() { waits_.fetch_sub(1); }

    // At most one time per item; replaces the one before. The item's on_timer() runs once at `due_ns` (CLOCK_MONOTONIC).
    void set_timer(PoolItem& item, int64_t due_ns);
    // False when there was none (or it fires right now).
    bool cancel_timer(PoolItem& item);

    struct StackSize {
        size_t reserve_bytes = 0, commit_bytes = 0;
    };
    void set_stack(StackSize size);
    StackSize stack();
    void set_maximum(uint32_t threads) { maximum_ = threads ? threads : 1; }
    bool set_minimum(uint32_t threads);
    // The calling worker's callback runs long: another worker takes its place.
    void callback_runs_long();
    // No further items are made; workers leave when they have nothing to do.
    void close();

private:
    static DWORD WINAPI worker_main(void* self);
    void work();
    bool start_worker();
    void attend();
    void wait_for_turn();
    int64_t next_due();
    void fire_due_timers();
    bool should_leave(int64_t idle_since_ns);

    Ref<CompletionPort> port_;
    std::mutex lock_;
    StackSize stack_;
    std::multimap<int64_t, PoolItem*> timers_;  // each holds a reference
    std::atomic<uint32_t> workers_{0}, idle_{0}, active_{0}, turn_waiters_{0}, finished_{0};
    std::atomic<uint32_t> watched_{0}, waits_{0};
    std::atomic<uint32_t> maximum_{500}, minimum_{0};
    std::atomic<bool> closed_{false};
};

// The item whose callback the calling thread runs; nullptr outside callbacks.
PoolItem* current_pool_item();

}  // namespace lsw
