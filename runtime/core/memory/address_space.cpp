#include "core/memory/address_space.h"

#include <sys/mman.h>
#include <sys/sysinfo.h>

#include <algorithm>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/status.h"
#include "core/exception/call_sites.h"
#include "loader/image/late_sections.h"

namespace lsw {
namespace {

// What is known of the pages' contents is forgotten.
void before_loss(uint64_t start, uint64_t end) {
    seh::restore_call_sites(start, end, true);
    image::forget_late_sections(start, end);
}

uint64_t page_down(uint64_t value) { return value & ~(kPageSize - 1); }
uint64_t page_up(uint64_t value) { return page_down(value + kPageSize - 1); }
void* pointer(uint64_t address) { return reinterpret_cast<void*>(address); }

// Sets start..end of sorted gapless runs to `protect`, merging equal neighbours.
void paint(std::vector<PageRun>& runs, uint64_t start, uint64_t end, DWORD protect) {
    std::vector<PageRun> out;
    out.reserve(runs.size() + 2);
    auto push = [&](uint64_t from, uint64_t to, DWORD value) {
        if (from >= to) return;
        if (!out.empty() && out.back().protect == value && out.back().end == from)
            out.back().end = to;
        else
            out.push_back({from, to, value});
    };
    bool placed = false;
    for (const PageRun& run : runs) {
        push(run.start, std::min(run.end, start), run.protect);
        if (!placed && run.end > start) {
            push(start, end, protect);
            placed = true;
        }
        push(std::max(run.start, end), run.end, run.protect);
    }
    runs = std::move(out);
}

// The part of the runs between start and end.
std::vector<PageRun> cut(const std::vector<PageRun>& runs, uint64_t start, uint64_t end) {
    std::vector<PageRun> out;
    for (const PageRun& run : runs)
        if (run.end > start && run.start < end)
            out.push_back({std::max(run.start, start), std::min(run.end, end), run.protect});
    return out;
}

uint64_t committed_in(const Region& region, uint64_t start, uint64_t end) {
    if (region.type != RegionType::Private) return 0;
    uint64_t bytes = 0;
    for (const PageRun& run : cut(region.runs, start, end))
        if (run.protect) bytes += run.end - run.start;
    return bytes;
}

bool drop_pages(uint64_t start, uint64_t end) {
    return madvise(pointer(start), end - start, MADV_DONTNEED) == 0 &&
           mprotect(pointer(start), end - start, PROT_NONE) == 0;
}

constexpr int kReserveFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

}  // namespace

AddressSpace& address_space() {
    static AddressSpace& instance = *new AddressSpace;
    return instance;
}

int linux_protection(DWORD protect) {
    if (protect & PAGE_GUARD) return PROT_NONE;
    switch (protect & 0xFF) {
        case PAGE_READONLY: return PROT_READ;
        case PAGE_READWRITE:
        case PAGE_WRITECOPY: return PROT_READ | PROT_WRITE;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ: return PROT_READ | PROT_EXEC;
        case PAGE_EXECUTE_READWRITE:
        case PAGE_EXECUTE_WRITECOPY: return PROT_READ | PROT_WRITE | PROT_EXEC;
    }
    return PROT_NONE;
}

bool is_valid_protection(DWORD protect) {
    DWORD base = protect & 0xFF;
    constexpr DWORD kModifiers = PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_TARGETS_INVALID;
    if (protect & ~(0xFF | kModifiers)) return false;
    if (base == 0 || (base & (base - 1))) return false;
    return !(base == PAGE_NOACCESS && (protect & (PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE)));
}

AddressSpace::Regions::iterator AddressSpace::find(uint64_t address) {
    auto at = regions_.upper_bound(address);
    if (at == regions_.begin()) return regions_.end();
    --at;
    return address < at->second.end ? at : regions_.end();
}

// Windows refuses commits beyond memory and page file; Linux would let them pass and kill someone later.
bool AddressSpace::charge(uint64_t size_bytes) {
    if (commit_limit_bytes_ == 0) {
        struct sysinfo info;
        commit_limit_bytes_ = sysinfo(&info) == 0 ? (info.totalram + info.totalswap) * info.mem_unit : UINT64_MAX;
    }
    if (size_bytes > commit_limit_bytes_ || committed_bytes_ > commit_limit_bytes_ - size_bytes) return false;
    committed_bytes_ += size_bytes;
    return true;
}

Result<AddressSpace::Range> AddressSpace::allocate(const AllocationRequest& request) {
    constexpr DWORD kKnown = MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN | MEM_LARGE_PAGES |
                             MEM_RESERVE_PLACEHOLDER | MEM_REPLACE_PLACEHOLDER;
    if (request.size_bytes == 0 || request.type & ~kKnown) return Status(STATUS_INVALID_PARAMETER);
    if (request.size_bytes > kGuestLimit) return Status(STATUS_INVALID_PARAMETER);
    if (!is_valid_protection(request.protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    if ((request.protect & 0xFF) == PAGE_WRITECOPY || (request.protect & 0xFF) == PAGE_EXECUTE_WRITECOPY)
        return Status(STATUS_INVALID_PAGE_PROTECTION);
    std::lock_guard guard(lock_);
    if (request.type & (MEM_RESET | MEM_RESET_UNDO)) return reset(request);
    if (request.type & MEM_REPLACE_PLACEHOLDER) return replace_placeholder(request);
    bool commits = request.type & MEM_COMMIT;
    if (request.type & MEM_RESERVE || (commits && request.address == 0)) return reserve(request, commits);
    if (!commits) return Status(STATUS_INVALID_PARAMETER);
    return commit(request);
}

Result<AddressSpace::Range> AddressSpace::reserve(const AllocationRequest& request, bool commit) {
    uint64_t start = request.address & ~(kAllocationGranularity - 1);
    uint64_t size = page_up(request.address + request.size_bytes - start);
    bool placeholder = request.type & MEM_RESERVE_PLACEHOLDER;
    if (placeholder && (commit || request.protect != PAGE_NOACCESS)) return Status(STATUS_INVALID_PARAMETER);
    if (commit && !charge(size)) return Status(STATUS_COMMITMENT_LIMIT);
    int protection = commit ? linux_protection(request.protect) : PROT_NONE;
    Result<std::byte*> mapped = Status(STATUS_NO_MEMORY);
    if (start == 0 && (request.highest || request.lowest || request.alignment > kAllocationGranularity)) {
        uint64_t highest = request.highest ? request.highest + 1 : kGuestLimit;
        mapped = map_guest_between(request.lowest, highest, request.alignment, size, protection, kReserveFlags);
    } else {
        mapped = map_guest(pointer(start), size, protection, kReserveFlags, -1, 0);
    }
    if (!mapped.ok()) {
        if (commit) committed_bytes_ -= size;
        return Status(mapped.status());
    }
    auto base = reinterpret_cast<uint64_t>(*mapped);
    Region region{.base = base, .end = base + size, .allocation_protect = request.protect,
                  .placeholder = placeholder, .runs = {{base, base + size, commit ? request.protect : 0}}};
    regions_[base] = std::move(region);
    return Range{base, size};
}

Result<AddressSpace::Range> AddressSpace::commit(const AllocationRequest& request) {
    uint64_t start = page_down(request.address), end = page_up(request.address + request.size_bytes);
    auto found = find(start);
    if (found == regions_.end() || end > found->second.end || found->second.placeholder)
        return Status(STATUS_CONFLICTING_ADDRESSES);
    Region& region = found->second;
    if (region.type == RegionType::Image) return Status(STATUS_CONFLICTING_ADDRESSES);
    uint64_t fresh = end - start - committed_in(region, start, end);
    if (region.type == RegionType::Private && !charge(fresh)) return Status(STATUS_COMMITMENT_LIMIT);
    if (mprotect(pointer(start), end - start, linux_protection(request.protect)) != 0) {
        committed_bytes_ -= fresh;
        return Status(STATUS_NO_MEMORY);
    }
    paint(region.runs, start, end, request.protect);
    return Range{start, end - start};
}

Result<AddressSpace::Range> AddressSpace::replace_placeholder(const AllocationRequest& request) {
    auto found = regions_.find(request.address);
    uint64_t size = page_up(request.size_bytes);
    if (found == regions_.end() || !found->second.placeholder || found->second.end != request.address + size)
        return Status(STATUS_CONFLICTING_ADDRESSES);
    if (!(request.type & MEM_RESERVE)) return Status(STATUS_INVALID_PARAMETER);
    bool commits = request.type & MEM_COMMIT;
    if (commits && !charge(size)) return Status(STATUS_COMMITMENT_LIMIT);
    Region& region = found->second;
    if (commits && mprotect(pointer(region.base), size, linux_protection(request.protect)) != 0)
        return Status(STATUS_NO_MEMORY);
    region.placeholder = false;
    region.allocation_protect = request.protect;
    region.runs = {{region.base, region.end, commits ? request.protect : 0}};
    return Range{region.base, size};
}

// The data is no longer of interest but the pages stay committed.
Result<AddressSpace::Range> AddressSpace::reset(const AllocationRequest& request) {
    uint64_t start = page_down(request.address), end = page_up(request.address + request.size_bytes);
    auto found = find(start);
    if (found == regions_.end() || end > found->second.end) return Status(STATUS_CONFLICTING_ADDRESSES);
    if (request.type & MEM_RESET) madvise(pointer(start), end - start, MADV_FREE);
    return Range{start, end - start};
}

Result<AddressSpace::Range> AddressSpace::free(uint64_t address, uint64_t size_bytes, DWORD type) {
    std::lock_guard guard(lock_);
    if (type == (MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS)) return coalesce(address, size_bytes);
    uint64_t start = page_down(address);
    auto found = find(start);
    if (found == regions_.end()) return Status(STATUS_MEMORY_NOT_ALLOCATED);
    Region& region = found->second;
    if (region.type != RegionType::Private || region.fixed) return Status(STATUS_UNABLE_TO_DELETE_SECTION);
    uint64_t end = page_up(address + size_bytes);
    switch (type) {
        case MEM_DECOMMIT:
            if (region.placeholder) return Status(STATUS_CONFLICTING_ADDRESSES);
            if (size_bytes == 0) {
                if (start != region.base) return Status(STATUS_FREE_VM_NOT_AT_BASE);
                end = region.end;
            }
            if (end > region.end) return Status(STATUS_UNABLE_TO_FREE_VM);
            return decommit(found, start, end - start);
        case MEM_RELEASE:
        case MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER: return release(found, start, size_bytes ? end - start : 0, type);
    }
    return Status(STATUS_INVALID_PARAMETER);
}

Result<AddressSpace::Range> AddressSpace::decommit(Regions::iterator found, uint64_t address, uint64_t size_bytes) {
    Region& region = found->second;
    uint64_t end = address + size_bytes;
    committed_bytes_ -= committed_in(region, address, end);
    before_loss(address, end);
    if (!drop_pages(address, end)) return Status(STATUS_NO_MEMORY);
    paint(region.runs, address, end, 0);
    return Range{address, size_bytes};
}

// Cuts a region so that address..end is one of its own.
void AddressSpace::split(Regions::iterator found, uint64_t address, uint64_t end) {
    Region whole = std::move(found->second);
    regions_.erase(found);
    auto put = [&](uint64_t from, uint64_t to) {
        if (from >= to) return;
        Region part = whole;
        part.base = from;
        part.end = to;
        part.runs = cut(whole.runs, from, to);
        regions_[from] = std::move(part);
    };
    put(whole.base, address);
    put(address, end);
    put(end, whole.end);
}

Result<AddressSpace::Range> AddressSpace::release(Regions::iterator found, uint64_t address, uint64_t size_bytes,
                                                  DWORD type) {
    Region& region = found->second;
    bool preserve = type & MEM_PRESERVE_PLACEHOLDER;
    uint64_t end = size_bytes ? address + size_bytes : region.end;
    if (end > region.end) return Status(STATUS_UNABLE_TO_FREE_VM);
    if (!preserve && address != region.base) return Status(STATUS_FREE_VM_NOT_AT_BASE);
    // "dwSize must be 0 for MEM_RELEASE"; NT allows exactly the whole region too, and placeholders any part.
    if (!preserve && !region.placeholder && end != region.end) return Status(STATUS_UNABLE_TO_FREE_VM);
    committed_bytes_ -= committed_in(region, address, end);
    before_loss(address, end);
    if (!preserve) {
        if (region.base != address || region.end != end) split(found, address, end);
        regions_.erase(address);
        munmap(pointer(address), end - address);
        return Range{address, end - address};
    }
    if (region.placeholder && address == region.base && end == region.end)
        return Status(STATUS_CONFLICTING_ADDRESSES);  // nothing to split
    if (!region.placeholder && (address != region.base || end != region.end))
        return Status(STATUS_UNABLE_TO_FREE_VM);
    split(found, address, end);
    Region& part = regions_[address];
    if (!part.placeholder && !drop_pages(address, end)) return Status(STATUS_NO_MEMORY);
    part.placeholder = true;
    part.allocation_protect = PAGE_NOACCESS;
    part.runs = {{address, end, 0}};
    return Range{address, end - address};
}

Result<AddressSpace::Range> AddressSpace::coalesce(uint64_t address, uint64_t size_bytes) {
    uint64_t end = address + page_up(size_bytes);
    auto first = regions_.find(address);
    if (first == regions_.end()) return Status(STATUS_CONFLICTING_ADDRESSES);
    uint64_t at = address;
    for (auto it = first; at < end; ++it) {
        if (it == regions_.end() || it->second.base != at || !it->second.placeholder || it->second.end > end)
            return Status(STATUS_CONFLICTING_ADDRESSES);
        at = it->second.end;
    }
    regions_.erase(std::next(first), regions_.lower_bound(end));
    first->second.end = end;
    first->second.runs = {{address, end, 0}};
    return Range{address, end - address};
}

Result<DWORD> AddressSpace::protect(uint64_t address, uint64_t size_bytes, DWORD protect) {
    if (!is_valid_protection(protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    if (size_bytes == 0) return Status(STATUS_INVALID_PARAMETER);
    std::lock_guard guard(lock_);
    uint64_t start = page_down(address), end = page_up(address + size_bytes);
    auto found = find(start);
    if (found == regions_.end() || end > found->second.end || found->second.placeholder)
        return Status(STATUS_CONFLICTING_ADDRESSES);
    Region& region = found->second;
    auto affected = cut(region.runs, start, end);
    for (const PageRun& run : affected)
        if (run.protect == 0) return Status(STATUS_NOT_COMMITTED);
    // Writing to an image section that is not writable makes private copies, which MAP_PRIVATE already does.
    if (region.type == RegionType::Image) {
        if ((protect & 0xFF) == PAGE_READWRITE) protect = (protect & ~0xFFu) | PAGE_WRITECOPY;
        if ((protect & 0xFF) == PAGE_EXECUTE_READWRITE) protect = (protect & ~0xFFu) | PAGE_EXECUTE_WRITECOPY;
    }
    seh::restore_call_sites(start, end, false);
    if (image::change_protection(start, end, linux_protection(protect)) != 0)
        return Status(errno == EACCES ? STATUS_SECTION_PROTECTION : STATUS_NO_MEMORY);
    DWORD old = affected.front().protect;
    paint(region.runs, start, end, protect);
    return Result<DWORD>(old);
}

void AddressSpace::adopt(uint64_t base, uint64_t size_bytes, RegionType type, DWORD protect,
                         std::vector<PageRun> runs, std::string file, bool fixed) {
    std::lock_guard guard(lock_);
    uint64_t end = base + page_up(size_bytes);
    Region region{.base = base, .end = end, .allocation_protect = protect, .type = type, .fixed = fixed,
                  .runs = {{base, end, protect}}, .file = std::move(file)};
    for (const PageRun& run : runs) paint(region.runs, run.start, run.end, run.protect);
    regions_[base] = std::move(region);
}

void AddressSpace::forget(uint64_t base) {
    std::lock_guard guard(lock_);
    if (auto found = regions_.find(base); found != regions_.end())
        before_loss(base, found->second.end);
    regions_.erase(base);
}

Result<void> AddressSpace::take_placeholder(uint64_t base, uint64_t size_bytes) {
    std::lock_guard guard(lock_);
    auto found = regions_.find(base);
    if (found == regions_.end() || !found->second.placeholder || found->second.end != base + page_up(size_bytes))
        return STATUS_CONFLICTING_ADDRESSES;
    regions_.erase(found);
    return {};
}

Result<void> AddressSpace::release_view(uint64_t address, bool preserve_placeholder) {
    std::lock_guard guard(lock_);
    auto found = find(page_down(address));
    if (found == regions_.end() || found->second.type == RegionType::Private) return STATUS_NOT_MAPPED_VIEW;
    Region& region = found->second;
    uint64_t size = region.end - region.base;
    before_loss(region.base, region.end);
    if (!preserve_placeholder) {
        munmap(pointer(region.base), size);
        regions_.erase(found);
        return {};
    }
    if (mmap(pointer(region.base), size, PROT_NONE, kReserveFlags | MAP_FIXED, -1, 0) == MAP_FAILED)
        return status_from_errno(errno);
    region = Region{.base = region.base, .end = region.end, .allocation_protect = PAGE_NOACCESS, .placeholder = true,
                    .runs = {{region.base, region.end, 0}}};
    return {};
}

}  // namespace lsw
