#include "core/wait/owned_mutants.h"

#include "core/wait/arena.h"

namespace lsw {
namespace {

thread_local OwnedMutants t_owned;

SyncRecord* record_of(uint64_t link) {
    return reinterpret_cast<SyncRecord*>(link - offsetof(SyncRecord, robust_next));
}

}  // namespace

OwnedMutants& owned_mutants() { return t_owned; }

void OwnedMutants::start() {
    thread_id_ = static_cast<uint32_t>(syscall(SYS_gettid));
    head_.first = reinterpret_cast<uint64_t>(&head_.first);
    head_.word_offset = -static_cast<int64_t>(offsetof(SyncRecord, robust_next));
    syscall(SYS_set_robust_list, &head_, sizeof head_);
}

void OwnedMutants::add(SyncRecord& record) {
    uint64_t self = reinterpret_cast<uint64_t>(&record.robust_next);
    uint64_t end = reinterpret_cast<uint64_t>(&head_.first);
    retain_record(&record);  // the owner may close its last handle and end while it owns
    record.robust_previous = end;
    record.robust_next = head_.first;
    if (head_.first != end) record_of(head_.first)->robust_previous = self;
    head_.first = self;
}

void OwnedMutants::release(SyncRecord& record, uint32_t mark) {
    uint64_t end = reinterpret_cast<uint64_t>(&head_.first);
    begin(record);
    if (record.robust_previous == end)
        head_.first = record.robust_next;
    else
        record_of(record.robust_previous)->robust_next = record.robust_next;
    if (record.robust_next != end) record_of(record.robust_next)->robust_previous = record.robust_previous;
    record.recursion = 0;
    uint64_t state = record.state.load();
    while (!record.state.compare_exchange_weak(state, (state >> 32 << 32) | mark)) {
    }
    finish();
    if (anybody_waits(state))
        futex_wake(record.word(), watchers_of(state) ? INT_MAX : 1, FutexScope::Shared);
    release_record(&record);
}

SyncRecord* OwnedMutants::first() {
    if (thread_id_ == 0 || head_.first == reinterpret_cast<uint64_t>(&head_.first)) return nullptr;
    return record_of(head_.first);
}

}  // namespace lsw
