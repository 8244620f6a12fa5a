// What Windows wants to know about a file, made from one statx.
//
// Attributes: DIRECTORY and REPARSE_POINT (a symbolic link) come from the type; READONLY of a file is "no write
// bit in the mode"; every file shows ARCHIVE, as one just written does. HIDDEN, SYSTEM and the like are kept as Samba
// keeps them, as text ("0x22") in the extended attribute user.DOSATTRIB. So that nothing else costs a second system
// call, a file with that attribute also has the sticky bit set, which means nothing on Linux files, and a directory the
// set-user-id bit, which means nothing on directories.
// Names that start with a dot are not hidden.
// Creation time is the file system's birth time and cannot be set.
#pragma once

#include <sys/stat.h>

#include <string>

#include "base/result.h"

namespace lsw::file {

struct FileStat {
    uint64_t size_bytes = 0;
    uint64_t allocated_bytes = 0;
    int64_t creation_time = 0;  // 100 ns since 1601, as FILETIME
    int64_t access_time = 0;
    int64_t write_time = 0;
    int64_t change_time = 0;
    ULONG attributes = 0;
    ULONG reparse_tag = 0;
    uint32_t links = 0;
    uint32_t volume_serial = 0;
    uint64_t file_id = 0;
    uint32_t mode = 0;  // Linux st_mode

    bool is_directory() const { return attributes & 0x10; }  // also a link to a directory
    bool is_link() const { return reparse_tag != 0; }
};

// Of an open descriptor (also one opened with O_PATH). Errors: errno as status.
Result<FileStat> stat_fd(int fd);
// Of a path, a symbolic link itself rather than what it points to when `follow` is false.
// Errors: the errno as a negative number in `error` form, so that the caller can tell ENOENT apart.
int stat_path(const std::string& path, bool follow, FileStat& out, int directory_fd = -100);
// Of a name in an open directory, itself. The errno, or 0.
int stat_entry(int directory_fd, const char* name, FileStat& out);

// Sets READONLY by mode and the rest by extended attribute. Where the file system keeps no extended attributes the
// rest is dropped, as FAT drops what it does not know.
Status set_attributes(const std::string& path, const FileStat& now, ULONG attributes);

// Times in FILETIME units; 0 and -1 leave one as it is.
Status set_times(int fd, const std::string& path, int64_t access_time, int64_t write_time);

int64_t filetime_from_unix(int64_t seconds, uint32_t nanoseconds);
timespec unix_from_filetime(int64_t time);
uint32_t volume_serial_of(uint32_t major, uint32_t minor);

// "/proc/self/fd/N": reaches a file opened with O_PATH by the calls that refuse such descriptors.
std::string self_path(int fd);

}  // namespace lsw::file
