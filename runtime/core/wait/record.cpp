#include "core/wait/record.h"

#include "core/wait/owned_mutants.h"
#include "core/wait/record_sleeper.h"

namespace lsw {
namespace {

void wake(SyncRecord& record, int count) {
    futex_wake(record.word(), count, FutexScope::Shared);
    RecordSleeper::tell();
}

// One waiter suffices for a signal that one may take; watchers do not take, so all must look.
void wake_takers(SyncRecord& record, uint64_t state, int count) {
    if (anybody_waits(state)) wake(record, watchers_of(state) ? INT_MAX : count);
}

Taken take_auto_event(SyncRecord& record, bool registered, uint32_t* seen) {
    uint64_t state = state_of(record);
    for (;;) {
        uint64_t next;
        if (registered && grants_of(state) > 0)
            next = state - kOneGrant;
        else if (state & kSignalled)
            next = state & ~uint64_t{kSignalled};
        else
            return *seen = word_of(state), Taken::No;
        if (change_state(record, state, next)) return Taken::Yes;
    }
}

Taken take_semaphore(SyncRecord& record, uint32_t* seen) {
    uint64_t state = state_of(record);
    for (;;) {
        if (word_of(state) == 0) return *seen = 0, Taken::No;
        if (change_state(record, state, state - 1)) return Taken::Yes;
    }
}

// The word keeps FUTEX_WAITERS while anybody waits, so that the kernel wakes one when the owner dies.
Taken take_mutant(SyncRecord& record, uint32_t* seen) {
    uint32_t self = owned_mutants().thread_id();
    uint64_t state = state_of(record);
    for (;;) {
        uint32_t word = word_of(state);
        uint32_t owner = word & FUTEX_TID_MASK;
        if (owner == self) {
            ++record.recursion;
            return Taken::Yes;
        }
        if (owner != 0) {
            if (!anybody_waits(state) || (word & FUTEX_WAITERS)) return *seen = word, Taken::No;
            if (change_state(record, state, state | FUTEX_WAITERS))
                return *seen = word | FUTEX_WAITERS, Taken::No;
            continue;
        }
        uint64_t next = (state >> 32 << 32) | self | (anybody_waits(state) ? FUTEX_WAITERS : 0);
        owned_mutants().begin(record);
        bool got = change_state(record, state, next);
        if (got) {
            record.recursion = 1;
            owned_mutants().add(record);
        }
        owned_mutants().finish();
        if (got) return word & FUTEX_OWNER_DIED ? Taken::Abandoned : Taken::Yes;
    }
}

Taken take_timer(SyncRecord& record, uint32_t* seen) {
    *seen = word_of(state_of(record));
    int64_t due = record.due_ns.load();
    if (due == 0) return Taken::No;
    int64_t now_ns = monotonic_ns();
    for (;;) {
        if (due == 0 || due > now_ns) return Taken::No;
        if (record.kind == SyncKind::ManualTimer) return Taken::Yes;
        int64_t period = record.period_ns.load();
        int64_t next = period ? due + ((now_ns - due) / period + 1) * period : 0;
        if (record.due_ns.compare_exchange_weak(due, next)) return Taken::Yes;
    }
}

}  // namespace

Taken take(SyncRecord& record, bool registered, uint32_t start_word, uint32_t* seen) {
    switch (record.kind) {
        case SyncKind::ManualEvent:
        case SyncKind::Latch: {
            uint32_t word = word_of(state_of(record));
            *seen = word;
            if (word & kSignalled) return Taken::Yes;
            return registered && (word ^ start_word) > kSignalled ? Taken::Yes : Taken::No;
        }
        case SyncKind::AutoEvent: return take_auto_event(record, registered, seen);
        case SyncKind::Semaphore: return take_semaphore(record, seen);
        case SyncKind::Mutant: return take_mutant(record, seen);
        case SyncKind::ManualTimer:
        case SyncKind::AutoTimer: return take_timer(record, seen);
        case SyncKind::Descriptor:
        case SyncKind::Free: break;
    }
    *seen = word_of(state_of(record));
    return Taken::No;
}

bool is_available(SyncRecord& record, bool registered, uint32_t start_word) {
    uint64_t state = state_of(record);
    uint32_t word = word_of(state);
    switch (record.kind) {
        case SyncKind::ManualEvent:
        case SyncKind::Latch: return (word & kSignalled) || (registered && (word ^ start_word) > kSignalled);
        case SyncKind::AutoEvent: return (word & kSignalled) || (registered && grants_of(state) > 0);
        case SyncKind::Semaphore: return word != 0;
        case SyncKind::Mutant: {
            uint32_t owner = word & FUTEX_TID_MASK;
            return owner == 0 || owner == owned_mutants().thread_id();
        }
        case SyncKind::ManualTimer:
        case SyncKind::AutoTimer: return timer_is_signalled(record, monotonic_ns());
        case SyncKind::Descriptor:
        case SyncKind::Free: break;
    }
    return false;
}

void untake(SyncRecord& record, Taken taken) {
    uint32_t ignored;
    switch (record.kind) {
        case SyncKind::AutoEvent: set_event(record); break;
        case SyncKind::Semaphore: release_semaphore(record, 1, &ignored); break;
        case SyncKind::Mutant:
            if (record.recursion == 1 && taken == Taken::Abandoned)
                owned_mutants().release(record, FUTEX_OWNER_DIED);
            else
                release_mutant(record, &ignored);
            break;
        case SyncKind::AutoTimer:
            // Signalled again, at once; a period goes on from here.
            record.due_ns = monotonic_ns();
            ring(record);
            break;
        default: break;
    }
}

uint32_t register_waiter(SyncRecord& record, uint64_t kind_of_wait) {
    uint64_t state = state_of(record);
    while (!change_state(record, state, state + kind_of_wait)) {
    }
    return word_of(state);
}

void unregister_waiter(SyncRecord& record, uint64_t kind_of_wait) {
    uint64_t state = state_of(record), next;
    do {
        next = state - kind_of_wait;
        // A grant without a waiter to take it is the signalled state.
        if (record.kind == SyncKind::AutoEvent && grants_of(next) > waiters_of(next))
            next = (next - kOneGrant) | kSignalled;
    } while (!change_state(record, state, next));
    if (!anybody_waits(next)) return;
    // A wake-up that this thread got and has no use for was perhaps meant for another.
    bool for_another = record.kind == SyncKind::AutoEvent    ? word_of(next) != 0
                       : record.kind == SyncKind::Semaphore ? word_of(next) != 0
                       : record.kind == SyncKind::Mutant    ? (word_of(next) & FUTEX_TID_MASK) == 0
                                                            : false;
    if (for_another) wake_takers(record, next, 1);
}

bool set_event(SyncRecord& record) {
    uint64_t state = state_of(record), next;
    bool hand_over = !record.shared.load(std::memory_order_relaxed);
    if (record.kind == SyncKind::AutoEvent) {
        do {
            if (hand_over && waiters_of(state) > grants_of(state))
                next = state + kOneGrant;
            else
                next = state | kSignalled;
        } while (!change_state(record, state, next));
        if (next != state) wake_takers(record, next, 1);
        return state & kSignalled;
    }
    do {
        if (state & kSignalled) return true;
        next = state | kSignalled;
        if (anybody_waits(state)) next = (next >> 32 << 32) | (word_of(next) + kOneGrant);
    } while (!change_state(record, state, next));
    if (anybody_waits(next)) wake(record, INT_MAX);
    return false;
}

bool reset_event(SyncRecord& record) {
    uint64_t state = state_of(record);
    while (!change_state(record, state, state & ~uint64_t{kSignalled})) {
    }
    return state & kSignalled;
}

bool pulse_event(SyncRecord& record) {
    uint64_t state = state_of(record), next;
    do {
        next = state & ~uint64_t{kSignalled};
        if (record.kind == SyncKind::AutoEvent) {
            if (waiters_of(state) > grants_of(state)) next += kOneGrant;
        } else if (anybody_waits(state)) {
            next = (next >> 32 << 32) | (word_of(next) + kOneGrant);
        }
    } while (!change_state(record, state, next));
    if (anybody_waits(next)) wake(record, record.kind == SyncKind::AutoEvent && !watchers_of(next) ? 1 : INT_MAX);
    return state & kSignalled;
}

bool release_semaphore(SyncRecord& record, uint32_t count, uint32_t* previous) {
    uint64_t state = state_of(record);
    do {
        uint32_t value = word_of(state);
        *previous = value;
        if (count > record.limit - value) return false;
    } while (!change_state(record, state, state + count));
    wake_takers(record, state, count > INT_MAX ? INT_MAX : static_cast<int>(count));
    return true;
}

MutantRelease release_mutant(SyncRecord& record, uint32_t* previous_recursion) {
    uint32_t word = word_of(state_of(record));
    if ((word & FUTEX_TID_MASK) != owned_mutants().thread_id()) return MutantRelease::NotOwner;
    *previous_recursion = record.recursion;
    if (--record.recursion > 0) return MutantRelease::StillOwned;
    owned_mutants().release(record, 0);
    return MutantRelease::Released;
}

void abandon_owned_mutants() {
    while (SyncRecord* record = owned_mutants().first()) owned_mutants().release(*record, FUTEX_OWNER_DIED);
}

void set_timer(SyncRecord& record, int64_t due_ns, int64_t period_ns) {
    record.due_ns = 0;
    record.period_ns = period_ns;
    record.due_ns = due_ns > 0 ? due_ns : 1;
    ring(record);
}

void cancel_timer(SyncRecord& record) {
    int64_t due = record.due_ns.load();
    record.period_ns = 0;
    // A timer that has expired stays signalled.
    if (due > monotonic_ns()) record.due_ns.compare_exchange_strong(due, 0);
    ring(record);
}

bool timer_is_signalled(SyncRecord& record, int64_t now_ns) {
    int64_t due = record.due_ns.load();
    return due != 0 && due <= now_ns;
}

void ring(SyncRecord& record) {
    uint64_t state = state_of(record), next;
    do {
        next = (state >> 32 << 32) | (word_of(state) + 1);
    } while (!change_state(record, state, next));
    if (anybody_waits(next)) wake(record, INT_MAX);
}

}  // namespace lsw
