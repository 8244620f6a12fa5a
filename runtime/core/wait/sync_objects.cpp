#include "core/wait/sync_objects.h"

namespace lsw {

void initialise_record(SyncRecord& record, const SyncInitial& initial) {
    record.kind = initial.kind;
    if (initial.kind == SyncKind::Semaphore) {
        record.limit = initial.limit;
        record.state = initial.value;
    } else if (initial.kind == SyncKind::Mutant) {
        uint32_t ignored;
        record.state = 0;
        record.recursion = 0;
        if (initial.value) take(record, false, 0, &ignored);
    } else {
        record.state = initial.value ? kSignalled : 0;
    }
}

ObjectType type_of_kind(SyncKind kind) {
    switch (kind) {
        case SyncKind::ManualEvent:
        case SyncKind::AutoEvent: return ObjectType::Event;
        case SyncKind::Mutant: return ObjectType::Mutant;
        case SyncKind::Semaphore: return ObjectType::Semaphore;
        case SyncKind::ManualTimer:
        case SyncKind::AutoTimer: return ObjectType::Timer;
        default: return ObjectType::Other;
    }
}

Ref<Object> object_for_record(SyncRecord* record) {
    switch (type_of_kind(record->kind)) {
        case ObjectType::Event: return make_object<Event>(record);
        case ObjectType::Mutant: return make_object<Mutant>(record);
        case ObjectType::Semaphore: return make_object<Semaphore>(record);
        case ObjectType::Timer: return make_object<Timer>(record);
        default: return {};
    }
}

}  // namespace lsw
