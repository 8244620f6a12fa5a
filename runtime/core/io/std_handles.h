// Handles of the three standard descriptors.
#pragma once

#include "abi/peb.h"

namespace lsw {

// Opens handles for descriptors 0, 1, 2 (those that are open) into StandardInput, StandardOutput, StandardError.
void open_std_handles(RTL_USER_PROCESS_PARAMETERS& parameters);

// The same for a child: values that its parent chose, or StartupBlock::kFromDescriptor.
void take_std_handles(RTL_USER_PROCESS_PARAMETERS& parameters, const uint64_t (&values)[3]);

}  // namespace lsw
