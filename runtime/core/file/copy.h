// Copying a file: data, attributes and times, by the kernel where it can (reflink or copy_file_range).
#pragma once

#include <cstdint>

#include "base/result.h"

namespace lsw::file {

class FileObject;

// Copies up to `limit_bytes` from the same offset of `from` to `to`; bytes copied, 0 at the end of the source.
Result<uint64_t> copy_piece(FileObject& from, FileObject& to, uint64_t offset, uint64_t limit_bytes);

// The whole file shared instead of copied, where the file system can (btrfs, xfs). False where it cannot.
bool share_data(FileObject& from, FileObject& to);

// Attributes, write time and Linux mode, as CopyFile carries them over.
Result<void> copy_properties(FileObject& from, FileObject& to);

}  // namespace lsw::file
