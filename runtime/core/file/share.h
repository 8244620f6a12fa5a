// Share modes across processes without a server, as OFD byte-range locks on the file itself.
//
// Near the top of the offset range three ranges of bytes stand for deleting, reading and writing. An open is checked
// and recorded by one and the same lock call, which the kernel makes atomic:
//
//     right    who has it                      who denies it to others
//     delete   write lock on any one byte      read lock on the whole range
//     read     read lock on the whole range    write lock on any one byte
//     write    write lock on any one byte      read lock on the whole range
//
// Whole-range readers exclude every one-byte writer of that range and the other way round, while several of either
// kind live together (the one byte is picked at random, and again when somebody has it). Who both has a right and denies
// it has a write lock on the whole range, which nobody else's lock goes with. Read locks are what a read-only descriptor
// may take, so that a reader, whatever it denies, needs one call: the ranges lie side by side in the order delete, read,
// write, and neighbours of one kind are locked together. Where a read-only descriptor would need a write lock (a reader
// that denies reading, a handle with delete access), the file is opened once more for the locks, if it may be written;
// otherwise that one claim is dropped.
//
// The locks belong to the open file description: they hold between handles of one process and between processes, and
// vanish with the last descriptor however a process ends. Where a file system does not keep such locks, or keeps them on
// another machine, sharing is not checked.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace lsw::file {

// Offsets from here on belong to share modes; range locks of programs stay below (range_lock.h).
inline constexpr int64_t kShareBase = 0x7FFF'FFFF'FF00'0000;

struct Sharing {
    int fd;
    uint64_t device;  // st_dev
    bool writable;    // fd was opened for writing too
    ACCESS_MASK access;
    ULONG share;  // FILE_SHARE_*
};

// Joins the sharers of a file. `lock_fd` receives a descriptor that must live as long as the handle, where one was needed.
// Errors: STATUS_SHARING_VIOLATION.
Status take_share(const Sharing& sharing, UniqueFd& lock_fd);

// Leaves the sharers before the descriptor is closed.
void leave_share(int fd);

// Whether deleting or renaming the file would be a sharing violation to someone who has it open.
Status check_delete_share(int fd, uint64_t device);

}  // namespace lsw::file
