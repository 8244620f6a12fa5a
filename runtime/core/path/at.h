// At: a Linux path as (directory fd, name) for the *at system calls. A path that the kernel takes as it
// is costs nothing; a longer one (PATH_MAX) is reached through descriptors of its leading directories.
#pragma once

#include <string>

#include "base/unique_fd.h"

namespace lsw::path {

class At {
public:
    // `path` must live as long as this. A relative path is relative to `directory`.
    explicit At(const std::string& path, int directory = -100 /* AT_FDCWD */);

    int fd() const { return holder_.valid() ? holder_.get() : directory_; }
    const char* name() const { return name_; }

private:
    int directory_;
    const char* name_;
    UniqueFd holder_;
};

// Directory and last name of an absolute path: "/a/b" gives "/a" and "b", "/a" gives "/" and "a".
std::string_view parent_of(std::string_view path);
std::string_view name_of(std::string_view path);

}  // namespace lsw::path
