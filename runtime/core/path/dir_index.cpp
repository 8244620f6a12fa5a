// The index of one directory; see dir_index.h. The cache is in dir_cache.cpp.
#include "core/path/dir_index.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "base/text.h"
#include "core/path/name_map.h"

namespace lsw::path {
namespace {

struct Entry {  // struct linux_dirent64
    uint64_t inode;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

// Of names whose ASCII letters are taken as upper case; `all` receives the bits that are set in any byte.
uint32_t hash_bytes(std::string_view bytes, uint64_t& all) {
    constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
    uint64_t hash = bytes.size();
    const char* at = bytes.data();
    for (size_t left = bytes.size();; left -= 8, at += 8) {
        uint64_t part = 0;
        if (left >= sizeof part) {
            memcpy(&part, at, sizeof part);
        } else {
            for (size_t i = 0; i < left; ++i) part |= static_cast<uint64_t>(static_cast<unsigned char>(at[i])) << 8 * i;
        }
        all |= part;
        hash = (hash ^ upcase_ascii(part)) * kFactor;
        hash ^= hash >> 29;
        if (left < sizeof part) return static_cast<uint32_t>(hash >> 32 ^ hash);
    }
}

// Names that differ in case alone have one hash.
uint32_t fold_hash(std::string_view name) {
    uint64_t all = 0;
    uint32_t hash = hash_bytes(name, all);
    if (!(all & 0x8080808080808080)) return hash;
    std::u16string text = utf16_from_linux(name);
    for (char16_t& unit : text) unit = upcase(unit);
    return hash_bytes(linux_from_utf16(text), all);
}

bool is_ascii(std::string_view text) {
    unsigned char all = 0;
    for (unsigned char byte : text) all |= byte;
    return all < 0x80;
}

bool equal_folded(std::string_view a, std::string_view b) {
    if (is_ascii(a) && is_ascii(b)) return equal_ignore_case(a, b);
    return equal_ignore_case(utf16_from_linux(a), utf16_from_linux(b));
}

}  // namespace

bool DirIndex::read(int directory_fd, char* buffer) {
    slots_.assign(64, {0, kFree});
    names_.clear();
    count_ = 0;
    for (;;) {
        long got = syscall(SYS_getdents64, directory_fd, buffer, kBufferBytes);
        if (got < 0) return false;
        if (got == 0) return true;
        for (long at = 0; at < got;) {
            auto* entry = reinterpret_cast<const Entry*>(buffer + at);
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
