// Linux path to DOS path and back, for the loader and start-up. The rules are in core/path's drive map.
#pragma once

#include <string>
#include <string_view>

namespace lsw {

// "/home/me/x" -> Z:\home\me\x; relative paths are made absolute first.
std::u16string dos_path_from_linux(std::string_view path);

// Z:\home\me\x, C:\…, relative and Linux forms -> Linux path; empty for names that are no path.
std::string linux_path_from_dos(std::u16string_view path);

}  // namespace lsw
