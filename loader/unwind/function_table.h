// Searches in tables of RUNTIME_FUNCTION (an image's .pdata, or a table a JIT registered).
#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/unwind.h"

namespace lsw::unwind {

// The entry that covers the RVA, or null; the table is sorted by BeginAddress.
const RUNTIME_FUNCTION* find_function(const RUNTIME_FUNCTION* table, size_t count, uint32_t rva);

// Follows an indirect entry to the one that holds the unwind data.
const RUNTIME_FUNCTION* resolve_indirect(uint64_t image_base, const RUNTIME_FUNCTION* function);

// The entry at the end of the chain that CHAININFO makes; the function itself when it is not chained.
const RUNTIME_FUNCTION* primary_function(uint64_t image_base, const RUNTIME_FUNCTION* function);

const UNWIND_INFO* unwind_info(uint64_t image_base, const RUNTIME_FUNCTION* function);

// What follows the codes: a handler's RVA and data, or the RUNTIME_FUNCTION of a chain.
const void* unwind_info_tail(const UNWIND_INFO* info);

// A bound on chains, so that a cyclic one in a damaged image ends.
inline constexpr int kMaxChain = 32;

}  // namespace lsw::unwind
