// See late_sections.h. The fault path takes a spin lock and makes system calls, and nothing else; who holds the lock touches
// no late page, so the handler interrupts no holder.
#include "loader/image/late_sections.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "abi/layout.h"
#include "base/status.h"

namespace lsw::image {
namespace {

constexpr uint64_t kUnit = 16 * kPageSize;  // what one fault fills, as the kernel does around faults in files
constexpr uint8_t kMissing = 0, kFilled = 1, kEnough = 255;

struct Section {
    uint64_t start, end;       // whole pages
    uint64_t file_offset;
    const std::byte* bytes;    // in the mapping of the file
    uint64_t size_bytes;       // of them; zeros follow
    std::vector<uint8_t> protections;  // PROT_* of the units that are missing
    std::vector<uint8_t> units;        // kMissing, or how often one was found filled
};

struct Source {
    uint64_t start, end;  // addresses of the late sections it serves
    void* mapping;
    size_t size_bytes;
};

struct All {
    std::atomic_flag lock;
    std::atomic<bool> used{false};
    bool at_once = false;
    std::vector<Section> late;
    std::vector<Source> sources;
};

// All late sections lie in here: what else is handed to the kernel, and that is nearly everything, needs no lock.
struct {
    std::atomic<uint64_t> start{UINT64_MAX}, end{0};
} constinit reach;

All& all() {
    static All& instance = *new All;
    return instance;
}

class Lock {
public:
    Lock() {
        while (all().lock.test_and_set(std::memory_order_acquire)) sched_yield();
    }
    ~Lock() { all().lock.clear(std::memory_order_release); }
};

// The pages appear all at once: another thread sees none of them or all. Without memory the program gets its fault.
bool fill(Section& late, uint64_t unit) {
    if (late.units[unit] != kMissing) return true;
    uint64_t offset = unit * kUnit, size = std::min(kUnit, late.end - late.start - offset);
    void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (pages == MAP_FAILED) return false;
    if (offset < late.size_bytes) memcpy(pages, late.bytes + offset, std::min(size, late.size_bytes - offset));
    auto to = reinterpret_cast<void*>(late.start + offset);
    if (mprotect(pages, size, late.protections[unit]) != 0 ||
        mremap(pages, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) {
        munmap(pages, size);
        return false;
    }
    late.units[unit] = kFilled;
    return true;
}

bool is_readable(uint64_t address) {
    char byte;
    iovec to{&byte, 1}, from{reinterpret_cast<void*>(address), 1};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

bool holds_directory(const pe::ImageView& file, const pe::SectionRange& range) {
    for (unsigned i = 0; i < IMAGE_NUMBEROF_DIRECTORY_ENTRIES; ++i) {
        IMAGE_DATA_DIRECTORY directory = file.directory(i);
        if (directory.VirtualAddress >= range.rva && directory.VirtualAddress - range.rva < range.virtual_size) return true;
    }
    return false;
}

}  // namespace

void read_images_at_once() { all().at_once = true; }

SectionSet late_sections(const pe::ImageView& file) {
    constexpr uint32_t kWanted = IMAGE_SCN_MEM_DISCARDABLE | IMAGE_SCN_MEM_READ;
    constexpr uint32_t kUnwanted = IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE;
    SectionSet late = 0;
    if (all().at_once || file.is_flat()) return late;
    auto sections = file.sections();
    for (size_t i = 0; i < std::min<size_t>(sections.size(), 64); ++i) {
        if ((sections[i].Characteristics & (kWanted | kUnwanted)) != kWanted) continue;
        pe::SectionRange range = file.section_range(sections[i]);
        if (range.file_size != 0 && !holds_directory(file, range)) late |= SectionSet{1} << i;
    }
    return late;
}

Result<void> promise_late_sections(int fd, const pe::ImageView& file, uint64_t base, SectionSet set) {
    uint64_t first = UINT64_MAX, last = 0;
    std::vector<Section> late;
    for (size_t i = 0; i < 64; ++i) {
        if (!(set >> i & 1)) continue;
        pe::SectionRange range = file.section_range(file.sections()[i]);
        first = std::min<uint64_t>(first, range.file_offset & ~(kPageSize - 1));
        last = std::max<uint64_t>(last, uint64_t{range.file_offset} + range.file_size);
        Section& one = late.emplace_back();
        one.start = base + range.rva;
        one.end = (one.start + range.virtual_size + kPageSize - 1) & ~(kPageSize - 1);
        one.file_offset = range.file_offset;
        one.size_bytes = range.file_size;
        one.units.resize((one.end - one.start + kUnit - 1) / kUnit);
        one.protections.assign(one.units.size(), PROT_READ);
    }
    if (late.empty()) return {};
    void* mapping = mmap(nullptr, last - first, PROT_READ, MAP_PRIVATE, fd, static_cast<off_t>(first));
    if (mapping == MAP_FAILED) return status_from_errno(errno);
    Lock lock;
    all().sources.push_back({late.front().start, late.back().end, mapping, last - first});
    for (Section& one : late) {
        one.bytes = static_cast<const std::byte*>(mapping) + (one.file_offset - first);
        all().late.push_back(std::move(one));
    }
    for (const Section& one : all().late) {
        reach.start = std::min(reach.start.load(), one.start);
        reach.end = std::max(reach.end.load(), one.end);
    }
    all().used = true;
    return {};
}

bool late_section_fault(uint64_t address, bool is_write) {
    if (!all().used.load(std::memory_order_acquire)) return false;
    Lock lock;
    for (Section& late : all().late) {
        if (address < late.start || address >= late.end) continue;
        uint64_t unit = (address - late.start) / kUnit;
        if (late.units[unit] == kMissing) return late.protections[unit] != PROT_NONE && fill(late, unit);
        // Another thread was quicker, which happens a few times, or the program took the access away: then it gets its fault.
        bool may_write = late.protections[unit] & PROT_WRITE;
        if ((is_write && !may_write) || late.units[unit] == kEnough || !is_readable(address)) return false;
        return ++late.units[unit], true;
    }
    return false;
}

int change_protection(uint64_t start, uint64_t end, int protection) {
    if (!all().used.load(std::memory_order_acquire)) return mprotect(reinterpret_cast<void*>(start), end - start, protection);
    Lock lock;
    uint64_t at = start;  // up to here it is done
    auto change_up_to = [&](uint64_t until) {
        int result = at < until ? mprotect(reinterpret_cast<void*>(at), until - at, protection) : 0;
        return at = until, result;
    };
    for (Section& late : all().late) {  // of one image, and so in the order of addresses
        if (start >= late.end || end <= late.start) continue;
        uint64_t first = (std::max(start, late.start) - late.start) / kUnit;
        uint64_t last = (std::min(end, late.end) - 1 - late.start) / kUnit;
        for (uint64_t unit = first; unit <= last; ++unit) {
            uint64_t from = late.start + unit * kUnit, to = std::min(from + kUnit, late.end);
            bool whole = from >= start && to <= end;
            if (late.units[unit] == kMissing && whole) {
                if (change_up_to(from) != 0) return -1;
                at = to;
            } else if (!fill(late, unit)) {
                return errno = ENOMEM, -1;
            }
            if (whole || protection & PROT_WRITE) late.protections[unit] = static_cast<uint8_t>(protection);
        }
    }
    return change_up_to(end);
}

void fill_late_sections(uint64_t start, uint64_t end) {
    if (start >= reach.end.load(std::memory_order_acquire) || end <= reach.start.load(std::memory_order_acquire)) return;
    Lock lock;
    for (Section& late : all().late) {
        if (start >= late.end || end <= late.start) continue;
        uint64_t first = (std::max(start, late.start) - late.start) / kUnit;
        uint64_t last = (std::min(end, late.end) - 1 - late.start) / kUnit;
        for (uint64_t unit = first; unit <= last; ++unit) fill(late, unit);
    }
}

void forget_late_sections(uint64_t start, uint64_t end) {
    if (!all().used.load(std::memory_order_acquire)) return;
    Lock lock;
    std::erase_if(all().late, [&](const Section& late) { return late.start >= start && late.end <= end; });
    std::erase_if(all().sources, [&](const Source& source) {
        bool gone = source.start >= start && source.end <= end;
        if (gone) munmap(source.mapping, source.size_bytes);
        return gone;
    });
}

}  // namespace lsw::image
