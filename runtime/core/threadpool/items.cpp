#include "core/threadpool/items.h"

#include <algorithm>

namespace lsw {

void TimerItem::set(int64_t due_ns, int64_t period_ns) {
    {
        std::lock_guard guard(lock_);
        due_ns_ = std::max<int64_t>(due_ns, 1);
        period_ns_ = period_ns;
    }
    pool().set_timer(*this, due_ns);
}

void TimerItem::stop() {
    {
        std::lock_guard guard(lock_);
        due_ns_ = 0;
    }
    pool().cancel_timer(*this);
}

bool TimerItem::is_set() {
    std::lock_guard guard(lock_);
    return due_ns_ != 0;
}

void TimerItem::on_timer() {
    int64_t next;
    {
        std::lock_guard guard(lock_);
        if (due_ns_ == 0) return;
        if (period_ns_ == 0) {
            next = 0;  // it stays "set", as on Windows, until it is set to nothing
        } else {
            // Expirations that nobody could serve in time are not made up for.
            due_ns_ = std::max(due_ns_ + period_ns_, monotonic_ns());
            next = due_ns_;
        }
    }
    post();
    if (next != 0) pool().set_timer(*this, next);
}

void TimerItem::cancel_all() {
    stop();
    PoolItem::cancel_all();
}

WaitItem::WaitItem(Ref<Pool> pool, Callback callback, bool repeats)
    : PoolItem(std::move(pool), kKind), callback_(std::move(callback)), repeats_(repeats) {
    this->pool().count_wait();
}

Result<void> WaitItem::arm(Ref<Object> object, int64_t deadline_ns, int64_t timeout_ns) {
    disarm();
    auto packet = make_object<WaitPacket>();
    uint64_t context;
    {
        std::lock_guard guard(lock_);
        if (stopped_) return {};
        context = ++generation_ * 2;
        packet_ = packet;
        object_ = object;
        timeout_ns_ = timeout_ns;
        armed_ = true;
    }
    pool().begin_watch();
    retain();  // the packet's
    bool signalled;
    auto associated = packet->associate(pool().share_port(), std::move(object),
                                        {reinterpret_cast<uint64_t>(static_cast<PoolItem*>(this)), context, STATUS_SUCCESS, 0},
                                        &signalled);
    if (!associated.ok()) {
        std::lock_guard guard(lock_);
        armed_ = false;
        pool().end_watch();
        release();
        return associated;
    }
    if (deadline_ns != kForever) pool().set_timer(*this, deadline_ns);
    return {};
}

bool WaitItem::disarm() {
    Ref<WaitPacket> packet;
    Ref<Object> object;
    {
        std::lock_guard guard(lock_);
        if (!armed_) return false;
        armed_ = false;
        packet = std::move(packet_);
        object = std::move(object_);
    }
    pool().cancel_timer(*this);
    pool().end_watch();
    if (packet->cancel(true) == STATUS_SUCCESS) release();
    return true;
}

void WaitItem::on_timer() {
    uint64_t context;
    {
        std::lock_guard guard(lock_);
        if (!armed_) return;
        context = generation_ * 2 + 1;
    }
    retain();
    pool().post(*this, context);
}

bool WaitItem::accept(const Completion& packet) {
    return armed_ && packet.context / 2 == generation_;
}

void WaitItem::run(const Completion& packet) {
    bool timed_out = packet.context & 1;
    Ref<Object> object;
    int64_t timeout_ns;
    {
        std::lock_guard guard(lock_);
        object = object_;
        timeout_ns = timeout_ns_;
    }
    uint64_t generation = packet.context / 2;
    disarm();
    callback_({timed_out ? STATUS_TIMEOUT : packet.status, 0, 0});
    if (!repeats_) return;
    {
        std::lock_guard guard(lock_);
        if (generation_ != generation || !object) return;  // cancelled or armed anew meanwhile
    }
    // Where that fails (no memory) the wait has ended; there is nobody to tell.
    (void)arm(std::move(object), timeout_ns == kForever ? kForever : monotonic_ns() + timeout_ns, timeout_ns);
}

void WaitItem::cancel_all() {
    disarm();
    std::lock_guard guard(lock_);
    ++generation_;
    stopped_ = repeats_;
}

void IoItem::start() {
    {
        std::lock_guard guard(lock_);
        ++queued_;
    }
    retain();  // the packet's
}

void IoItem::cancelled() {
    {
        std::lock_guard guard(lock_);
        if (queued_ == 0) return;
        --queued_;
    }
    release();
}

bool IoItem::accept(const Completion& packet) {
    if (counted_) return PoolItem::accept(packet);
    retain();  // the packet came without a reference of its own
    return true;
}

}  // namespace lsw
