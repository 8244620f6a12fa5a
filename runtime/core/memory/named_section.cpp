#include "core/memory/named_section.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/layout.h"
#include "base/status.h"
#include "core/wait/named.h"

namespace lsw {
namespace {

// Behind the header of the name's file.
struct Description {
    uint64_t size_bytes;
    DWORD protect, attributes;
    uint64_t device, inode;  // of the mapped file; 0: memory, behind the first 64 KiB of the name's own file
    char path[2048];
};
static_assert(NamedFile::kPayloadOffset + sizeof(Description) <= kPageSize);

void write_description(std::byte* payload, const void* argument) { memcpy(payload, argument, sizeof(Description)); }

Result<Description> describe(const Section& made, int file, const std::string& path) {
    Description out{.size_bytes = made.size_bytes(), .protect = made.protect(), .attributes = made.attributes()};
    if (file < 0) return out;
    struct stat info;
    if (fstat(file, &info) != 0) return Status(status_from_errno(errno));
    if (path.size() >= sizeof out.path) return Status(STATUS_NAME_TOO_LONG);
    out.device = info.st_dev;
    out.inode = info.st_ino;
    memcpy(out.path, path.c_str(), path.size() + 1);
    return out;
}

// The memory that a description stands for, from the name's file or the file it names.
Result<Ref<Section>> section_of(NamedFile& name, const std::u16string& text, const Description& is) {
    UniqueFd fd;
    uint64_t offset = 0;
    if (!is.inode) {
        // Whoever comes first makes room; the size is the same for all.
        offset = kAllocationGranularity;
        auto end = static_cast<off_t>(offset + (is.size_bytes + kPageSize - 1) / kPageSize * kPageSize);
        struct stat info;
        if (fstat(name.fd.get(), &info) != 0 || (info.st_size < end && ftruncate(name.fd.get(), end) != 0))
            return Status(status_from_errno(errno));
        fd = UniqueFd(fcntl(name.fd.get(), F_DUPFD_CLOEXEC, 3));
    } else {
        fd = UniqueFd(open(is.path, O_RDWR | O_CLOEXEC));
        if (!fd.valid()) fd = UniqueFd(open(is.path, O_RDONLY | O_CLOEXEC));
        struct stat info;
        if (fd.valid() && (fstat(fd.get(), &info) != 0 || info.st_dev != is.device || info.st_ino != is.inode))
            return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    }
    if (!fd.valid()) return Status(status_from_errno(errno));
    std::string path = is.inode ? is.path : "";
    auto section = Section::adopt(std::move(fd), std::move(path), is.size_bytes, is.protect, is.attributes, offset);
    section->keep_name(std::move(name), text);
    return section;
}

Description read_description(const NamedFile& name) {
    Description is;
    memcpy(&is, name.payload(), sizeof is);
    is.path[sizeof is.path - 1] = 0;
    return is;
}

void drop(NamedFile& name) {
    leave_named_file(name.fd.get(), name.page);
    munmap(name.page, kPageSize);
}

}  // namespace

Result<NamedSection> create_named_section(const std::u16string& name, int file, std::string path, uint64_t size_bytes,
                                          DWORD protect, DWORD attributes) {
    // An existing one is opened whatever the arguments are, as long as they make sense for a new one too.
    auto existing = open_named_section(name);
    if (existing.ok()) return NamedSection{std::move(*existing), true};
    if (existing.status() != STATUS_OBJECT_NAME_NOT_FOUND) return Status(existing.status());
    Ref<Section> made = LSW_TRY(Section::create(file, path, size_bytes, protect, attributes));
    Description is = LSW_TRY(describe(*made, file, path));
    NamedFile held = LSW_TRY(open_named_file(name, ObjectType::Section, true, write_description, &is));
    if (held.created && file >= 0) {  // the own descriptor has the access that the program opened it with
        made->keep_name(std::move(held), name);
        return NamedSection{std::move(made), false};
    }
    bool existed = !held.created;
    auto section = section_of(held, name, read_description(held));
    if (!section.ok()) return drop(held), Status(section.status());
    return NamedSection{std::move(*section), existed};
}

Result<Ref<Section>> open_named_section(const std::u16string& name) {
    NamedFile held = LSW_TRY(open_named_file(name, ObjectType::Section, false, nullptr, nullptr));
    auto section = section_of(held, name, read_description(held));
    if (!section.ok()) drop(held);
    return section;
}

}  // namespace lsw
