// The directory of the environment: drive_c lies in it, beside the registry and the user's keys.
#pragma once

#include <string>

namespace lsw::path {

std::string environment_directory();
// With those above it, for the user alone. What cannot be made shows when something is put there.
void make_directories(const std::string& path);

}  // namespace lsw::path
