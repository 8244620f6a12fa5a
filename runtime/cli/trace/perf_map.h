// /tmp/perf-PID.map: names of the code in memory that perf cannot read from a file, for PE images and façade stubs.
// Format: "jit-interface.txt" of the kernel's perf.
#pragma once

#include <memory>

#include "cli/trace/event.h"

namespace lsw::cli::trace {

std::unique_ptr<Sink> make_perf_map();

}  // namespace lsw::cli::trace
