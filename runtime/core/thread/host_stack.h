// Runs a piece of work on a large stack of the host's own: for libraries that expect more room than a guest stack has.
// The work must not call guest code and must not touch guest memory that may fault: copy in before, copy out after.
#pragma once

#include <type_traits>

namespace lsw {

void run_on_host_stack(void (*work)(void*), void* argument);

// Calls `work()` on the host stack; already there, calls it directly.
template <class Work>
void on_host_stack(Work&& work) {
    using Plain = std::remove_reference_t<Work>;
    run_on_host_stack([](void* argument) { (*static_cast<Plain*>(argument))(); }, &work);
}

}  // namespace lsw
