// The programs that are part of lsw: cmd.exe and the tools that scripts call.
#pragma once

namespace lsw::programs {

// Tells core their names and entry points, and which files C:\Windows\System32 shows.
void register_all();

}  // namespace lsw::programs
