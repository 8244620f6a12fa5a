// See share.h.
#include "core/file/share.h"

#include <fcntl.h>
#include <sys/vfs.h>

#include <atomic>
#include <cerrno>

#include "abi/file.h"

namespace lsw::file {
namespace {

enum Byte { kHasWrite, kHasDelete, kDeniesRead, kDeniesWrite, kDeniesDelete, kHasRead, kBytes };

// A set of bytes as bits, and its runs as ranges.
using Bytes = unsigned;
constexpr Bytes bit(Byte byte) { return 1u << byte; }

template <class OnRange>
bool each_range(Bytes bytes, OnRange on_range) {
    for (int at = 0; at < kBytes;) {
        if (!(bytes >> at & 1)) {
            ++at;
            continue;
        }
        int end = at;
        while (end < kBytes && (bytes >> end & 1)) ++end;
        if (!on_range(at, end - at)) return false;
        at = end;
    }
    return true;
}

struct flock range(short type, int at, int length) {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = kShareBase + at;
    lock.l_len = length;
    return lock;
}

// Whether any other open file holds a lock in `bytes`.
bool is_held(int fd, Bytes bytes) {
    return !each_range(bytes, [&](int at, int length) {
        struct flock lock = range(F_WRLCK, at, length);
        return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK;
    });
}

bool hold(int fd, Bytes bytes) {
    return each_range(bytes, [&](int at, int length) {
        struct flock lock = range(F_RDLCK, at, length);
        return fcntl(fd, F_OFD_SETLK, &lock) == 0;
    });
}

// Network file systems answer lock calls from another machine: too slow for every open. The last device asked about is
// remembered, since a program's files are mostly on one.
bool keeps_locks(int fd, uint64_t device) {
    static std::atomic<uint64_t> last{0};  // device << 1 | answer
    uint64_t known = last.load(std::memory_order_relaxed);
    if (known >> 1 == device) return known & 1;
    struct statfs system;
    bool local = fstatfs(fd, &system) == 0;
    switch (static_cast<uint32_t>(system.f_type)) {
        case 0x6969:      // NFS
        case 0xFF534D42:  // CIFS
        case 0xFE534D42:  // SMB2
        case 0x01021997:  // 9p
        case 0x65735546:  // FUSE
        case 0x9FA0:      // proc
        case 0x62656572:  // sysfs
            local = false;
    }
    last.store(device << 1 | local, std::memory_order_relaxed);
    return local;
}

}  // namespace

Status take_share(int fd, uint64_t device, ACCESS_MASK access, ULONG share) {
    Bytes mine = 0, against = 0;
    if (access & (FILE_READ_DATA | FILE_EXECUTE)) mine |= bit(kHasRead), against |= bit(kDeniesRead);
    if (access & (FILE_WRITE_DATA | FILE_APPEND_DATA))
        mine |= bit(kHasWrite), against |= bit(kDeniesWrite);
    if (access & STANDARD_DELETE) mine |= bit(kHasDelete), against |= bit(kDeniesDelete);
    if (mine == 0) return {};  // attributes only: takes no part in sharing
    if (!(share & FILE_SHARE_READ)) mine |= bit(kDeniesRead), against |= bit(kHasRead);
    if (!(share & FILE_SHARE_WRITE)) mine |= bit(kDeniesWrite), against |= bit(kHasWrite);
    if (!(share & FILE_SHARE_DELETE)) mine |= bit(kDeniesDelete), against |= bit(kHasDelete);
    // Taken first and asked second: of two that race, at least one sees the other.
    if (!keeps_locks(fd, device) || !hold(fd, mine)) return {};
    return is_held(fd, against) ? Status(STATUS_SHARING_VIOLATION) : Status();
}

Status check_delete_share(int fd, uint64_t device) {
    if (!keeps_locks(fd, device)) return {};
    return is_held(fd, bit(kDeniesDelete)) ? Status(STATUS_SHARING_VIOLATION) : Status();
}

}  // namespace lsw::file
