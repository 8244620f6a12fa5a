// The cache of directory indices: which are believed, when they are read again, which are watched.
// See dir_index.h for the rules.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/unique_fd.h"
#include "core/path/at.h"
#include "core/path/dir_index.h"

namespace lsw::path {
namespace {

constexpr int64_t kRacyWindowNs = 20'000'000;  // above the coarsest clock tick of a file timestamp
constexpr size_t kMaxIndices = 512;
constexpr int kReadingsBeforeWatch = 3;

int64_t ns(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

struct Key {
    dev_t device;
    ino_t inode;
    bool operator==(const Key&) const = default;
};

struct KeyHash {
    size_t operator()(const Key& key) const { return key.inode * 0x9E3779B97F4A7C15ull ^ key.device; }
};

struct Cached {
    DirIndex index;
    int64_t mtime_ns = 0;
    int64_t ctime_ns = 0;
    bool settled = false;  // the directory had been quiet before it was read
    bool complete = false;  // of a file system that lists all it has
    int readings = 0;
    int watch = -1;
    uint64_t last_use = 0;
};

class DirCache {
public:
    IndexAnswer find(std::string_view directory, std::string_view name);

private:
    bool believes(Cached& cached, const struct stat& info);
    static void note_times(Cached& cached, const struct stat& info, const timespec& now);
    bool read(Cached& cached, std::string_view directory, Key key);
    Cached* entry_of(Key key);
    void watch(Cached& cached, int directory_fd, Key key);
    void take_events();
    void make_room();

    std::mutex lock_;
    std::unordered_map<Key, std::unique_ptr<Cached>, KeyHash> entries_;
    std::unordered_map<int, Cached*> watched_;
    UniqueFd inotify_;
    bool inotify_failed_ = false;
    uint64_t uses_ = 0;
    // The one asked last: names are looked for in one directory many times.
    Key recent_key_{};
    Cached* recent_ = nullptr;
    std::unique_ptr<char[]> buffer_;
    // What is_local() said of the device last asked about.
    dev_t device_ = 0;
    bool local_ = false, lists_all_ = false;
};

// Of file systems on which nothing happens behind this kernel's back: changes that other machines make raise no
// inotify event. `lists_all`: what can be opened is listed, which is not so in /proc or for .zfs.
bool is_local(int fd, bool* lists_all) {
    struct statfs info;
    *lists_all = false;
    if (fstatfs(fd, &info) != 0) return false;
    *lists_all = true;
    switch (static_cast<uint32_t>(info.f_type)) {
        case 0xEF53:      // ext2, ext3, ext4
        case 0x58465342:  // xfs
        case 0x9123683E:  // btrfs
        case 0x01021994:  // tmpfs
        case 0x794C7630:  // overlayfs
        case 0xF2F52010:  // f2fs
            return true;
        case 0x2FC12FC1:  // zfs
            *lists_all = false;
            return true;
        default: *lists_all = false; return false;
    }
}

// Brings a watched index up to date when the directory's times are not those it is known to be right for.
bool DirCache::believes(Cached& cached, const struct stat& info) {
    if (cached.settled && cached.mtime_ns == ns(info.st_mtim) && cached.ctime_ns == ns(info.st_ctim)) return true;
    if (cached.watch < 0) return false;
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    take_events();
    if (cached.watch < 0) return false;
    note_times(cached, info, now);
    return true;
}

// `now` was taken before the index was brought up to date: what changes later has another time than `info`, once
// that is older than the window.
void DirCache::note_times(Cached& cached, const struct stat& info, const timespec& now) {
    cached.mtime_ns = ns(info.st_mtim);
    cached.ctime_ns = ns(info.st_ctim);
    cached.settled = std::max(cached.mtime_ns, cached.ctime_ns) + kRacyWindowNs < ns(now);
}

void DirCache::watch(Cached& cached, int directory_fd, Key) {
    if (inotify_failed_) return;
    if (!inotify_.valid()) inotify_ = UniqueFd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_.valid()) {
        inotify_failed_ = true;
        return;
    }
    std::string self = "/proc/self/fd/" + std::to_string(directory_fd);
    int watch = inotify_add_watch(inotify_.get(), self.c_str(),
                                  IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR);
    if (watch < 0) return;
    cached.watch = watch;
    watched_[watch] = &cached;
}

bool DirCache::read(Cached& cached, std::string_view directory, Key key) {
    std::string path(directory);
    At at(path);
    UniqueFd fd(openat(at.fd(), at.name(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info;
    if (!fd.valid() || fstat(fd.get(), &info) != 0) return false;
    if (info.st_dev != key.device || info.st_ino != key.inode) return errno = ENOENT, false;
    if (info.st_dev != device_) {
        local_ = is_local(fd.get(), &lists_all_);
        device_ = info.st_dev;
    }
    cached.complete = lists_all_;
    if (++cached.readings >= kReadingsBeforeWatch && cached.watch < 0 && local_) watch(cached, fd.get(), key);
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    note_times(cached, info, now);
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(DirIndex::kBufferBytes);
    return cached.index.read(fd.get(), buffer_.get());
}

// Brings the watched indices up to date.
void DirCache::take_events() {
    if (watched_.empty()) return;
    alignas(inotify_event) char buffer[4096];
    for (;;) {
        ssize_t got = ::read(inotify_.get(), buffer, sizeof buffer);
        if (got <= 0) return;
        bool all = static_cast<size_t>(got) < sizeof buffer - sizeof(inotify_event) - NAME_MAX - 1;
        for (ssize_t at = 0; at < got;) {
            auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
            at += static_cast<ssize_t>(sizeof *event + event->len);
            if (event->mask & IN_Q_OVERFLOW) {
                inotify_.reset();  // forgets every watch; the next reading starts anew
                for (auto& [id, cached] : watched_) cached->watch = -1, cached->settled = false;
                watched_.clear();
                return;
            }
            auto found = watched_.find(event->wd);
            if (found == watched_.end()) continue;
            Cached& cached = *found->second;
            if (event->mask & (IN_IGNORED | IN_UNMOUNT)) {
                cached.watch = -1;
                cached.settled = false;
                watched_.erase(found);
            } else if (event->mask & (IN_CREATE | IN_MOVED_TO)) {
                cached.index.add(event->name);
            } else {
                cached.index.remove(event->name);
            }
        }
        if (all) return;  // there was room for one more
    }
}

void DirCache::make_room() {
    if (entries_.size() < kMaxIndices) return;
    // Drops the older half; rare enough for a full pass.
    recent_ = nullptr;
    uint64_t limit = uses_ > kMaxIndices / 2 ? uses_ - kMaxIndices / 2 : 0;
    for (auto it = entries_.begin(); it != entries_.end();) {
        Cached& cached = *it->second;
        if (cached.last_use >= limit) {
            ++it;
            continue;
        }
        if (cached.watch >= 0) {
            inotify_rm_watch(inotify_.get(), cached.watch);
            watched_.erase(cached.watch);
        }
        it = entries_.erase(it);
    }
}

// stat of a directory whose name stands in a longer text, without the heap where it is of the usual length.
int stat_directory(std::string_view directory, struct stat& info) {
    char name[512];
    if (directory.size() < sizeof name) {
        memcpy(name, directory.data(), directory.size());
        name[directory.size()] = '\0';
        return stat(name, &info);
    }
    std::string path(directory);
    At at(path);
    return fstatat(at.fd(), at.name(), &info, 0);
}

Cached* DirCache::entry_of(Key key) {
    if (recent_ && recent_key_ == key) return recent_;
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        make_room();
        found = entries_.emplace(key, std::make_unique<Cached>()).first;
    }
    recent_key_ = key;
    return recent_ = found->second.get();
}

IndexAnswer DirCache::find(std::string_view directory, std::string_view name) {
    struct stat info;
    if (stat_directory(directory, info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return {IndexAnswer::kNoDirectory, {}};
        return {IndexAnswer::kFailed, {}, errno};
    }
    if (!S_ISDIR(info.st_mode)) return {IndexAnswer::kNoDirectory, {}};
    Key key{info.st_dev, info.st_ino};
    std::lock_guard guard(lock_);
    Cached& cached = *entry_of(key);
    cached.last_use = ++uses_;
    if (!believes(cached, info) && !read(cached, directory, key)) {
        int error = errno;
        if (cached.watch < 0) {
            recent_ = nullptr;
            entries_.erase(key);
        }
        // A directory that may be searched but not listed has no other spelling to offer.
        if (error == EACCES || error == ENOENT) return {IndexAnswer::kNoEntry, {}};
        return {IndexAnswer::kFailed, {}, error};
    }
    std::string_view entry = cached.index.find(name);
    if (entry.empty()) return {IndexAnswer::kNoEntry, {}, 0, cached.complete};
    return {IndexAnswer::kFound, std::string(entry)};
}

DirCache& cache() {
    static DirCache instance;
    return instance;
}

}  // namespace

IndexAnswer find_in_directory(std::string_view directory, std::string_view name) {
    return cache().find(directory, name);
}

}  // namespace lsw::path
