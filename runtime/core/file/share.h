// Share modes across processes without a server, as OFD byte-range locks on the file itself.
//
// Six bytes near the top of the offset range stand for "someone has read / write / delete access" and "someone denies
// read / write / delete". An open takes shared locks on the bytes that describe it, then asks with F_OFD_GETLK
// whether anyone holds a byte that contradicts it. The locks belong to the open file description: they hold between
// handles of one process and between processes, and vanish with the last descriptor however a process ends.
// The bytes are ordered so that the usual combinations are one range each:
//
//     0 has-write   1 has-delete   2 denies-read   3 denies-write   4 denies-delete   5 has-read
//
// A read that shares everything is one lock and one question. Where a file system does not keep such locks, or keeps
// them on another machine, sharing is not checked.
#pragma once

#include "base/result.h"

namespace lsw::file {

// Offsets from here on belong to share modes; range locks of programs stay below (range_lock.h).
inline constexpr int64_t kShareBase = 0x7FFF'FFFF'FFFF'FF00;

// Joins the sharers of the file behind `fd` (on Linux device `device`) with these access rights and
// FILE_SHARE_* bits. Errors: STATUS_SHARING_VIOLATION.
Status take_share(int fd, uint64_t device, ACCESS_MASK access, ULONG share);

// Whether deleting or renaming the file would be a sharing violation to someone who has it open.
Status check_delete_share(int fd, uint64_t device);

}  // namespace lsw::file
