// The index of one directory; see dir_index.h. The cache is in dir_cache.cpp.
#include "core/path/dir_index.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"

namespace lsw::path {
namespace {

struct Entry {  // struct linux_dirent64
    uint64_t inode;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

bool is_ascii(std::string_view text) {
    for (unsigned char byte : text)
        if (byte >= 0x80) return false;
    return true;
}

// FNV-1a over the upcased UTF-16 units, so that both paths give equal names equal hashes.
uint32_t fold_hash(std::string_view name) {
    constexpr uint32_t kStart = 2166136261u, kPrime = 16777619u;
    uint32_t hash = kStart;
    for (unsigned char byte : name) {
        if (byte >= 0x80) {
            hash = kStart;
            for (char16_t unit : utf16_from_linux(name)) hash = (hash ^ upcase(unit)) * kPrime;
            break;
        }
        unsigned folded = byte - (static_cast<unsigned>(byte - 'a') < 26u ? 0x20u : 0u);
        hash = (hash ^ folded) * kPrime;
    }
    return hash ^ (hash >> 15);
}

bool equal_folded(std::string_view a, std::string_view b) {
    if (is_ascii(a) && is_ascii(b)) return equal_ignore_case(a, b);
    return equal_ignore_case(utf16_from_linux(a), utf16_from_linux(b));
}

}  // namespace

bool DirIndex::read(int directory_fd) {
    constexpr size_t kBufferBytes = 64 * 1024;
    auto buffer = std::make_unique<char[]>(kBufferBytes);
    slots_.assign(64, {0, kFree});
    names_.clear();
    count_ = 0;
    for (;;) {
        long got = syscall(SYS_getdents64, directory_fd, buffer.get(), kBufferBytes);
        if (got < 0) return false;
        if (got == 0) return true;
        for (long at = 0; at < got;) {
            auto* entry = reinterpret_cast<const Entry*>(buffer.get() + at);
            at += entry->length;
            std::string_view name(entry->name);
            if (name != "." && name != "..") add(name);
        }
    }
}

std::string_view DirIndex::find(std::string_view name) const {
    if (slots_.empty()) return {};
    uint32_t hash = fold_hash(name);
    std::string_view best;
    for (size_t at = hash;; ++at) {
        const Slot& slot = slots_[at & (slots_.size() - 1)];
        if (slot.offset == kFree) return best;
        if (slot.hash != hash || slot.offset == kRemoved) continue;
        std::string_view candidate(names_.data() + slot.offset);
        if (candidate == name) return candidate;
        // Among several that differ in case only, the smallest, whatever order the listing had.
        if (equal_folded(candidate, name) && (best.empty() || candidate < best)) best = candidate;
    }
}

void DirIndex::add(std::string_view name) {
    if (slots_.empty()) slots_.assign(64, {0, kFree});
    if (find(name) == name) return;
    if ((count_ + 1) * 4 > slots_.size() * 3) grow();
    uint32_t offset = static_cast<uint32_t>(names_.size());
    names_.append(name);
    names_.push_back('\0');
    insert(fold_hash(name), offset);
}

void DirIndex::remove(std::string_view name) {
    if (slots_.empty()) return;
    uint32_t hash = fold_hash(name);
    for (size_t at = hash;; ++at) {
        Slot& slot = slots_[at & (slots_.size() - 1)];
        if (slot.offset == kFree) return;
        if (slot.hash != hash || slot.offset == kRemoved) continue;
        if (std::string_view(names_.data() + slot.offset) != name) continue;
        slot.offset = kRemoved;
        return;
    }
}

void DirIndex::insert(uint32_t hash, uint32_t offset) {
    size_t at = hash;
    while (slots_[at & (slots_.size() - 1)].offset != kFree) ++at;
    slots_[at & (slots_.size() - 1)] = {hash, offset};
    ++count_;
}

void DirIndex::grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.size() * 2, {0, kFree});
    count_ = 0;
    for (const Slot& slot : old)
        if (slot.offset != kFree && slot.offset != kRemoved) insert(slot.hash, slot.offset);
}

}  // namespace lsw::path
