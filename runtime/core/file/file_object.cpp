// Reading, writing, positions and sizes of an open file. Deleting and renaming are in file_rename.cpp.
#include "core/file/file_object.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/directory.h"
#include "core/file/directory_watch.h"
#include "core/file/range_lock.h"
#include "core/path/drive_map.h"
#include "core/wait/sync_objects.h"

namespace lsw::file {
namespace {

Result<uint64_t> moved(ssize_t count) {
    if (count < 0) {
        if (errno == EISDIR || errno == EBADF) return Status(STATUS_INVALID_DEVICE_REQUEST);
        return Status(status_from_errno(errno));
    }
    return Result<uint64_t>(static_cast<uint64_t>(count));
}

}  // namespace

FileObject::FileObject(Setup setup) : setup_(std::move(setup)) {
    delete_on_close_ = setup_.options & FILE_DELETE_ON_CLOSE;
    if (delete_on_close_) watch_delete_on_close(this);
}

FileObject::~FileObject() {
    if (delete_on_close_) forget_delete_on_close(this);
    if (record_) release_record(record_);
}

SyncRecord* FileObject::record() {
    std::lock_guard guard(lock_);
    if (record_) return record_;
    auto made = allocate_record(SyncKind::ManualEvent);
    if (!made.ok()) return nullptr;
    record_ = *made;
    initialise_record(*record_, {SyncKind::ManualEvent, 1});
    return record_;
}

bool FileObject::is_directory() const { return S_ISDIR(setup_.mode); }

bool FileObject::is_synchronous() const {
    return setup_.options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
}

Result<uint64_t> FileObject::read(void* buffer, uint32_t size_bytes, int64_t offset) {
    if (offset == kCurrentPosition && !is_synchronous()) return Status(STATUS_INVALID_PARAMETER);
    if (offset < kCurrentPosition) return Status(STATUS_INVALID_PARAMETER);
    if (setup_.path_only || is_directory()) return Status(STATUS_INVALID_DEVICE_REQUEST);
    if (RangeLocks::any() &&
        !RangeLocks::allows(*this, offset, size_bytes, /*writing=*/false))
        return Status(STATUS_FILE_LOCK_CONFLICT);
    ssize_t got;
    do {
        got = offset == kCurrentPosition ? ::read(fd(), buffer, size_bytes)
                                         : pread(fd(), buffer, size_bytes, offset);
    } while (got < 0 && errno == EINTR);
    if (got == 0 && size_bytes != 0) return Status(STATUS_END_OF_FILE);
    if (got > 0 && offset != kCurrentPosition && is_synchronous())
        lseek(fd(), offset + got, SEEK_SET);
    return moved(got);
}

Result<uint64_t> FileObject::write(const void* buffer, uint32_t size_bytes, int64_t offset) {
    if (offset == kCurrentPosition && !is_synchronous()) return Status(STATUS_INVALID_PARAMETER);
    if (offset < kEndOfFile) return Status(STATUS_INVALID_PARAMETER);
    if (setup_.path_only || is_directory()) return Status(STATUS_INVALID_DEVICE_REQUEST);
    if (RangeLocks::any() && !RangeLocks::allows(*this, offset, size_bytes, /*writing=*/true))
        return Status(STATUS_FILE_LOCK_CONFLICT);
    uint64_t done = 0;
    do {
        const char* from = static_cast<const char*>(buffer) + done;
        size_t rest = size_bytes - done;
        ssize_t put;
        if (offset == kCurrentPosition) {
            put = ::write(fd(), from, rest);
        } else if (offset == kEndOfFile) {
            iovec piece = {const_cast<char*>(from), rest};
            put = pwritev2(fd(), &piece, 1, 0, RWF_APPEND);
        } else {
            put = pwrite(fd(), from, rest, offset + static_cast<int64_t>(done));
        }
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && done == 0) return moved(put);
        if (put <= 0) break;  // a disk that filled up half way: what was written counts
        done += static_cast<uint64_t>(put);
    } while (done < size_bytes);
    if (is_synchronous() && offset >= 0) lseek(fd(), offset + static_cast<int64_t>(done), SEEK_SET);
    if (is_synchronous() && offset == kEndOfFile) lseek(fd(), 0, SEEK_END);
    return Result<uint64_t>(done);
}

Result<FileStat> FileObject::stat() const {
    if (!setup_.builtin) return stat_fd(fd());
    // A built-in directory is as old as the system it belongs to.
    constexpr int64_t kBuilt = 132514272000000000;  // 2020-12-03
    FileStat out;
    out.mode = S_IFDIR | 0755;
    out.attributes = FILE_ATTRIBUTE_DIRECTORY;
    out.creation_time = out.access_time = out.write_time = out.change_time = kBuilt;
    out.links = 1;
    out.volume_serial = volume_serial_of(0, 0);
    out.file_id = std::hash<std::string>()(setup_.path) | 1ull << 63;
    return out;
}

std::string FileObject::current_path() const {
    if (setup_.builtin) return setup_.path;
    std::string out(4096, '\0');
    for (;;) {
        ssize_t length = readlink(self_path(fd()).c_str(), out.data(), out.size());
        if (length < 0) return setup_.path;  // /proc is missing, or the path is longer than it can say
        if (static_cast<size_t>(length) < out.size()) {
            out.resize(static_cast<size_t>(length));
            break;
        }
        out.resize(out.size() * 2);
    }
    constexpr std::string_view kDeleted = " (deleted)";
    if (out.ends_with(kDeleted)) {
        struct stat info;
        if (fstat(fd(), &info) == 0 && info.st_nlink == 0) return {};
    }
    return out;
}

Result<int64_t> FileObject::position() const {
    if (!is_synchronous() || setup_.path_only || setup_.builtin || is_directory()) return int64_t{0};
    off_t now = lseek(fd(), 0, SEEK_CUR);
    if (now < 0) return Status(status_from_errno(errno));
    return static_cast<int64_t>(now);
}

Result<void> FileObject::set_position(int64_t position) {
    if (position < 0) return STATUS_INVALID_PARAMETER;
    if (setup_.path_only || setup_.builtin || is_directory()) return {};
    return lseek(fd(), position, SEEK_SET) < 0 ? status_from_errno(errno) : STATUS_SUCCESS;
}

// Doc: "SetFilePointerEx function (fileapi.h)". Errors: STATUS_INVALID_PARAMETER before the start of the file.
Result<int64_t> FileObject::seek(int64_t distance, DWORD method) {
    int64_t base = 0;
    if (method == FILE_CURRENT) base = LSW_TRY(position());
    if (method == FILE_END) base = static_cast<int64_t>(LSW_TRY(size()));
    int64_t target;
    if (__builtin_add_overflow(base, distance, &target) || target < 0)
        return Status(STATUS_INVALID_PARAMETER);
    LSW_CHECK(set_position(target));
    return target;
}

Result<uint64_t> FileObject::size() const {
    if (setup_.builtin) return uint64_t{0};
    struct stat info;
    if (fstat(fd(), &info) != 0) return Status(status_from_errno(errno));
    return S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : uint64_t{0};
}

Result<void> FileObject::set_size(uint64_t size_bytes) {
    if (size_bytes > INT64_MAX) return STATUS_INVALID_PARAMETER;
    if (is_directory() || setup_.path_only) return STATUS_INVALID_DEVICE_REQUEST;
    return ftruncate(fd(), static_cast<off_t>(size_bytes)) != 0 ? status_from_errno(errno)
                                                                 : STATUS_SUCCESS;
}

Result<void> FileObject::flush() {
    if (setup_.path_only || setup_.builtin) return {};
    return fsync(fd()) != 0 && errno != EINVAL && errno != EROFS ? status_from_errno(errno)
                                                                  : STATUS_SUCCESS;
}

NTSTATUS FileObject::notify_change(const IoRequest& request, void* buffer, uint32_t size_bytes, ULONG filter,
                                   bool subtree) {
    if (!is_directory() || setup_.builtin) return STATUS_INVALID_PARAMETER;
    begin_io(request);
    DirectoryWatch* watch;
    {
        std::lock_guard guard(lock_);
        if (!watch_) {
            auto started = DirectoryWatch::start(*this, filter, subtree);
            if (!started.ok()) return started.status();
            watch_ = std::move(*started);
        }
        watch = watch_.get();
    }
    return watch->request(*this, request, buffer, size_bytes);
}

bool FileObject::cancel(const IO_STATUS_BLOCK* which) {
    std::unique_lock guard(lock_);
    DirectoryWatch* watch = watch_.get();
    guard.unlock();
    return watch && watch->end_requests(*this, which, STATUS_CANCELLED);
}

RangeLocks& FileObject::range_locks() {
    std::lock_guard guard(lock_);
    if (!range_locks_) range_locks_ = std::make_unique<RangeLocks>();
    return *range_locks_;
}

}  // namespace lsw::file
