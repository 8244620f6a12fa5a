// A service of ntdll that is given a bad pointer returns a status; it raises no exception, as on Windows the pointer is
// probed in the kernel. Our services touch the program's memory directly, so the fault is turned into the status here:
// by unwinding to the caller of the service.
#pragma once

#include "abi/context.h"
#include "abi/types.h"

namespace lsw::seh {

// True when the context faulted inside a service: it is then that of the service's caller, with `status` as the result.
bool return_from_faulting_service(CONTEXT* context, NTSTATUS status);

}  // namespace lsw::seh
