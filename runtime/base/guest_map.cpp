#include "base/guest_map.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "abi/layout.h"
#include "base/low_addresses.h"

namespace lsw {
namespace {

// Windows hands out private memory from low terabytes; programs only rely on it being below 2^47.
constexpr uint64_t kSearchFirst = 0x100'0000'0000;
std::atomic<uint64_t> g_next{kSearchFirst};

// For programs without large addresses, clear of where programs and DLLs want to lie; the rest below is tried last.
constexpr uint64_t kLowFirst = 0x2000'0000, kLowLimit = kUserSharedDataAddress;
std::atomic<uint64_t> g_next_low{0};  // 0: addresses may be large

uint64_t round_up(uint64_t value) {
    return (value + kAllocationGranularity - 1) & ~(kAllocationGranularity - 1);
}

std::byte* try_map(uint64_t address, size_t size_bytes, int protection, int flags, int fd, int64_t offset) {
    void* got = mmap(reinterpret_cast<void*>(address), size_bytes, protection,
                     flags | MAP_FIXED_NOREPLACE, fd, offset);
    if (got == MAP_FAILED) return nullptr;
    if (got == reinterpret_cast<void*>(address)) return static_cast<std::byte*>(got);
    munmap(got, size_bytes);  // a kernel before 4.17 took the address as a hint
    errno = EEXIST;
    return nullptr;
}

// Walks upward from `from` in growing steps until the kernel accepts or `limit` is reached.
std::byte* search(uint64_t from, uint64_t limit, size_t size_bytes, int protection, int flags, int fd,
                  int64_t offset) {
    uint64_t step = kAllocationGranularity;
    for (uint64_t at = from; at + size_bytes <= limit && at + size_bytes > at; at += step) {
        if (std::byte* got = try_map(at, size_bytes, protection, flags, fd, offset)) return got;
        if (errno != EEXIST) return nullptr;
        if (step < (uint64_t{1} << 30)) step *= 2;
    }
    return nullptr;
}

std::byte* search_low(size_t size_bytes, int protection, int flags, int fd, int64_t offset) {
    if (size_bytes >= kLowLimit) return nullptr;
    uint64_t at = g_next_low.fetch_add(round_up(size_bytes));
    if (std::byte* got = search(at, kLowLimit, size_bytes, protection, flags, fd, offset)) return got;
    for (uint64_t first : {kLowFirst, kGuestFirst}) {
        if (std::byte* got = search(first, kLowLimit, size_bytes, protection, flags, fd, offset)) return got;
    }
    return nullptr;
}

}  // namespace

void prefer_low_addresses() { g_next_low = kLowFirst; }
bool prefers_low_addresses() { return g_next_low.load(std::memory_order_relaxed) != 0; }

Result<std::byte*> map_guest(void* preferred, size_t size_bytes, int protection, int flags, int fd,
                             int64_t offset) {
    if (preferred) {
        uint64_t at = reinterpret_cast<uint64_t>(preferred);
        if (at < kGuestFirst || at + size_bytes > kGuestLimit || at + size_bytes < at)
            return Status(STATUS_CONFLICTING_ADDRESSES);
        if (std::byte* got = try_map(at, size_bytes, protection, flags, fd, offset)) return got;
        return Status(errno == EEXIST ? STATUS_CONFLICTING_ADDRESSES : STATUS_NO_MEMORY);
    }
    if (prefers_low_addresses())
        if (std::byte* low = search_low(size_bytes, protection, flags, fd, offset)) return low;
    uint64_t at = g_next.fetch_add(round_up(size_bytes));
    std::byte* got = search(at, kGuestLimit, size_bytes, protection, flags, fd, offset);
    // Address space is plenty, but a program that reserves terabytes over and over reaches the end: start again.
    if (!got && errno == EEXIST) {
        g_next = kSearchFirst;
        got = search(kSearchFirst, kGuestLimit, size_bytes, protection, flags, fd, offset);
    }
    if (!got) return Status(STATUS_NO_MEMORY);
    return got;
}

Result<std::byte*> map_guest_between(uint64_t lowest, uint64_t limit, uint64_t alignment, size_t size_bytes,
                                     int protection, int flags) {
    alignment = std::max(alignment, kAllocationGranularity);
    limit = std::min(limit, kGuestLimit);
    // Without a lower bound the usual room is tried first: low addresses are precious to programs with 32-bit habits.
    bool usual = limit > 2 * kSearchFirst && !lowest && !prefers_low_addresses();
    uint64_t from = std::max(lowest, usual ? g_next.load() : kGuestFirst);
    from = (from + alignment - 1) / alignment * alignment;
    uint64_t step = alignment;
    for (uint64_t at = from; at + size_bytes <= limit && at + size_bytes > at; at += step) {
        if (std::byte* got = try_map(at, size_bytes, protection, flags, -1, 0)) return got;
        if (errno != EEXIST) break;
        if (step < (uint64_t{1} << 30)) step *= 2;
    }
    return Status(STATUS_NO_MEMORY);
}

}  // namespace lsw
