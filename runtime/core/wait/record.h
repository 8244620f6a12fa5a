// SyncRecord: the shared state of one waitable object, 64 bytes, operated by atomics and futexes alone. It may lie in
// memory that several processes map, so it holds no pointers that another process would follow.
//
// `state` is one 64-bit word so that a signal and the counts of those who wait change together. Its low half is the
// futex word (meaning by kind, below); its high half counts waiters (bits 32-47: whoever may be handed a signal) and
// watchers (bits 48-63: waits for all, which want to be woken but take nothing until everything is there).
//
// Windows hands a signal to a thread that already waits: SetEvent twice releases two waiters of an auto-reset event, and
// SetEvent then ResetEvent still releases the waiters of a manual-reset one. Hence
//   manual event, latch   bit 0 signalled; bits 1-31 a generation, raised by a signal that found waiters: whoever began to
//                         wait under an older generation is released even if the event was reset since
//   auto event            bit 0 signalled; bits 1-31 grants: signals given to threads that wait and have not run yet;
//                         only a registered waiter may take a grant
//   semaphore             the count
//   mutant                the owner's Linux thread id, FUTEX_WAITERS, FUTEX_OWNER_DIED: the format of robust futexes, so
//                         that the kernel marks it abandoned when its owner dies by a signal
//   timer                 a sequence number, raised when the timer is set or cancelled; when it is due is in due_ns, and
//                         a waiter sleeps until then by itself, so that no thread is needed to fire timers
//   descriptor            a sequence number that the bridge thread raises; the truth is what poll(2) says
//
// `state` is read and changed through state_of() and change_state() alone: it may be lent to the kernel.
//
// Grants trust the count of waiters, which a process killed while it waits leaves too high. Records that several processes
// use (kShared) therefore keep to bit 0, as POSIX would: there, two signals may release one waiter.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/wait/futex.h"

namespace lsw {

enum class SyncKind : uint8_t {
    Free,
    ManualEvent,
    AutoEvent,
    Latch,  // thread and process exit: signalled once, for ever
    Mutant,
    Semaphore,
    ManualTimer,
    AutoTimer,
    Descriptor,
};

struct alignas(64) SyncRecord {
    std::atomic<uint64_t> state{0};
    SyncKind kind = SyncKind::Free;
    std::atomic<bool> shared{false};     // other processes may use it
    std::atomic<uint16_t> times_lent{0};
    std::atomic<uint32_t> users{0};      // objects of all processes that refer to it
    // Mutant; written by the owner only. The kernel follows `robust_next` in the owner's own address space when it dies.
    uint64_t robust_next = 0;
    uint64_t robust_previous = 0;
    union {
        std::atomic<int64_t> due_ns;     // timer: 0 when not set
        struct {
            uint32_t limit;              // semaphore
            uint32_t recursion;          // mutant
        };
    };
    std::atomic<int64_t> period_ns{0};   // timer: 0 when it fires once
    uint64_t next_free = 0;              // arena: index of the next free record

    SyncRecord() : due_ns(0) {}
    std::atomic<uint32_t>* word() { return reinterpret_cast<std::atomic<uint32_t>*>(&state); }
};
static_assert(sizeof(SyncRecord) == 64);
static_assert(offsetof(SyncRecord, robust_next) == 16);

inline constexpr uint64_t kWaiter = uint64_t{1} << 32;
inline constexpr uint64_t kWatcher = uint64_t{1} << 48;
inline constexpr uint32_t kSignalled = 1;
inline constexpr uint32_t kOneGrant = 2;  // and one generation

// In the highest bit of a state: it is lent to the kernel (lent.h), and its lower half says where it is.
inline constexpr uint64_t kLent = uint64_t{1} << 63;
uint64_t take_back(SyncRecord& record);

inline uint64_t state_of(SyncRecord& record) {
    uint64_t state = record.state.load();
    return state & kLent ? take_back(record) : state;
}

// False, with the state as it is, when it was not `state`, or for no reason.
inline bool change_state(SyncRecord& record, uint64_t& state, uint64_t next) {
    if (record.state.compare_exchange_weak(state, next)) return true;
    if (state & kLent) state = take_back(record);
    return false;
}

constexpr uint32_t word_of(uint64_t state) { return static_cast<uint32_t>(state); }
constexpr uint32_t waiters_of(uint64_t state) { return static_cast<uint32_t>(state >> 32) & 0xFFFF; }
constexpr uint32_t watchers_of(uint64_t state) { return static_cast<uint32_t>(state >> 48); }
constexpr bool anybody_waits(uint64_t state) { return state >> 32 != 0; }
constexpr uint32_t grants_of(uint64_t state) { return word_of(state) / kOneGrant; }

enum class Taken { No, Yes, Abandoned };

// Takes what a satisfied wait takes. `start_word` is the futex word when the caller registered as a waiter; with
// registered = false, as in a first try, it is ignored. Returns Taken::No and the word to sleep on in *seen otherwise.
Taken take(SyncRecord& record, bool registered, uint32_t start_word, uint32_t* seen);

// Whether take() would succeed, without taking.
bool is_available(SyncRecord& record, bool registered, uint32_t start_word);

// Puts back what take() took, for a wait for all that could not have everything.
void untake(SyncRecord& record, Taken taken);

// Counts the caller as a waiter or watcher; returns the futex word at that moment.
uint32_t register_waiter(SyncRecord& record, uint64_t kind_of_wait);
// Ends that; passes on what was meant for a waiter and was not taken by this one.
void unregister_waiter(SyncRecord& record, uint64_t kind_of_wait);

// Signals. Each returns the previous state as NT reports it.
bool set_event(SyncRecord& record);       // also latches
bool reset_event(SyncRecord& record);
bool pulse_event(SyncRecord& record);
// False when the count would exceed the limit (nothing changes).
bool release_semaphore(SyncRecord& record, uint32_t count, uint32_t* previous);

enum class MutantRelease { NotOwner, StillOwned, Released };
MutantRelease release_mutant(SyncRecord& record, uint32_t* previous_recursion);
// The calling thread ends: everything it owns becomes abandoned.
void abandon_owned_mutants();

void set_timer(SyncRecord& record, int64_t due_ns, int64_t period_ns);
void cancel_timer(SyncRecord& record);
bool timer_is_signalled(SyncRecord& record, int64_t now_ns);

// Wakes everybody who waits, to look again.
void ring(SyncRecord& record);

}  // namespace lsw
