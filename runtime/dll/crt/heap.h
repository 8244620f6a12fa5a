// The one place where the C runtimes' memory comes from.
// Rules: blocks are aligned to 16 bytes; nullptr when there is no memory, errno untouched.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdlib>

namespace lsw::crt::heap {

inline void* allocate(size_t size_bytes) { return ::malloc(size_bytes); }
inline void* allocate_zeroed(size_t size_bytes) { return ::calloc(1, size_bytes); }
inline void* resize(void* block, size_t size_bytes) { return ::realloc(block, size_bytes); }
inline void release(void* block) { ::free(block); }
inline size_t size_of(void* block) { return ::malloc_usable_size(block); }

}  // namespace lsw::crt::heap
