// A file for trace viewers (chrome://tracing, ui.perfetto.dev): "Trace Event Format", complete events.
#pragma once

#include <memory>
#include <string>

#include "cli/trace/event.h"

namespace lsw::cli::trace {

class Session;
std::unique_ptr<Sink> make_chrome(const Session& session, const std::string& path);

}  // namespace lsw::cli::trace
