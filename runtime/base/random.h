// Random bytes for keys and ids, from the kernel.
#pragma once

#include <cstddef>

namespace lsw {

// Fills all of it; waits for the kernel's generator at boot. Never fails on a kernel LSW runs on.
void fill_random(void* buffer, size_t size_bytes);

}  // namespace lsw
