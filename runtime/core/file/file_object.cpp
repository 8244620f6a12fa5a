// Positions and sizes of an open file. Reading and writing are in file_io.cpp, deleting and renaming in file_rename.cpp.
#include "core/file/file_object.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/alternate_stream.h"
#include "core/file/directory.h"
#include "core/file/directory_watch.h"
#include "core/file/range_lock.h"
#include "core/path/drive_map.h"
#include "core/wait/sync_objects.h"

namespace lsw::file {
FileObject::FileObject(Setup setup)
    : setup_(std::move(setup)),
      synchronous_(setup_.options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) {
    delete_on_close_ = setup_.options & FILE_DELETE_ON_CLOSE;
    if (setup_.options & FILE_NO_INTERMEDIATE_BUFFERING && S_ISREG(setup_.mode) && !setup_.path_only) {
        int flags = fcntl(fd(), F_GETFL);
        direct_ = flags >= 0 && fcntl(fd(), F_SETFL, flags | O_DIRECT) == 0;
    }
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
    initialise_record(*record_, {SyncKind::ManualEvent, under_way_ == 0});
    return record_;
}

std::string FileObject::stream_suffix() const { return setup_.stream ? ":" + setup_.stream->name() : ""; }

Result<FileStat> FileObject::stat() const {
    if (setup_.stream) {
        FileStat of_file = LSW_TRY(stat_fd(setup_.stream->file_fd()));
        of_file.size_bytes = of_file.allocated_bytes = LSW_TRY(size());
        return of_file;
    }
    if (!setup_.builtin && !setup_.builtin_file) return stat_fd(fd());
    // A built-in directory or file is as old as the system it belongs to.
    constexpr int64_t kBuilt = 132514272000000000;  // 2020-12-03
    FileStat out;
    out.mode = S_IFDIR | 0755;
    out.attributes = FILE_ATTRIBUTE_DIRECTORY;
    if (setup_.builtin_file) {
        out.mode = S_IFREG | 0755;
        out.attributes = FILE_ATTRIBUTE_ARCHIVE;
        out.size_bytes = LSW_TRY(size());
        out.allocated_bytes = (out.size_bytes + 4095) / 4096 * 4096;
    }
    out.creation_time = out.access_time = out.write_time = out.change_time = kBuilt;
    out.links = 1;
    out.volume_serial = volume_serial_of(0, 0);
    out.file_id = std::hash<std::string>()(setup_.path) | 1ull << 63;
    return out;
}

std::string FileObject::current_path() const {
    if (setup_.builtin || setup_.builtin_file) return setup_.path;
    std::string out(4096, '\0');
    for (;;) {
        int file = setup_.stream ? setup_.stream->file_fd() : fd();
        ssize_t length = readlink(self_path(file).c_str(), out.data(), out.size());
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
        int file = setup_.stream ? setup_.stream->file_fd() : fd();
        if (fstat(file, &info) == 0 && info.st_nlink == 0) return {};
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
    position_due_ = -1;
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
    if (setup_.stream) {
        std::lock_guard guard(AlternateStream::lock());
        LSW_CHECK(Result<void>(setup_.stream->load(setup_.fd.get())));
    }
    struct stat info;
    if (fstat(fd(), &info) != 0) return Status(status_from_errno(errno));
    return S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : uint64_t{0};
}

Result<void> FileObject::set_size(uint64_t size_bytes) {
    if (size_bytes > INT64_MAX) return STATUS_INVALID_PARAMETER;
    if (is_directory() || setup_.path_only) return STATUS_INVALID_DEVICE_REQUEST;
    if (setup_.stream) {
        std::lock_guard guard(AlternateStream::lock());
        LSW_CHECK(Result<void>(setup_.stream->load(setup_.fd.get())));
        if (ftruncate(setup_.fd.get(), static_cast<off_t>(size_bytes)) != 0) return status_from_errno(errno);
        return setup_.stream->store(setup_.fd.get());
    }
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
    if (!is_synchronous()) begin_pending();
    return watch->request(*this, request, buffer, size_bytes);
}

RangeLocks& FileObject::range_locks() {
    std::lock_guard guard(lock_);
    if (!range_locks_) range_locks_ = std::make_unique<RangeLocks>();
    return *range_locks_;
}

}  // namespace lsw::file
