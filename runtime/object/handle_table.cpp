#include "object/handle_table.h"

#include <algorithm>

namespace lsw {
namespace {

constexpr size_t kMaximumHandles = 1 << 24;     // Windows' own limit per process
constexpr size_t kFreeBeforeReuse = 16;         // freed slots rest a while: stale handles then fail

HANDLE value_of(size_t index) { return reinterpret_cast<HANDLE>((index + 1) * 4); }

}  // namespace

const char* object_type_name(ObjectType type) {
    switch (type) {
        case ObjectType::Event: return "Event";
        case ObjectType::Mutant: return "Mutant";
        case ObjectType::Semaphore: return "Semaphore";
        case ObjectType::Timer: return "Timer";
        case ObjectType::Thread: return "Thread";
        case ObjectType::Process: return "Process";
        case ObjectType::File: return "File";
        case ObjectType::Section: return "Section";
        case ObjectType::Key: return "Key";
        case ObjectType::Job: return "Job";
        case ObjectType::IoCompletion: return "IoCompletion";
        case ObjectType::WaitCompletionPacket: return "WaitCompletionPacket";
        case ObjectType::Directory: return "Directory";
        case ObjectType::SymbolicLink: return "SymbolicLink";
        case ObjectType::Token: return "Token";
        case ObjectType::FindFile: return "FindFile";
        case ObjectType::WorkerFactory: return "TpWorkerFactory";
        case ObjectType::RemoteThread: return "Thread";
        case ObjectType::Snapshot: return "Section";
        case ObjectType::Other: break;
    }
    return "Object";
}

// The two low bits of a handle are ignored ("Handles and Objects": they are free for tags).
HandleTable::Slot* HandleTable::slot_of(HANDLE handle) {
    uintptr_t index = reinterpret_cast<uintptr_t>(handle) / 4 - 1;
    if (index >= slots_.size() || !slots_[index].object) return nullptr;
    return &slots_[index];
}

Result<HANDLE> HandleTable::insert(Ref<Object> object, ACCESS_MASK access, bool inherit) {
    std::lock_guard guard(lock_);
    size_t index;
    if (free_.size() > kFreeBeforeReuse) {
        index = free_.front();
        free_.pop_front();
    } else {
        index = slots_.size();
        if (index >= kMaximumHandles) return Status(STATUS_INSUFFICIENT_RESOURCES);
        slots_.emplace_back();
    }
    object->handles_.fetch_add(1, std::memory_order_relaxed);
    slots_[index] = {object.detach(), {access, inherit, false}};
    return value_of(index);
}

Result<void> HandleTable::insert_at(HANDLE value, Ref<Object> object, HandleInfo info) {
    std::lock_guard guard(lock_);
    uintptr_t index = reinterpret_cast<uintptr_t>(value) / 4 - 1;
    if (index >= kMaximumHandles) return STATUS_INVALID_HANDLE;
    while (slots_.size() <= index) {
        free_.push_back(static_cast<uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    if (slots_[index].object) return STATUS_OBJECT_NAME_COLLISION;
    auto at = std::find(free_.begin(), free_.end(), static_cast<uint32_t>(index));
    if (at != free_.end()) free_.erase(at);
    object->handles_.fetch_add(1, std::memory_order_relaxed);
    slots_[index] = {object.detach(), info};
    return {};
}

Result<void> HandleTable::close(HANDLE handle) {
    Ref<Object> object;
    bool last;
    {
        std::lock_guard guard(lock_);
        Slot* slot = slot_of(handle);
        if (!slot) return STATUS_INVALID_HANDLE;
        if (slot->info.protect_from_close) return STATUS_HANDLE_NOT_CLOSABLE;
        object = Ref<Object>::adopt(slot->object);
        *slot = {};
        free_.push_back(static_cast<uint32_t>(slot - slots_.data()));
        last = object->handles_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }
    // Outside the lock: closing may block (a file with delete-on-close) or close other handles.
    if (last) object->on_last_handle_closed();
    return {};
}

Result<HandleTable::Entry> HandleTable::lookup(HANDLE handle) {
    std::lock_guard guard(lock_);
    Slot* slot = slot_of(handle);
    if (!slot) return Status(STATUS_INVALID_HANDLE);
    return Entry{Ref<Object>::share(slot->object), slot->info};
}

Result<void> HandleTable::set_info(HANDLE handle, HandleInfo info) {
    std::lock_guard guard(lock_);
    Slot* slot = slot_of(handle);
    if (!slot) return STATUS_INVALID_HANDLE;
    slot->info = info;
    return {};
}

std::vector<std::pair<HANDLE, HandleTable::Entry>> HandleTable::snapshot() {
    std::vector<std::pair<HANDLE, Entry>> all;
    std::lock_guard guard(lock_);
    for (size_t i = 0; i < slots_.size(); ++i)
        if (slots_[i].object)
            all.emplace_back(value_of(i), Entry{Ref<Object>::share(slots_[i].object), slots_[i].info});
    return all;
}

size_t HandleTable::count() const {
    std::lock_guard guard(lock_);
    size_t open = 0;
    for (const Slot& slot : slots_) open += slot.object != nullptr;
    return open;
}

}  // namespace lsw
