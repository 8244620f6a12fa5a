// FileTransfer: a read or write of a file opened for overlapped use that was not done at once, on its way through the I/O engine.
//
// What goes which way was measured (iouring-io/README.md): a read of cached data is a plain system call, cheaper than any queue,
// so the cache is asked first (RWF_NOWAIT) and only what is not there goes to the engine. A buffered write goes to the cache at
// once. Unbuffered transfers and write-through writes always go to the engine: they wait for the device.
#pragma once

#include <sys/uio.h>

#include <vector>

#include "core/io/completion.h"
#include "core/thread/thread.h"
#include "iouring-io/engine.h"

namespace lsw::file {

class FileObject;

class FileTransfer {
public:
    struct Range {
        bool writes;
        char* buffer;         // or null, when it is pieces
        uint32_t size_bytes;
        int64_t offset;       // or kEndOfFile
        uint32_t done_bytes;  // already, of the buffer
    };
    // Takes its way; the request ends later. Always STATUS_PENDING.
    static NTSTATUS begin(FileObject& file, const IoRequest& request, const Range& range, std::vector<iovec> pieces = {});

private:
    friend class FileTransfers;
    static void on_done(io::Operation& operation, int32_t result);
    void go_on();
    void take(int32_t result);
    void end(NTSTATUS status);

    io::Operation operation_;
    Ref<FileObject> file_;
    Ref<Thread> thread_;
    IoRequest request_;
    Range range_{};
    std::vector<iovec> pieces_;
    FileTransfer* next_ = nullptr;
    FileTransfer* previous_ = nullptr;
};

// Those of one file object.
class FileTransfers {
public:
    void add(FileTransfer& transfer);
    // A transfer leaves before the program can see its end and use the status block again. True: the one who closes the last
    // handle waits for left(), so that the file is really closed then; the object is there until left() was called.
    bool leave(FileTransfer& transfer);
    void left();
    // The last handle is being closed: waits for those who are leaving. Those still under way keep the file open.
    void close();
    bool any() const { return count_.load() != 0; }
    bool ever() const { return ever_.load(std::memory_order_relaxed); }
    // Asks for the end of those with this status block, or of this thread, or all. Whether there were any.
    bool cancel(const IO_STATUS_BLOCK* which, const Thread* thread);

private:
    std::mutex lock_;
    FileTransfer* first_ = nullptr;
    std::atomic<uint32_t> count_{0};
    std::atomic<uint32_t> leaving_{0};
    std::atomic<bool> ever_{false};
    bool closed_ = false;
};

}  // namespace lsw::file
