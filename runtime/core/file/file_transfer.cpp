#include "core/file/file_transfer.h"

#include <cerrno>

#include "base/status.h"
#include "core/file/file_object.h"
#include "core/io/io_object.h"
#include "core/wait/futex.h"

namespace lsw::file {

void FileTransfers::add(FileTransfer& transfer) {
    std::lock_guard guard(lock_);
    transfer.next_ = first_;
    if (first_) first_->previous_ = &transfer;
    first_ = &transfer;
    ever_ = true;
    count_.fetch_add(1);
}

bool FileTransfers::leave(FileTransfer& transfer) {
    std::lock_guard guard(lock_);
    (transfer.previous_ ? transfer.previous_->next_ : first_) = transfer.next_;
    if (transfer.next_) transfer.next_->previous_ = transfer.previous_;
    count_.fetch_sub(1);
    if (!closed_) leaving_.fetch_add(1);
    return !closed_;
}

void FileTransfers::left() {
    // The object may be gone once the count says so; waking an address nobody sleeps on does no harm.
    if (leaving_.fetch_sub(1) == 1) futex_wake(&leaving_, INT_MAX, FutexScope::Private);
}

void FileTransfers::close() {
    {
        std::lock_guard guard(lock_);
        closed_ = true;
    }
    while (uint32_t count = leaving_.load()) futex_wait(&leaving_, count, FutexScope::Private);
}

bool FileTransfers::cancel(const IO_STATUS_BLOCK* which, const Thread* thread) {
    if (!any()) return false;
    bool found = false;
    std::lock_guard guard(lock_);  // transfers leave the list before they are gone
    for (FileTransfer* transfer = first_; transfer; transfer = transfer->next_) {
        if (which && transfer->request_.status_block != which) continue;
        if (thread && transfer->thread_.get() != thread) continue;
        io::engine().cancel(transfer->operation_);
        found = true;
    }
    return found;
}

NTSTATUS FileTransfer::begin(FileObject& file, const IoRequest& request, const Range& range, std::vector<iovec> pieces) {
    auto* transfer = new FileTransfer;
    transfer->file_ = Ref<FileObject>::share(&file);
    transfer->thread_ = Ref<Thread>::share(current_thread());
    transfer->request_ = request;
    transfer->request_.thread = transfer->thread_.get();
    transfer->range_ = range;
    transfer->pieces_ = std::move(pieces);
    if (request.status_block) __atomic_store_n(&request.status_block->Status, STATUS_PENDING, __ATOMIC_RELEASE);
    bool watched = file.begin_transfer(*transfer);
    // Nobody but the threads of the port learns of the end.
    transfer->operation_.quiet = !watched && !request.event && !request.apc_routine && request.context && file.has_completion();
    transfer->operation_.done = on_done;
    transfer->operation_.context = transfer;
    transfer->go_on();
    return STATUS_PENDING;
}

// What is left, into the engine.
void FileTransfer::go_on() {
    bool appends = range_.offset == kEndOfFile;
    uint32_t flags = appends ? RWF_APPEND : 0;
    int64_t offset = appends ? 0 : range_.offset + range_.done_bytes;
    int fd = file_->fd();
    if (!pieces_.empty()) {
        auto count = static_cast<uint32_t>(pieces_.size());
        io::prepare(operation_, range_.writes ? io::Kind::Writev : io::Kind::Readv, fd, pieces_.data(), count, offset, flags);
    } else {
        io::prepare(operation_, range_.writes ? io::Kind::Write : io::Kind::Read, fd, range_.buffer + range_.done_bytes,
                    range_.size_bytes - range_.done_bytes, offset, flags);
    }
    io::engine().start_soon(operation_);
}

void FileTransfer::on_done(io::Operation& operation, int32_t result) {
    static_cast<FileTransfer*>(operation.context)->take(result);
}

void FileTransfer::take(int32_t result) {
    if (result == -EINVAL && file_->leave_direct()) return go_on();
    // A read that failed half way moved what it moved; a write failed.
    if (result < 0 && range_.writes) range_.done_bytes = 0;
    if (result < 0 && range_.done_bytes == 0)
        return end(result == -ECANCELED ? STATUS_CANCELLED : status_from_errno(-result));
    if (result > 0) range_.done_bytes += static_cast<uint32_t>(result);
    // An unbuffered read stops within a sector only where the file does.
    bool may_be_more = pieces_.empty() && result > 0 && range_.done_bytes < range_.size_bytes &&
                       (range_.writes || !file_->is_direct());
    if (may_be_more) return go_on();
    end(range_.done_bytes == 0 && range_.size_bytes != 0 && !range_.writes ? STATUS_END_OF_FILE : STATUS_SUCCESS);
}

void FileTransfer::end(NTSTATUS status) {
    FileTransfers& transfers = file_->transfers();
    bool awaited = transfers.leave(*this);
    finish_io(*file_, request_, status, range_.done_bytes, /*pended=*/true);
    delete this;
    if (awaited) transfers.left();
}

}  // namespace lsw::file
