// A page of its own with two flame graphs: on the CPU, and in calls that took long.
#pragma once

#include <memory>
#include <string>

#include "cli/trace/event.h"

namespace lsw::cli::trace {

class Session;
std::unique_ptr<Sink> make_flame(const Session& session, const std::string& path);

}  // namespace lsw::cli::trace
