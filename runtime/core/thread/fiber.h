// Fibers: stacks that a thread switches between by itself ("Fibers"). What the TEB says of the stack, the exception list and
// the fiber-local values travel with the fiber.
#pragma once

#include "abi/synch.h"
#include "base/result.h"

namespace lsw {

struct Fiber;  // begins with the program's value, where GetFiberData() of winnt.h reads it

// The calling thread becomes a fiber. Errors: STATUS_OBJECT_NAME_EXISTS when it is one already.
Result<Fiber*> convert_thread_to_fiber(void* data);
// And back. Errors: STATUS_INVALID_PARAMETER when it is none.
Result<void> convert_fiber_to_thread();

Result<Fiber*> create_fiber(size_t reserve_bytes, size_t commit_bytes, LPFIBER_START_ROUTINE routine, void* data);
void switch_to_fiber(Fiber* fiber);
// The running one ends its thread.
void delete_fiber(Fiber* fiber);

}  // namespace lsw
