#include "core/wait/lent.h"

#include <sched.h>

#include <bit>
#include <mutex>
#include <vector>

#include "abi/synch.h"
#include "bpf/fastpath/fastpath.h"
#include "core/runtime.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

// A record that the process keeps taking back is left in peace.
constexpr uint16_t kMostLendings = 1000;

struct Lending {
    std::mutex lock;
    std::atomic<std::byte*> table{nullptr};
    std::vector<uint16_t> free;
    uint32_t generations[LSW_FAST_SLOT_COUNT] = {};
};

Lending& lending() {
    static Lending& instance = *new Lending;
    return instance;
}

std::byte* element(uint64_t index) { return lending().table.load() + index * sizeof(lsw_fast_element); }

lsw_fast_slot& slot_at(uint64_t slot) {
    return reinterpret_cast<lsw_fast_slots*>(element(LSW_FAST_SLOTS + slot / 4))->slots[slot % 4];
}

std::atomic_ref<__u64> state_in(uint64_t slot) { return std::atomic_ref(slot_at(slot).state); }

// Null for values that have no entry.
__u64* entry_of(HANDLE handle) {
    uint64_t index = reinterpret_cast<uint64_t>(handle) / 4;
    if (index >= LSW_FAST_HANDLE_COUNT) return nullptr;
    return &reinterpret_cast<lsw_fast_handles*>(element(LSW_FAST_HANDLES + index / 8))->entries[index % 8];
}

void forget_handle(HANDLE handle) {
    if (__u64* entry = entry_of(handle)) std::atomic_ref(*entry).store(0);
}

uint32_t kind_for_kernel(SyncKind kind) {
    switch (kind) {
        case SyncKind::ManualEvent: return LSW_FAST_MANUAL_EVENT;
        case SyncKind::AutoEvent: return LSW_FAST_AUTO_EVENT;
        case SyncKind::Semaphore: return LSW_FAST_SEMAPHORE;
        default: return 0;
    }
}

uint16_t access_for_kernel(ACCESS_MASK granted) {
    static_assert(EVENT_MODIFY_STATE == SEMAPHORE_MODIFY_STATE && EVENT_QUERY_STATE == SEMAPHORE_QUERY_STATE);
    int access = (granted & EVENT_QUERY_STATE ? LSW_FAST_QUERY : 0) | (granted & EVENT_MODIFY_STATE ? LSW_FAST_MODIFY : 0) |
                 (granted & SYNCHRONIZE ? LSW_FAST_WAIT : 0);
    return static_cast<uint16_t>(access);
}

// A slot and its next tag: the upper half of the state that will be there. False when all are in use.
bool reserve_slot(uint32_t kind, uint16_t* slot, uint32_t* tag) {
    Lending& all = lending();
    std::lock_guard guard(all.lock);
    if (all.free.empty()) return false;
    *slot = all.free.back();
    all.free.pop_back();
    *tag = kind << 24 | (++all.generations[*slot] & 0xFF'FFFF);
    return true;
}

void free_slot(uint16_t slot) {
    std::lock_guard guard(lending().lock);
    lending().free.push_back(slot);
}

// The tag under which the record is lent, and its slot; 0 when it is not.
uint32_t lend_record(SyncRecord& record, uint16_t* slot) {
    uint32_t kind = kind_for_kernel(record.kind), tag;
    uint64_t state = record.state.load();
    if (kind == 0 || record.shared.load()) return 0;
    if (state & kLent) {
        *slot = static_cast<uint16_t>(state);
        uint64_t there = state_in(*slot).load();
        return record.state.load() == state ? static_cast<uint32_t>(there >> 32) : 0;
    }
    if (anybody_waits(state) || record.times_lent.load() >= kMostLendings || !reserve_slot(kind, slot, &tag)) return 0;
    slot_at(*slot).limit = record.kind == SyncKind::Semaphore ? record.limit : 0;
    if (!record.state.compare_exchange_strong(state, kLent | *slot)) return free_slot(*slot), 0;
    ++record.times_lent;
    state_in(*slot).store(uint64_t{tag} << 32 | word_of(state));
    if (record.shared.load()) take_back(record);  // another thread just shared it with another process
    return tag;
}

}  // namespace

void begin_lending(void* table) {
    Lending& all = lending();
    for (unsigned slot = LSW_FAST_SLOT_COUNT; slot-- > 0;) all.free.push_back(static_cast<uint16_t>(slot));
    all.table = static_cast<std::byte*>(table);
    runtime().handles.observe_closing(forget_handle);
}

void lend(HANDLE handle) {
    if (!lending().table.load()) return;
    __u64* entry = entry_of(handle);
    auto found = runtime().handles.lookup(handle);
    if (!entry || !found.ok()) return;
    Object& object = *found->object;
    if (object.type() != ObjectType::Event && object.type() != ObjectType::Semaphore) return;
    uint16_t slot;
    uint32_t tag = lend_record(*object.waitable()->record(), &slot);
    if (tag == 0) return;
    lsw_fast_handle value = {tag, slot, access_for_kernel(found->info.access)};
    std::atomic_ref(*entry).store(std::bit_cast<__u64>(value));
    // Closed meanwhile, and perhaps another object's by now? A close from here on forgets the entry itself.
    auto again = runtime().handles.lookup(handle);
    if (!again.ok() || again->object.get() != &object) std::atomic_ref(*entry).store(0);
}

uint64_t take_back(SyncRecord& record) {
    for (;;) {
        uint64_t state = record.state.load();
        if (!(state & kLent)) return state;
        auto slot = static_cast<uint16_t>(state);
        __u64 there = state_in(slot).load();
        // Not there yet, or another thread is about to put it back: a matter of two instructions.
        if (there == 0 || record.state.load() != state) {
            sched_yield();
            continue;
        }
        if (!state_in(slot).compare_exchange_strong(there, 0)) continue;
        record.state = word_of(there);
        free_slot(slot);
        return word_of(there);
    }
}

}  // namespace lsw
