// AddressSpace: what Windows knows of the process's memory: allocations (regions), and in them which pages are
// reserved or committed and how they are protected. Linux keeps the mappings, this keeps their meaning.
// Rules: every guest mapping is a region here, registered by whoever maps it; sizes and addresses are whole pages;
// one lock, never held while guest code runs. Not here: where addresses come from (base/guest_map), sections (section.h).
// Doc: "VirtualAlloc function (memoryapi.h)", "VirtualFree…", "VirtualAlloc2…" (placeholders), "VirtualQuery…".
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "abi/memory.h"
#include "base/result.h"

namespace lsw {

enum class RegionType : uint8_t { Private, Mapped, Image };

// Pages of one state in a region; `protect` 0 means reserved.
struct PageRun {
    uint64_t start;  // address
    uint64_t end;
    DWORD protect;
};

struct Region {
    uint64_t base = 0;
    uint64_t end = 0;
    DWORD allocation_protect = 0;
    RegionType type = RegionType::Private;
    bool placeholder = false;
    bool fixed = false;             // stacks, TEBs, façades: not to be freed by the program
    std::vector<PageRun> runs;      // sorted, without gaps, over base..end
    std::string file;               // Linux path behind a mapped view or image
};

struct AllocationRequest {
    uint64_t address = 0;  // 0: anywhere
    uint64_t size_bytes = 0;
    DWORD type = 0;        // MEM_*
    DWORD protect = 0;     // PAGE_*
    uint64_t lowest = 0, highest = 0, alignment = 0;  // MEM_ADDRESS_REQUIREMENTS, 0 where not given
};

class AddressSpace {
public:
    // Errors: STATUS_INVALID_PARAMETER, STATUS_CONFLICTING_ADDRESSES, STATUS_NO_MEMORY, STATUS_COMMITMENT_LIMIT,
    // STATUS_INVALID_PAGE_PROTECTION. Gives the address rounded down to a page (commit) or 64 KiB (reserve).
    struct Range {
        uint64_t address, size_bytes;
    };
    Result<Range> allocate(const AllocationRequest& request);
    // `type` is MEM_DECOMMIT or MEM_RELEASE with placeholder flags.
    // Errors: STATUS_INVALID_PARAMETER, STATUS_MEMORY_NOT_ALLOCATED, STATUS_FREE_VM_NOT_AT_BASE, STATUS_UNABLE_TO_FREE_VM.
    Result<Range> free(uint64_t address, uint64_t size_bytes, DWORD type);
    // Gives the first page's old protection. Errors: STATUS_NOT_COMMITTED, STATUS_CONFLICTING_ADDRESSES.
    Result<DWORD> protect(uint64_t address, uint64_t size_bytes, DWORD protect);
    Result<MEMORY_BASIC_INFORMATION> query(uint64_t address);
    // Linux path behind the region at an address; empty when there is none.
    std::string file_at(uint64_t address);

    // Registers memory that others mapped. `runs` empty: the whole is committed with `protect`.
    void adopt(uint64_t base, uint64_t size_bytes, RegionType type, DWORD protect, std::vector<PageRun> runs = {},
               std::string file = {}, bool fixed = false);
    void forget(uint64_t base);

    // Replaces a placeholder of exactly this range by a view that the caller maps over it with MAP_FIXED.
    // Errors: STATUS_CONFLICTING_ADDRESSES when there is no such placeholder.
    Result<void> take_placeholder(uint64_t base, uint64_t size_bytes);
    // Gives back the range of a view: unmapped, or turned into a placeholder again.
    // Errors: STATUS_NOT_MAPPED_VIEW.
    Result<void> release_view(uint64_t address, bool preserve_placeholder);

    // A guard page was touched: clears PAGE_GUARD of that page. True when there was one ("Creating Guard Pages").
    bool consume_guard(uint64_t address);
    // All `size_bytes` at `address` are committed and readable (and writable).
    bool accessible(uint64_t address, uint64_t size_bytes, bool write);

private:
    using Regions = std::map<uint64_t, Region>;
    Regions::iterator find(uint64_t address);
    Result<Range> reserve(const AllocationRequest& request, bool commit);
    Result<Range> commit(const AllocationRequest& request);
    Result<Range> replace_placeholder(const AllocationRequest& request);
    Result<Range> reset(const AllocationRequest& request);
    Result<Range> release(Regions::iterator region, uint64_t address, uint64_t size_bytes, DWORD type);
    Result<Range> coalesce(uint64_t address, uint64_t size_bytes);
    Result<Range> decommit(Regions::iterator region, uint64_t address, uint64_t size_bytes);
    void split(Regions::iterator region, uint64_t address, uint64_t end);
    bool charge(uint64_t size_bytes);
    MEMORY_BASIC_INFORMATION query_free(uint64_t address);

    std::mutex lock_;
    Regions regions_;
    uint64_t committed_bytes_ = 0;
    uint64_t commit_limit_bytes_ = 0;
};

AddressSpace& address_space();

// PROT_* of a PAGE_* value. Guard and no-access pages are PROT_NONE.
int linux_protection(DWORD protect);
bool is_valid_protection(DWORD protect);

}  // namespace lsw
