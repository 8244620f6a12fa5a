// What is done to paths without keeping anything open: queries, making and removing directories, deleting files.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/alternate_stream.h"
#include "core/file/open.h"
#include "core/file/share.h"
#include "core/path/at.h"
#include "core/path/builtin_files.h"

namespace lsw::file {
namespace {

bool is_missing(int error) { return error == ENOENT || error == ENOTDIR; }

Status status_of(const path::Lookup& lookup) {
    switch (lookup.kind) {
        case path::Lookup::kNameMissing: return STATUS_OBJECT_NAME_NOT_FOUND;
        case path::Lookup::kPathMissing: return STATUS_OBJECT_PATH_NOT_FOUND;
        case path::Lookup::kFailed: return status_from_errno(lookup.error);
        default: return {};
    }
}

Result<FileStat> query_builtin(const std::string& path) {
    FileObject::Setup setup;
    setup.path = path;
    setup.mode = S_IFDIR;
    setup.builtin = true;
    return make_object<FileObject>(std::move(setup))->stat();
}

Result<FileStat> query_stream(const path::Target& target) {
    OpenRequest request{target, FILE_READ_ATTRIBUTES};
    request.options = FILE_OPEN_REPARSE_POINT;
    Opened opened = LSW_TRY(open_file(request));
    return opened.object->as_file()->stat();
}

Result<FileStat> query_device(const path::Target& target) {
    if (target.kind != path::Target::kNull && target.kind != path::Target::kConsole)
        return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    FileStat out;
    out.attributes = FILE_ATTRIBUTE_ARCHIVE;  // what GetFileAttributes says of NUL
    return out;
}

// Whether someone has the file open without sharing deletion. Files that cannot be opened are not asked.
Status may_delete(const path::At& at, dev_t device) {
    UniqueFd fd(openat(at.fd(), at.name(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    return fd.valid() ? check_delete_share(fd.get(), device) : Status();
}

// The first that exists of what `target` says and what it means in another case, itself rather than what it points to.
Result<std::string> find_existing(const path::Target& target, struct stat& info) {
    path::At at(target.linux_path);
    if (fstatat(at.fd(), at.name(), &info, AT_SYMLINK_NOFOLLOW) == 0) return target.linux_path;
    if (!is_missing(errno)) return Status(status_from_errno(errno));
    path::Lookup found = path::search(target.linux_path);
    if (found.kind == path::Lookup::kBuiltin) {
        info = {};
        info.st_mode = S_IFDIR | 0555;
        return found.path;
    }
    if (found.kind == path::Lookup::kBuiltinFile) {
        info = {};
        info.st_mode = S_IFREG | 0555;
        return found.path;
    }
    if (found.kind != path::Lookup::kFound) return status_of(found);
    path::At other(found.path);
    if (fstatat(other.fd(), other.name(), &info, AT_SYMLINK_NOFOLLOW) != 0) return Status(status_from_errno(errno));
    return found.path;
}

}  // namespace

Result<FileStat> query_path(const path::Target& target) {
    if (target.kind != path::Target::kFile && target.kind != path::Target::kVolume)
        return query_device(target);
    if (!target.stream.empty()) return query_stream(target);
    if (path::Missing known = path::known_missing(target.linux_path); known != path::Missing::kUnknown)
        return Status(known == path::Missing::kName ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND);
    FileStat out;
    int error = stat_path(target.linux_path, false, out);
    if (is_missing(error)) {
        path::Lookup found = path::search(target.linux_path);
        path::note_missing(target.linux_path, found);
        if (found.kind == path::Lookup::kBuiltin) return query_builtin(found.path);
        if (found.kind == path::Lookup::kBuiltinFile) {
            OpenRequest request{target, FILE_READ_ATTRIBUTES};
            Opened opened = LSW_TRY(open_file(request));
            FileStat info = LSW_TRY(opened.object->as_file()->stat());
            if (target.wants_directory) return Status(STATUS_OBJECT_NAME_INVALID);
            return info;
        }
        if (found.kind != path::Lookup::kFound) return status_of(found);
        error = stat_path(found.path, false, out);
    }
    if (error != 0) return Status(status_from_errno(error));
    if (target.wants_directory && !out.is_directory()) return Status(STATUS_OBJECT_NAME_INVALID);
    return out;
}

Result<std::string> existing_path(const path::Target& target) {
    if ((target.kind != path::Target::kFile && target.kind != path::Target::kVolume) || !target.stream.empty())
        return Status(STATUS_OBJECT_NAME_INVALID);
    struct stat info;
    return find_existing(target, info);
}

Result<Place> place_of(const path::Target& target) {
    if (target.kind != path::Target::kFile || !target.stream.empty()) return Status(STATUS_OBJECT_NAME_INVALID);
    path::Lookup found = path::search(target.linux_path);
    if (found.kind == path::Lookup::kFound || found.kind == path::Lookup::kBuiltin ||
        found.kind == path::Lookup::kBuiltinFile)
        return Place{std::move(found.path), true};
    if (found.kind != path::Lookup::kNameMissing) return status_of(found);
    if (found.parent_is_builtin) {
        Status made = path::drives().materialise(path::parent_of(found.path));
        if (!made.ok()) return made;
    }
    return Place{std::move(found.path), false};
}

Result<std::string> new_name_of(const path::Target& target) {
    Place place = LSW_TRY(place_of(target));
    std::string path(path::parent_of(place.path));
    if (path != "/") path += "/";
    return path += path::name_of(target.linux_path);
}

Result<void> make_directory(const path::Target& target) {
    if (target.kind == path::Target::kVolume) return STATUS_OBJECT_NAME_COLLISION;
    Place place = LSW_TRY(place_of(target));
    if (place.exists) return STATUS_OBJECT_NAME_COLLISION;
    path::At at(place.path);
    return mkdirat(at.fd(), at.name(), 0777) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

Result<void> remove_directory(const path::Target& target) {
    if ((target.kind != path::Target::kFile && target.kind != path::Target::kVolume) || !target.stream.empty())
        return STATUS_OBJECT_NAME_INVALID;
    std::string path = target.linux_path;
    if (path::drives().is_builtin(path)) return STATUS_ACCESS_DENIED;
    auto remove = [&] {
        path::At at(path);
        return unlinkat(at.fd(), at.name(), AT_REMOVEDIR) == 0 ? 0 : errno;
    };
    int error = remove();
    if (is_missing(error)) {
        path = LSW_TRY(existing_path(target));
        if (path::drives().is_builtin(path)) return STATUS_ACCESS_DENIED;
        error = remove();
    }
    if (error == 0) return {};
    if (error != ENOTDIR) return status_from_errno(error == EEXIST ? ENOTEMPTY : error);
    // A link to a directory is removed like one; a file is not.
    FileStat info;
    if (stat_path(path, false, info) != 0 || !info.is_link() || !info.is_directory())
        return STATUS_NOT_A_DIRECTORY;
    path::At at(path);
    return unlinkat(at.fd(), at.name(), 0) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

Result<void> delete_file(const path::Target& target) {
    if (target.kind != path::Target::kFile) return STATUS_ACCESS_DENIED;
    if (target.wants_directory) return STATUS_OBJECT_NAME_INVALID;
    if (!target.stream.empty()) return delete_stream(target);
    struct stat info;
    std::string path = LSW_TRY(find_existing(target, info));
    if (S_ISDIR(info.st_mode)) return STATUS_FILE_IS_A_DIRECTORY;
    if (info.st_ino == 0 && path::is_builtin_file(path)) return STATUS_ACCESS_DENIED;
    if (S_ISREG(info.st_mode) && (info.st_mode & 0222) == 0) return STATUS_CANNOT_DELETE;
    path::At at(path);
    if (S_ISLNK(info.st_mode)) {
        struct stat end;
        if (fstatat(at.fd(), at.name(), &end, 0) == 0 && S_ISDIR(end.st_mode))
            return STATUS_FILE_IS_A_DIRECTORY;
    }
    if (S_ISREG(info.st_mode)) LSW_CHECK(Result<void>(may_delete(at, info.st_dev)));
    return unlinkat(at.fd(), at.name(), 0) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

}  // namespace lsw::file
