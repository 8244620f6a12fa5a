// LockWait: a byte-range lock of a handle for overlapped use that has to wait for another. The kernel has no lock that one
// could be told of later, so a thread of ours waits for each in fcntl(2); they are few.
#pragma once

#include "core/file/range_lock.h"
#include "core/io/completion.h"

namespace lsw {
class Thread;
}

namespace lsw::file {

class FileObject;

// Locks now or later. STATUS_PENDING when the request ends later, with the lock or with STATUS_CANCELLED.
// Errors: STATUS_LOCK_NOT_GRANTED at once when `wait` is false.
NTSTATUS begin_lock(FileObject& file, const IoRequest& request, RangeLocks::Range range, bool wait);

// Ends those of `file` that wait: the one with this status block, or of this thread, or all. Whether there were any.
bool cancel_lock_waits(FileObject& file, const IO_STATUS_BLOCK* which, const Thread* thread);

}  // namespace lsw::file
