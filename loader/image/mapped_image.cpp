#include "loader/image/mapped_image.h"
#include "loader/image/own_pages.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/status.h"
#include "loader/image/late_sections.h"
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

constexpr size_t kLargePage = 2 << 20;
constexpr uint64_t kWorthTwoThreads = 16 << 20;  // some milliseconds of copying

struct Piece {
    int fd;
    std::byte* to;
    size_t size_bytes;
    uint64_t offset;
    bool done;
};

// Two halves at once, cut where no large page belongs to both.
bool read_by_two(int fd, std::byte* to, size_t size_bytes, uint64_t offset) {
    auto middle = (reinterpret_cast<uintptr_t>(to) + size_bytes / 2) & ~(kLargePage - 1);
    size_t first = middle - reinterpret_cast<uintptr_t>(to);
    Piece second{fd, to + first, size_bytes - first, offset + first, false};
    auto read_second = [](void* argument) -> void* {
        auto& piece = *static_cast<Piece*>(argument);
        piece.done = read_fully(piece.fd, piece.to, piece.size_bytes, piece.offset);
        return nullptr;
    };
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);  // the program's signals are not for this thread
    pthread_t thread;
    bool started = pthread_create(&thread, nullptr, read_second, &second) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    bool done = read_fully(fd, to, first, offset);
    if (started) pthread_join(thread, nullptr);
    else read_second(&second);
    return done && second.done;
}

enum class Pages { kCheapest, kOwn };

bool is_in(SectionSet set, size_t section) { return section < 64 && set >> section & 1; }

// A section is mapped when file offset and address agree modulo the page size and it is not small.
bool is_worth_mapping(const pe::SectionRange& section, Pages pages) {
    constexpr uint64_t kAtLeast = 4 * kPageSize;  // below that a copy is cheaper than a mapping
    bool agrees = section.file_offset % kPageSize == 0 && section.rva % kPageSize == 0;
    return agrees && section.file_size >= kAtLeast && pages == Pages::kCheapest;
}

// Small sections are copied out of the view of the file, which is in memory anyway.
Result<void> place_section(int fd, std::byte* base, const pe::ImageView& file, const pe::SectionRange& section,
                           Pages pages) {
    if (section.file_size == 0) return {};
    std::byte* to = base + section.rva;
    constexpr uint64_t kWorthReading = 16 * kPageSize;  // from there on a read is cheaper than the faults of a copy
    uint64_t placed = 0;
    if (is_worth_mapping(section, pages)) {
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
    bool got = rest < kWorthTwoThreads ? read_fully(fd, to + placed, rest, section.file_offset + placed)
                                       : read_by_two(fd, to + placed, rest, section.file_offset + placed);
    return got ? Result<void>() : STATUS_INVALID_IMAGE_FORMAT;
}

// The pages of what is read are had by a call for each run of sections instead of a fault for each page; large pages need no
// such help. Kernels before 5.14 refuse.
void populate(const pe::ImageView& file, std::byte* base, SectionSet late, Pages pages) {
#ifdef MADV_POPULATE_WRITE
    uint64_t start = 0, end = page_up(file.size_of_headers());
    auto flush = [&] {
        if (start < end) madvise(base + start, end - start, MADV_POPULATE_WRITE);
    };
    for (size_t i = 0; i < file.sections().size(); ++i) {
        pe::SectionRange range = file.section_range(file.sections()[i]);
        if (range.file_size == 0 || is_in(late, i) || is_worth_mapping(range, pages)) continue;
        if (range.rva > end) flush(), start = page_down(range.rva);
        end = page_up(uint64_t{range.rva} + range.file_size);
    }
    flush();
#endif
}

// Bytes of sections that are read and lie within from..to, offsets from the image's base.
uint64_t bytes_to_read(const pe::ImageView& file, SectionSet late, Pages pages, uint64_t from, uint64_t to) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < file.sections().size(); ++i) {
        pe::SectionRange range = file.section_range(file.sections()[i]);
        if (is_in(late, i) || is_worth_mapping(range, pages)) continue;
        uint64_t start = std::max<uint64_t>(range.rva, from), end = std::min(uint64_t{range.rva} + range.file_size, to);
        if (start < end) bytes += end - start;
    }
    return bytes;
}

// How much of the image, from its base, goes into large pages. Most linkers align sections in the file to 512 bytes, so they are
// read, not mapped. A large page costs what some 200 small ones do (0.3 ms on a virtual machine), for its zeros: of images that
// are not big, most of it should be used.
uint64_t large_part(const pe::ImageView& file, SectionSet late, Pages pages) {
    constexpr uint64_t kBig = 8 << 20;
    uint64_t base = file.preferred_base(), size = page_up(file.size_of_image());
    uint64_t whole = ((base + size) & ~(kLargePage - 1)) - std::min(base, (base + size) & ~(kLargePage - 1));
    if (bytes_to_read(file, late, pages, whole, size) >= kLargePage / 2) whole += kLargePage;
    uint64_t bytes = bytes_to_read(file, late, pages, 0, whole);
    return bytes >= kBig || (bytes >= kLargePage / 2 && bytes >= whole / 2) ? whole : 0;
}

struct Room {
    std::byte* base;
    size_t size_bytes;
};

Result<Room> reserve_at(uint64_t base, uint64_t size_bytes) {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    std::byte* got = LSW_TRY(map_guest(reinterpret_cast<void*>(base), size_bytes, PROT_READ | PROT_WRITE, kFlags, -1, 0));
    return Room{got, size_bytes};
}

// Room for the image, and for a large page that its end is in: what is behind the image is given back at last.
Result<Room> reserve(const pe::ImageView& file, uint64_t large) {
    uint64_t base = file.preferred_base(), size = page_up(file.size_of_image());
    if (large > size) {
        if (auto got = reserve_at(base, large); got.ok()) return got;
    }
    auto got = reserve_at(base, size);
    return got.ok() || !file.is_relocatable() ? got : reserve_at(0, size);
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
    SectionSet late = pages == Pages::kOwn ? 0 : late_sections(file);
    uint64_t large = large_part(file, late, pages);
    Room room = LSW_TRY(reserve(file, large));
    std::byte* base = room.base;
    MappedImage image{base, page_up(file.size_of_image()), {}, false};
    auto release_tail = [&] {
        if (room.size_bytes > image.size_bytes) munmap(base + image.size_bytes, room.size_bytes - image.size_bytes);
    };
    auto fail = [&](NTSTATUS status) {
        release_tail();
        unmap(image);
        return Status(status);
    };
    // What moves is relocated at once, and so read at once.
    image.late = reinterpret_cast<uint64_t>(base) == file.preferred_base() ? late : 0;
    if (large) madvise(base, std::min(large, room.size_bytes), MADV_HUGEPAGE);
    else populate(file, base, image.late, pages);
    auto headers = file.bytes_at(0, file.size_of_headers());
    memcpy(base, headers.data(), headers.size());
    if (image.late) {
        auto promised = promise_late_sections(fd, file, reinterpret_cast<uint64_t>(base), image.late);
        if (!promised.ok()) return fail(promised.status());
    }
    for (size_t i = 0; i < file.sections().size(); ++i) {
        if (is_in(image.late, i)) continue;
        auto placed = place_section(fd, base, file, file.section_range(file.sections()[i]), pages);
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
    release_tail();
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
    for (size_t i = 0; i < image.view.sections().size(); ++i) {
        const IMAGE_SECTION_HEADER& section = image.view.sections()[i];
        uint64_t size = page_up(image.view.section_range(section).virtual_size);
        if (size == 0) continue;
        std::byte* at = image.base + page_down(section.VirtualAddress);
        int wanted = is_in(image.late, i) ? PROT_NONE : section_protection(section.Characteristics);
        if (wanted != protection || at != end) {
            if (!change()) return status_from_errno(errno);
            start = at;
            protection = wanted;
        }
        end = at + size;
    }
    return change() ? Result<void>() : status_from_errno(errno);
}

void unmap(const MappedImage& image) {
    auto start = reinterpret_cast<uint64_t>(image.base);
    forget_late_sections(start, start + image.size_bytes);
    munmap(image.base, image.size_bytes);
}

}  // namespace lsw::image
