// Files of the built-in layer: what stands in C:\Windows\System32 without being on disk. Built-in
// programs (cmd.exe) and modules (kernel32.dll) appear there, because programs look for them before
// they start or load them. Their bytes are a small PE image with a version resource, made when
// somebody opens one; a file of that name on disk hides the built-in. drivers\etc shows hosts and its
// kin in the same way: they are the ones of /etc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace lsw::path {

// The names, "cmd.exe" and "kernel32.dll": said once by main, looked at only when somebody asks for
// such a file.
struct BuiltinFileNames {
    size_t (*count)() = nullptr;
    std::string_view (*at)(size_t index) = nullptr;
};
void set_builtin_files(BuiltinFileNames names);

// Whether `path` (Linux, any case) is one; `canonical` receives its spelling.
bool is_builtin_file(std::string_view path, std::string* canonical = nullptr);
// The name alone of a program or module: "cmd.exe", in the case of the list; empty for others.
std::string_view builtin_file_name(std::string_view path);
// Names of the built-in files directly in the directory `path`.
std::vector<std::string_view> builtin_files_in(std::string_view path);

// The bytes of one, read-only. Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_NO_MEMORY.
Result<UniqueFd> open_builtin_file(std::string_view path);

}  // namespace lsw::path
