// Case-insensitive lookup in one directory, and the cache of such indices.
//
// An index is the directory's listing, hashed by upcased name. It is kept by device and inode and believed
// as long as the directory's mtime and ctime are what they were when it was read. A timestamp only tells
// changes apart that lie a clock tick apart, so an index of a directory that had changed within
// kRacyWindow before the reading serves that one lookup and is read again for the next (as git treats
// its index). A directory that keeps changing would be read again and again; from the third time on, and
// on a local file system, it is watched with inotify instead: its events, which the kernel queues before
// the changing call returns, keep the index exact at one read() per lookup while the directory keeps changing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lsw::path {

class DirIndex {
public:
    // Replaces the contents by the listing of an open directory. False where it cannot be read.
    static constexpr size_t kBufferBytes = 32 * 1024;
    bool read(int directory_fd, char* buffer);

    // The name in the directory that `name` means, exact before any other case; empty where there is none.
    // The result lives until the next change of the index.
    std::string_view find(std::string_view name) const;
    void add(std::string_view name);
    void remove(std::string_view name);
    size_t size() const { return count_; }

private:
    struct Slot {
        uint32_t hash;
        uint32_t offset;
    };
    static constexpr uint32_t kFree = ~0u;
    static constexpr uint32_t kRemoved = ~0u - 1;

    void insert(uint32_t hash, uint32_t offset);
    void grow();

    std::vector<Slot> slots_;  // open addressing, a power of two
    std::string names_;        // zero-terminated, one after the other
    size_t count_ = 0;         // slots that are not free
};

// The entry of `directory` (Linux) that `name` means, ignoring case.
struct IndexAnswer {
    enum Kind { kFound, kNoEntry, kNoDirectory, kFailed } kind;
    std::string name;  // kFound
    int error = 0;     // kFailed: an errno
    bool complete = false;  // kNoEntry: the directory lists all that can be opened in it
};
IndexAnswer find_in_directory(std::string_view directory, std::string_view name);

}  // namespace lsw::path
