// IoObject: everything NtReadFile and NtWriteFile may be called on. Files, pipes, consoles and devices derive from it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/io/completion.h"
#include "object/object.h"

namespace lsw {

// "GetFileType function (fileapi.h)"
enum class FileType : DWORD { Unknown = 0, Disk = 1, Character = 2, Pipe = 3 };

inline constexpr int64_t kCurrentPosition = -1;
inline constexpr int64_t kEndOfFile = -2;  // writes only: append

namespace file {
class FileObject;
}

class SocketObject;

class PipeObject;
class ConsoleObject;

class IoObject : public Object {
public:
    static constexpr ObjectType kType = ObjectType::File;

    // Bytes moved. `offset` in bytes, or kCurrentPosition. Blocks like a synchronous Windows handle.
    // Errors: STATUS_END_OF_FILE, STATUS_PIPE_BROKEN, …; 0 bytes is a success with nothing moved.
    virtual Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) = 0;
    virtual Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) = 0;

    // NtReadFile and NtWriteFile as a whole: the default does the operation here and now and ends the request. An object
    // whose operations may take long (a pipe opened for overlapped use) returns STATUS_PENDING and ends it later.
    virtual NTSTATUS begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset);
    virtual NTSTATUS begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset);

    // ReadFileScatter and WriteFileGather: `pages` of 4096 bytes each, the last maybe less.
    virtual NTSTATUS begin_pages(const IoRequest& request, bool writing, void* const* pages, uint32_t size_bytes,
                                 int64_t offset);

    // Cancels pending operations: the one with this status block, or all. Whether there were any.
    virtual bool cancel(const IO_STATUS_BLOCK*) { return false; }

    // The same for all that `thread` began (CancelIo).
    virtual bool cancel_of_thread(const Thread&) { return cancel(nullptr); }

    // An operation that was pending has ended and its status block says so: what waits for the object itself may go on.
    // finish_io calls it before it tells anybody else.
    virtual void operation_ended() {}

    virtual FileType file_type() const = 0;
    virtual SocketObject* as_socket() { return nullptr; }  // core/socket
    // Opened with FILE_SYNCHRONOUS_IO_*: it has a position, and operations on it are never pending.
    virtual bool is_synchronous() const { return true; }
    virtual file::FileObject* as_file() { return nullptr; }  // a file or directory on disk
    virtual PipeObject* as_pipe() { return nullptr; }
    virtual bool is_pipe_directory() const { return false; }  // core/pipe
    virtual ConsoleObject* as_console() { return nullptr; }
    virtual int fd() const { return -1; }  // Linux descriptor, for polling and handing down; -1 when there is none

    // The completion port this file object reports to, if any. A port is bound once, and stays for the object's life: looked
    // at without a lock.
    struct Binding {
        CompletionSink* port = nullptr;
        uint64_t key = 0;
        uint8_t modes = 0;
    };
    Binding binding() const {
        uint8_t modes = modes_.load(std::memory_order_relaxed);
        if (!bound_.load(std::memory_order_acquire)) return {nullptr, 0, modes};
        return {port_.get(), key_, modes};
    }
    bool has_completion() const { return bound_.load(std::memory_order_acquire); }
    // False where a port is bound already (ports are bound once).
    bool bind_completion(Ref<CompletionSink> port, uint64_t key);
    void set_completion_modes(uint8_t modes) { modes_.fetch_or(modes); }

protected:
    IoObject() : Object(kType) {}

private:
    std::atomic<bool> binding_{false}, bound_{false};
    std::atomic<uint8_t> modes_{0};
    Ref<CompletionSink> port_;
    uint64_t key_ = 0;
};

// A pipe, terminal or device behind one descriptor, without a position of its own.
class StreamObject : public IoObject {
public:
    StreamObject(UniqueFd fd, FileType type) : fd_(std::move(fd)), type_(type) {}
    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    FileType file_type() const override { return type_; }
    int fd() const override { return fd_.get(); }

private:
    UniqueFd fd_;
    FileType type_;
};

}  // namespace lsw
