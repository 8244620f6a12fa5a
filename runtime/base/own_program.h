// Where the programs that LSW consists of find each other: lsw, lswhost and the loaders of BPF programs.
#pragma once

#include <string>

namespace lsw {

// The path of `name`: beside the running program, as in a build directory, or as installed: lsw in bin, the others in
// libexec/lsw. Empty when there is none that may be executed.
std::string own_program(const char* name);

}  // namespace lsw
