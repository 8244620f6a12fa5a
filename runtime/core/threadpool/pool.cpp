#include "core/threadpool/pool.h"

#include <sys/sysinfo.h>

#include <algorithm>

#include "core/thread/thread.h"

namespace lsw {
namespace {

constexpr int64_t kTurnNs = 10'000'000;               // how long a callback waits for a processor's share
constexpr int64_t kIdleNs = int64_t{20'000'000'000};  // after this long without work a worker ends

constexpr uint32_t kWaitsPerPool = 100;               // what fits into one sleep, with room for the port's own words

thread_local PoolItem* running_item = nullptr;
thread_local bool running_long = false;  // the callback does not count as active any more

}  // namespace

PoolItem* current_pool_item() { return running_item; }

PoolItem::PoolItem(Ref<Pool> pool, uint32_t kind) : Object(ObjectType::Other), mark(kind), pool_(std::move(pool)) {}

void PoolItem::post(uint64_t context) {
    {
        std::lock_guard guard(lock_);
        ++queued_;
    }
    retain();
    pool_->post(*this, context);
}

bool PoolItem::accept(const Completion&) {
    if (cancelled_ != 0) return --cancelled_, false;
    if (queued_ != 0) --queued_;
    return true;
}

void PoolItem::deliver(const Completion& packet) {
    bool wanted;
    {
        std::lock_guard guard(lock_);
        wanted = accept(packet);
        if (wanted) ++running_;
    }
    if (wanted) {
        running_item = this;
        run(packet);
        if (!running_item) return;  // disassociated
        running_item = nullptr;
        std::lock_guard guard(lock_);
        --running_;
    }
    announce_change();
}

void PoolItem::disassociate_current_callback() {
    if (running_item != this) return;
    running_item = nullptr;
    {
        std::lock_guard guard(lock_);
        --running_;
    }
    announce_change();
}

bool PoolItem::when_idle(std::function<void()> then) {
    {
        std::lock_guard guard(lock_);
        if (queued_ + running_ != 0) {
            when_idle_ = std::move(then);
            return false;
        }
    }
    then();
    return true;
}

void PoolItem::announce_change() {
    std::function<void()> then;
    {
        std::lock_guard guard(lock_);
        if (queued_ + running_ == 0) then = std::exchange(when_idle_, nullptr);
    }
    if (then) then();
    changes_.fetch_add(1);
    futex_wake(&changes_, INT_MAX, FutexScope::Private);
}

void PoolItem::cancel_all() {
    std::lock_guard guard(lock_);
    cancelled_ += queued_;
    queued_ = 0;
}

void PoolItem::wait_for_callbacks(bool cancel) {
    if (cancel) cancel_all();
    wait_for_queued(false);
}

void PoolItem::wait_for_queued(bool cancel) {
    if (cancel) PoolItem::cancel_all();
    for (;;) {
        uint32_t seen = changes_.load();
        {
            std::lock_guard guard(lock_);
            if (queued_ + running_ == (running_item == this ? 1u : 0u)) return;
        }
        if (futex_wait(&changes_, seen, FutexScope::Private) == EINTR)
            current_thread()->check_termination_in_wait();
        park_if_process_exits();
    }
}

Pool& Pool::standard() {
    static Pool& instance = *new Pool;
    return instance;
}

Pool& Pool::standard_for_wait() {
    struct Overflow {
        std::mutex lock;
        std::vector<Pool*> pools;
    };
    static Overflow& overflow = *new Overflow;
    if (standard().waits_.load() < kWaitsPerPool) return standard();
    std::lock_guard guard(overflow.lock);
    for (Pool* pool : overflow.pools)
        if (pool->waits_.load() < kWaitsPerPool) return *pool;
    return *overflow.pools.emplace_back(new Pool);
}

Pool::Pool() : Object(ObjectType::Other), port_(make_object<CompletionPort>(INT_MAX)) {}

void Pool::post(PoolItem& item, uint64_t context) {
    port_->post(reinterpret_cast<uint64_t>(&item), context, STATUS_SUCCESS, 0);
    attend();
}

void Pool::begin_watch() {
    watched_.fetch_add(1);
    attend();
}

// Somebody must be there for what was just queued or armed.
void Pool::attend() {
    if (idle_.load() == 0 && turn_waiters_.load() == 0) start_worker();
}

bool Pool::set_minimum(uint32_t threads) {
    minimum_ = threads;
    while (workers_.load() < std::min(threads, maximum_.load()))
        if (!start_worker()) return false;
    return true;
}

void Pool::set_timer(PoolItem& item, int64_t due_ns) {
    cancel_timer(item);
    bool first;
    {
        std::lock_guard guard(lock_);
        item.retain();
        auto added = timers_.emplace(due_ns, &item);
        first = added == timers_.begin();
    }
    if (idle_.load() == 0) attend();
    else if (first) port_->post(0, 0, STATUS_SUCCESS, 0);  // an idle worker sleeps for too long now
}

bool Pool::cancel_timer(PoolItem& item) {
    {
        std::lock_guard guard(lock_);
        auto found = std::find_if(timers_.begin(), timers_.end(), [&](auto& entry) { return entry.second == &item; });
        if (found == timers_.end()) return false;
        timers_.erase(found);
    }
    item.release();
    return true;
}

int64_t Pool::next_due() {
    std::lock_guard guard(lock_);
    return timers_.empty() ? kForever : timers_.begin()->first;
}

void Pool::fire_due_timers() {
    for (;;) {
        Ref<PoolItem> due;
        {
            std::lock_guard guard(lock_);
            if (timers_.empty() || timers_.begin()->first > monotonic_ns()) return;
            due = Ref<PoolItem>::adopt(timers_.begin()->second);
            timers_.erase(timers_.begin());
        }
        due->on_timer();
    }
}

bool Pool::start_worker() {
    if (workers_.fetch_add(1) >= maximum_.load()) {
        workers_.fetch_sub(1);
        return false;
    }
    idle_.fetch_add(1);  // counted from here, so that a burst of posts does not start one each
    retain();
    StackSize size = stack();
    if (create_thread({worker_main, this, size.reserve_bytes, size.commit_bytes}).ok()) return true;
    idle_.fetch_sub(1);
    workers_.fetch_sub(1);
    release();
    return false;
}

DWORD WINAPI Pool::worker_main(void* self) {
    Ref<Pool> pool = Ref<Pool>::adopt(static_cast<Pool*>(self));
    pool->work();
    return 0;
}

void Pool::callback_runs_long() {
    if (std::exchange(running_long, true)) return;
    active_.fetch_sub(1);
    finished_.fetch_add(1);
    futex_wake(&finished_, 1, FutexScope::Private);
    attend();
}

// More callbacks than processors: waits for one to end, or for a few milliseconds, after which those that run are taken
// to be blocked.
void Pool::wait_for_turn() {
    static const uint32_t enough = std::max<uint32_t>(2, static_cast<uint32_t>(get_nprocs()));
    if (active_.load() < enough) return;
    turn_waiters_.fetch_add(1);
    int64_t deadline = monotonic_ns() + kTurnNs;
    for (uint32_t seen = finished_.load(); active_.load() >= enough; seen = finished_.load())
        if (futex_wait(&finished_, seen, FutexScope::Private, deadline) == ETIMEDOUT) break;
    turn_waiters_.fetch_sub(1);
}

bool Pool::should_leave(int64_t idle_since_ns) {
    if (closed_.load()) return true;
    if (monotonic_ns() - idle_since_ns < kIdleNs || workers_.load() <= minimum_.load()) return false;
    return idle_.load() > 1 || (watched_.load() == 0 && next_due() == kForever);
}

void Pool::work() {
    Thread& self = *current_thread();
    int64_t idle_since = monotonic_ns();
    for (;;) {
        Completion packet;
        uint32_t count;
        int64_t deadline = std::min(next_due(), idle_since + kIdleNs);
        NTSTATUS status = port_->remove(std::span(&packet, 1), &count, true, deadline);
        if (status == STATUS_USER_APC) self.apcs.run_all();
        fire_due_timers();
        if (count != 0 && packet.key != 0) {
            idle_.fetch_sub(1);
            wait_for_turn();
            active_.fetch_add(1);
            attend();
            auto item = Ref<PoolItem>::adopt(reinterpret_cast<PoolItem*>(packet.key));
            item->deliver(packet);
            item = nullptr;
            if (!std::exchange(running_long, false)) {
                active_.fetch_sub(1);
                finished_.fetch_add(1);
                if (turn_waiters_.load() != 0) futex_wake(&finished_, 1, FutexScope::Private);
            }
            idle_.fetch_add(1);
            idle_since = monotonic_ns();
        } else if (should_leave(idle_since)) {
            break;
        } else if (monotonic_ns() - idle_since >= kIdleNs) {
            idle_since = monotonic_ns();
        }
    }
    idle_.fetch_sub(1);
    workers_.fetch_sub(1);
}

void Pool::set_stack(StackSize size) {
    std::lock_guard guard(lock_);
    stack_ = size;
}

Pool::StackSize Pool::stack() {
    std::lock_guard guard(lock_);
    return stack_;
}

void Pool::close() {
    closed_ = true;
    for (uint32_t left = workers_.load(); left != 0; --left) port_->post(0, 0, STATUS_SUCCESS, 0);
}

}  // namespace lsw
