// NTSTATUS constants, generated from status.inc.
#pragma once

#include "abi/types.h"
#include "abi/winerror.h"

#define STATUS_ROW(name, value, win32, ...) \
    inline constexpr NTSTATUS name = static_cast<NTSTATUS>(value);
#include "abi/status.inc"
#undef STATUS_ROW

inline constexpr NTSTATUS STATUS_WAIT_0 = 0;

// "Using NTSTATUS Values": success and informational values have a clear sign bit.
constexpr bool NT_SUCCESS(NTSTATUS status) { return status >= 0; }
