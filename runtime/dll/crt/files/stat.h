// sys/stat.h: what a file is. Doc: "_stat, _stat32, _stat64, …", "_fstat, …".
#pragma once

#include <limits>

#include "abi/crt_files.h"
#include "dll/crt/io/io.h"

namespace lsw::crt {

inline constexpr uint16_t _S_IFDIR = 0x4000, _S_IFCHR = 0x2000, _S_IFIFO = 0x1000,
                          _S_IFREG = 0x8000;

struct FileStat {
    uint32_t device = 0;
    uint16_t mode = 0;
    int16_t links = 1;
    int64_t size = 0;
    int64_t accessed = 0, modified = 0, created = 0;
};

// Return an errno value.
int stat_path(const char16_t* path, FileStat& result);
int stat_descriptor(Io& io, int fd, FileStat& result);

// False when the size does not fit.
template <class Time, class Size>
bool store_stat(const FileStat& from, StatLayout<Time, Size>* to) {
    *to = {};
    if (from.size > std::numeric_limits<Size>::max()) return false;
    to->st_dev = to->st_rdev = from.device;
    to->st_mode = from.mode;
    to->st_nlink = from.links;
    to->st_size = static_cast<Size>(from.size);
    to->st_atime = static_cast<Time>(from.accessed);
    to->st_mtime = static_cast<Time>(from.modified);
    to->st_ctime = static_cast<Time>(from.created);
    return true;
}

}  // namespace lsw::crt
