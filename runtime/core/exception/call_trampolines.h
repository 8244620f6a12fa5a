// The code that patched call sites jump to: near enough for a 32-bit displacement, one piece per site, never freed.
#pragma once

#include <cstdint>

namespace lsw::seh {

// A `syscall` and the instructions before it (call_sites.h).
struct CallShape {
    uint64_t start;   // of `mov eax, number`
    uint64_t after;   // behind the `syscall`
    uint32_t number;
    bool moves_r10;   // between the mov and the `syscall`
    bool returns;     // a `ret` follows
};

// Address of the code for a site; 0 when there is no room near it.
uint64_t make_call_trampoline(const CallShape& shape);

}  // namespace lsw::seh
