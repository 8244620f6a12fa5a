// Where the programs that LSW consists of find each other: lsw, lswhost and the loaders of BPF programs.
#pragma once

#include <string>

namespace lsw {

// The path of `name`: beside the running program, as in a build directory, or as installed: lsw in bin, the others in
// libexec/lsw. Empty when there is none that may be executed.
std::string own_program(const char* name);

// A descriptor of the running program's own file, for mapping parts of it; -1 without /proc.
int own_file();
// One that this process was started with, instead of opening it.
void inherit_own_file(int fd);

}  // namespace lsw
