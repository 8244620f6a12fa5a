// FileObject: an open file or directory on disk.
//
// The file position is the kernel's, so that it is shared with whoever shares the descriptor (a child, a shell that
// redirected), as Windows shares it between handles of one file object. A handle opened without
// FILE_SYNCHRONOUS_IO_* has no position; its reads and writes say where.
//
// A symbolic link opened as itself, and a file opened for its attributes only, are O_PATH descriptors.
// A built-in directory of C: that is not on disk has no descriptor at all.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <string>

#include "core/file/file_stat.h"
#include "core/file/file_transfer.h"
#include "core/io/io_object.h"
#include "core/wait/waitable.h"

namespace lsw::file {

class DirectoryScan;
class DirectoryWatch;
class AlternateStream;
class RangeLocks;

class FileObject final : public IoObject, public Waitable {
public:
    struct Setup {
        UniqueFd fd;
        UniqueFd lock_fd;  // holds share-mode locks that `fd` could not (share.h)
        std::string path;  // Linux, as it was opened
        uint32_t mode = 0;
        ULONG options = 0;  // FILE_* create options
        ACCESS_MASK access = 0;
        bool path_only = false;  // O_PATH
        bool builtin = false;       // a built-in directory: no descriptor
        bool builtin_file = false;  // its descriptor has the bytes and nothing else that is true
        bool volume = false;
        std::shared_ptr<AlternateStream> stream;  // what `fd`, a memfd, has the bytes of
    };
    explicit FileObject(Setup setup);
    ~FileObject() override;

    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    NTSTATUS begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) override;
    NTSTATUS begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) override;
    NTSTATUS begin_pages(const IoRequest& request, bool writing, void* const* pages, uint32_t size_bytes,
                         int64_t offset) override;
    FileType file_type() const override { return FileType::Disk; }
    // Whoever asks for it finds the kernel's position where the object's is.
    int fd() const override {
        if (position_due_.load(std::memory_order_relaxed) >= 0) settle_position();
        return setup_.fd.get();
    }
    FileObject* as_file() override { return this; }
    void on_last_handle_closed() override;
    // Signalled, but while an operation is on its way.
    Waitable* waitable() override { return this; }
    SyncRecord* record() override;

    bool is_directory() const { return S_ISDIR(setup_.mode); }
    bool is_builtin() const { return setup_.builtin; }
    bool is_volume() const { return setup_.volume; }
    AlternateStream* stream() const { return setup_.stream.get(); }  // nullptr for a file's own data
    // ":name", or nothing: what stands behind the name of the file.
    std::string stream_suffix() const;
    bool is_synchronous() const override { return synchronous_; }
    ULONG options() const { return setup_.options; }
    ACCESS_MASK access() const { return setup_.access; }

    Result<FileStat> stat() const;
    const std::string& opened_path() const { return setup_.path; }  // Linux
    // Where the file is now, also after it was renamed. Linux; empty after it was deleted.
    std::string current_path() const;

    Result<int64_t> position() const;
    Result<void> set_position(int64_t position);
    Result<int64_t> seek(int64_t distance, DWORD method);
    Result<uint64_t> size() const;
    Result<void> set_size(uint64_t size_bytes);
    Result<void> flush();

    // FileDispositionInformation(Ex). `flags`: FILE_DISPOSITION_*.
    Result<void> set_disposition(ULONG flags);
    bool delete_pending() const { return delete_on_close_; }
    Result<void> rename_to(const std::string& target, bool replace, bool ignore_read_only = false);
    Result<void> link_to(const std::string& target, bool replace);
    // A link takes the place of this (empty) file or directory, which the object then stands for.
    Result<void> become_link(const std::string& link_target);
    Result<void> remove_link();

    // Runs `use(scan)` under the object's lock; the scan is made at first use.
    template <class Use>
    auto with_scan(Use use) {
        std::lock_guard guard(lock_);
        return use(scan_);
    }
    RangeLocks& range_locks();

    // NtNotifyChangeDirectoryFile. The first call's `filter` (FILE_NOTIFY_CHANGE_*) and `subtree` hold for the handle.
    NTSTATUS notify_change(const IoRequest& request, void* buffer, uint32_t size_bytes, ULONG filter, bool subtree);
    bool cancel(const IO_STATUS_BLOCK* which) override;
    bool cancel_of_thread(const Thread& thread) override;

    // For FileTransfer. Whether somebody may be waiting for the file object itself.
    bool begin_transfer(FileTransfer& transfer);
    // The same for what ends later otherwise.
    bool begin_pending();
    FileTransfers& transfers() { return transfers_; }
    void operation_ended() override;
    // Opened with FILE_NO_INTERMEDIATE_BUFFERING, and the file system does it (O_DIRECT).
    bool is_direct() const { return direct_.load(std::memory_order_relaxed); }
    // The file system refuses what Windows allows (the alignment of a buffer): through the cache from now on. False when it was
    // that already.
    bool leave_direct();

private:
    Result<void> delete_now(bool ignore_read_only);
    NTSTATUS check_transfer(bool writing, uint32_t size_bytes, int64_t offset);
    void settle_position() const;
    NTSTATUS write_bytes(const void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved);
    NTSTATUS read_here(void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved);
    NTSTATUS write_here(const void* buffer, uint32_t size_bytes, int64_t offset, uint64_t* moved);
    ssize_t read_now(void* buffer, uint32_t size_bytes, int64_t offset);

    Setup setup_;
    const bool synchronous_;
    std::mutex lock_;
    SyncRecord* record_ = nullptr;
    bool delete_on_close_ = false;
    std::atomic<bool> direct_{false};
    // Where a transfer at a place of its own left a synchronous handle, while the kernel has not been told; -1: it has.
    mutable std::atomic<int64_t> position_due_{-1};
    uint32_t under_way_ = 0;  // transfers; under the lock
    FileTransfers transfers_;
    std::unique_ptr<DirectoryScan> scan_;
    std::unique_ptr<RangeLocks> range_locks_;
    std::unique_ptr<DirectoryWatch> watch_;
};

// Deletes what handles that are still open would have deleted on close; for the end of the process.
void delete_at_exit();
// `file` was opened with FILE_DELETE_ON_CLOSE.
void watch_delete_on_close(FileObject* file);
void forget_delete_on_close(FileObject* file);

}  // namespace lsw::file
