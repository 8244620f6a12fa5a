// Where DLLs come from: API sets to host modules, built-in modules, and files.
// Order ("Dynamic-link library search order"): system names are always ours; then the program's directory, the
// directories of LSW_PATH, the mingw runtime of an installed toolchain, the current directory, PATH.
// Redistributable names (vcruntime140, msvcp140, …) prefer a file over ours, as programs ship their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/export.h"

namespace lsw {

// "api-ms-win-crt-stdio-l1-1-0" -> "ucrtbase.dll"; the lower-cased name itself (with .dll) when it is no API set.
std::string host_module_name(std::string_view name);

const api::ExportTable* find_builtin(std::string_view dll_name);  // lower case, with .dll

bool prefers_file(std::string_view dll_name);

// Well-known Windows system DLL that LSW does not have: it loads as an empty module whose functions fail by name.
bool is_known_system_dll(std::string_view dll_name);

enum class CurrentDirectory { search, skip };

// Linux path of a DLL file, or empty. `name` may hold a directory (Windows or Linux form).
std::string find_dll_file(std::string_view name, const std::string& program_directory,
                          const std::vector<std::string>& extra_directories,
                          CurrentDirectory current = CurrentDirectory::search);

// Appends the directories of LSW_PATH.
void append_lsw_path(std::vector<std::string>& directories);

// Case-insensitive lookup of one file in a directory: exact name first. Empty when absent.
std::string find_in_directory(const std::string& directory, std::string_view name);

}  // namespace lsw
