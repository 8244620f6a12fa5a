// See share.h.
#include "core/file/share.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "abi/file.h"
#include "core/file/file_stat.h"

namespace lsw::file {
namespace {

constexpr int64_t kRangeBytes = 1024;
enum Right { kDelete, kRead, kWrite, kRights };

struct flock range(short type, int64_t start, int64_t length) {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = kShareBase + start;
    lock.l_len = length;
    return lock;
}

enum class Locked { kYes, kConflict, kImpossible };

Locked set_lock(int fd, short type, int64_t start, int64_t length) {
    struct flock lock = range(type, start, length);
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return Locked::kYes;
    return errno == EAGAIN || errno == EACCES ? Locked::kConflict : Locked::kImpossible;
}

// Read locks on the ranges of `rights`, neighbours in one call.
Locked lock_ranges(int fd, unsigned rights) {
    for (int at = 0; at < kRights;) {
        if (!(rights >> at & 1)) {
            ++at;
            continue;
        }
        int end = at;
        while (end < kRights && (rights >> end & 1)) ++end;
        Locked locked = set_lock(fd, F_RDLCK, at * kRangeBytes, (end - at) * kRangeBytes);
        if (locked != Locked::kYes) return locked;
        at = end;
    }
    return Locked::kYes;
}

uint32_t random_number() {
    static std::atomic<uint32_t> counter{static_cast<uint32_t>(getpid()) * 2654435761u};
    uint32_t x = counter.fetch_add(0x9E3779B9u, std::memory_order_relaxed);
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    return x ^ (x >> 13);
}

// A write lock on any one byte of a range: several may hold one each, nobody beside a read lock on the range.
Locked lock_one_byte(int fd, Right right) {
    constexpr int kTries = 8;
    Locked locked = Locked::kConflict;
    for (int i = 0; i < kTries && locked == Locked::kConflict; ++i)
        locked = set_lock(fd, F_WRLCK, right * kRangeBytes + random_number() % kRangeBytes, 1);
    return locked;
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

Status take_share(const Sharing& sharing, UniqueFd& lock_fd) {
    bool reads = sharing.access & (FILE_READ_DATA | FILE_EXECUTE);
    bool writes = sharing.access & (FILE_WRITE_DATA | FILE_APPEND_DATA);
    bool deletes = sharing.access & STANDARD_DELETE;
    if (!reads && !writes && !deletes) return {};  // attributes only: takes no part in sharing
    bool denies_read = !(sharing.share & FILE_SHARE_READ);
    unsigned whole = (reads ? 1u << kRead : 0) | (sharing.share & FILE_SHARE_WRITE ? 0 : 1u << kWrite) |
                     (sharing.share & FILE_SHARE_DELETE ? 0 : 1u << kDelete);
    if (!keeps_locks(sharing.fd, sharing.device)) return {};
    bool one_byte = denies_read || writes || deletes;
    int fd = sharing.fd;
    if (one_byte && !sharing.writable) {
        lock_fd.reset(open(self_path(sharing.fd).c_str(), O_RDWR | O_CLOEXEC));
        if (lock_fd.valid()) fd = lock_fd.get();
        else one_byte = false;
    }
    Locked locked = lock_ranges(fd, whole);
    // After the read locks, which a write lock of one's own replaces byte by byte.
    if (one_byte && deletes && locked == Locked::kYes) locked = lock_one_byte(fd, kDelete);
    if (one_byte && denies_read && locked == Locked::kYes) locked = lock_one_byte(fd, kRead);
    if (one_byte && writes && locked == Locked::kYes) locked = lock_one_byte(fd, kWrite);
    return locked == Locked::kConflict ? Status(STATUS_SHARING_VIOLATION) : Status();
}

void leave_share(int fd) {
    struct flock lock {};
    lock.l_type = F_UNLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = kShareBase;
    fcntl(fd, F_OFD_SETLK, &lock);
}

Status check_delete_share(int fd, uint64_t device) {
    if (!keeps_locks(fd, device)) return {};
    // Whoever denies deletion has the whole range; single bytes belong to others who may delete.
    for (int64_t start = 0; start < kRangeBytes;) {
        struct flock lock = range(F_WRLCK, kDelete * kRangeBytes + start, kRangeBytes - start);
        if (fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return {};
        if (lock.l_type == F_RDLCK) return STATUS_SHARING_VIOLATION;
        start = lock.l_start + lock.l_len - kShareBase;
    }
    return {};
}

}  // namespace lsw::file
