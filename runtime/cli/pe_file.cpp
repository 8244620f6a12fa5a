#include "cli/pe_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace lsw::cli {

PeFile::PeFile(const std::string& path) {
    // Non-blocking: a pipe without a writer would be waited for.
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (!fd.valid() || fstat(fd.get(), &info) != 0) {
        error_ = strerror(errno);
        return;
    }
    if (!S_ISREG(info.st_mode)) {
        error_ = S_ISDIR(info.st_mode) ? "is a directory" : "not a regular file";
        return;
    }
    size_bytes_ = static_cast<size_t>(info.st_size);
    if (size_bytes_ != 0) {
        data_ = mmap(nullptr, size_bytes_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (data_ == MAP_FAILED) {
            data_ = nullptr;
            error_ = strerror(errno);
            return;
        }
    }
    auto parsed = pe::ImageView::parse_file({static_cast<const std::byte*>(data_), size_bytes_});
    if (!parsed.ok()) error_ = pe::describe(parsed.error);
    view_ = *parsed;
}

PeFile::~PeFile() {
    if (data_) munmap(data_, size_bytes_);
}

}  // namespace lsw::cli
