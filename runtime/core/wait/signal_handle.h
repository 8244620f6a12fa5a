// The first half of SignalObjectAndWait: one release of an event, mutant or semaphore by handle.
#pragma once

#include "abi/status.h"

namespace lsw {

// STATUS_OBJECT_TYPE_MISMATCH for other kinds; else the status of the release.
NTSTATUS signal_handle(HANDLE handle);

}  // namespace lsw
