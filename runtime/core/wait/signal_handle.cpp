#include "core/wait/signal_handle.h"

#include "abi/synch.h"
#include "core/runtime.h"
#include "core/wait/sync_objects.h"

namespace lsw {

NTSTATUS signal_handle(HANDLE handle) {
    auto entry = runtime().handles.lookup(handle);
    if (!entry.ok()) return entry.status();
    uint32_t previous;
    switch (entry->object->type()) {
        case ObjectType::Event:
            if (!(entry->info.access & EVENT_MODIFY_STATE)) return STATUS_ACCESS_DENIED;
            set_event(*static_cast<Event*>(entry->object.get())->record());
            return STATUS_SUCCESS;
        case ObjectType::Semaphore:
            if (!(entry->info.access & SEMAPHORE_MODIFY_STATE)) return STATUS_ACCESS_DENIED;
            return release_semaphore(*static_cast<Semaphore*>(entry->object.get())->record(), 1, &previous)
                       ? STATUS_SUCCESS
                       : STATUS_SEMAPHORE_LIMIT_EXCEEDED;
        case ObjectType::Mutant:
            return release_mutant(*static_cast<Mutant*>(entry->object.get())->record(), &previous) ==
                           MutantRelease::NotOwner
                       ? STATUS_MUTANT_NOT_OWNED
                       : STATUS_SUCCESS;
        default: return STATUS_OBJECT_TYPE_MISMATCH;
    }
}

}  // namespace lsw
