// The loop: register with every object, look at each, sleep on all their words, look again. Registered waiters cannot be
// missed: a signal changes the word that the sleep compares, or finds the waiter counted and wakes it.
#include "core/wait/wait.h"

#include <poll.h>

#include <algorithm>

#include "core/thread/thread.h"
#include "core/wait/blocking.h"
#include "core/wait/bridge.h"
#include "core/wait/clock.h"
#include "core/wait/multi_wait.h"

namespace lsw {
namespace {

struct Entry {
    Waitable* object;
    SyncRecord* record;
    uint32_t start_word;
    uint32_t seen;
};

bool descriptor_ready(Waitable& object) {
    pollfd entry{object.poll_descriptor(), object.poll_events(), 0};
    return poll(&entry, 1, 0) > 0 && object.confirm_ready();
}

class Wait {
public:
    Wait(std::span<Waitable* const> objects, const WaitOptions& options) : options_(options) {
        for (Waitable* object : objects) entries_[count_++] = {object, object->record(), 0, 0};
    }
    NTSTATUS run();

private:
    NTSTATUS try_any(bool registered);
    NTSTATUS try_all(bool registered);
    NTSTATUS try_now(bool registered) {
        if (count_ == 0) return STATUS_TIMEOUT;
        return options_.all ? try_all(registered) : try_any(registered);
    }
    Taken take_entry(Entry& entry, bool registered);
    bool available(Entry& entry, bool registered);
    NTSTATUS loop();
    int sleep();
    int64_t next_due() const;
    void arm_descriptors();

    const WaitOptions& options_;
    unsigned count_ = 0;
    Entry entries_[kMaximumWaitObjects];
};

Taken Wait::take_entry(Entry& entry, bool registered) {
    if (entry.object->poll_descriptor() < 0)
        return take(*entry.record, registered, entry.start_word, &entry.seen);
    entry.seen = word_of(state_of(*entry.record));
    return descriptor_ready(*entry.object) ? Taken::Yes : Taken::No;
}

bool Wait::available(Entry& entry, bool registered) {
    entry.seen = word_of(state_of(*entry.record));
    if (entry.object->poll_descriptor() < 0)
        return is_available(*entry.record, registered, entry.start_word);
    return descriptor_ready(*entry.object);
}

NTSTATUS Wait::try_any(bool registered) {
    for (unsigned i = 0; i < count_; ++i) {
        Taken taken = take_entry(entries_[i], registered);
        if (taken == Taken::Yes) return STATUS_WAIT_0 + static_cast<NTSTATUS>(i);
        if (taken == Taken::Abandoned) return STATUS_ABANDONED_WAIT_0 + static_cast<NTSTATUS>(i);
    }
    return STATUS_TIMEOUT;
}

// Looks before it takes, so that putting back is needed only when another thread was quicker in between.
NTSTATUS Wait::try_all(bool registered) {
    for (unsigned i = 0; i < count_; ++i)
        if (!available(entries_[i], registered)) return STATUS_TIMEOUT;
    NTSTATUS status = STATUS_WAIT_0;
    Taken taken[kMaximumWaitObjects];
    for (unsigned i = 0; i < count_; ++i) {
        taken[i] = take_entry(entries_[i], registered);
        if (taken[i] == Taken::Abandoned) status = STATUS_ABANDONED_WAIT_0;
        if (taken[i] != Taken::No) continue;
        while (i-- > 0) untake(*entries_[i].record, taken[i]);
        return STATUS_TIMEOUT;
    }
    return status;
}

int64_t Wait::next_due() const {
    int64_t deadline = options_.deadline_ns;
    for (unsigned i = 0; i < count_; ++i) {
        SyncKind kind = entries_[i].record->kind;
        if (kind != SyncKind::ManualTimer && kind != SyncKind::AutoTimer) continue;
        int64_t due = entries_[i].record->due_ns.load();
        // One of a wait for all that is due already waits for the others.
        if (due != 0 && !(options_.all && due <= monotonic_ns())) deadline = std::min(deadline, due);
    }
    return deadline;
}

void Wait::arm_descriptors() {
    for (unsigned i = 0; i < count_; ++i)
        if (entries_[i].object->poll_descriptor() >= 0) bridge_arm(*entries_[i].object);
}

int Wait::sleep() {
    std::atomic<uint32_t>* alert = options_.alertable ? &current_thread()->apcs.alert() : nullptr;
    int64_t deadline = next_due();
    if (options_.alertable) deadline = std::min(deadline, current_thread()->apcs.next_timer_due());
    if (count_ == 1 && !alert)
        return futex_wait(entries_[0].record->word(), entries_[0].seen, FutexScope::Shared, deadline);
    if (count_ == 0) {
        static std::atomic<uint32_t> never{0};
        return futex_wait(alert ? alert : &never, 0, FutexScope::Private, deadline);
    }
    FutexWaitEntry words[kMaximumWaitObjects + 1];
    unsigned used = 0;
    for (unsigned i = 0; i < count_; ++i)
        words[used++] = futex_entry(entries_[i].record->word(), entries_[i].seen, FutexScope::Shared);
    if (alert) words[used++] = futex_entry(alert, 0, FutexScope::Private);
    return wait_any_word(words, used, deadline);
}

NTSTATUS Wait::loop() {
    arm_descriptors();
    BlockingScope blocking;
    for (;;) {
        if (options_.alertable && current_thread()->apcs.pending()) return STATUS_USER_APC;
        NTSTATUS status = try_now(true);
        if (status != STATUS_TIMEOUT) return status;
        if (options_.deadline_ns != kForever && monotonic_ns() >= options_.deadline_ns) return STATUS_TIMEOUT;
        if (sleep() == EINTR) current_thread()->check_termination_in_wait();
        arm_descriptors();
    }
}

NTSTATUS Wait::run() {
    for (unsigned i = 0; i < count_; ++i)
        if (!entries_[i].record) return STATUS_NO_MEMORY;
    if (options_.alertable && current_thread()->apcs.pending()) return STATUS_USER_APC;
    NTSTATUS status = try_now(false);
    if (status != STATUS_TIMEOUT) return status;
    if (options_.deadline_ns == 0) return STATUS_TIMEOUT;
    uint64_t kind = options_.all && count_ > 1 ? kWatcher : kWaiter;
    for (unsigned i = 0; i < count_; ++i) entries_[i].start_word = register_waiter(*entries_[i].record, kind);
    status = loop();
    for (unsigned i = 0; i < count_; ++i) unregister_waiter(*entries_[i].record, kind);
    return status;
}

// A descriptor alone needs neither record nor bridge: poll(2) is the wait.
NTSTATUS wait_for_descriptor(Waitable& object, int64_t deadline_ns) {
    pollfd entry{object.poll_descriptor(), object.poll_events(), 0};
    if (deadline_ns == 0) return poll(&entry, 1, 0) > 0 && object.confirm_ready() ? STATUS_WAIT_0 : STATUS_TIMEOUT;
    BlockingScope blocking;
    for (;;) {
        timespec left = timespec_from_ns(std::max<int64_t>(0, deadline_ns - monotonic_ns()));
        int ready = ppoll(&entry, 1, deadline_ns == kForever ? nullptr : &left, nullptr);
        if (ready > 0 && object.confirm_ready()) return STATUS_WAIT_0;
        if (ready == 0) return STATUS_TIMEOUT;
        if (ready < 0 && errno == EINTR) current_thread()->check_termination_in_wait();
        if (ready < 0 && errno != EINTR) return STATUS_NO_MEMORY;
    }
}

// What most waits for one object find: nothing to wait for, or no time to do it. STATUS_PENDING: it has to be a whole Wait.
NTSTATUS try_alone(Waitable& object, const WaitOptions& options) {
    SyncRecord* record = options.alertable ? nullptr : object.record();
    if (!record) return STATUS_PENDING;
    uint32_t seen;
    switch (take(*record, false, 0, &seen)) {
        case Taken::Yes: return STATUS_WAIT_0;
        case Taken::Abandoned: return STATUS_ABANDONED_WAIT_0;
        default: return options.deadline_ns == 0 ? STATUS_TIMEOUT : STATUS_PENDING;
    }
}

}  // namespace

NTSTATUS wait_for(std::span<Waitable* const> objects, const WaitOptions& options) {
    NTSTATUS status = STATUS_PENDING;
    if (objects.size() == 1 && !options.alertable && objects[0]->poll_descriptor() >= 0)
        status = wait_for_descriptor(*objects[0], options.deadline_ns);
    else if (objects.size() == 1)
        status = try_alone(*objects[0], options);
    if (status == STATUS_PENDING) status = Wait(objects, options).run();
    park_if_process_exits();
    return status;
}

int64_t deadline_from_nt(const int64_t* timeout) {
    if (!timeout) return kForever;
    if (*timeout == INT64_MIN) return kForever;
    if (*timeout == 0) return 0;
    if (*timeout > 0) return monotonic_from_system_time(*timeout);
    int64_t ticks = -*timeout;
    int64_t now = monotonic_ns();
    return ticks > (kForever - now) / 100 ? kForever : now + ticks * 100;
}

int64_t deadline_from_ms(uint32_t milliseconds) {
    if (milliseconds == 0xFFFFFFFF) return kForever;
    if (milliseconds == 0) return 0;
    return monotonic_ns() + int64_t{milliseconds} * 1'000'000;
}

}  // namespace lsw
