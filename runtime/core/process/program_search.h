// Finding what CreateProcess is to run, and what kind of program it is.
// Doc: "CreateProcessW function (processthreadsapi.h)", lpApplicationName and lpCommandLine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lsw {

enum class ProgramKind { Windows, Linux };

struct FoundProgram {
    std::string linux_path;
    std::u16string image_path;  // as Windows programs see it
    ProgramKind kind = ProgramKind::Windows;
    bool batch_file = false;  // the program is cmd.exe, whose command is the whole command line
};

// `application` may be empty: then the first token of the command line is searched for (program's
// directory, current directory, system directories, PATH), with .exe added where it has no
// extension. Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_ACCESS_DENIED,
// STATUS_INVALID_IMAGE_FORMAT (no program), STATUS_IMAGE_MACHINE_TYPE_MISMATCH (another
// processor's).
Result<FoundProgram> find_program(std::u16string_view application,
                                  std::u16string_view command_line);

// "CommandLineToArgvW function": the arguments of a command line, the first by its own rule.
std::vector<std::u16string> split_command_line(std::u16string_view command_line);

}  // namespace lsw
