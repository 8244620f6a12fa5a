// Tells from the machine's trap and the faulting instruction which exception Windows raises.
#pragma once

#include <signal.h>
#include <ucontext.h>

#include "abi/exception.h"

namespace lsw::seh {

// Fills code, parameters and flags of the record, and moves context.Rip where Windows reports another
// address than Linux. `context` and `record` are of the thread that got `signal`.
// Returns false for a request to end the process at once (__fastfail).
bool decode_fault(int signal, const siginfo_t& info, const mcontext_t& machine, CONTEXT* context,
                  EXCEPTION_RECORD* record);

}  // namespace lsw::seh
