// Command lines: argv to one string, so that CommandLineToArgvW and every C runtime give back exactly the argv.
// Doc: "Parsing C command-line arguments", "CommandLineToArgvW function (shellapi.h)".
#pragma once

#include <span>
#include <string>

namespace lsw {

// `program` is the first argument as programs see it (a DOS path), always quoted where it has blanks.
std::u16string build_command_line(std::u16string_view program, std::span<const std::string> arguments);

}  // namespace lsw
