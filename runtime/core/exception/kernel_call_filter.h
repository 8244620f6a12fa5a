// The seccomp filter of threads that use T1 (kernel_calls.h), in place of Syscall User Dispatch.
#pragma once

namespace lsw::seh {

// The calling thread gets the filter, unless it has inherited it, and drops its dispatch. False when it cannot.
bool guard_by_filter();

}  // namespace lsw::seh
