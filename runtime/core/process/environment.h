// The environment block of a program started from Linux: Windows' own variables over the caller's.
#pragma once

#include <string>
#include <string_view>

namespace lsw {

// Sorted "NAME=value" strings, each zero-terminated, the block ended by one more zero ("Environment Variables").
std::u16string build_environment_block(char** linux_environment);

// Value of a variable in this process's block (PEB), compared without case; empty when it is not set.
std::u16string environment_value(std::u16string_view name);

}  // namespace lsw
