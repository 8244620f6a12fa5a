// The environment block of a program started from Linux: Windows' own variables over the caller's.
#pragma once

#include <string>

namespace lsw {

// Sorted "NAME=value" strings, each zero-terminated, the block ended by one more zero ("Environment Variables").
std::u16string build_environment_block(char** linux_environment);

}  // namespace lsw
