#include "object/handle_table.h"

#include <sched.h>

#include <algorithm>
#include <new>

namespace lsw {
namespace {

constexpr size_t kFreeBeforeReuse = 16;  // freed slots rest a while: stale handles then fail

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

// Whoever has a slot does next to nothing with it; a holder that lost its processor needs ours.
class HandleTable::Hold {
public:
    explicit Hold(Slot& slot) : slot_(slot) {
        for (unsigned tries = 0; slot.busy.exchange(true, std::memory_order_acquire); ++tries)
            tries < 64 ? __builtin_ia32_pause() : static_cast<void>(sched_yield());
    }
    ~Hold() { slot_.busy.store(false, std::memory_order_release); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

private:
    Slot& slot_;
};

// The two low bits of a handle are ignored ("Handles and Objects": they are free for tags).
HandleTable::Slot* HandleTable::slot_of(HANDLE handle) {
    uintptr_t index = reinterpret_cast<uintptr_t>(handle) / 4 - 1;
    return index < size_.load(std::memory_order_acquire) ? slot_at(index) : nullptr;
}

// Under the lock: one slot more.
bool HandleTable::grow() {
    size_t index = size_.load(std::memory_order_relaxed);
    if (index >= kMaximumHandles) return false;
    std::atomic<Slot*>& chunk = chunks_[index / kChunk];
    if (!chunk.load(std::memory_order_relaxed)) {
        // All of a Slot begins as zero. The first chunk of the process is: calloc would write its zeros.
        alignas(Slot) static std::byte first[kChunk * sizeof(Slot)];
        static std::atomic<bool> first_taken{false};
        auto* made = first_taken.exchange(true) ? static_cast<Slot*>(calloc(kChunk, sizeof(Slot)))
                                                : reinterpret_cast<Slot*>(first);
        if (!made) return false;
        chunk.store(made, std::memory_order_release);
    }
    size_.store(index + 1, std::memory_order_release);
    return true;
}

Result<HANDLE> HandleTable::insert(Ref<Object> object, ACCESS_MASK access, bool inherit) {
    std::lock_guard guard(lock_);
    size_t index;
    if (free_.size() > kFreeBeforeReuse) {
        index = free_.front();
        free_.pop_front();
    } else {
        if (!grow()) return Status(STATUS_INSUFFICIENT_RESOURCES);
        index = size_ - 1;
    }
    object->handles_.fetch_add(1, std::memory_order_relaxed);
    Slot& slot = *slot_at(index);
    Hold hold(slot);
    slot.object = object.detach();
    slot.info = {access, inherit, false};
    ++open_;
    return value_of(index);
}

Result<void> HandleTable::insert_at(HANDLE value, Ref<Object> object, HandleInfo info) {
    std::lock_guard guard(lock_);
    uintptr_t index = reinterpret_cast<uintptr_t>(value) / 4 - 1;
    if (index >= kMaximumHandles) return STATUS_INVALID_HANDLE;
    while (size_ <= index) {
        free_.push_back(static_cast<uint32_t>(size_));
        if (!grow()) return STATUS_INSUFFICIENT_RESOURCES;
    }
    Slot& slot = *slot_at(index);
    Hold hold(slot);
    if (slot.object) return STATUS_OBJECT_NAME_COLLISION;
    auto at = std::find(free_.begin(), free_.end(), static_cast<uint32_t>(index));
    if (at != free_.end()) free_.erase(at);
    object->handles_.fetch_add(1, std::memory_order_relaxed);
    slot.object = object.detach();
    slot.info = info;
    ++open_;
    return {};
}

Result<void> HandleTable::close(HANDLE handle) {
    Ref<Object> object;
    bool last;
    {
        std::lock_guard guard(lock_);
        Slot* slot = slot_of(handle);
        if (!slot || !slot->object) return STATUS_INVALID_HANDLE;
        if (slot->info.protect_from_close) return STATUS_HANDLE_NOT_CLOSABLE;
        {
            Hold hold(*slot);
            object = Ref<Object>::adopt(std::exchange(slot->object, nullptr));
            slot->info = {};
        }
        size_t index = reinterpret_cast<uintptr_t>(handle) / 4 - 1;
        free_.push_back(static_cast<uint32_t>(index));
        --open_;
        if (observer_) observer_(value_of(index));
        last = object->handles_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }
    // Outside the lock: closing may block (a file with delete-on-close) or close other handles.
    if (last) object->on_last_handle_closed();
    return {};
}

void HandleTable::observe_closing(Observer observer) {
    std::lock_guard guard(lock_);
    observer_ = observer;
}

Result<HandleTable::Entry> HandleTable::lookup(HANDLE handle) {
    Slot* slot = slot_of(handle);
    if (!slot) return Status(STATUS_INVALID_HANDLE);
    Hold hold(*slot);
    if (!slot->object) return Status(STATUS_INVALID_HANDLE);
    return Entry{Ref<Object>::share(slot->object), slot->info};
}

HandleTable::Taken HandleTable::take(HANDLE handle, ObjectType type, ACCESS_MASK access) {
    Taken taken{};
    taken.status = STATUS_INVALID_HANDLE;
    Slot* slot = slot_of(handle);
    if (!slot) return taken;
    Hold hold(*slot);
    if (!slot->object) return taken;
    if (slot->object->type() != type) return taken.status = STATUS_OBJECT_TYPE_MISMATCH, taken;
    if ((slot->info.access & access) != access) return taken.status = STATUS_ACCESS_DENIED, taken;
    slot->object->retain();
    taken.object = slot->object;
    taken.granted = slot->info.access;
    return taken;
}

Result<void> HandleTable::set_info(HANDLE handle, HandleInfo info) {
    std::lock_guard guard(lock_);
    Slot* slot = slot_of(handle);
    if (!slot || !slot->object) return STATUS_INVALID_HANDLE;
    Hold hold(*slot);
    slot->info = info;
    return {};
}

std::vector<std::pair<HANDLE, HandleTable::Entry>> HandleTable::snapshot() {
    std::vector<std::pair<HANDLE, Entry>> all;
    std::lock_guard guard(lock_);
    for (size_t i = 0; i < size_; ++i) {
        Slot& slot = *slot_at(i);
        if (slot.object) all.emplace_back(value_of(i), Entry{Ref<Object>::share(slot.object), slot.info});
    }
    return all;
}

size_t HandleTable::count() const {
    std::lock_guard guard(lock_);
    return open_;
}

}  // namespace lsw
