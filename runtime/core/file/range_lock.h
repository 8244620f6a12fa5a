// Byte-range locks of programs (LockFile), as OFD locks: they hold between handles and between processes.
// Windows' rules on top of the kernel's: two locks of one handle may conflict too, an unlock must name exactly a range
// that was locked, and a range may lie beyond the end of the file. Reads and writes that run into
// another handle's lock fail in this process and, where this process has locked anything itself, across processes;
// Differs from Windows: a process that never locks does not notice the locks of others when it reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/result.h"

namespace lsw::file {

class FileObject;

class RangeLocks {
public:
    struct Range {
        uint64_t offset;
        uint64_t length;
        bool exclusive;
    };

    // Errors: STATUS_LOCK_NOT_GRANTED at once when `wait` is false, or where this handle's own lock is in the way. With
    // `cancelled` (lock_wait.h) it waits for that too, until it is set: STATUS_CANCELLED.
    Result<void> lock(FileObject& file, Range range, bool wait, const std::atomic<bool>* cancelled = nullptr);
    void wake_waiters();
    // Errors: STATUS_RANGE_NOT_LOCKED.
    Result<void> unlock(FileObject& file, uint64_t offset, uint64_t length);

    // Whether any lock was ever taken in this process: the one test that reads and writes pay.
    static bool any() { return any_.load(std::memory_order_relaxed); }
    static bool allows(FileObject& file, int64_t offset, uint32_t size_bytes, bool writing);

private:
    bool conflicts(const Range& range) const;

    static inline std::atomic<bool> any_{false};
    std::vector<Range> held_;
    std::atomic<uint32_t> changes_{0};  // raised by each unlock
};

}  // namespace lsw::file
