// The memory of another process of the user's, as the kernel lets it be seen. Which pages are reserved rather than free, and
// where allocations begin, only that process knows: what is told of it here is what Linux has mapped.
#pragma once

#include <sys/types.h>

#include "abi/memory.h"
#include "base/result.h"

namespace lsw {

// Bytes moved; fewer than asked for where a page is missing. Errors: STATUS_PARTIAL_COPY for none at all, STATUS_ACCESS_DENIED.
Result<size_t> read_remote(pid_t pid, uint64_t address, void* out, size_t size);
// Also to pages that the process itself may not write, as debuggers expect.
Result<size_t> write_remote(pid_t pid, uint64_t address, const void* from, size_t size);
// Errors: STATUS_INVALID_PARAMETER for an address that no program has, STATUS_ACCESS_DENIED.
Result<MEMORY_BASIC_INFORMATION> query_remote(pid_t pid, uint64_t address);

}  // namespace lsw
