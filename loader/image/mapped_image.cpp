#include "loader/image/mapped_image.h"
#include "loader/image/own_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

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

enum class Pages { kCheapest, kOwn };

// A section is mapped when file offset and address agree modulo the page size; small ones are copied out of the
// view of the file, which is in memory anyway.
Result<void> place_section(int fd, std::byte* base, const pe::ImageView& file, const pe::SectionRange& section,
                           Pages pages) {
    if (section.file_size == 0) return {};
    std::byte* to = base + section.rva;
    constexpr uint64_t kWorthMapping = 4 * kPageSize;  // below that a copy is cheaper than a mapping
    constexpr uint64_t kWorthReading = 16 * kPageSize;  // from there on a read is cheaper than the faults of a copy
    uint64_t placed = 0;
    bool agrees = section.file_offset % kPageSize == 0 && section.rva % kPageSize == 0;
    if (agrees && section.file_size >= kWorthMapping && pages == Pages::kCheapest) {
        placed = page_down(section.file_size);
        void* got = mmap(to, placed, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd,
                         static_cast<off_t>(section.file_offset));
        if (got == MAP_FAILED) return status_from_errno(errno);
    }
    uint64_t rest = section.file_size - placed;
    auto bytes = file.bytes_at(section.rva, section.file_size);
    if (rest < kWorthReading && !bytes.empty()) {
        memcpy(to + placed, bytes.data() + placed, rest);
        return {};
    }
    return read_fully(fd, to + placed, rest, section.file_offset + placed) ? Result<void>()
                                                                           : STATUS_INVALID_IMAGE_FORMAT;
}

// Small images are copied whole: their pages are had by one call instead of a fault each. Kernels before 5.14 refuse.
void populate(const pe::ImageView& file, std::byte* base) {
#ifdef MADV_POPULATE_WRITE
    constexpr uint64_t kAtMost = 1 << 20;
    uint64_t end = file.size_of_headers();
    for (const IMAGE_SECTION_HEADER& section : file.sections()) {
        pe::SectionRange range = file.section_range(section);
        if (range.file_size) end = std::max(end, uint64_t{range.rva} + range.file_size);
    }
    if (end <= kAtMost) madvise(base, page_up(end), MADV_POPULATE_WRITE);
#endif
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

namespace {

Result<MappedImage> map_with(int fd, const pe::ImageView& file, Pages pages) {
    std::byte* base = LSW_TRY(reserve(file, file.is_relocatable()));
    MappedImage image{base, page_up(file.size_of_image()), {}, false};
    // Most linkers align sections in the file to 512 bytes, so they are read, not mapped. Large pages halve what that costs.
    constexpr size_t kWorthLargePages = 8 << 20;
    if (image.size_bytes >= kWorthLargePages) madvise(base, image.size_bytes, MADV_HUGEPAGE);
    populate(file, base);
    auto fail = [&](NTSTATUS status) {
        unmap(image);
        return Status(status);
    };
    auto headers = file.bytes_at(0, file.size_of_headers());
    memcpy(base, headers.data(), headers.size());
    for (const IMAGE_SECTION_HEADER& section : file.sections()) {
        auto placed = place_section(fd, base, file, file.section_range(section), pages);
        if (!placed.ok()) return fail(placed.status());
    }
    auto view = pe::ImageView::from_mapped(base, image.size_bytes, file.preferred_base());
    if (!view.ok()) return fail(STATUS_INVALID_IMAGE_FORMAT);
    image.view = *view;
    int64_t delta = static_cast<int64_t>(reinterpret_cast<uint64_t>(base) - file.preferred_base());
    if (delta != 0) {
        if (pe::apply_relocations(image.view, {base, image.size_bytes}, delta) != pe::ParseError::None)
            return fail(STATUS_INVALID_IMAGE_FORMAT);
        // The header in memory tells where the image is, as on Windows.
        uint64_t new_base = reinterpret_cast<uint64_t>(base);
        size_t field = image.view.nt_headers_offset() + offsetof(IMAGE_NT_HEADERS64, OptionalHeader.ImageBase);
        memcpy(base + field, &new_base, sizeof new_base);
        image.view = *pe::ImageView::from_mapped(base, image.size_bytes);
        image.relocated = true;
    }
    return image;
}

}  // namespace

Result<MappedImage> map(int fd, const pe::ImageView& file) { return map_with(fd, file, Pages::kCheapest); }

Result<MappedImage> map_into_own_pages(int fd, const pe::ImageView& file) {
    return map_with(fd, file, Pages::kOwn);
}

Result<void> protect(const MappedImage& image) {
    if (image.view.is_flat()) {
        // Sections share pages, so no protection fits but all of them together.
        int everything = PROT_READ | PROT_WRITE | PROT_EXEC;
        return mprotect(image.base, image.size_bytes, everything) == 0 ? Result<void>() : status_from_errno(errno);
    }
    // Neighbours with the same protection are changed by one call: start-up time is counted in calls.
    std::byte* start = image.base;
    std::byte* end = start + page_up(image.view.size_of_headers());
    int protection = PROT_READ;
    auto change = [&] {
        bool as_mapped = protection == (PROT_READ | PROT_WRITE) || start == end;
        return as_mapped || mprotect(start, static_cast<size_t>(end - start), protection) == 0;
    };
    for (const IMAGE_SECTION_HEADER& section : image.view.sections()) {
        uint64_t size = page_up(image.view.section_range(section).virtual_size);
        if (size == 0) continue;
        std::byte* at = image.base + page_down(section.VirtualAddress);
        int wanted = section_protection(section.Characteristics);
        if (wanted != protection || at != end) {
            if (!change()) return status_from_errno(errno);
            start = at;
            protection = wanted;
        }
        end = at + size;
    }
    return change() ? Result<void>() : status_from_errno(errno);
}

void unmap(const MappedImage& image) { munmap(image.base, image.size_bytes); }

}  // namespace lsw::image
