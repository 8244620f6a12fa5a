// cmd.exe: the command interpreter. See README.md.
#pragma once

#include <cstdint>

namespace lsw::cmd {

uint32_t main();

}  // namespace lsw::cmd
