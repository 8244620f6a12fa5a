// HandleTable: handle values to objects with granted access and attributes, for the whole process.
// A value is 4 × (index + 1); its slot is reused oldest first, so that a stale handle is seldom valid again.
// Errors: STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED as NT gives them.
// A lookup locks its slot alone, and slots never move: threads that use different handles do not meet.
// Not here: pseudo handles of the current process and thread, which core/process resolves (resolve_pseudo).
#pragma once

#include <atomic>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "object/object.h"

namespace lsw {

struct HandleInfo {
    ACCESS_MASK access = 0;
    bool inherit = false;
    bool protect_from_close = false;
};

class HandleTable {
public:
    // A new handle that owns `object`'s reference. Errors: STATUS_INSUFFICIENT_RESOURCES.
    Result<HANDLE> insert(Ref<Object> object, ACCESS_MASK access, bool inherit = false);

    // The same at a given value, for handles that a parent handed down. Replaces nothing: the slot must be free.
    Result<void> insert_at(HANDLE value, Ref<Object> object, HandleInfo info);

    Result<void> close(HANDLE handle);

    struct Entry {
        Ref<Object> object;
        HandleInfo info;
    };
    Result<Entry> lookup(HANDLE handle);

    // The object as a T; T::kType is its ObjectType. `access` must all have been granted.
    template <class T>
    Result<Ref<T>> get(HANDLE handle, ACCESS_MASK access = 0) {
        Taken taken = take(handle, T::kType, access);
        if (!taken.object) return Status(taken.status);
        return Ref<T>::adopt(static_cast<T*>(taken.object));
    }

    // The same for who has no use for owners: the object with a reference more, and what was granted; or null, and why.
    struct Taken {
        Object* object;
        union {
            ACCESS_MASK granted;
            NTSTATUS status;
        };
    };
    Taken take(HANDLE handle, ObjectType type, ACCESS_MASK access);

    Result<void> set_info(HANDLE handle, HandleInfo info);

    // Calls `visit(HANDLE, const Entry&)` for every open handle; used to hand handles down to a child.
    template <class Visit>
    void for_each(Visit visit) {
        for (const auto& [value, entry] : snapshot()) visit(value, entry);
    }
    size_t count() const;

    // Told of each handle once it is closed, with the table locked: its value may be another's next. One observer, for good.
    using Observer = void (*)(HANDLE);
    void observe_closing(Observer observer);

private:
    struct Slot {
        std::atomic<bool> busy{false};  // while it is read or written
        Object* object = nullptr;
        HandleInfo info;
    };
    class Hold;  // of a slot
    static constexpr size_t kMaximumHandles = 1 << 24;  // Windows' own limit per process
    static constexpr size_t kChunk = 1024;

    std::vector<std::pair<HANDLE, Entry>> snapshot();
    Slot* slot_at(size_t index) { return &chunks_[index / kChunk].load(std::memory_order_acquire)[index % kChunk]; }
    Slot* slot_of(HANDLE handle);
    bool grow();

    mutable std::mutex lock_;  // of everything but lookups
    // Both are pages of zeros until they are used: most processes have a few dozen handles.
    std::atomic<Slot*>* const chunks_ = static_cast<std::atomic<Slot*>*>(calloc(kMaximumHandles / kChunk, sizeof(Slot*)));
    std::atomic<size_t> size_{0};
    size_t open_ = 0;
    std::deque<uint32_t> free_;
    Observer observer_ = nullptr;
};

}  // namespace lsw
