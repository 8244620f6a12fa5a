// Finds who handles an exception: vectored handlers, frame handlers, the unhandled exception filter.
// Doc: "Exception Dispatching".
#pragma once

#include "abi/exception.h"
#include "abi/status.h"
#include "abi/unwind.h"

namespace lsw::seh {

// Handles an exception raised in the state `context` of the calling thread, then continues with it (as
// handlers changed it), or ends the process. May also leave by unwinding.
[[noreturn]] void raise(EXCEPTION_RECORD* record, CONTEXT* context, bool first_chance = true);

// Raises a noncontinuable status from our own code, with `cause` as the nested record.
[[noreturn]] void raise_status(NTSTATUS status, EXCEPTION_RECORD* cause = nullptr);

// The search alone: true when somebody said to continue with the context.
bool dispatch(EXCEPTION_RECORD* record, CONTEXT* context);

}  // namespace lsw::seh
