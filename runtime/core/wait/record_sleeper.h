// RecordSleeper: who waits for records without sleeping on their futex words, because it sleeps where something else ends its
// sleep (a completion port's threads, in their ready set). Hears of every signal that this process gives to a record that
// somebody waits for; records that other processes may signal, and descriptors, need a word.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/small_lock.h"
#include "core/wait/record.h"

namespace lsw {

class RecordSleeper {
public:
    // Some record was signalled, or is about to be shared. From any thread; must not block, nor signal a record.
    virtual void record_changed() = 0;

    // Whether this record's signals are told.
    static bool hears_of(const SyncRecord& record) {
        switch (record.kind) {
            case SyncKind::ManualEvent:
            case SyncKind::AutoEvent:
            case SyncKind::Semaphore:
            case SyncKind::ManualTimer:
            case SyncKind::AutoTimer: return !record.shared.load();
            default: return false;
        }
    }
    // All of them, if there are any.
    static void tell() {
        if (count().load() != 0) tell_all();
    }

    // From construction to destruction `sleeper` is told.
    class Scope {
    public:
        explicit Scope(RecordSleeper& sleeper);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        friend class RecordSleeper;
        RecordSleeper& sleeper_;
        Scope* next_ = nullptr;
        Scope* previous_ = nullptr;
    };

protected:
    ~RecordSleeper() = default;

private:
    struct All {
        SmallLock lock;
        Scope* first = nullptr;
    };
    static All& all();
    static std::atomic<uint32_t>& count() {
        static constinit std::atomic<uint32_t> value{0};
        return value;
    }
    static void tell_all();
};

}  // namespace lsw
