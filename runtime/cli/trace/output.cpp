#include "cli/trace/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/log.h"

namespace lsw::cli::trace {

Output::Output(const std::string& path) : fd_(STDERR_FILENO), path_(path) {
    if (path.empty()) return;
    file_ = UniqueFd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file_.valid()) fatal(kExitInternal, "trace: %s: %s", path.c_str(), strerror(errno));
    fd_ = file_.get();
}

void Output::write(std::string_view text) {
    constexpr size_t kFlushAt = 64 << 10;
    if (failed_) return;
    buffer_ += text;
    if (buffer_.size() >= kFlushAt) flush();
}

void Output::flush() {
    size_t done = 0;
    while (!failed_ && done < buffer_.size()) {
        ssize_t wrote = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
        if (wrote > 0) {
            done += static_cast<size_t>(wrote);
        } else if (wrote == 0 || errno != EINTR) {
            failed_ = true;
            if (fd_ != STDERR_FILENO)
                fprintf(stderr, "lsw: trace: %s: %s; the rest of the trace is not written\n", path_.c_str(),
                        strerror(wrote == 0 ? ENOSPC : errno));
        }
    }
    buffer_.clear();
}

}  // namespace lsw::cli::trace
