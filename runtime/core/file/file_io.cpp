// Reading and writing an open file: at once where that does not wait for a device, through the I/O engine
// (file_transfer.h) where a handle for overlapped use would have to.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "core/exception/call_sites.h"
#include "core/file/alternate_stream.h"
#include "core/file/directory.h"
#include "core/file/directory_watch.h"
#include "core/file/file_object.h"
#include "core/file/lock_wait.h"
#include "core/file/range_lock.h"
#include "core/wait/sync_objects.h"

namespace lsw::file {
namespace {

constexpr uint32_t kSector = 512;  // as the volume functions say

NTSTATUS failure(int error) {
    return error == EISDIR || error == EBADF ? STATUS_INVALID_DEVICE_REQUEST : status_from_errno(error);
}

// The C library's read and its like are points where a thread may be cancelled, which costs two atomic operations a call in a
// process with threads. Nobody here cancels threads.
ssize_t read_at(int fd, void* buffer, size_t size_bytes, int64_t offset) {
    if (offset == kCurrentPosition) return syscall(SYS_read, fd, buffer, size_bytes);
    return syscall(SYS_pread64, fd, buffer, size_bytes, offset);
}
ssize_t write_at(int fd, const void* buffer, size_t size_bytes, int64_t offset) {
    if (offset == kCurrentPosition) return syscall(SYS_write, fd, buffer, size_bytes);
    return syscall(SYS_pwrite64, fd, buffer, size_bytes, offset);
}

}  // namespace

// STATUS_SUCCESS, or why this transfer is refused.
NTSTATUS FileObject::check_transfer(bool writing, uint32_t size_bytes, int64_t offset) {
    if (offset == kCurrentPosition && !is_synchronous()) return STATUS_INVALID_PARAMETER;
    if (offset < (writing ? kEndOfFile : kCurrentPosition)) return STATUS_INVALID_PARAMETER;
    if (setup_.path_only || is_directory()) return STATUS_INVALID_DEVICE_REQUEST;
    // "File Buffering": whole sectors at sector boundaries.
    if (setup_.options & FILE_NO_INTERMEDIATE_BUFFERING && (size_bytes % kSector || (offset > 0 && offset % kSector)))
        return STATUS_INVALID_PARAMETER;
    if (RangeLocks::any() && !RangeLocks::allows(*this, offset, size_bytes, writing)) return STATUS_FILE_LOCK_CONFLICT;
    return STATUS_SUCCESS;
}

bool FileObject::leave_direct() {
    if (!direct_.exchange(false)) return false;
    fcntl(fd(), F_SETFL, fcntl(fd(), F_GETFL) & ~O_DIRECT);
    return true;
}

void FileObject::settle_position() const {
    int64_t due = position_due_.exchange(-1);
    if (due >= 0) lseek(setup_.fd.get(), due, SEEK_SET);
}

NTSTATUS FileObject::read_here(void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved) {
    if (NTSTATUS refused = check_transfer(/*writing=*/false, size_bytes, offset)) return refused;
    if (setup_.stream) {
        std::lock_guard guard(AlternateStream::lock());
        if (Status loaded = setup_.stream->load(setup_.fd.get()); !loaded.ok()) return loaded.code;
    }
    ssize_t got;
    int descriptor = offset == kCurrentPosition ? fd() : setup_.fd.get();
    do got = read_at(descriptor, buffer, size_bytes, offset);
    while (got < 0 && (errno == EINTR || (errno == EINVAL && leave_direct())));
    if (got < 0) return failure(errno);
    if (got == 0 && size_bytes != 0) return STATUS_END_OF_FILE;
    if (got > 0 && offset != kCurrentPosition && is_synchronous()) position_due_ = offset + got;
    *moved = static_cast<uint64_t>(got);
    return STATUS_SUCCESS;
}

Result<uint64_t> FileObject::read(void* buffer, uint32_t size_bytes, int64_t offset) {
    uint64_t moved = 0;
    NTSTATUS status = read_here(buffer, size_bytes, offset, &moved);
    return NT_SUCCESS(status) ? Result<uint64_t>(moved) : Result<uint64_t>(Status(status));
}

NTSTATUS FileObject::write_here(const void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved) {
    if (!setup_.stream) return write_bytes(buffer, size_bytes, offset, moved);
    std::lock_guard guard(AlternateStream::lock());
    if (Status loaded = setup_.stream->load(setup_.fd.get()); !loaded.ok()) return loaded.code;
    NTSTATUS status = write_bytes(buffer, size_bytes, offset, moved);
    if (!NT_SUCCESS(status)) return status;
    Status stored = setup_.stream->store(setup_.fd.get());
    if (!stored.ok() && offset == kCurrentPosition) lseek(setup_.fd.get(), -static_cast<off_t>(*moved), SEEK_CUR);
    return stored.code;
}

NTSTATUS FileObject::write_bytes(const void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved) {
    if (NTSTATUS refused = check_transfer(/*writing=*/true, size_bytes, offset)) return refused;
    int descriptor = offset < 0 ? fd() : setup_.fd.get();
    uint64_t done = 0;
    do {
        const char* from = static_cast<const char*>(buffer) + done;
        size_t rest = size_bytes - done;
        ssize_t put;
        if (offset == kEndOfFile) {
            iovec piece = {const_cast<char*>(from), rest};
            put = pwritev2(descriptor, &piece, 1, 0, RWF_APPEND);
        } else {
            put = write_at(descriptor, from, rest, offset < 0 ? offset : offset + static_cast<int64_t>(done));
        }
        if (put < 0 && (errno == EINTR || (errno == EINVAL && leave_direct()))) continue;
        if (put < 0) {
            // A disk that filled up half way: the write failed ("WriteFile function"; Windows finds room for all of it first).
            int error = errno;
            if (offset == kCurrentPosition && done) lseek(descriptor, -static_cast<off_t>(done), SEEK_CUR);
            return failure(error);
        }
        if (put == 0) break;
        done += static_cast<uint64_t>(put);
    } while (done < size_bytes);
    if (is_synchronous() && offset >= 0) position_due_ = offset + static_cast<int64_t>(done);
    if (is_synchronous() && offset == kEndOfFile) lseek(descriptor, 0, SEEK_END);
    *moved = done;
    return STATUS_SUCCESS;
}

Result<uint64_t> FileObject::write(const void* buffer, uint32_t size_bytes, int64_t offset) {
    uint64_t moved = 0;
    NTSTATUS status = write_here(buffer, size_bytes, offset, &moved);
    return NT_SUCCESS(status) ? Result<uint64_t>(moved) : Result<uint64_t>(Status(status));
}

// What the cache has of it; -1 when it has nothing or cannot tell.
ssize_t FileObject::read_now(void* buffer, uint32_t size_bytes, int64_t offset) {
    iovec piece = {buffer, size_bytes};
    ssize_t got;
    // (The offset is two arguments: the second has its upper half where words are shorter.)
    do got = syscall(SYS_preadv2, setup_.fd.get(), &piece, 1, offset, 0, RWF_NOWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

NTSTATUS FileObject::begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) {
    if (is_synchronous() || setup_.stream) {
        begin_io(request);
        uint64_t moved = 0;
        NTSTATUS status = read_here(buffer, size_bytes, offset, &moved);
        return finish_io(*this, request, status, moved, /*pended=*/false);
    }
    if (NTSTATUS refused = check_transfer(/*writing=*/false, size_bytes, offset)) return refused;
    begin_io(request);
    uint32_t done = 0;
    if (!is_direct()) {
        ssize_t got = size_bytes ? read_now(buffer, size_bytes, offset) : 0;
        if (got == 0 && size_bytes) return finish_io(*this, request, STATUS_END_OF_FILE, 0, /*pended=*/false);
        if (got == static_cast<ssize_t>(size_bytes))
            return finish_io(*this, request, STATUS_SUCCESS, size_bytes, /*pended=*/false);
        if (got < 0 && errno == EFAULT) return finish_io(*this, request, STATUS_ACCESS_VIOLATION, 0, /*pended=*/false);
        if (got > 0) done = static_cast<uint32_t>(got);
    }
    return FileTransfer::begin(*this, request, {false, static_cast<char*>(buffer), size_bytes, offset, done});
}

NTSTATUS FileObject::begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) {
    bool waits_for_device = is_direct() || setup_.options & FILE_WRITE_THROUGH;
    bool here = is_synchronous() || !waits_for_device || setup_.stream;
    if (NTSTATUS refused = here ? STATUS_SUCCESS : check_transfer(/*writing=*/true, size_bytes, offset)) return refused;
    seh::show_call_sites(buffer, size_bytes);
    begin_io(request);
    if (here) {
        uint64_t moved = 0;
        NTSTATUS status = write_here(buffer, size_bytes, offset, &moved);
        return finish_io(*this, request, status, moved, /*pended=*/false);
    }
    auto* bytes = const_cast<char*>(static_cast<const char*>(buffer));
    return FileTransfer::begin(*this, request, {true, bytes, size_bytes, offset, 0});
}

NTSTATUS FileObject::begin_pages(const IoRequest& request, bool writing, void* const* pages, uint32_t size_bytes,
                                 int64_t offset) {
    constexpr uint32_t kPage = 4096;
    if (is_synchronous() || size_bytes == 0 || setup_.stream)
        return IoObject::begin_pages(request, writing, pages, size_bytes, offset);
    if (NTSTATUS refused = check_transfer(writing, size_bytes, offset)) return refused;
    std::vector<iovec> pieces;
    for (uint32_t done = 0; done < size_bytes; done += kPage)
        pieces.push_back({pages[done / kPage], std::min(kPage, size_bytes - done)});
    if (pieces.size() > IOV_MAX) return IoObject::begin_pages(request, writing, pages, size_bytes, offset);
    begin_io(request);
    return FileTransfer::begin(*this, request, {writing, nullptr, size_bytes, offset, 0}, std::move(pieces));
}

bool FileObject::begin_transfer(FileTransfer& transfer) {
    transfers_.add(transfer);
    return begin_pending();
}

bool FileObject::begin_pending() {
    std::lock_guard guard(lock_);
    ++under_way_;
    if (record_) reset_event(*record_);
    return record_ != nullptr;
}

void FileObject::operation_ended() {
    std::lock_guard guard(lock_);
    --under_way_;
    if (record_) set_event(*record_);
}

bool FileObject::cancel(const IO_STATUS_BLOCK* which) {
    bool any = transfers_.cancel(which, nullptr);
    any |= cancel_lock_waits(*this, which, nullptr);
    std::unique_lock guard(lock_);
    DirectoryWatch* watch = watch_.get();
    guard.unlock();
    return (watch && watch->end_requests(*this, which, STATUS_CANCELLED)) || any;
}

bool FileObject::cancel_of_thread(const Thread& thread) {
    bool any = transfers_.cancel(nullptr, &thread);
    any |= cancel_lock_waits(*this, nullptr, &thread);
    std::unique_lock guard(lock_);
    DirectoryWatch* watch = watch_.get();
    guard.unlock();
    return (watch && watch->end_requests(*this, nullptr, STATUS_CANCELLED)) || any;
}

}  // namespace lsw::file
