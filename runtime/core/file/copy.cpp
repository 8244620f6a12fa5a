// See copy.h.
#include "core/file/copy.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/status.h"
#include "core/file/alternate_stream.h"

namespace lsw::file {

Result<uint64_t> copy_piece(FileObject& from, FileObject& to, uint64_t offset, uint64_t limit_bytes) {
    loff_t source = static_cast<loff_t>(offset), target = source;
    ssize_t copied = copy_file_range(from.fd(), &source, to.fd(), &target, limit_bytes, 0);
    // 0 may also mean a file whose size is not known beforehand (/proc): read it to be sure.
    if (copied > 0) return static_cast<uint64_t>(copied);
    constexpr size_t kBufferBytes = 256 * 1024;
    auto buffer = std::make_unique_for_overwrite<char[]>(kBufferBytes);
    ssize_t got = pread(from.fd(), buffer.get(), std::min<uint64_t>(kBufferBytes, limit_bytes),
                        static_cast<off_t>(offset));
    if (got < 0) return Status(status_from_errno(errno));
    for (ssize_t done = 0; done < got;) {
        ssize_t put = pwrite(to.fd(), buffer.get() + done, static_cast<size_t>(got - done),
                             static_cast<off_t>(offset) + done);
        if (put < 0) return Status(status_from_errno(errno));
        done += put;
    }
    return static_cast<uint64_t>(got);
}

bool share_data(FileObject& from, FileObject& to) { return ioctl(to.fd(), FICLONE, from.fd()) == 0; }

Result<void> copy_properties(FileObject& from, FileObject& to) {
    if (from.stream() || to.stream()) return {};  // a stream has no properties of its own
    LSW_CHECK(copy_streams(from.fd(), to.fd()));
    FileStat source = LSW_TRY(from.stat());
    FileStat target = LSW_TRY(to.stat());
    std::string self = self_path(to.fd());
    LSW_CHECK(Result<void>(set_times(to.fd(), self, 0, source.write_time)));
    // The copy may be run where the original may: what Windows has no bit for is kept as well.
    uint32_t runnable = (source.mode & 0111) | (target.mode & 0666);
    if (runnable != (target.mode & 0777)) (void)chmod(self.c_str(), runnable);
    target.mode = (target.mode & ~0777u) | runnable;
    return set_attributes(self, target, source.attributes);
}

}  // namespace lsw::file
