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

// Only from `lowest` to below `limit`, at a multiple of `alignment` (0: 64 KiB), for requests with bounds.
// Errors: STATUS_NO_MEMORY.
Result<std::byte*> map_guest_between(uint64_t lowest, uint64_t limit, uint64_t alignment, size_t size_bytes,
                                     int protection, int flags);

}  // namespace lsw
