// See file_stat.h.
#include "core/file/file_stat.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "abi/file.h"
#include "base/status.h"
#include "core/path/at.h"

namespace lsw::file {
namespace {

constexpr int64_t kEpochDifference = 116444736000000000;  // 1601 to 1970 in 100 ns
constexpr const char* kAttributeName = "user.DOSATTRIB";
constexpr ULONG kKept = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_TEMPORARY |
                        FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
constexpr unsigned kMask = STATX_BASIC_STATS | STATX_BTIME;

// Reads user.DOSATTRIB through `path`; 0 where there is none.
ULONG kept_attributes(const std::string& path) {
    char text[32];
    ssize_t length = getxattr(path.c_str(), kAttributeName, text, sizeof text - 1);
    if (length <= 0) return 0;
    text[length] = '\0';
    return static_cast<ULONG>(strtoul(text, nullptr, 16)) & kKept;
}

// The bit of the mode that says that there are some; see file_stat.h.
uint32_t mark_of(uint32_t mode) { return S_ISDIR(mode) ? S_ISUID : S_ISREG(mode) ? S_ISVTX : 0; }

bool has_kept_attributes(uint32_t mode) { return mode & mark_of(mode); }

FileStat from_statx(const struct statx& raw) {
    FileStat out;
    out.mode = raw.stx_mode;
    out.size_bytes = S_ISREG(raw.stx_mode) ? raw.stx_size : 0;
    out.allocated_bytes = S_ISREG(raw.stx_mode) ? raw.stx_blocks * 512 : 0;
    out.access_time = filetime_from_unix(raw.stx_atime.tv_sec, raw.stx_atime.tv_nsec);
    out.write_time = filetime_from_unix(raw.stx_mtime.tv_sec, raw.stx_mtime.tv_nsec);
    out.change_time = filetime_from_unix(raw.stx_ctime.tv_sec, raw.stx_ctime.tv_nsec);
    out.creation_time = raw.stx_mask & STATX_BTIME
                            ? filetime_from_unix(raw.stx_btime.tv_sec, raw.stx_btime.tv_nsec)
                            : std::min(out.write_time, out.change_time);
    out.links = raw.stx_nlink;
    out.file_id = raw.stx_ino;
    out.volume_serial = volume_serial_of(raw.stx_dev_major, raw.stx_dev_minor);
    if (S_ISDIR(raw.stx_mode)) {
        out.attributes = FILE_ATTRIBUTE_DIRECTORY;
        out.links = 1;  // NTFS counts names, not subdirectories
    } else if (S_ISLNK(raw.stx_mode)) {
        out.attributes = FILE_ATTRIBUTE_REPARSE_POINT;
        out.reparse_tag = IO_REPARSE_TAG_SYMLINK;
    } else if (S_ISREG(raw.stx_mode)) {
        out.attributes = FILE_ATTRIBUTE_ARCHIVE;
        if ((raw.stx_mode & 0222) == 0) out.attributes |= FILE_ATTRIBUTE_READONLY;
    } else {
        out.attributes = FILE_ATTRIBUTE_NORMAL;
    }
    return out;
}

}  // namespace

Result<FileStat> stat_fd(int fd) {
    struct statx raw;
    if (statx(fd, "", AT_EMPTY_PATH, kMask, &raw) != 0) return Status(status_from_errno(errno));
    FileStat out = from_statx(raw);
    if (has_kept_attributes(out.mode)) out.attributes |= kept_attributes(self_path(fd));
    if (out.is_link()) {
        // Opened as itself: whether it leads to a directory is told by what it points to. (/proc ends at the link.)
        std::string path(4096, '\0');
        ssize_t length = readlink(self_path(fd).c_str(), path.data(), path.size() - 1);
        path.resize(length > 0 ? static_cast<size_t>(length) : 0);
        struct stat target;
        if (stat(path.c_str(), &target) == 0 && S_ISDIR(target.st_mode)) out.attributes |= FILE_ATTRIBUTE_DIRECTORY;
    }
    return out;
}

namespace {

int stat_named(int directory_fd, const char* name, int flags, FileStat& out) {
    struct statx raw;
    if (statx(directory_fd, name, flags, kMask, &raw) != 0) return errno;
    out = from_statx(raw);
    if (out.is_link()) {
        struct stat target;
        if (fstatat(directory_fd, name, &target, 0) == 0 && S_ISDIR(target.st_mode))
            out.attributes |= FILE_ATTRIBUTE_DIRECTORY;
    } else if (has_kept_attributes(out.mode)) {
        if (directory_fd == AT_FDCWD)
            out.attributes |= kept_attributes(name);
        else
            out.attributes |= kept_attributes(self_path(directory_fd) + "/" + name);
    }
    return 0;
}

}  // namespace

int stat_path(const std::string& path, bool follow, FileStat& out, int directory_fd) {
    path::At at(path, directory_fd);
    return stat_named(at.fd(), at.name(), follow ? 0 : AT_SYMLINK_NOFOLLOW, out);
}

int stat_entry(int directory_fd, const char* name, FileStat& out) {
    // A listing may be as old as what the file system has at hand, as on Windows: no question to a server for each entry.
    return stat_named(directory_fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, out);
}

Status set_attributes(const std::string& path, const FileStat& now, ULONG attributes) {
    ULONG kept = attributes & kKept;
    uint32_t mode = now.mode & 07777;
    if (S_ISREG(now.mode)) {
        if (attributes & FILE_ATTRIBUTE_READONLY) {
            mode &= ~0222u;
        } else if ((mode & 0222) == 0) {
            // What the mode was before is not known: the owner may write, and others as the process's mask allows.
            mode_t mask = umask(0);
            umask(mask);
            mode |= 0222 & ~mask;
            mode |= 0200;
        }
    }
    bool had_kept = now.attributes & kKept;
    bool marked = false;
    if (kept) {
        char text[16];
        int length = snprintf(text, sizeof text, "0x%x", kept);
        // A read-only file takes no extended attribute: the mode is set after it.
        marked = setxattr(path.c_str(), kAttributeName, text, static_cast<size_t>(length), 0) == 0;
    } else if (had_kept) {
        removexattr(path.c_str(), kAttributeName);
    }
    mode = marked ? mode | mark_of(now.mode) : mode & ~mark_of(now.mode);
    if (mode != (now.mode & 07777) && chmod(path.c_str(), mode) != 0) return status_from_errno(errno);
    return {};
}

Status set_times(int fd, const std::string& path, int64_t access_time, int64_t write_time) {
    auto one = [](int64_t time) {
        if (time == 0 || time == -1 || time == -2) return timespec{0, UTIME_OMIT};
        return unix_from_filetime(time);
    };
    timespec times[2] = {one(access_time), one(write_time)};
    if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT) return {};
    if (futimens(fd, times) == 0) return {};
    if (errno == EBADF) {  // O_PATH
        path::At at(path);
        if (utimensat(at.fd(), at.name(), times, AT_SYMLINK_NOFOLLOW) == 0) return {};
    }
    return status_from_errno(errno);
}

int64_t filetime_from_unix(int64_t seconds, uint32_t nanoseconds) {
    return seconds * 10'000'000 + nanoseconds / 100 + kEpochDifference;
}

timespec unix_from_filetime(int64_t time) {
    int64_t ticks = time - kEpochDifference;
    int64_t seconds = ticks / 10'000'000, rest = ticks % 10'000'000;
    if (rest < 0) rest += 10'000'000, --seconds;
    return {seconds, rest * 100};
}

uint32_t volume_serial_of(uint32_t major, uint32_t minor) {
    uint32_t serial = (major << 20 | minor) * 2654435761u;
    return serial ? serial : 1;
}

std::string self_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace lsw::file
