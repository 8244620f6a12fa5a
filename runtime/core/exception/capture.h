// The state of whoever called the function that this is used in.
#pragma once

#include "core/exception/hijack.h"
#include "loader/unwind/context_switch.h"
#include "loader/unwind/host_unwind.h"

namespace lsw::seh {

// For the body of an export: fills the context with its caller's registers, the nonvolatile ones included,
// as they are after the call returned. Inlined, so that the frame left is that of the export.
[[gnu::always_inline]] inline void capture_caller(CONTEXT* context) {
    unwind::HostFrame frame;
    unwind::lsw_capture_context(context);
    unwind::host_unwind(context, true, &frame);
    show_original_return(context);
}

}  // namespace lsw::seh
