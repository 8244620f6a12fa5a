// Alternate data streams: more bytes under a file's name, such as "setup.exe:Zone.Identifier".
//
// A stream is an extended attribute of the file, as Samba's streams_xattr module keeps them: user.DosStream.NAME:$DATA, whose
// value is the stream's bytes and a zero. So it goes where the file goes (renames, links, cp -a, mv to another disk) and
// when the file goes, and nothing can be orphaned. What it costs is size: a value has at most 64 KiB, on ext4 all of a
// file's together have some 4 KB. A write beyond that fails with STATUS_DISK_FULL and leaves the stream as it was. On a
// file system without such attributes a stream's name is invalid, as it is on FAT.
//
// An open stream is a FileObject on a memfd, which is filled from the attribute before each operation and put back after
// each that changes it. Not kept: share modes of streams, and what is written through a mapping.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/file/open.h"

namespace lsw::file {

class AlternateStream {
public:
    // `attribute` is the whole name of the extended attribute.
    AlternateStream(UniqueFd file, std::string attribute) : file_(std::move(file)), attribute_(std::move(attribute)) {}

    // Makes the contents of `fd` those of the stream, and the other way round. Hold the lock from one to the other.
    // Errors: STATUS_DISK_FULL where it does not fit, STATUS_FILE_DELETED.
    Status load(int fd) const;
    Status store(int fd) const;
    Status remove() const;
    static std::mutex& lock();

    int file_fd() const { return file_.get(); }  // of the file it is a stream of, maybe O_PATH
    std::string name() const;

private:
    UniqueFd file_;
    std::string attribute_;
};

// `request.target.stream` names one. The file is made where the disposition says so. Errors: as open_file.
Result<Opened> open_stream(const OpenRequest& request);

struct StreamEntry {
    std::string name;  // UTF-8, without colons
    uint64_t size_bytes = 0;
};
// Of an open file, in the order of their names; none where the file system keeps none.
std::vector<StreamEntry> streams_of(int fd);
// The stream of that name in any case. Errors: STATUS_OBJECT_NAME_NOT_FOUND.
Result<StreamEntry> stream_of(int fd, const std::string& name);
Result<void> delete_stream(const path::Target& target);
// Errors: STATUS_DISK_FULL where they do not fit. A file system that keeps none gets none.
Result<void> copy_streams(int from, int to);
// What overwriting a file does to them.
void remove_streams(int fd);
// Whether the file system of an open file keeps streams.
bool keeps_streams(int fd);

}  // namespace lsw::file
