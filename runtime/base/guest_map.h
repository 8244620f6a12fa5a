// Finding room for Windows-side mappings below kGuestLimit: the one place that picks addresses.
// Not here: what Windows knows of its regions (reserve, commit, protection): core/memory.
#pragma once

#include <cstddef>

#include "base/result.h"

namespace lsw {

// Maps `size_bytes` with mmap(2) semantics at an address below kGuestLimit aligned to 64 KiB.
// `preferred` is taken exactly when not null; otherwise the first free room at or above the search hint.
// Errors: STATUS_CONFLICTING_ADDRESSES (preferred is taken), STATUS_NO_MEMORY.
Result<std::byte*> map_guest(void* preferred, size_t size_bytes, int protection, int flags, int fd,
                             int64_t offset);

// Only below `limit` (for MEM_* requests with an upper bound, such as zero bits).
Result<std::byte*> map_guest_below(uint64_t limit, size_t size_bytes, int protection, int flags);

}  // namespace lsw
