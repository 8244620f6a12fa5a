// Captures the registers of a caller into a CONTEXT, and continues from one.
#pragma once

#include "abi/context.h"

namespace lsw::unwind {

// Marks a CONTEXT whose VectorRegister holds the upper halves of ymm0 to ymm15. A fault in the middle of
// AVX code must keep them, and a CONTEXT without extended state has no field for them; programs leave
// that array alone.
inline constexpr uint64_t kUpperHalvesSaved = 0x4C53'5759'4D4D'4849;

extern "C" {
// State of the caller as it is after the call returns: Rip is the return address.
// Doc: "RtlCaptureContext function (winnt.h)".
WINAPI void lsw_capture_context(CONTEXT* context);

// Loads the parts that ContextFlags names and continues there; writes nothing below the new rsp, so that
// the red zone of our own code stays whole. Rip and rsp are always loaded.
[[noreturn]] WINAPI void lsw_restore_context(const CONTEXT* context);
}

}  // namespace lsw::unwind
