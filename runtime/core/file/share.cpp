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

constexpr int64_t kRangeBytes = 1 << 22;  // so many that those who each want a byte seldom meet
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

uint32_t random_number() {
    static std::atomic<uint32_t> counter{static_cast<uint32_t>(getpid()) * 2654435761u};
    uint32_t x = counter.fetch_add(0x9E3779B9u, std::memory_order_relaxed);
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    return x ^ (x >> 13);
}

// What a handle does to one range.
enum class Claim : uint8_t {
    kNone,
    kAll,   // a read lock on the range
    kByte,  // a write lock on any one byte: several may hold one each, nobody beside a read lock on the range
    kSole,  // a write lock on the range
};

short type_of(Claim claim) { return claim == Claim::kAll ? F_RDLCK : F_WRLCK; }

Locked lock_any_byte(int fd, int range) {
    constexpr int kTries = 8;
    Locked locked = Locked::kConflict;
    for (int i = 0; i < kTries && locked == Locked::kConflict; ++i)
        locked = set_lock(fd, F_WRLCK, range * kRangeBytes + random_number() % kRangeBytes, 1);
    return locked;
}

Locked lock_claims(int fd, const Claim (&claims)[kRights]) {
    for (int at = 0; at < kRights;) {
        Claim claim = claims[at];
        int end = at + 1;
        if (claim == Claim::kAll || claim == Claim::kSole)
            while (end < kRights && claims[end] == claim) ++end;
        Locked locked = Locked::kYes;
        if (claim == Claim::kByte && at == kRead && claims[kWrite] == Claim::kSole) {
            // The last byte is as good as any, and next to the range that follows.
            locked = set_lock(fd, F_WRLCK, (at + 1) * kRangeBytes - 1, kRangeBytes + 1);
            if (locked == Locked::kYes) return locked;
        }
        if (claim == Claim::kByte) locked = lock_any_byte(fd, at);
        else if (claim != Claim::kNone)
            locked = set_lock(fd, type_of(claim), at * kRangeBytes, (end - at) * kRangeBytes);
        if (locked != Locked::kYes) return locked;
        at = end;
    }
    return Locked::kYes;
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
    const bool has[kRights] = {(sharing.access & STANDARD_DELETE) != 0,
                               (sharing.access & (FILE_READ_DATA | FILE_EXECUTE)) != 0,
                               (sharing.access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0};
    if (!has[kDelete] && !has[kRead] && !has[kWrite]) return {};  // attributes only: takes no part in sharing
    if (!keeps_locks(sharing.fd, sharing.device)) return {};
    constexpr ULONG kShares[kRights] = {FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE};
    Claim claims[kRights], without_writing[kRights];
    bool writes = false;
    for (int right = 0; right < kRights; ++right) {
        bool denies = !(sharing.share & kShares[right]);
        // Readers and deniers of the others have the whole range, and the other way round.
        bool all = right == kRead ? has[right] : denies, byte = right == kRead ? denies : has[right];
        claims[right] = all && byte ? Claim::kSole : all ? Claim::kAll : byte ? Claim::kByte : Claim::kNone;
        without_writing[right] = all ? Claim::kAll : Claim::kNone;
        writes |= byte;
    }
    int fd = sharing.fd;
    bool may_write = sharing.writable || !writes;
    if (!may_write) {
        lock_fd.reset(open(self_path(sharing.fd).c_str(), O_RDWR | O_CLOEXEC));
        if (lock_fd.valid()) fd = lock_fd.get(), may_write = true;
    }
    Locked locked = lock_claims(fd, may_write ? claims : without_writing);
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
    // Whoever denies deletion has the whole range (alone, or with others); single bytes belong to others who may delete.
    for (int64_t start = 0; start < kRangeBytes;) {
        struct flock lock = range(F_WRLCK, kDelete * kRangeBytes + start, kRangeBytes - start);
        if (fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return {};
        bool all = lock.l_start <= kShareBase && lock.l_start + lock.l_len >= kShareBase + kRangeBytes;
        if (lock.l_type == F_RDLCK || all) return STATUS_SHARING_VIOLATION;
        start = lock.l_start + lock.l_len - kShareBase;
    }
    return {};
}

}  // namespace lsw::file
