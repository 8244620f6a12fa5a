// Heap: Windows heaps on the C library's allocator. A block carries its exact size and its heap in a header.
// The process heap keeps no list of its blocks (its functions are hot); heaps from HeapCreate do, so that
// HeapDestroy frees them. A pointer that is no live block of the heap is refused, never passed to free(3).
// Doc: "Heap Functions".
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "abi/memory.h"

namespace lsw {

class Heap {
public:
    // Blocks are 16-byte aligned. nullptr when there is no memory.
    void* allocate(size_t size_bytes, bool zero);
    // Contents kept up to the smaller size; nullptr when there is no memory or `block` is not of this heap.
    void* reallocate(void* block, size_t size_bytes, bool zero, bool in_place);
    bool release(void* block);
    // (size_t)-1 when `block` is not of this heap.
    size_t size_of(const void* block) const;
    bool valid(const void* block) const;

    // Visits live blocks in no order: nullptr starts, nullptr ends. Only for listed heaps.
    void* next_block(void* block);
    bool listed() const { return listed_; }

    void lock() { user_lock_.lock(); }
    void unlock() { user_lock_.unlock(); }
    bool try_lock() { return user_lock_.try_lock(); }
    DWORD flags() const { return flags_; }

    static Heap* create(DWORD flags, size_t maximum_bytes);
    static bool destroy(Heap* heap);
    static Heap* from_handle(HANDLE handle);  // nullptr for what is no live heap
    static size_t list(HANDLE* out, size_t room);  // number of live heaps

private:
    friend Heap& process_heap();
    friend class HeapCache;
    struct Links {
        Links* next;
        Links* previous;
    };
    struct Header {
        size_t size_bytes;
        uintptr_t tag;
    };
    Heap(DWORD flags, size_t maximum_bytes, bool listed);
    uintptr_t tag_of(const Header* header) const {
        return reinterpret_cast<uintptr_t>(header) ^ tag_key();
    }
    uintptr_t tag_key() const { return reinterpret_cast<uintptr_t>(this) ^ kMagic; }
    // Whole steps of 16 bytes: a freed block can serve any size of its step (heap_cache.h).
    static size_t rounded(size_t size_bytes) { return size_bytes ? (size_bytes + 15) & ~size_t{15} : 16; }
    const Header* header_of(const void* block) const;
    void link(Header* header);
    void unlink(Header* header);
    size_t prefix_bytes() const { return listed_ ? sizeof(Links) + sizeof(Header) : sizeof(Header); }

    static constexpr uintptr_t kMagic = 0x5A17'C0DE'9E37'79B9;
    const uintptr_t magic_ = kMagic;
    const DWORD flags_;
    const bool listed_;
    const size_t maximum_bytes_;
    size_t used_bytes_ = 0;
    std::mutex list_lock_;
    std::recursive_mutex user_lock_;
    Links blocks_{&blocks_, &blocks_};
};

Heap& process_heap();

}  // namespace lsw
