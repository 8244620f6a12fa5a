// See at.h.
#include "core/path/at.h"

#include <fcntl.h>
#include <linux/limits.h>

#include <cstring>

namespace lsw::path {

At::At(const std::string& path, int directory) : directory_(directory), name_(path.c_str()) {
    static_assert(AT_FDCWD == -100);
    size_t start = 0;
    while (path.size() - start >= PATH_MAX) {
        // The kernel's limit counts the terminator, so a prefix of PATH_MAX - 1 bytes still fits.
        size_t cut = path.rfind('/', start + PATH_MAX - 2);
        if (cut == std::string::npos || cut <= start) return;  // a name too long: the call will say so
        std::string prefix = path.substr(start, cut - start);
        UniqueFd next(openat(fd(), prefix.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!next.valid()) return;  // the call on the long path fails with ENAMETOOLONG
        holder_ = std::move(next);
        start = cut + 1;
        name_ = path.c_str() + start;
    }
}

// The C library looks at 32 bytes at a time; std::string_view::rfind at one.
static size_t last_slash(std::string_view path) {
    auto* at = static_cast<const char*>(memrchr(path.data(), '/', path.size()));
    return at ? static_cast<size_t>(at - path.data()) : std::string_view::npos;
}

std::string_view parent_of(std::string_view path) {
    size_t slash = last_slash(path);
    if (slash == std::string_view::npos) return {};
    return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
    size_t slash = last_slash(path);
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace lsw::path
