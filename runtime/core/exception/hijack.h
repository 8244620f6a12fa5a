// Return addresses that were replaced, so that a thread stops when it leaves our code for the program's.
//
// A thread that is to be suspended while it runs in our code may hold our locks. It goes on until it returns
// to guest code, where a stub stands in the way. The program must not notice: stack walks and captured
// contexts show the address that was there.
#pragma once

#include <sys/ucontext.h>

#include "abi/context.h"

namespace lsw::seh {

// Replaces the return address in the slot, on the calling thread's stack, by that of the stub. Async-signal-safe.
// False when too many are pending.
bool hijack_return(uint64_t slot);

// From the handler of SIGTRAP: true for a single step that has got into our code. The step goes on to the return.
bool step_into_host_code(mcontext_t& machine);

// Undoes the disguise in a context that was unwound to a return address.
void show_original_return(CONTEXT* context);

extern "C" void lsw_suspend_return();

}  // namespace lsw::seh
