// `-c`: a table of the calls, or the same as JSON.
#pragma once

#include <unordered_map>

#include "cli/trace/kernel_source.h"
#include "cli/trace/output.h"
#include "cli/trace/session.h"

namespace lsw::cli::trace {

void write_summary(const Session& session, const std::unordered_map<uint32_t, KernelTotals>* kernel, bool json,
                   int exit_status, Output& output);

}  // namespace lsw::cli::trace
