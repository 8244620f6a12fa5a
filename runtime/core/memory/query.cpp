// AddressSpace's questions: VirtualQuery, guard pages, probes. Memory of ours (above kGuestLimit) is described from
// /proc/self/maps, since programs ask about any pointer they hold, heap blocks among them.
#include <sys/mman.h>

#include <cstdio>

#include "abi/layout.h"
#include "core/memory/address_space.h"

namespace lsw {
namespace {

uint64_t page_down(uint64_t value) { return value & ~(kPageSize - 1); }
void* pointer(uint64_t address) { return reinterpret_cast<void*>(address); }

DWORD windows_protection(const char* permissions) {
    bool write = permissions[1] == 'w', execute = permissions[2] == 'x';
    if (permissions[0] != 'r') return PAGE_NOACCESS;
    if (execute) return write ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
    return write ? PAGE_READWRITE : PAGE_READONLY;
}

MEMORY_BASIC_INFORMATION query_host(uint64_t address) {
    MEMORY_BASIC_INFORMATION info{};
    info.BaseAddress = pointer(page_down(address));
    info.RegionSize = kPageSize;
    info.State = MEM_FREE;
    info.Protect = PAGE_NOACCESS;
    FILE* maps = fopen("/proc/self/maps", "re");
    if (!maps) return info;
    char line[512];
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        char permissions[8];
        if (sscanf(line, "%lx-%lx %7s", &start, &end, permissions) != 3) continue;
        if (address >= end) continue;
        if (address < start) {
            info.RegionSize = start - page_down(address);
            break;
        }
        info.AllocationBase = pointer(start);
        info.AllocationProtect = info.Protect = windows_protection(permissions);
        info.RegionSize = end - page_down(address);
        info.State = MEM_COMMIT;
        info.Type = MEM_PRIVATE;
        break;
    }
    fclose(maps);
    return info;
}

}  // namespace

MEMORY_BASIC_INFORMATION AddressSpace::query_free(uint64_t address) {
    MEMORY_BASIC_INFORMATION info{};
    info.BaseAddress = pointer(page_down(address));
    auto next = regions_.upper_bound(address);
    info.RegionSize = (next == regions_.end() ? kGuestLimit : next->first) - page_down(address);
    info.State = MEM_FREE;
    info.Protect = PAGE_NOACCESS;
    return info;
}

Result<MEMORY_BASIC_INFORMATION> AddressSpace::query(uint64_t address) {
    constexpr uint64_t kUserLimit = 0x7FFF'FFFF'0000;
    if (address >= kUserLimit) return Status(STATUS_INVALID_PARAMETER);
    if (!is_guest_address(address)) return query_host(address);
    std::lock_guard guard(lock_);
    auto found = find(page_down(address));
    if (found == regions_.end()) return query_free(address);
    const Region& region = found->second;
    MEMORY_BASIC_INFORMATION info{};
    info.BaseAddress = pointer(page_down(address));
    info.AllocationBase = pointer(region.base);
    info.AllocationProtect = region.allocation_protect;
    info.Type = region.type == RegionType::Private  ? MEM_PRIVATE
                : region.type == RegionType::Mapped ? MEM_MAPPED
                                                    : MEM_IMAGE;
    for (const PageRun& run : region.runs) {
        if (address >= run.end) continue;
        info.RegionSize = run.end - page_down(address);
        info.State = run.protect ? MEM_COMMIT : MEM_RESERVE;
        info.Protect = run.protect;
        break;
    }
    return info;
}

std::string AddressSpace::file_at(uint64_t address) {
    std::lock_guard guard(lock_);
    auto found = find(page_down(address));
    return found == regions_.end() ? std::string() : found->second.file;
}

bool AddressSpace::consume_guard(uint64_t address) {
    DWORD protect_now = 0;
    {
        std::lock_guard guard(lock_);
        auto found = find(page_down(address));
        if (found == regions_.end()) return false;
        for (const PageRun& run : found->second.runs)
            if (address >= run.start && address < run.end) protect_now = run.protect;
    }
    if (!(protect_now & PAGE_GUARD)) return false;
    return protect(page_down(address), kPageSize, protect_now & ~PAGE_GUARD).ok();
}

bool AddressSpace::accessible(uint64_t address, uint64_t size_bytes, bool write) {
    uint64_t end = address + size_bytes;
    if (end < address) return false;
    while (address < end) {
        auto info = query(address);
        if (!info.ok() || info->State != MEM_COMMIT) return false;
        int protection = linux_protection(info->Protect);
        if (!(protection & PROT_READ) || (write && !(protection & PROT_WRITE))) return false;
        address = reinterpret_cast<uint64_t>(info->BaseAddress) + info->RegionSize;
    }
    return true;
}

}  // namespace lsw
