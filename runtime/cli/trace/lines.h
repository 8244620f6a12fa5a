// The live trace: a line, or a JSON object per line, for each call.
#pragma once

#include <memory>

#include "cli/trace/clock.h"
#include "cli/trace/event.h"
#include "cli/trace/output.h"

namespace lsw::cli::trace {

class Session;
// `failed_only`: calls that succeed are left out.
std::unique_ptr<Sink> make_lines(const Session& session, Output& output, bool failed_only);
std::unique_ptr<Sink> make_json_lines(const Session& session, Output& output, bool failed_only);
// Where an address lies: "app.exe+0x1234", or the address.
std::string place_of(const TracedProcess& process, uint64_t address);
// A JSON string, quotes included.
std::string json_quoted(std::string_view text);

}  // namespace lsw::cli::trace
