// Pipes, terminals and devices as file objects: what is read and written without a position.
#include "core/io/io_object.h"

#include <unistd.h>

#include <cerrno>

#include "base/status.h"

namespace lsw {

Result<uint64_t> StreamObject::read(void* buffer, uint32_t size_bytes, int64_t) {
    for (;;) {
        ssize_t got = ::read(fd_.get(), buffer, size_bytes);
        if (got > 0 || size_bytes == 0) return Result<uint64_t>(static_cast<uint64_t>(got));
        // The writer has gone: a pipe says so, a file or terminal is at its end.
        if (got == 0) return Status(type_ == FileType::Pipe ? STATUS_PIPE_BROKEN : STATUS_END_OF_FILE);
        if (errno != EINTR) return Status(status_from_errno(errno));
    }
}

Result<uint64_t> StreamObject::write(const void* buffer, uint32_t size_bytes, int64_t) {
    uint64_t done = 0;
    while (done < size_bytes) {
        ssize_t put = ::write(fd_.get(), static_cast<const char*>(buffer) + done, size_bytes - done);
        if (put >= 0) {
            done += static_cast<uint64_t>(put);
            continue;
        }
        if (errno == EINTR) continue;
        if (errno == EPIPE) return Status(STATUS_PIPE_CLOSING);  // ERROR_NO_DATA
        return Status(status_from_errno(errno));
    }
    return Result<uint64_t>(done);
}

}  // namespace lsw
