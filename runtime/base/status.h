// Conversions between NTSTATUS, Win32 codes and errno, all generated from abi/status.inc.
// Only Win32 entry points turn a status into a last error, through set_last_error_from (core/teb.h).
#pragma once

#include "abi/status.h"

namespace lsw {

// Win32 code of a status. Errors: a status without a row gives ERROR_MR_MID_NOT_FOUND, as Windows does.
// Doc: "RtlNtStatusToDosError function (winternl.h)".
DWORD win32_from_status(NTSTATUS status);

// Status of an errno value; unknown ones are logged once and become STATUS_UNSUCCESSFUL.
NTSTATUS status_from_errno(int error);

// Name of a status ("STATUS_ACCESS_VIOLATION"), or nullptr for one without a row.
const char* status_name(NTSTATUS status);

}  // namespace lsw
