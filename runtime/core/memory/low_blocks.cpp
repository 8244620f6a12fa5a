#include "core/memory/low_blocks.h"

#include <sys/mman.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/low_addresses.h"
#include "base/small_lock.h"
#include "core/memory/address_space.h"

namespace lsw::low_blocks {
namespace {

struct Header {
    size_t usable_bytes;
    union {
        Header* next;       // while it is free
        size_t map_bytes;   // of a block with a mapping of its own, otherwise 0
    };
};
static_assert(sizeof(Header) == 16);

constexpr size_t kOwnMapping = 256 << 10;  // from here on
constexpr size_t kPool = 1 << 20;
constexpr unsigned kClasses = 128;
constexpr uint64_t kLimit = uint64_t{2} << 30;

struct Pools {
    SmallLock lock;
    Header* free[kClasses] = {};
    std::byte* unused = nullptr;
    size_t unused_bytes = 0;
};
constinit Pools g_pools;

// Eight sizes between a power of two and the next, the smallest 16 bytes apart.
struct Class {
    unsigned index;
    size_t bytes;
};
Class class_of(size_t bytes) {
    if (bytes <= 128) {
        size_t step = (bytes + 15) / 16;
        return {static_cast<unsigned>(step), step * 16};
    }
    unsigned power = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;  // of the highest bit
    size_t step = size_t{1} << (power - 3);
    size_t steps = (bytes + step - 1) / step;  // 9 to 16
    return {(power - 7) * 8 + static_cast<unsigned>(steps), steps * step};
}

std::byte* map(size_t bytes) {
    auto got = map_guest(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!got.ok()) return nullptr;
    if (!owns(*got + bytes - 1)) {  // no room below: the C library's blocks lie no higher
        munmap(*got, bytes);
        return nullptr;
    }
    address_space().adopt(reinterpret_cast<uint64_t>(*got), bytes, RegionType::Private, PAGE_READWRITE, {}, {}, true);
    return *got;
}

Header* take(const Class& wanted) {
    std::lock_guard guard(g_pools.lock);
    if (Header* first = g_pools.free[wanted.index]) {
        g_pools.free[wanted.index] = first->next;
        return first;
    }
    size_t whole = sizeof(Header) + wanted.bytes;
    if (g_pools.unused_bytes < whole) {  // what is left of the last pool is lost
        std::byte* pool = map(kPool);
        if (!pool) return nullptr;
        g_pools.unused = pool;
        g_pools.unused_bytes = kPool;
    }
    auto* made = reinterpret_cast<Header*>(g_pools.unused);
    g_pools.unused += whole;
    g_pools.unused_bytes -= whole;
    made->usable_bytes = wanted.bytes;
    return made;
}

Header* header_of(const void* block) { return reinterpret_cast<Header*>(const_cast<void*>(block)) - 1; }

}  // namespace

// The C library's blocks lie above: where Linux maps from below (an unlimited stack size), from the 42nd terabyte on.
bool owns(const void* block) { return prefers_low_addresses() && reinterpret_cast<uint64_t>(block) < kLimit; }

void* allocate(size_t size_bytes, bool zero) {
    if (size_bytes >= kOwnMapping) {
        size_t whole = (sizeof(Header) + size_bytes + kPageSize - 1) & ~(kPageSize - 1);
        if (whole < size_bytes) return nullptr;
        auto* made = reinterpret_cast<Header*>(map(whole));
        if (!made) return nullptr;
        *made = {whole - sizeof(Header), {}};
        made->map_bytes = whole;
        return made + 1;
    }
    Header* made = take(class_of(size_bytes ? size_bytes : 1));
    if (!made) return nullptr;
    made->map_bytes = 0;
    if (zero) memset(made + 1, 0, size_bytes);
    return made + 1;
}

size_t usable_size(const void* block) { return header_of(block)->usable_bytes; }

void release(void* block) {
    Header* header = header_of(block);
    if (size_t bytes = header->map_bytes) {
        address_space().forget(reinterpret_cast<uint64_t>(header));
        munmap(header, bytes);
        return;
    }
    std::lock_guard guard(g_pools.lock);
    Header*& first = g_pools.free[class_of(header->usable_bytes).index];
    header->next = first;
    first = header;
}

}  // namespace lsw::low_blocks
