// See range_lock.h.
#include "core/file/range_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <mutex>

#include "base/status.h"
#include "core/file/file_object.h"
#include "core/file/share.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"

namespace lsw::file {
namespace {

// One lock for all lists: they are short and seldom used.
std::mutex& list_lock() {
    static std::mutex lock;
    return lock;
}

// Offsets of Windows are unsigned; the kernel's end at 2^63, and share modes live at their top.
bool to_kernel(uint64_t offset, uint64_t length, struct flock& out) {
    constexpr uint64_t kEnd = static_cast<uint64_t>(kShareBase);
    if (length == 0) return false;
    if (offset >= kEnd) offset = kEnd - 1;
    if (length > kEnd - offset) length = kEnd - offset;
    out = {};
    out.l_whence = SEEK_SET;
    out.l_start = static_cast<off_t>(offset);
    out.l_len = static_cast<off_t>(length);
    return true;
}

int set_lock(int fd, struct flock lock, short type, bool wait, const std::atomic<bool>* cancelled = nullptr) {
    lock.l_type = type;
    for (;;) {
        if (cancelled && cancelled->load()) return errno = ECANCELED, -1;
        int result = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
        if (result == 0 || errno != EINTR) return result;
        if (Thread* thread = current_thread()) thread->check_termination_in_wait();
    }
}

}  // namespace

bool RangeLocks::conflicts(const Range& range) const {
    for (const Range& held : held_) {
        bool overlap = held.offset < range.offset + range.length &&
                       range.offset < held.offset + held.length;
        if (overlap && (held.exclusive || range.exclusive)) return true;
    }
    return false;
}

void RangeLocks::wake_waiters() {
    changes_.fetch_add(1);
    futex_wake(&changes_, INT_MAX, FutexScope::Private);
}

Result<void> RangeLocks::lock(FileObject& file, Range range, bool wait, const std::atomic<bool>* cancelled) {
    if (range.offset + range.length < range.offset && range.offset + range.length != 0)
        return STATUS_INVALID_PARAMETER;  // STATUS_INVALID_LOCK_RANGE has no row of its own
    any_.store(true, std::memory_order_relaxed);
    for (;;) {
        uint32_t changes = changes_.load();
        {
            std::lock_guard guard(list_lock());
            if (!conflicts(range)) break;
        }
        // Whoever waits through a synchronous handle keeps it from being unlocked.
        if (!cancelled) return STATUS_LOCK_NOT_GRANTED;
        if (cancelled->load()) return STATUS_CANCELLED;
        futex_wait(&changes_, changes, FutexScope::Private);
    }
    struct flock lock;
    if (to_kernel(range.offset, range.length, lock)) {
        short type = range.exclusive ? F_WRLCK : F_RDLCK;
        int result = set_lock(file.fd(), lock, type, wait, cancelled);
        if (result != 0 && errno == EBADF) {
            // Exclusive on a handle that may only read (or the reverse): the nearest the kernel grants.
            result = set_lock(file.fd(), lock, range.exclusive ? F_RDLCK : F_WRLCK, wait, cancelled);
        }
        if (result != 0 && errno == ECANCELED) return STATUS_CANCELLED;
        if (result != 0 && (errno == EAGAIN || errno == EACCES)) return STATUS_LOCK_NOT_GRANTED;
        if (result != 0 && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOLCK)
            return status_from_errno(errno);
    }
    std::lock_guard guard(list_lock());
    held_.push_back(range);
    return {};
}

Result<void> RangeLocks::unlock(FileObject& file, uint64_t offset, uint64_t length) {
    std::lock_guard guard(list_lock());
    for (size_t i = held_.size(); i-- > 0;) {
        if (held_[i].offset != offset || held_[i].length != length) continue;
        held_.erase(held_.begin() + static_cast<ptrdiff_t>(i));
        wake_waiters();
        struct flock lock;
        if (!to_kernel(offset, length, lock)) return {};
        set_lock(file.fd(), lock, F_UNLCK, false);
        // Shared locks of one handle may overlap; the kernel merged them, so what still holds is taken again.
        for (const Range& held : held_) {
            struct flock again;
            if (held.offset < offset + length && offset < held.offset + held.length &&
                to_kernel(held.offset, held.length, again))
                set_lock(file.fd(), again, held.exclusive ? F_WRLCK : F_RDLCK, false);
        }
        return {};
    }
    return STATUS_RANGE_NOT_LOCKED;
}

bool RangeLocks::allows(FileObject& file, int64_t offset, uint32_t size_bytes, bool writing) {
    if (size_bytes == 0) return true;
    if (offset < 0) {
        auto position = offset == kCurrentPosition ? file.position() : Result<int64_t>(int64_t{0});
        if (offset == kEndOfFile) {
            auto size = file.size();
            position = size.ok() ? static_cast<int64_t>(*size) : 0;
        }
        if (!position.ok()) return true;
        offset = *position;
    }
    struct flock lock;
    if (!to_kernel(static_cast<uint64_t>(offset), size_bytes, lock)) return true;
    // A reader is stopped by exclusive locks only, a writer by any.
    lock.l_type = writing ? F_WRLCK : F_RDLCK;
    return fcntl(file.fd(), F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK;
}

}  // namespace lsw::file
