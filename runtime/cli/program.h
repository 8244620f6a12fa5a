// Which file a program's name on the command line means.
#pragma once

#include <string>

namespace lsw::cli {

// Linux path of a program: a path (Linux or Windows form), or a name searched in the current directory,
// LSW_PATH and PATH; ".exe" may be left out. Ends the process with one line when there is none.
std::string find_program_or_die(const std::string& name);

}  // namespace lsw::cli
