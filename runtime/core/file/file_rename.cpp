// Deleting, renaming and linking an open file, and links that take its place.
#include <fcntl.h>
#include <linux/fs.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <set>

#include "abi/file.h"
#include "abi/file_info.h"
#include "base/status.h"
#include "core/file/alternate_stream.h"
#include "core/file/directory.h"
#include "core/file/directory_watch.h"
#include "core/file/file_object.h"
#include "core/file/lock_wait.h"
#include "core/file/range_lock.h"
#include "core/file/share.h"
#include "core/path/at.h"
#include "core/path/dir_index.h"
#include "core/path/drive_map.h"

namespace lsw::file {
namespace {

// Files to delete on close whose handles are still open; asked only when the process ends.
struct Pending {
    std::mutex lock;
    std::set<FileObject*> files;
};
Pending& pending() {
    static Pending instance;
    return instance;
}

bool same_file(const std::string& a, const std::string& b) {
    FileStat x, y;
    return stat_path(a, false, x) == 0 && stat_path(b, false, y) == 0 && x.file_id == y.file_id &&
           x.volume_serial == y.volume_serial;
}

// What must hold before a file may be replaced.
Status may_replace(const std::string& path, bool ignore_read_only) {
    FileStat info;
    if (stat_path(path, false, info) != 0) return {};
    if (info.is_directory()) return STATUS_ACCESS_DENIED;
    if (info.attributes & FILE_ATTRIBUTE_READONLY && !ignore_read_only) return STATUS_ACCESS_DENIED;
    path::At at(path);
    UniqueFd fd(openat(at.fd(), at.name(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat raw;
    if (!fd.valid() || fstat(fd.get(), &raw) != 0) return {};
    return check_delete_share(fd.get(), raw.st_dev).ok() ? Status() : Status(STATUS_ACCESS_DENIED);
}

int rename_exclusive(const std::string& from, const std::string& to) {
    path::At source(from), target(to);
    if (renameat2(source.fd(), source.name(), target.fd(), target.name(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    struct stat info;  // a file system without RENAME_NOREPLACE
    if (fstatat(target.fd(), target.name(), &info, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
    return renameat(source.fd(), source.name(), target.fd(), target.name()) == 0 ? 0 : errno;
}

int rename_over(const std::string& from, const std::string& to) {
    path::At source(from), target(to);
    return renameat(source.fd(), source.name(), target.fd(), target.name()) == 0 ? 0 : errno;
}

}  // namespace

Result<void> FileObject::set_disposition(ULONG flags) {
    if (setup_.builtin) return STATUS_ACCESS_DENIED;
    bool wanted = flags & FILE_DISPOSITION_DELETE;
    bool ignore_read_only = flags & FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE;
    if (wanted) {
        FileStat info = LSW_TRY(stat());
        if (info.attributes & FILE_ATTRIBUTE_READONLY && !ignore_read_only) return STATUS_CANNOT_DELETE;
        if (is_directory()) {
            auto listing = LSW_TRY(DirectoryScan::read(fd(), current_path(), u""));
            for (;; listing->advance()) {
                auto entry = listing->current(fd());
                if (!entry.ok()) break;
                if ((*entry)->name != u"." && (*entry)->name != u"..") return STATUS_DIRECTORY_NOT_EMPTY;
            }
        }
    }
    {
        std::lock_guard guard(lock_);
        delete_on_close_ = wanted;
    }
    std::lock_guard guard(pending().lock);
    if (wanted)
        pending().files.insert(this);
    else
        pending().files.erase(this);
    return {};
}

Result<void> FileObject::delete_now(bool) {
    if (setup_.stream) return setup_.stream->remove();
    std::string path = current_path();
    if (path.empty() || path::drives().is_builtin(path)) return STATUS_ACCESS_DENIED;
    path::At at(path);
    int flags = is_directory() ? AT_REMOVEDIR : 0;
    return unlinkat(at.fd(), at.name(), flags) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

void FileObject::on_last_handle_closed() {
    cancel_lock_waits(*this, nullptr, nullptr);
    bool deletes;
    std::unique_ptr<DirectoryWatch> watch;
    if (transfers_.ever()) {
        transfers_.close();
        // The kernel may hold the file a little longer than anybody here.
        leave_share(fd());
        setup_.lock_fd.reset();
    }
    {
        std::lock_guard guard(lock_);
        watch = std::move(watch_);
        deletes = delete_on_close_;
        delete_on_close_ = false;
    }
    if (watch) watch->end_requests(*this, nullptr, STATUS_NOTIFY_CLEANUP);
    watch.reset();  // its thread ends
    if (!deletes) return;
    {
        std::lock_guard guard(pending().lock);
        pending().files.erase(this);
    }
    (void)delete_now(true);
}

void delete_at_exit() {
    std::set<FileObject*> files;
    {
        std::lock_guard guard(pending().lock);
        files = pending().files;
    }
    for (FileObject* file : files) file->on_last_handle_closed();
}

void watch_delete_on_close(FileObject* file) {
    std::lock_guard guard(pending().lock);
    pending().files.insert(file);
}

void forget_delete_on_close(FileObject* file) {
    std::lock_guard guard(pending().lock);
    pending().files.erase(file);
}

Result<void> FileObject::rename_to(const std::string& target, bool replace, bool ignore_read_only) {
    if (setup_.stream) return STATUS_INVALID_PARAMETER;
    std::string from = current_path();
    if (from.empty()) return STATUS_FILE_DELETED;
    if (setup_.builtin || path::drives().is_builtin(from)) return STATUS_ACCESS_DENIED;
    // `target` is where the name would be made; the same name in another case may be there already.
    std::string parent(path::parent_of(target)), name(path::name_of(target));
    path::IndexAnswer there = path::find_in_directory(parent, name);
    if (there.kind == path::IndexAnswer::kNoDirectory) return STATUS_OBJECT_PATH_NOT_FOUND;
    std::string existing = there.kind == path::IndexAnswer::kFound ? parent + "/" + there.name : "";
    if (parent == "/" && !existing.empty()) existing = "/" + there.name;
    if (from == target) return {};
    int error;
    if (existing.empty() || existing == from || (existing != target && same_file(existing, from))) {
        error = rename_exclusive(from, target);
        if (error == EEXIST && same_file(from, target)) error = rename_over(from, target);
    } else {
        if (!replace) return STATUS_OBJECT_NAME_COLLISION;
        LSW_CHECK(Result<void>(may_replace(existing, ignore_read_only)));
        if (is_directory()) return STATUS_ACCESS_DENIED;
        error = rename_over(from, existing);
        // The file takes the name as it was given now, not the case of the one it replaced.
        if (error == 0 && existing != target) error = rename_exclusive(existing, target);
    }
    if (error == EEXIST) return STATUS_OBJECT_NAME_COLLISION;
    if (error != 0) return status_from_errno(error);
    std::lock_guard guard(lock_);
    setup_.path = target;
    return {};
}

Result<void> FileObject::link_to(const std::string& target, bool replace) {
    if (setup_.stream) return STATUS_INVALID_PARAMETER;
    if (is_directory() || setup_.builtin) return STATUS_FILE_IS_A_DIRECTORY;
    std::string from = current_path();
    if (from.empty()) return STATUS_FILE_DELETED;
    path::At source(from), destination(target);
    if (linkat(source.fd(), source.name(), destination.fd(), destination.name(), 0) == 0) return {};
    if (errno == EEXIST && replace) {
        LSW_CHECK(Result<void>(may_replace(target, false)));
        std::string temporary = target + ".lsw-" + std::to_string(getpid());
        path::At between(temporary);
        if (linkat(source.fd(), source.name(), between.fd(), between.name(), 0) == 0) {
            int error = rename_over(temporary, target);
            if (error != 0) unlinkat(between.fd(), between.name(), 0);
            return status_from_errno(error);
        }
    }
    return status_from_errno(errno);
}

Result<void> FileObject::become_link(const std::string& link_target) {
    if (setup_.stream) return STATUS_INVALID_PARAMETER;
    std::string path = current_path();
    if (path.empty()) return STATUS_FILE_DELETED;
    path::At at(path);
    if (is_directory()) {
        if (unlinkat(at.fd(), at.name(), AT_REMOVEDIR) != 0)
            return errno == ENOTEMPTY || errno == EEXIST ? STATUS_DIRECTORY_NOT_EMPTY
                                                         : status_from_errno(errno);
    } else if (unlinkat(at.fd(), at.name(), 0) != 0) {
        return status_from_errno(errno);
    }
    if (symlinkat(link_target.c_str(), at.fd(), at.name()) != 0) return status_from_errno(errno);
    UniqueFd link(openat(at.fd(), at.name(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!link.valid()) return status_from_errno(errno);
    std::lock_guard guard(lock_);
    setup_.fd = std::move(link);
    setup_.path_only = true;
    setup_.mode = S_IFLNK | 0777;
    return {};
}

// FSCTL_DELETE_REPARSE_POINT: what is left is an empty file or directory.
Result<void> FileObject::remove_link() {
    if (!S_ISLNK(setup_.mode)) return STATUS_NOT_A_REPARSE_POINT;
    FileStat info = LSW_TRY(stat());
    std::string path = current_path();
    path::At at(path);
    if (unlinkat(at.fd(), at.name(), 0) != 0) return status_from_errno(errno);
    UniqueFd left;
    if (info.is_directory()) {
        if (mkdirat(at.fd(), at.name(), 0777) != 0) return status_from_errno(errno);
        left.reset(openat(at.fd(), at.name(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    } else {
        left.reset(openat(at.fd(), at.name(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    }
    if (!left.valid()) return status_from_errno(errno);
    std::lock_guard guard(lock_);
    setup_.fd = std::move(left);
    setup_.path_only = false;
    setup_.mode = info.is_directory() ? S_IFDIR | 0755 : S_IFREG | 0644;
    return {};
}

}  // namespace lsw::file
