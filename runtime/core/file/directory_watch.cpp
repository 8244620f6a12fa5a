// See directory_watch.h.
#include "core/file/directory_watch.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/file.h"
#include "abi/file_info.h"
#include "base/status.h"
#include "core/file/file_object.h"
#include "core/path/name_map.h"

namespace lsw::file {
namespace {

constexpr size_t kMostChanges = 16384;

// Directories below `path`; few enough system calls for the trees that programs watch.
template <class OnDirectory>
void each_subdirectory(const std::string& path, OnDirectory on_directory) {
    DIR* directory = opendir(path.c_str());
    if (!directory) return;
    while (dirent* entry = readdir(directory)) {
        std::string_view name(entry->d_name);
        if (entry->d_type == DT_DIR && name != "." && name != "..") on_directory(entry->d_name);
    }
    closedir(directory);
}

uint32_t events_of(ULONG filter) {
    uint32_t mask = IN_ONLYDIR | IN_DELETE_SELF;
    if (filter & (FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME))
        mask |= IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
    if (filter & (FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE)) mask |= IN_MODIFY;
    if (filter & (FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SECURITY | FILE_NOTIFY_CHANGE_LAST_WRITE))
        mask |= IN_ATTRIB;
    if (filter & FILE_NOTIFY_CHANGE_LAST_ACCESS) mask |= IN_ACCESS;
    return mask;
}

// Guest memory may have gone since the request was made: the kernel copies, and an error is not a fault.
bool copy_to_guest(void* target, const std::string& bytes) {
    iovec from = {const_cast<char*>(bytes.data()), bytes.size()}, to = {target, bytes.size()};
    return process_vm_writev(getpid(), &from, 1, &to, 1, 0) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

Result<std::unique_ptr<DirectoryWatch>> DirectoryWatch::start(FileObject& directory, ULONG filter, bool subtree) {
    std::unique_ptr<DirectoryWatch> watch(new DirectoryWatch);
    watch->inotify_.reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    watch->stop_.reset(eventfd(0, EFD_CLOEXEC));
    if (!watch->inotify_.valid() || !watch->stop_.valid()) return Status(STATUS_INSUFFICIENT_RESOURCES);
    watch->filter_ = filter;
    watch->subtree_ = subtree;
    watch->root_ = directory.current_path();
    if (!watch->add_directory(watch->root_, "")) return Status(status_from_errno(errno));
    return watch;
}

DirectoryWatch::~DirectoryWatch() {
    if (!thread_.joinable()) return;
    uint64_t one = 1;
    (void)!write(stop_.get(), &one, sizeof one);
    thread_.join();
}

bool DirectoryWatch::add_directory(const std::string& path, const std::string& relative) {
    // Names always matter below: a new directory is to be watched too.
    uint32_t mask = events_of(filter_) | (subtree_ ? IN_CREATE | IN_MOVED_TO : 0);
    int watch = inotify_add_watch(inotify_.get(), path.c_str(), mask);
    if (watch < 0) return false;
    relative_[watch] = relative;
    if (subtree_)
        each_subdirectory(path, [&](const char* name) {
            add_directory(path + "/" + name, relative + name + "/");
        });
    return true;
}

// Under the lock.
void DirectoryWatch::take_event(const inotify_event& event) {
    uint32_t mask = event.mask;
    int watch = event.wd;
    const char* name = event.len ? event.name : nullptr;
    if (mask & IN_Q_OVERFLOW) overflow_ = true;
    if (mask & IN_IGNORED) relative_.erase(watch);
    auto directory = relative_.find(watch);
    if (directory == relative_.end() || !name || !*name) return;
    bool is_directory = mask & IN_ISDIR;
    std::string relative = directory->second + name;
    if (subtree_ && is_directory && mask & (IN_CREATE | IN_MOVED_TO)) add_directory(root_ + "/" + relative, relative + "/");
    ULONG name_filter = is_directory ? FILE_NOTIFY_CHANGE_DIR_NAME : FILE_NOTIFY_CHANGE_FILE_NAME;
    ULONG action = 0;
    if (mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)) {
        if (!(filter_ & name_filter)) return;
        action = mask & (IN_CREATE | IN_MOVED_TO) ? FILE_ACTION_ADDED : FILE_ACTION_REMOVED;
    } else if (mask & (IN_MODIFY | IN_ATTRIB | IN_ACCESS)) {
        action = FILE_ACTION_MODIFIED;
    }
    if (action == 0) return;
    if (changes_.size() >= kMostChanges) {
        overflow_ = true;
        return;
    }
    std::u16string text;
    path::append_windows_path(text, relative);
    if (mask & (IN_MOVED_FROM | IN_MOVED_TO)) return take_moved(event, std::move(text));
    // One write is often several events; one line says as much.
    bool again = action == FILE_ACTION_MODIFIED && !changes_.empty() && changes_.back().action == action &&
                 changes_.back().name == text;
    if (!again) changes_.push_back({action, std::move(text)});
}

// A file that gets another name in its directory is renamed; one that goes to another directory is removed here and added there.
void DirectoryWatch::take_moved(const inotify_event& event, std::u16string name) {
    if (event.mask & IN_MOVED_FROM) {
        changes_.push_back({FILE_ACTION_REMOVED, std::move(name), event.cookie, event.wd});
        return;
    }
    auto from = std::find_if(changes_.begin(), changes_.end(),
                             [&](const Change& change) { return change.cookie && change.cookie == event.cookie; });
    bool renamed = from != changes_.end() && from->watch == event.wd;
    if (from != changes_.end()) from->cookie = 0;
    if (renamed) {  // the two names stand together
        from->action = FILE_ACTION_RENAMED_OLD_NAME;
        std::rotate(from, from + 1, changes_.end());
    }
    changes_.push_back({renamed ? FILE_ACTION_RENAMED_NEW_NAME : FILE_ACTION_ADDED, std::move(name)});
}

void DirectoryWatch::read_events() {
    constexpr int kSecondHalf_ms = 2;  // the kernel tells both halves of a move within microseconds
    alignas(inotify_event) char buffer[4096];
    for (bool waited = false;;) {
        ssize_t got = read(inotify_.get(), buffer, sizeof buffer);
        if (got <= 0 && !waited && !changes_.empty() && changes_.back().cookie) {
            pollfd half = {inotify_.get(), POLLIN, 0};
            poll(&half, 1, kSecondHalf_ms);
            waited = true;
            continue;
        }
        if (got <= 0) break;
        for (ssize_t at = 0; at < got;) {
            auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
            at += static_cast<ssize_t>(sizeof *event + event->len);
            take_event(*event);
        }
    }
    // What has not come by now went elsewhere.
    for (Change& change : changes_) change.cookie = 0;
}

// Under the lock: moves all changes into the buffer, or says that they do not fit.
NTSTATUS DirectoryWatch::fill(void* buffer, uint32_t size_bytes, uint64_t& written) {
    constexpr size_t kHeader = offsetof(FILE_NOTIFY_INFORMATION, FileName);
    std::string bytes;
    size_t last = 0;
    for (const Change& change : changes_) {
        size_t start = (bytes.size() + 3) & ~size_t{3};
        bytes.resize(start + kHeader + change.name.size() * 2);
        auto* out = reinterpret_cast<FILE_NOTIFY_INFORMATION*>(bytes.data() + start);
        out->NextEntryOffset = 0;
        out->Action = change.action;
        out->FileNameLength = static_cast<ULONG>(change.name.size() * 2);
        memcpy(bytes.data() + start + kHeader, change.name.data(), change.name.size() * 2);
        if (start > 0)
            reinterpret_cast<FILE_NOTIFY_INFORMATION*>(bytes.data() + last)->NextEntryOffset =
                static_cast<ULONG>(start - last);
        last = start;
    }
    changes_.clear();
    written = 0;
    if (std::exchange(overflow_, false) || bytes.size() > size_bytes) return STATUS_NOTIFY_ENUM_DIR;
    if (!copy_to_guest(buffer, bytes)) return STATUS_ACCESS_VIOLATION;
    written = bytes.size();
    return STATUS_SUCCESS;
}

// The thread. The object outlives it: the watch is destroyed, and with it the thread joined, before the object is.
void DirectoryWatch::serve(FileObject* directory) {
    for (;;) {
        pollfd waits[] = {{inotify_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
        if (poll(waits, 2, -1) < 0 && errno != EINTR) return;
        if (waits[1].revents) return;
        std::unique_lock guard(lock_);
        read_events();
        while (!pending_.empty() && (!changes_.empty() || overflow_)) {
            Pending next = pending_.front();
            pending_.pop_front();
            uint64_t written;
            NTSTATUS status = fill(next.buffer, next.size_bytes, written);
            guard.unlock();
            finish_io(*directory, next.request, status, written, /*pended=*/true);
            guard.lock();
        }
    }
}

NTSTATUS DirectoryWatch::request(FileObject& directory, const IoRequest& request, void* buffer, uint32_t size_bytes) {
    uint64_t written = 0;
    std::unique_lock guard(lock_);
    read_events();
    while (directory.is_synchronous() && changes_.empty() && !overflow_) {
        guard.unlock();
        pollfd wait = {inotify_.get(), POLLIN, 0};
        if (poll(&wait, 1, -1) < 0) current_thread()->check_termination_in_wait();
        guard.lock();
        read_events();
    }
    if (pending_.empty() && (!changes_.empty() || overflow_)) {
        NTSTATUS status = fill(buffer, size_bytes, written);
        guard.unlock();
        // A request that would usually pend reports to its port even when it ends at once.
        finish_io(directory, request, status, written, !directory.is_synchronous());
        return directory.is_synchronous() || !NT_SUCCESS(status) ? status : STATUS_PENDING;
    }
    Pending pending{request, buffer, size_bytes, Ref<Thread>::share(current_thread())};
    pending.request.thread = pending.thread.get();
    pending_.push_back(std::move(pending));
    if (!thread_.joinable()) {
        // The program's signals are not for this thread.
        sigset_t all, old;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &old);
        thread_ = std::thread([this, object = &directory] { serve(object); });
        pthread_sigmask(SIG_SETMASK, &old, nullptr);
    }
    return STATUS_PENDING;
}

bool DirectoryWatch::end_requests(FileObject& directory, const IO_STATUS_BLOCK* which, NTSTATUS status) {
    std::vector<Pending> ended;
    {
        std::lock_guard guard(lock_);
        for (size_t i = 0; i < pending_.size();) {
            if (which && pending_[i].request.status_block != which) {
                ++i;
                continue;
            }
            ended.push_back(pending_[i]);
            pending_.erase(pending_.begin() + static_cast<ptrdiff_t>(i));
        }
    }
    for (const Pending& one : ended) finish_io(directory, one.request, status, 0, /*pended=*/true);
    return !ended.empty();
}

}  // namespace lsw::file
