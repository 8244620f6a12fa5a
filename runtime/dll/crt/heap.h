// The one place where the C runtimes' memory comes from: the process heap, as on Windows, so that what malloc gave may be
// freed with HeapFree and the other way round.
// Rules: blocks are aligned to 16 bytes; nullptr when there is no memory, errno untouched.
#pragma once

#include <cstddef>

#include "core/memory/heap.h"
#include "core/memory/heap_cache.h"

namespace lsw::crt::heap {

// The calling thread's; malloc and free ask it first.
inline HeapCache& cache() { return t_heap_cache; }

inline void* allocate(size_t size_bytes) { return process_heap().allocate(size_bytes, false); }
inline void* allocate_zeroed(size_t size_bytes) { return process_heap().allocate(size_bytes, true); }
inline void* resize(void* block, size_t size_bytes) {
    return process_heap().reallocate(block, size_bytes, false, false);
}
inline void* resize_in_place(void* block, size_t size_bytes) {
    return process_heap().reallocate(block, size_bytes, false, true);
}
inline void release(void* block) {
    if (block) process_heap().release(block);
}
inline size_t size_of(void* block) { return process_heap().size_of(block); }

}  // namespace lsw::crt::heap
