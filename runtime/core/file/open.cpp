// Opening and creating files; see open.h. The exact spelling is tried first; only when the kernel knows no such name
// does the search that ignores case begin.
#include "core/file/open.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/alternate_stream.h"
#include "core/file/share.h"
#include "core/path/at.h"
#include "core/path/builtin_files.h"

namespace lsw::file {
namespace {

constexpr ACCESS_MASK kReads = FILE_READ_DATA | FILE_EXECUTE;
constexpr ACCESS_MASK kWrites = FILE_WRITE_DATA | FILE_APPEND_DATA;
// Rights that an O_PATH descriptor serves.
constexpr ACCESS_MASK kLookOnly = FILE_READ_ATTRIBUTES | FILE_READ_EA | READ_CONTROL | SYNCHRONIZE;

std::array<std::atomic<DeviceOpener>, path::Target::kOtherDevice + 1>& openers() {
    static std::array<std::atomic<DeviceOpener>, path::Target::kOtherDevice + 1> table{};
    return table;
}

bool overwrites(ULONG disposition) {
    return disposition == FILE_SUPERSEDE || disposition == FILE_OVERWRITE ||
           disposition == FILE_OVERWRITE_IF;
}

bool may_create(ULONG disposition) {
    return disposition != FILE_OPEN && disposition != FILE_OVERWRITE;
}

// A descriptor and how it was come by.
struct RawOpen {
    UniqueFd fd;
    bool path_only = false;
    bool writable = false;
    bool is_directory = false;  // that is known: nobody need ask
    int error = 0;
};

int open_at(const std::string& path, int flags, mode_t mode = 0) {
    path::At at(path);
    return openat(at.fd(), at.name(), flags | O_CLOEXEC | O_NOCTTY, mode);
}

int status_flags(const OpenRequest& request) {
    int flags = 0;
    if ((request.access & kWrites) == FILE_APPEND_DATA) flags |= O_APPEND;
    if (request.options & FILE_WRITE_THROUGH) flags |= O_DSYNC;
    return flags;
}

bool looks_only(const OpenRequest& request) {
    return (request.access & ~kLookOnly) == 0 && !overwrites(request.disposition) &&
           !(request.options & FILE_DELETE_ON_CLOSE);
}

// The retries when a first openat() for data was refused.
RawOpen open_another_way(const OpenRequest& request, const std::string& path, int flags, int error) {
    bool writes = request.access & kWrites;
    RawOpen out;
    switch (error) {
        case EISDIR:  // a directory opened for "writing": its entries, not its bytes
            if (request.options & FILE_NON_DIRECTORY_FILE) break;
            out.fd.reset(open_at(path, O_RDONLY | O_DIRECTORY));
            break;
        case ELOOP:
            if (!(flags & O_NOFOLLOW)) break;
            out.fd.reset(open_at(path, O_PATH | O_NOFOLLOW));
            out.path_only = true;
            break;
        case EACCES:
            if (writes && !(request.access & kReads) && !overwrites(request.disposition)) {
                out.fd.reset(open_at(path, (flags & ~O_ACCMODE) | O_WRONLY));
            } else if (!writes && !(request.access & kReads) && !overwrites(request.disposition)) {
                out.fd.reset(open_at(path, O_PATH | (flags & O_NOFOLLOW)));
                out.path_only = true;
            }
            break;
        case ENXIO: {  // a socket in the file system
            out.fd.reset(open_at(path, O_PATH | (flags & O_NOFOLLOW)));
            out.path_only = true;
            break;
        }
    }
    out.error = out.fd.valid() ? 0 : error;
    return out;
}

RawOpen open_existing_raw(const OpenRequest& request, const std::string& path) {
    int flags = status_flags(request);
    if (request.options & FILE_OPEN_REPARSE_POINT) flags |= O_NOFOLLOW;
    RawOpen out;
    if (looks_only(request)) {
        out.path_only = true;
        out.fd.reset(open_at(path, O_PATH | (flags & O_NOFOLLOW)));
        out.error = out.fd.valid() ? 0 : errno;
        return out;
    }
    if (request.options & FILE_DIRECTORY_FILE) {
        flags |= O_RDONLY;
        if (!(flags & O_NOFOLLOW)) flags |= O_DIRECTORY;
        flags &= ~(O_APPEND | O_DSYNC);
    } else if (request.access & kWrites || overwrites(request.disposition)) {
        flags |= O_RDWR;  // also for write-only handles: share modes need to read
    }
    out.fd.reset(open_at(path, flags));
    out.is_directory = flags & O_DIRECTORY;
    out.writable = (flags & O_ACCMODE) == O_RDWR;
    if (out.fd.valid()) return out;
    return open_another_way(request, path, flags, errno);
}

Result<Opened> finish(const OpenRequest& request, RawOpen raw, std::string path, ULONG information) {
    struct stat info = {};
    if (raw.is_directory)
        info.st_mode = S_IFDIR;
    else if (fstat(raw.fd.get(), &info) != 0)
        return Status(status_from_errno(errno));
    bool created = information == FILE_CREATED;
    bool truncates = !created && overwrites(request.disposition);
    if (S_ISDIR(info.st_mode)) {
        if (request.options & FILE_NON_DIRECTORY_FILE) return Status(STATUS_FILE_IS_A_DIRECTORY);
        if (truncates) return Status(STATUS_OBJECT_NAME_COLLISION);
    } else if (request.options & FILE_DIRECTORY_FILE || request.target.wants_directory) {
        FileStat link;
        bool directory_link = S_ISLNK(info.st_mode) && stat_path(path, false, link) == 0 &&
                              link.is_directory();
        if (!directory_link)
            return Status(request.options & FILE_DIRECTORY_FILE ? STATUS_NOT_A_DIRECTORY : STATUS_OBJECT_NAME_INVALID);
    }
    if (S_ISREG(info.st_mode) && !created && (info.st_mode & 0222) == 0) {
        if (request.access & kWrites || truncates) return Status(STATUS_ACCESS_DENIED);
        if (request.options & FILE_DELETE_ON_CLOSE) return Status(STATUS_CANNOT_DELETE);
    }
    UniqueFd lock_fd;
    if (S_ISREG(info.st_mode) && !raw.path_only) {
        ACCESS_MASK access = request.access | (truncates ? FILE_WRITE_DATA : 0) |
                             (request.options & FILE_DELETE_ON_CLOSE ? STANDARD_DELETE : 0);
        Status shared = request.brief ? check_delete_share(raw.fd.get(), info.st_dev)
                                      : take_share({raw.fd.get(), info.st_dev, raw.writable, access, request.share},
                                                   lock_fd);
        if (!shared.ok()) return shared;
    }
    if (truncates && info.st_size > 0 && ftruncate(raw.fd.get(), 0) != 0)
        return Status(status_from_errno(errno));
    if (truncates) remove_streams(raw.fd.get());
    if ((created || truncates) &&
        request.attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_READONLY)) {
        auto now = stat_fd(raw.fd.get());
        if (now.ok()) set_attributes(self_path(raw.fd.get()), *now, request.attributes);
    }
    if (S_ISCHR(info.st_mode) || S_ISFIFO(info.st_mode)) {
        FileType type = S_ISCHR(info.st_mode) ? FileType::Character : FileType::Pipe;
        if (!raw.path_only)
            return Opened{make_object<StreamObject>(std::move(raw.fd), type), information};
    }
    if (request.options & FILE_SEQUENTIAL_ONLY)
        posix_fadvise(raw.fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    FileObject::Setup setup;
    setup.fd = std::move(raw.fd);
    setup.lock_fd = std::move(lock_fd);
    setup.path = std::move(path);
    setup.mode = info.st_mode;
    setup.options = request.options;
    setup.access = request.access;
    setup.path_only = raw.path_only;
    setup.volume = request.target.kind == path::Target::kVolume;
    return Opened{make_object<FileObject>(std::move(setup)), information};
}

Result<Opened> open_existing(const OpenRequest& request, std::string path, int& error) {
    RawOpen raw = open_existing_raw(request, path);
    error = raw.error;
    if (error == ENOTDIR && request.options & FILE_DIRECTORY_FILE) {
        // Either the name itself is a file, or something on the way to it is.
        FileStat info;
        if (stat_path(path, true, info) == 0) return error = 0, Status(STATUS_NOT_A_DIRECTORY);
    }
    if (error != 0) return Status(status_from_errno(error));
    ULONG information = request.disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED
                        : overwrites(request.disposition)     ? FILE_OVERWRITTEN
                                                              : FILE_OPENED;
    return finish(request, std::move(raw), std::move(path), information);
}

Result<Opened> create_new(const OpenRequest& request, std::string path, int& error) {
    if (request.options & FILE_DIRECTORY_FILE) {
        path::At at(path);
        error = mkdirat(at.fd(), at.name(), 0777) == 0 ? 0 : errno;
        if (error != 0) return Status(status_from_errno(error));
        RawOpen raw;
        raw.fd.reset(open_at(path, O_RDONLY | O_DIRECTORY));
        if (!raw.fd.valid()) return Status(status_from_errno(errno));
        return finish(request, std::move(raw), std::move(path), FILE_CREATED);
    }
    if (request.target.wants_directory) return Status(STATUS_OBJECT_NAME_INVALID);
    RawOpen raw;
    raw.fd.reset(open_at(path, O_RDWR | O_CREAT | O_EXCL | status_flags(request), 0666));
    raw.writable = true;
    error = raw.fd.valid() ? 0 : errno;
    if (error != 0) return Status(status_from_errno(error));
    return finish(request, std::move(raw), std::move(path), FILE_CREATED);
}

Result<Opened> open_builtin(const OpenRequest& request, std::string path) {
    if (request.disposition == FILE_CREATE) return Status(STATUS_OBJECT_NAME_COLLISION);
    if (request.options & FILE_NON_DIRECTORY_FILE) return Status(STATUS_FILE_IS_A_DIRECTORY);
    if (overwrites(request.disposition)) return Status(STATUS_OBJECT_NAME_COLLISION);
    if (request.options & FILE_DELETE_ON_CLOSE) return Status(STATUS_ACCESS_DENIED);
    FileObject::Setup setup;
    setup.path = std::move(path);
    setup.mode = S_IFDIR | 0755;
    setup.options = request.options;
    setup.access = request.access;
    setup.builtin = true;
    return Opened{make_object<FileObject>(std::move(setup)), FILE_OPENED};
}

Result<Opened> open_builtin_file(const OpenRequest& request, std::string path) {
    if (request.disposition == FILE_CREATE) return Status(STATUS_OBJECT_NAME_COLLISION);
    if (request.options & FILE_DIRECTORY_FILE) return Status(STATUS_NOT_A_DIRECTORY);
    if (overwrites(request.disposition) || request.access & (kWrites | STANDARD_DELETE) ||
        request.options & FILE_DELETE_ON_CLOSE)
        return Status(STATUS_ACCESS_DENIED);
    FileObject::Setup setup;
    setup.fd = LSW_TRY(path::open_builtin_file(path));
    setup.path = std::move(path);
    setup.mode = S_IFREG | 0555;
    setup.options = request.options;
    setup.access = request.access;
    setup.builtin_file = true;
    return Opened{make_object<FileObject>(std::move(setup)), FILE_OPENED};
}

bool is_missing(int error) { return error == ENOENT || error == ENOTDIR; }

Result<Opened> open_on_disk(const OpenRequest& request) {
    const std::string& path = request.target.linux_path;
    int error = 0;
    path::Missing known = path::known_missing(path);
    if (known == path::Missing::kPath) return Status(STATUS_OBJECT_PATH_NOT_FOUND);
    if (known == path::Missing::kName) {
        if (!may_create(request.disposition)) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
        auto opened = create_new(request, path, error);
        if (error != EEXIST && error != ENOENT) return opened;
    } else if (request.disposition != FILE_CREATE) {
        auto opened = open_existing(request, path, error);
        if (!is_missing(error)) return opened;
    }
    // Twice, because somebody else may make or remove the file between the search and the open.
    for (int attempt = 0; attempt < 2; ++attempt) {
        path::Lookup found = path::search(path);
        path::note_missing(path, found);
        switch (found.kind) {
            case path::Lookup::kFound: {
                if (request.disposition == FILE_CREATE) return Status(STATUS_OBJECT_NAME_COLLISION);
                auto opened = open_existing(request, found.path, error);
                if (!is_missing(error)) return opened;
                break;
            }
            case path::Lookup::kBuiltin: return open_builtin(request, std::move(found.path));
            case path::Lookup::kBuiltinFile: return open_builtin_file(request, std::move(found.path));
            case path::Lookup::kNameMissing: {
                if (!may_create(request.disposition)) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
                if (found.parent_is_builtin) {
                    Status made = path::drives().materialise(path::parent_of(found.path));
                    if (!made.ok()) return made;
                }
                auto opened = create_new(request, found.path, error);
                if (error != EEXIST && error != ENOENT) return opened;
                if (error == EEXIST && request.disposition == FILE_CREATE)
                    return Status(STATUS_OBJECT_NAME_COLLISION);
                break;
            }
            case path::Lookup::kPathMissing: return Status(STATUS_OBJECT_PATH_NOT_FOUND);
            case path::Lookup::kFailed: return Status(status_from_errno(found.error));
        }
    }
    return Status(error == ENOTDIR ? STATUS_OBJECT_PATH_NOT_FOUND : STATUS_OBJECT_NAME_NOT_FOUND);
}

Result<Opened> open_null(const OpenRequest& request) {
    int flags = request.access & kWrites ? (request.access & kReads ? O_RDWR : O_WRONLY) : O_RDONLY;
    UniqueFd fd(open("/dev/null", flags | O_CLOEXEC));
    if (!fd.valid()) return Status(status_from_errno(errno));
    // The device leaves the information 0: so no ERROR_ALREADY_EXISTS, upon which Rust would truncate.
    return Opened{make_object<StreamObject>(std::move(fd), FileType::Character), 0};
}

}  // namespace

void set_device_opener(path::Target::Kind kind, DeviceOpener opener) { openers()[kind] = opener; }

ACCESS_MASK map_generic(ACCESS_MASK access) {
    ACCESS_MASK out = access & 0x01FFFFFF & ~MAXIMUM_ALLOWED;
    if (access & GENERIC_READ) out |= FILE_GENERIC_READ;
    if (access & GENERIC_WRITE) out |= FILE_GENERIC_WRITE;
    if (access & GENERIC_EXECUTE) out |= FILE_GENERIC_EXECUTE;
    if (access & GENERIC_ALL) out |= FILE_ALL_ACCESS;
    if (access & MAXIMUM_ALLOWED) out |= FILE_ALL_ACCESS;
    return out;
}

Result<Opened> open_file(const OpenRequest& request) {
    if (request.disposition > FILE_OVERWRITE_IF) return Status(STATUS_INVALID_PARAMETER);
    constexpr ULONG kBoth = FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE;
    if ((request.options & kBoth) == kBoth) return Status(STATUS_INVALID_PARAMETER);
    if (request.options & FILE_DIRECTORY_FILE && overwrites(request.disposition))
        return Status(STATUS_INVALID_PARAMETER);
    if (request.options & FILE_DELETE_ON_CLOSE && !(request.access & STANDARD_DELETE))
        return Status(STATUS_INVALID_PARAMETER);
    using Kind = path::Target::Kind;
    Kind kind = request.target.kind;
    if (!request.target.stream.empty()) return open_stream(request);
    if (kind == Kind::kFile || kind == Kind::kVolume) return open_on_disk(request);
    if (DeviceOpener opener = openers()[kind]) return opener(request);
    if (kind == Kind::kNull) return open_null(request);
    return Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

}  // namespace lsw::file
