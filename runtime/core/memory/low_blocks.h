// LowBlocks: heap blocks below 2 GB, for programs that want low addresses (base/low_addresses.h): the C library cannot be told
// where to put its own. Blocks of one size class are cut from common pages and reused for that class; big ones are mapped.
#pragma once

#include <cstddef>

namespace lsw::low_blocks {

// By its address, whether a block of the heap is one of these.
bool owns(const void* block);
// Zeroed on request, 16-byte aligned; nullptr when there is no room.
void* allocate(size_t size_bytes, bool zero);
size_t usable_size(const void* block);
void release(void* block);

}  // namespace lsw::low_blocks
