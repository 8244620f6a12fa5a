// Waiting for handles: what NtWaitForSingleObject and NtWaitForMultipleObjects do.
#pragma once

#include <span>

#include "core/wait/wait.h"
#include "object/object.h"

namespace lsw {

// Statuses of wait_for, and STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED (no SYNCHRONIZE), STATUS_OBJECT_TYPE_MISMATCH.
NTSTATUS wait_for_handle(HANDLE handle, bool alertable, int64_t deadline_ns);
// Also STATUS_INVALID_PARAMETER_1 for none or more than 64 handles, STATUS_INVALID_PARAMETER_MIX for one twice in a wait
// for all.
NTSTATUS wait_for_handles(std::span<const HANDLE> handles, const WaitOptions& options);
// A sleep; STATUS_SUCCESS or STATUS_USER_APC.
NTSTATUS delay(bool alertable, int64_t deadline_ns);

}  // namespace lsw
