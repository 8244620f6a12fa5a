// Copies between what a signal handler gets and a CONTEXT.
#pragma once

#include <ucontext.h>

#include "abi/context.h"

namespace lsw::seh {

// All registers, the upper halves of ymm included (context_switch.h says where they go).
void context_from_machine(const mcontext_t& machine, CONTEXT* context);

// Only what ContextFlags names.
void machine_from_context(const CONTEXT& context, mcontext_t* machine);

}  // namespace lsw::seh
