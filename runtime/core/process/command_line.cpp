#include "core/process/command_line.h"

#include "base/text.h"

namespace lsw {
namespace {

// '*' and '?' are quoted too: C runtimes that expand wildcards leave quoted arguments alone.
bool needs_quotes(std::u16string_view argument) {
    return argument.empty() || argument.find_first_of(u" \t\n\v\r\f\"*?") != std::u16string_view::npos;
}

void append_argument(std::u16string& line, std::u16string_view argument) {
    line += u' ';
    if (!needs_quotes(argument)) {
        line += argument;
        return;
    }
    line += u'"';
    size_t backslashes = 0;
    for (char16_t unit : argument) {
        if (unit == u'\\') {
            ++backslashes;
            continue;
        }
        // Backslashes count double only before a quote, and the quote itself needs one more.
        line.append(unit == u'"' ? backslashes * 2 + 1 : backslashes, u'\\');
        backslashes = 0;
        line += unit;
    }
    line.append(backslashes * 2, u'\\');
    line += u'"';
}

}  // namespace

std::u16string build_command_line(std::u16string_view program, std::span<const std::string> arguments) {
    std::u16string line;
    bool quote = program.find_first_of(u" \t") != std::u16string_view::npos;
    if (quote) line += u'"';
    line += program;
    if (quote) line += u'"';
    for (const std::string& argument : arguments) append_argument(line, utf16_from_linux(argument));
    return line;
}

}  // namespace lsw
