// A command line as argv. Doc: "Parsing C command-line arguments", "Expanding wildcard arguments".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lsw::crt {

struct Argument {
    std::u16string text;
    bool quoted = false;  // held a quotation mark: its wildcards are literal
};

// The first argument is the program, for which backslashes mean nothing.
std::vector<Argument> parse_command_line(std::u16string_view line);

// Replaces arguments with unquoted * or ? by the names that match, sorted as the directory gives them; those without
// a match stay.
std::vector<std::u16string> expand_wildcards(const std::vector<Argument>& arguments);

}  // namespace lsw::crt
