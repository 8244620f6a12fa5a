#include "core/port/port.h"

#include <poll.h>

#include <algorithm>
#include <memory>

#include "core/system/system_info.h"
#include "core/thread/thread.h"
#include "core/wait/bridge.h"
#include "core/wait/multi_wait.h"
#include "iouring-io/engine.h"
#include "iouring-io/ready_set.h"

namespace lsw {

// The words of one sleep. A thread's share of wait packets is what fits into one call; programs have a handful.
struct CompletionPort::Sleep {
    FutexWaitEntry words[kFutexWaitEntries];
    unsigned count = 0;
    int64_t deadline_ns;
    std::vector<Ref<Object>> held;  // keeps records alive while this thread sleeps on them
};

namespace {

// Above this many threads a limit means none, and nothing is counted.
constexpr uint32_t kNoLimit = 4096;

uint32_t limit_of(uint32_t concurrency) {
    if (concurrency == 0) concurrency = static_cast<uint32_t>(std::max(1, __builtin_popcountll(allowed_processors())));
    return concurrency >= kNoLimit ? UINT32_MAX : concurrency;
}

}  // namespace

CompletionPort::CompletionPort(uint32_t concurrency) : concurrency_(concurrency), limit_(limit_of(concurrency)) {}

CompletionPort::~CompletionPort() {
    if (io::ReadySet* set = ready_.load()) set->release();
}

io::ReadySet* CompletionPort::ready_set() {
    io::ReadySet* set = ready_.load();
    if (set || !(set = io::ReadySet::make())) return set;
    io::ReadySet* none = nullptr;
    if (!ready_.compare_exchange_strong(none, set)) {
        set->release();
        return none;
    }
    // Who sleeps already does so without the set.
    sequence_.fetch_add(1);
    wake_sleepers();
    return set;
}

// One or more of those that wait where there is no telling who will come.
void CompletionPort::wake_sleepers() {
    if (attending_.load() != 0) io::engine().wake_attendant();
    if (sleepers_.load() != 0) futex_wake(&sequence_, INT_MAX, FutexScope::Private);
}

void CompletionPort::wake_one() {
    sequence_.fetch_add(1);
    if (io::ReadySet* set = ready_.load()) set->wake();
    if (attending_.load() != 0) return io::engine().wake_attendant();
    if (sleepers_.load() != 0) futex_wake(&sequence_, 1, FutexScope::Private);
}

void CompletionPort::post(uint64_t key, uint64_t context, NTSTATUS status, uint64_t information) {
    bool wanted;
    {
        std::lock_guard guard(lock_);
        queue_.push({key, context, status, information});
        wanted = may_give();
    }
    if (wanted) wake_one();
}

// A running thread of this port goes to sleep elsewhere: another may take its place.
void CompletionPort::thread_blocks() {
    bool wanted;
    {
        std::lock_guard guard(lock_);
        --running_;
        wanted = !queue_.empty() && may_give();
    }
    if (wanted) wake_one();
}

// There may be more than the limit for a while, as on Windows.
void CompletionPort::thread_resumes() {
    std::lock_guard guard(lock_);
    ++running_;
}

void CompletionPort::thread_ends(bool blocked) {
    if (!blocked) thread_blocks();
    release();
}

// The thread belongs to this port from now on, and no longer to the one that it came to last.
void CompletionPort::adopt(Thread& thread) {
    if (thread.counter == this || (limit_ == UINT32_MAX && !thread.counter)) return;
    if (thread.counter) thread.counter->thread_ends(false);
    thread.counter = nullptr;
    if (limit_ == UINT32_MAX) return;
    thread.counter = this;
    retain();
    std::lock_guard guard(lock_);
    ++running_;
}

// Under the lock.
uint32_t CompletionPort::pop(std::span<Completion> packets) {
    uint32_t count = 0;
    while (count < packets.size() && !queue_.empty()) {
        packets[count] = queue_.pop();
        if (WaitPacket* source = std::exchange(packets[count].source, nullptr)) {
            source->state_ = WaitPacket::State::Idle;
            source->release();
        }
        ++count;
    }
    return count;
}

// Under the lock: moves wait packets whose object is signalled into the queue.
void CompletionPort::collect_signalled() {
    for (size_t i = 0; i < pending_.size();) {
        WaitPacket* packet = pending_[i];
        if (!packet->try_take()) {
            ++i;
            continue;
        }
        pending_.erase(pending_.begin() + static_cast<ptrdiff_t>(i));
        packet->end_wait();
        packet->enqueue(*this);
    }
}

int CompletionPort::sleep(uint32_t sequence, bool alertable, int64_t deadline_ns) {
    Thread& self = *current_thread();
    if (alertable) deadline_ns = std::min(deadline_ns, self.apcs.next_timer_due());
    bool packets;
    {
        std::lock_guard guard(lock_);
        packets = !pending_.empty();
    }
    if (alertable) return sleep_on_words(sequence, alertable, deadline_ns);
    if (!packets) return sleep_alone(sequence, deadline_ns);
    if (!hears_of_packets(&deadline_ns)) return sleep_on_words(sequence, alertable, deadline_ns);
    Scope scope(*this);
    return packets_changed() ? 0 : sleep_alone(sequence, deadline_ns);
}

// Whether all pending wait packets' objects tell of their signals, timers apart, which end the sleep.
bool CompletionPort::hears_of_packets(int64_t* deadline_ns) {
    std::lock_guard guard(lock_);
    for (WaitPacket* packet : pending_) {
        SyncRecord& record = *packet->waitable_->record();
        if (packet->waitable_->poll_descriptor() >= 0 || !hears_of(record)) return false;
        bool is_timer = record.kind == SyncKind::AutoTimer || record.kind == SyncKind::ManualTimer;
        int64_t due = is_timer ? record.due_ns.load() : 0;
        if (due != 0) *deadline_ns = std::min(*deadline_ns, due);
    }
    return true;
}

bool CompletionPort::packets_changed() {
    std::lock_guard guard(lock_);
    return std::any_of(pending_.begin(), pending_.end(), [](WaitPacket* packet) {
        SyncRecord& record = *packet->waitable_->record();
        return word_of(state_of(record)) != packet->seen_ || !hears_of(record);
    });
}

int CompletionPort::sleep_on_words(uint32_t sequence, bool alertable, int64_t deadline_ns) {
    Thread& self = *current_thread();
    auto sleep = std::make_unique<Sleep>();
    sleep->deadline_ns = deadline_ns;
    sleep->words[sleep->count++] = futex_entry(&sequence_, sequence, FutexScope::Private);
    if (alertable) sleep->words[sleep->count++] = futex_entry(&self.apcs.alert(), 0, FutexScope::Private);
    {
        std::lock_guard guard(lock_);
        for (WaitPacket* packet : pending_) {
            if (sleep->count == kFutexWaitEntries) break;
            SyncRecord& record = *packet->waitable_->record();
            int64_t due = record.kind == SyncKind::AutoTimer || record.kind == SyncKind::ManualTimer
                              ? record.due_ns.load()
                              : 0;
            if (due != 0) sleep->deadline_ns = std::min(sleep->deadline_ns, due);
            if (packet->waitable_->poll_descriptor() >= 0) bridge_arm(*packet->waitable_);
            sleep->words[sleep->count++] = futex_entry(record.word(), packet->seen_, FutexScope::Shared);
            sleep->held.push_back(packet->target_);
        }
    }
    io::Engine* engine = io::engine_if_used();
    if (engine) engine->rely(true);
    if (io::ReadySet* set = ready_.load()) set->hand_over();
    sleepers_.fetch_add(1);
    // A signal between the look at the sequence and here found nobody to wake.
    int error = sequence_.load() == sequence ? wait_any_word(sleep->words, sleep->count, sleep->deadline_ns) : 0;
    sleepers_.fetch_sub(1);
    if (engine) engine->rely(false);
    return error;
}

// For nothing but packets: where the completions come from. In the port's set (the engine's watcher then empties the ring); in
// the engine; or where another thread is there already, in a futex.
int CompletionPort::sleep_alone(uint32_t sequence, int64_t deadline_ns) {
    io::Engine* engine = io::engine_if_used();
    if (io::ReadySet* set = ready_.load()) {
        if (engine) engine->submit(), engine->rely(true);
        int error = set->attend(sequence_, sequence, deadline_ns);
        if (engine) engine->rely(false);
        return error;
    }
    if (engine) {
        attending_.fetch_add(1);
        int error = engine->attend(sequence_, sequence, deadline_ns);
        attending_.fetch_sub(1);
        if (error != EBUSY) return error;
        engine->rely(true);
    }
    sleepers_.fetch_add(1);
    int error = futex_wait(&sequence_, sequence, FutexScope::Private, deadline_ns);
    sleepers_.fetch_sub(1);
    if (engine) engine->rely(false);
    return error;
}

NTSTATUS CompletionPort::wait_for_packets(std::span<Completion> packets, uint32_t* count, bool alertable,
                                          int64_t deadline_ns) {
    Thread& self = *current_thread();
    bool counted = self.counter == this;
    for (bool first = true;; first = false) {
        uint32_t sequence = sequence_.load();
        bool more;
        {
            std::lock_guard guard(lock_);
            if (counted && first) --running_;
            if (!pending_.empty()) collect_signalled();
            if (may_give()) *count = pop(packets);
            if (counted && *count != 0) ++running_;
            more = (!queue_.empty() && may_give()) || !pending_.empty();
            if (*count == 0 && closed_) break;
        }
        if (*count != 0) {
            // A wake-up that this thread got for a signal may have been the only one for the rest.
            if (more) wake_one();
            return STATUS_SUCCESS;
        }
        // What has ended may be there already, for the taking.
        if (io::ReadySet* set = first && deadline_ns == 0 ? ready_.load() : nullptr)
            if (set->serve()) continue;
        if (io::Engine* engine = first ? io::engine_if_used() : nullptr) {
            if (deadline_ns == 0) engine->submit();
            if (engine->reap() != 0) continue;
        }
        if (alertable && self.apcs.pending()) return STATUS_USER_APC;
        if (deadline_ns != kForever && monotonic_ns() >= deadline_ns) return STATUS_TIMEOUT;
        if (sleep(sequence, alertable, deadline_ns) == EINTR) self.check_termination_in_wait();
    }
    wake_one();  // the next one that sleeps here is to leave, too
    return STATUS_ABANDONED_WAIT_0;
}

NTSTATUS CompletionPort::remove(std::span<Completion> packets, uint32_t* count, bool alertable, int64_t deadline_ns) {
    *count = 0;
    Thread& self = *current_thread();
    adopt(self);
    bool counted = self.counter == this;
    if (counted) ++self.blocking_depth;
    NTSTATUS status = wait_for_packets(packets, count, alertable, deadline_ns);
    if (counted) --self.blocking_depth;
    if (*count == 0 && counted) thread_resumes();
    park_if_process_exits();
    return status;
}

uint32_t CompletionPort::depth() {
    std::lock_guard guard(lock_);
    collect_signalled();
    return static_cast<uint32_t>(queue_.size());
}

void CompletionPort::on_last_handle_closed() {
    {
        std::lock_guard guard(lock_);
        closed_ = true;
    }
    sequence_.fetch_add(1);
    if (io::ReadySet* set = ready_.load()) set->wake();
    wake_sleepers();
}

bool WaitPacket::try_take() {
    if (waitable_->poll_descriptor() >= 0) {
        seen_ = word_of(waitable_->record()->state.load());
        pollfd entry{waitable_->poll_descriptor(), waitable_->poll_events(), 0};
        return poll(&entry, 1, 0) > 0 && waitable_->confirm_ready();
    }
    return take(*waitable_->record(), true, start_word_, &seen_) != Taken::No;
}

void WaitPacket::end_wait() {
    unregister_waiter(*waitable_->record(), kWaiter);
    target_ = nullptr;
    waitable_ = nullptr;
}

void WaitPacket::enqueue(CompletionPort& port) {
    state_ = State::Queued;
    port.queue_.push({what_.key, what_.context, what_.status, what_.information, this});
}

Result<void> WaitPacket::associate(Ref<CompletionPort> port, Ref<Object> target, const Association& what,
                                   bool* already_signalled) {
    Waitable* waitable = target->waitable();
    if (!waitable) return STATUS_OBJECT_TYPE_MISMATCH;
    if (!waitable->record()) return STATUS_NO_MEMORY;
    CompletionPort& where = *port;
    {
        // A packet is used with one port at a time; the lock of the port it was with before guards the state until then.
        Ref<CompletionPort> before = port_ ? port_ : port;
        std::lock_guard guard(before->lock_);
        if (state_ != State::Idle) return STATUS_INVALID_PARAMETER_1;
        port_ = port;
    }
    {
        std::lock_guard guard(where.lock_);
        what_ = what;
        target_ = std::move(target);
        waitable_ = waitable;
        start_word_ = register_waiter(*waitable->record(), kWaiter);
        retain();  // until the packet is taken out of the port or cancelled
        *already_signalled = try_take();
        if (*already_signalled) {
            end_wait();
            enqueue(where);
        } else {
            state_ = State::Pending;
            where.pending_.push_back(this);
        }
    }
    where.wake_one();
    return {};
}

NTSTATUS WaitPacket::cancel(bool remove_queued) {
    Ref<CompletionPort> port = port_;
    if (!port) return STATUS_CANCELLED;
    {
        std::lock_guard guard(port->lock_);
        if (state_ == State::Idle) return STATUS_CANCELLED;
        if (state_ == State::Queued) {
            if (!remove_queued) return STATUS_PENDING;
            port->queue_.remove(this);
        } else {
            std::erase(port->pending_, this);
            end_wait();
        }
        state_ = State::Idle;
    }
    release();
    return STATUS_SUCCESS;
}

}  // namespace lsw
