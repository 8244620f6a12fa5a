#include "loader/image/mapped_image.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/status.h"
#include "loader/pe/relocations.h"

namespace lsw::image {
namespace {

uint64_t page_down(uint64_t value) { return value & ~(kPageSize - 1); }
uint64_t page_up(uint64_t value) { return page_down(value + kPageSize - 1); }

bool read_fully(int fd, std::byte* to, size_t size_bytes, uint64_t offset) {
    while (size_bytes > 0) {
        ssize_t got = pread(fd, to, size_bytes, static_cast<off_t>(offset));
        if (got <= 0) return false;
        to += got;
        offset += static_cast<uint64_t>(got);
        size_bytes -= static_cast<size_t>(got);
    }
    return true;
}

// A section is mapped when file offset and address agree modulo the page size.
Result<void> place_section(int fd, std::byte* base, const pe::SectionRange& section) {
    if (section.file_size == 0) return {};
    std::byte* to = base + section.rva;
    constexpr uint64_t kWorthMapping = 4 * kPageSize;  // below that a read is cheaper than a mapping
    uint64_t copied_from = 0;
    bool agrees = section.file_offset % kPageSize == 0 && section.rva % kPageSize == 0;
    if (agrees && section.file_size >= kWorthMapping) {
        copied_from = page_down(section.file_size);
        void* got = mmap(to, copied_from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd,
                         static_cast<off_t>(section.file_offset));
        if (got == MAP_FAILED) return status_from_errno(errno);
    }
    uint64_t rest = section.file_size - copied_from;
    return read_fully(fd, to + copied_from, rest, section.file_offset + copied_from)
               ? Result<void>()
               : STATUS_INVALID_IMAGE_FORMAT;
}

Result<std::byte*> reserve(const pe::ImageView& file, bool relocatable) {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    auto* preferred = reinterpret_cast<void*>(file.preferred_base());
    auto at_base = map_guest(preferred, page_up(file.size_of_image()), PROT_READ | PROT_WRITE, kFlags, -1, 0);
    if (at_base.ok() || !relocatable) return at_base;
    return map_guest(nullptr, page_up(file.size_of_image()), PROT_READ | PROT_WRITE, kFlags, -1, 0);
}

}  // namespace

int section_protection(uint32_t characteristics) {
    int protection = PROT_NONE;
    if (characteristics & IMAGE_SCN_MEM_READ) protection |= PROT_READ;
    if (characteristics & IMAGE_SCN_MEM_WRITE) protection |= PROT_READ | PROT_WRITE;
    if (characteristics & IMAGE_SCN_MEM_EXECUTE) protection |= PROT_READ | PROT_EXEC;
    return protection;
}

Result<MappedImage> map(int fd, const pe::ImageView& file) {
    std::byte* base = LSW_TRY(reserve(file, file.is_relocatable()));
    MappedImage image{base, page_up(file.size_of_image()), {}, false};
    auto fail = [&](NTSTATUS status) {
        unmap(image);
        return Status(status);
    };
    if (!read_fully(fd, base, std::min<uint64_t>(file.size_of_headers(), file.size_of_image()), 0))
        return fail(STATUS_INVALID_IMAGE_FORMAT);
    for (const IMAGE_SECTION_HEADER& section : file.sections()) {
        auto placed = place_section(fd, base, file.section_range(section));
        if (!placed.ok()) return fail(placed.status());
    }
    auto view = pe::ImageView::from_mapped(base, image.size_bytes, file.preferred_base());
    if (!view.ok()) return fail(STATUS_INVALID_IMAGE_FORMAT);
    image.view = *view;
    int64_t delta = static_cast<int64_t>(reinterpret_cast<uint64_t>(base) - file.preferred_base());
    if (delta != 0) {
        if (pe::apply_relocations(image.view, {base, image.size_bytes}, delta) != pe::ParseError::None)
            return fail(STATUS_INVALID_IMAGE_FORMAT);
        image.view = *pe::ImageView::from_mapped(base, image.size_bytes);
        image.relocated = true;
    }
    return image;
}

Result<void> protect(const MappedImage& image) {
    if (mprotect(image.base, page_up(image.view.size_of_headers()), PROT_READ) != 0)
        return status_from_errno(errno);
    for (const IMAGE_SECTION_HEADER& section : image.view.sections()) {
        uint64_t size = image.view.section_range(section).virtual_size;
        if (size == 0) continue;
        int protection = section_protection(section.Characteristics);
        if (protection == (PROT_READ | PROT_WRITE)) continue;  // as mapped
        if (mprotect(image.base + page_down(section.VirtualAddress), page_up(size), protection) != 0)
            return status_from_errno(errno);
    }
    return {};
}

void unmap(const MappedImage& image) { munmap(image.base, image.size_bytes); }

}  // namespace lsw::image
