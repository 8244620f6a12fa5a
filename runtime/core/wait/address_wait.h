// Waiting for an address: WaitOnAddress, alerts by key and whatever else sleeps on a value of 1, 2, 4 or 8 bytes of the
// program's. Waiters queue in a hash table by address, each with a futex word of its own, so that a wake reaches exactly
// the threads that wait for that address, oldest first ("WaitOnAddress function": no wake is lost, none goes astray).
#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/status.h"
#include "core/wait/futex.h"

namespace lsw {

// STATUS_SUCCESS when woken or when the value differs from *compare already, STATUS_TIMEOUT, STATUS_INVALID_PARAMETER.
NTSTATUS wait_on_address(const volatile void* address, const void* compare, size_t size_bytes, int64_t deadline_ns);
void wake_by_address(const void* address, bool all);

}  // namespace lsw
