// malloc.h and new.h. Doc: "malloc", "_aligned_malloc", "_set_new_handler", "_heapchk".
#include <cstring>
#include <utility>

#include "abi/exception.h"
#include "core/teb.h"
#include "dll/crt/eh/standard_throws.h"
#include "core/exception/faults.h"
#include "dll/crt/heap.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr size_t kLargest = 0xFFFF'FFFF'FFFF'FFE0;  // _HEAP_MAXREQ

void* no_memory() {
    guest_errno() = kENOMEM;
    return nullptr;
}

// Calls the program's handler when _set_new_mode asks malloc to; true: try again.
[[gnu::noinline]] bool retry(size_t size) { return modes().new_mode != 0 && clib::_callnewh(size) != 0; }

[[gnu::noinline]] void* allocate_again(size_t size) {
    for (;;) {
        if (size > kLargest || !retry(size)) return no_memory();
        if (void* block = heap::allocate(size)) return block;
    }
}

// Apart from malloc and free, whose usual way calls nothing.
[[gnu::noinline]] WINAPI void* allocate_first(size_t size) {
    heap::cache().open();
    void* block = size <= kLargest ? heap::allocate(size) : nullptr;
    return block ? block : allocate_again(size);
}
[[gnu::noinline]] WINAPI void release_whole(void* block) { heap::release(block); }

bool multiply(size_t a, size_t b, size_t* product) { return !__builtin_mul_overflow(a, b, product); }

// An aligned block keeps the start of its heap block in front of it.
struct AlignedHeader {
    void* start;
};

void* aligned(size_t size, size_t alignment, size_t offset) {
    if (alignment == 0 || (alignment & (alignment - 1)) != 0 || (offset != 0 && offset >= size))
        return invalid(), nullptr;
    if (alignment < sizeof(void*)) alignment = sizeof(void*);
    size_t room;
    if (__builtin_add_overflow(size, alignment + sizeof(AlignedHeader) + 16, &room)) return no_memory();
    auto* start = static_cast<std::byte*>(clib::malloc(room));
    if (!start) return nullptr;
    auto at = reinterpret_cast<uintptr_t>(start) + sizeof(AlignedHeader);
    at = ((at + offset + alignment - 1) & ~(alignment - 1)) - offset;
    // With an offset the block may stand at an odd address.
    AlignedHeader header{start};
    memcpy(reinterpret_cast<void*>(at - sizeof header), &header, sizeof header);
    return reinterpret_cast<void*>(at);
}

void* start_of(void* block) {
    AlignedHeader header;
    memcpy(&header, static_cast<std::byte*>(block) - sizeof header, sizeof header);
    return header.start;
}

size_t room_of(void* block) {
    void* start = start_of(block);
    return heap::size_of(start) - static_cast<size_t>(static_cast<std::byte*>(block) - static_cast<std::byte*>(start));
}

void* aligned_resize(void* block, size_t size, size_t alignment, size_t offset, bool zero) {
    if (!block) {
        void* made = aligned(size, alignment, offset);
        if (made && zero) memset(made, 0, size);
        return made;
    }
    if (size == 0) return clib::_aligned_free(block), nullptr;
    size_t old = room_of(block);
    void* made = aligned(size, alignment, offset);
    if (!made) return nullptr;
    memcpy(made, block, old < size ? old : size);
    if (zero && old < size) memset(static_cast<std::byte*>(made) + old, 0, size - old);
    clib::_aligned_free(block);
    return made;
}

}  // namespace

void* clib::malloc(size_t size) {
    void* kept = heap::cache().take(size);
    return kept ? kept : allocate_first(size);
}

void* clib::calloc(size_t count, size_t size) {
    size_t bytes;
    if (!multiply(count, size, &bytes)) return no_memory();
    for (;;) {
        if (void* block = heap::allocate_zeroed(bytes)) return block;
        if (!retry(bytes)) return no_memory();
    }
}

void* clib::realloc(void* block, size_t size) {
    if (!block) return clib::malloc(size);
    if (size == 0) {
        heap::release(block);
        return nullptr;
    }
    for (;;) {
        if (void* moved = heap::resize(block, size)) return moved;
        if (!retry(size)) return no_memory();
    }
}

void clib::free(void* block) {
    if (!heap::cache().give(block)) release_whole(block);
}

size_t clib::_msize(void* block) {
    if (!block) return invalid(), static_cast<size_t>(-1);
    return heap::size_of(block);
}

void* clib::_recalloc(void* block, size_t count, size_t size) {
    size_t bytes;
    if (!multiply(count, size, &bytes)) return no_memory();
    size_t old = block ? heap::size_of(block) : 0;
    void* moved = clib::realloc(block, bytes);
    if (moved && old < bytes) clib::memset(static_cast<std::byte*>(moved) + old, 0, bytes - old);
    return moved;
}

void* clib::_expand(void* block, size_t size) {
    if (!block) return invalid(), nullptr;
    return heap::resize_in_place(block, size);
}

void* clib::_aligned_malloc(size_t size, size_t alignment) { return aligned(size, alignment, 0); }

void* clib::_aligned_offset_malloc(size_t size, size_t alignment, size_t offset) {
    return aligned(size, alignment, offset);
}

void* clib::_aligned_realloc(void* block, size_t size, size_t alignment) {
    return aligned_resize(block, size, alignment, 0, false);
}

void* clib::_aligned_offset_realloc(void* block, size_t size, size_t alignment, size_t offset) {
    return aligned_resize(block, size, alignment, offset, false);
}

void* clib::_aligned_recalloc(void* block, size_t count, size_t size, size_t alignment) {
    size_t bytes;
    if (!multiply(count, size, &bytes)) return no_memory();
    return aligned_resize(block, bytes, alignment, 0, true);
}

void* clib::_aligned_offset_recalloc(void* block, size_t count, size_t size, size_t alignment, size_t offset) {
    size_t bytes;
    if (!multiply(count, size, &bytes)) return no_memory();
    return aligned_resize(block, bytes, alignment, offset, true);
}

size_t clib::_aligned_msize(void* block, size_t, size_t) {
    if (!block) return invalid(), static_cast<size_t>(-1);
    return room_of(block);
}

void clib::_aligned_free(void* block) {
    if (block) heap::release(start_of(block));
}

int clib::_heapchk() { return -2; }  // _HEAPOK

int clib::_heapmin() { return 0; }

int clib::_heapset(unsigned) { return -2; }

int clib::_heapwalk(void*) { return -5; }  // _HEAPEND

int clib::_heapadd(void*, size_t) { return fail(kENOSYS); }

// No such figures on this heap; Windows' own has given zeros since Windows 2000.
size_t clib::_heapused(size_t* used, size_t* committed) {
    if (used) *used = 0;
    if (committed) *committed = 0;
    guest_errno() = kENOSYS;
    return 0;
}

size_t clib::_get_sbh_threshold() { return 0; }

int clib::_set_sbh_threshold(size_t threshold) { return threshold == 0; }

intptr_t clib::_get_heap_handle() { return reinterpret_cast<intptr_t>(lsw::current_peb()->ProcessHeap); }

int clib::_resetstkoflw() { return lsw::seh::rearm_stack_guard(); }

int clib::_callnewh(size_t size) {
    _PNH handler = modes().new_handler;
    return handler ? handler(size) : 0;
}

clib::_PNH clib::_set_new_handler(_PNH handler) { return std::exchange(modes().new_handler, handler); }

clib::_PNH clib::_query_new_handler() { return modes().new_handler; }

// The standard's handler has another type and is refused unless null ("set_new_handler").
clib::_PNH clib::set_new_handler(_PNH) {
    modes().new_handler = nullptr;
    return nullptr;
}

void* clib::operator_new(size_t size) {
    for (;;) {
        if (void* kept = heap::cache().take(size)) return kept;
        heap::cache().open();
        if (void* block = heap::allocate(size)) return block;
        if (!_callnewh(size)) throw_bad_alloc();
    }
}

void clib::operator_delete(void* block) { free(block); }
