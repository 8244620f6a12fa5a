// DirectoryWatch: what changes in a directory (and below), for ReadDirectoryChangesW and NtNotifyChangeDirectoryFile.
// The kernel's inotify tells; a thread that starts with the first request on an overlapped handle and ends with the handle
// turns its events into finished requests. Events are kept between requests, as Windows keeps them, until there are so many
// that only STATUS_NOTIFY_ENUM_DIR ("look for yourself") is left to say.
// Differs from Windows: changes made on other machines (network file systems) are not seen.
#pragma once

#include <sys/inotify.h>

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/io/completion.h"
#include "core/thread/thread.h"

namespace lsw::file {

class FileObject;

class DirectoryWatch {
public:
    // `filter`: FILE_NOTIFY_CHANGE_*. Errors: STATUS_INSUFFICIENT_RESOURCES when inotify's limits are reached.
    static Result<std::unique_ptr<DirectoryWatch>> start(FileObject& directory, ULONG filter, bool subtree);
    ~DirectoryWatch();

    // Ends at once when something has changed since the last request; otherwise STATUS_PENDING, or, for a synchronous
    // handle, when it does change.
    NTSTATUS request(FileObject& directory, const IoRequest& request, void* buffer, uint32_t size_bytes);

    // Ends pending requests (all, or the one with this status block) with `status`.
    bool end_requests(FileObject& directory, const IO_STATUS_BLOCK* which, NTSTATUS status);

private:
    struct Change {
        ULONG action;
        std::u16string name;
        uint32_t cookie = 0;  // of a name that was moved away, while it may turn out to be the old one of a renamed file
        int watch = -1;
    };
    struct Pending {
        IoRequest request;
        void* buffer;
        uint32_t size_bytes;
        Ref<Thread> thread;  // keeps request.thread
    };
    DirectoryWatch() = default;
    bool add_directory(const std::string& path, const std::string& relative);
    void read_events();
    void take_event(const inotify_event& event);
    void take_moved(const inotify_event& event, std::u16string name);
    NTSTATUS fill(void* buffer, uint32_t size_bytes, uint64_t& written);
    void serve(FileObject* directory);

    std::mutex lock_;
    UniqueFd inotify_;
    UniqueFd stop_;  // eventfd that ends the thread
    std::string root_;
    std::map<int, std::string> relative_;  // watch to directory below the root, "" or "a/b/"
    ULONG filter_ = 0;
    bool subtree_ = false;
    std::vector<Change> changes_;
    bool overflow_ = false;
    std::deque<Pending> pending_;
    std::thread thread_;
};

}  // namespace lsw::file
