// `lsw trace`: what a Windows program calls.
#pragma once

namespace lsw::cli {

int trace_command(int count, char** words);

}  // namespace lsw::cli
