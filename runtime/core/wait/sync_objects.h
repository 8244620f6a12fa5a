// Event, Mutant, Semaphore, Timer: handles' view of SyncRecords. The state itself is in record.h.
#pragma once

#include <mutex>
#include <string>

#include "base/result.h"
#include "core/wait/arena.h"
#include "core/wait/waitable.h"
#include "object/object.h"

namespace lsw {

class SyncObject : public Object, public Waitable {
public:
    Waitable* waitable() override { return this; }
    SyncRecord* record() override { return record_; }
    const std::u16string& name() const { return name_; }
    void set_name(std::u16string name) { name_ = std::move(name); }

protected:
    SyncObject(ObjectType type, SyncRecord* record) : Object(type), record_(record) {}
    ~SyncObject() override { release_record(record_); }

private:
    SyncRecord* record_;
    std::u16string name_;
};

class Event final : public SyncObject {
public:
    static constexpr ObjectType kType = ObjectType::Event;
    explicit Event(SyncRecord* record) : SyncObject(kType, record) {}
};

class Mutant final : public SyncObject {
public:
    static constexpr ObjectType kType = ObjectType::Mutant;
    explicit Mutant(SyncRecord* record) : SyncObject(kType, record) {}
};

class Semaphore final : public SyncObject {
public:
    static constexpr ObjectType kType = ObjectType::Semaphore;
    explicit Semaphore(SyncRecord* record) : SyncObject(kType, record) {}
};

class Timer final : public SyncObject {
public:
    static constexpr ObjectType kType = ObjectType::Timer;
    explicit Timer(SyncRecord* record) : SyncObject(kType, record) {}

    // `due`: 100 ns ticks, negative from now, else a system time. A routine is run as an APC of the calling thread with
    // (argument, due time low, high). Returns whether the timer was signalled before.
    using Routine = void(WINAPI*)(ULONG_PTR, ULONG_PTR, ULONG_PTR);
    bool set(int64_t due, int64_t period_ms, Routine routine, void* argument);
    bool cancel();

private:
    ~Timer() override;
    void drop_routine();

    std::mutex lock_;
    Ref<Object> routine_thread_;  // a Thread
};

// How a record starts.
struct SyncInitial {
    SyncKind kind;
    uint32_t value = 0;  // event: signalled; semaphore: count; mutant: owned by the caller
    uint32_t limit = 0;  // semaphore
};
void initialise_record(SyncRecord& record, const SyncInitial& initial);

// The object class for a record of this kind; takes the hold.
Ref<Object> object_for_record(SyncRecord* record);
ObjectType type_of_kind(SyncKind kind);

}  // namespace lsw
