// The PE image that stands for a built-in program or module when it is looked at as a file.
#pragma once

#include <string>
#include <string_view>

namespace lsw::path {

// A console program (or DLL, by its name) with an entry point that returns 0 and a version
// resource.
std::string builtin_image(std::string_view name);

// VS_VERSIONINFO of a part of the system ("10.0.19041.…").
std::string builtin_version_resource(std::string_view name);

}  // namespace lsw::path
