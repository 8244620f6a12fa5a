// Evaluates DWARF expressions as they occur in call frame information (PLT stubs, signal frames).
#pragma once

#include <cstdint>

#include "abi/context.h"

namespace lsw::unwind {

// A register of the context by its DWARF number.
uint64_t dwarf_register(const CONTEXT& context, int64_t number);

// `block`: address of the expression's ULEB length. `initial`: pushed first, when not null.
bool evaluate_expression(uint64_t block, const CONTEXT& context, const uint64_t* initial,
                         uint64_t* result);

}  // namespace lsw::unwind
