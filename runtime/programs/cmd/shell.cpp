// cmd.exe from its command line to its end: switches, the quotes around /C's command, lines of an
// interactive session. Doc: "cmd".
#include "programs/cmd/shell.h"

#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/cmd.h"
#include "programs/cmd/commands.h"
#include "programs/cmd/interrupt.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

class OneLine : public LineSource {
public:
    explicit OneLine(std::u16string line) : line_(std::move(line)) {}
    std::optional<std::u16string> next(bool) override {
        if (done_) return std::nullopt;
        done_ = true;
        return std::move(line_);
    }

private:
    std::u16string line_;
    bool done_ = false;
};

// Lines typed at the prompt or piped in.
class TypedLines : public LineSource {
public:
    explicit TypedLines(Shell& shell) : shell_(shell) {}
    std::optional<std::u16string> next(bool more) override {
        if (shell_.echo) print(more ? u"More? " : u"\r\n" + shell_.prompt_text());
        auto line = read_line(std_in());
        if (!line) return line;
        if (!is_console(std_in()) && shell_.echo) print(*line + u"\r\n");
        return shell_.expand_percent(*line);
    }

private:
    Shell& shell_;
};

std::u16string_view behind_program(std::u16string_view line) {
    // Some callers leave the program's name out.
    if (line.size() >= 2 && line[0] == u'/' && (line.size() == 2 || line[2] == u' ')) return line;
    bool quoted = false;
    size_t at = 0;
    for (; at < line.size() &&
           (quoted || (line[at] != u' ' && line[at] != u'\t' && (line[at] != u'/' || at == 0)));
         ++at)
        if (line[at] == u'"') quoted = !quoted;
    return line.substr(at);
}

// The quotes around a command are kept only where there are exactly two, nothing special between
// them, a blank, and the text is a program's name ("cmd", Remarks).
std::u16string command_without_quotes(const std::u16string& command, bool always_strip) {
    if (command.empty() || command[0] != u'"') return command;
    size_t last = command.rfind(u'"');
    if (last == 0) return command.substr(1);
    bool two = command.find(u'"', 1) == last;
    std::u16string inside = command.substr(1, last - 1);
    bool plain = inside.find_first_of(u"&<>()@^|") == std::u16string::npos;
    bool blank = inside.find_first_of(u" \t") != std::u16string::npos;
    if (!always_strip && two && plain && blank && !find_executable(inside).empty()) return command;
    return inside + command.substr(last + 1);
}

}  // namespace

bool Shell::read_switches(std::u16string_view rest, std::u16string& command, bool& keep,
                          bool& once) {
    bool strip = false;
    for (;;) {
        // Quotes before a switch count for nothing: cmd "/c echo x".
        while (!rest.empty() && (is_delimiter(rest[0]) || rest[0] == u'"')) rest.remove_prefix(1);
        if (rest.size() < 2 || rest[0] != u'/') break;
        char16_t letter = downcase(rest[1]);
        std::u16string_view value = rest.substr(2);
        if (letter == u'c' || letter == u'r' || letter == u'k') {
            keep = letter == u'k';
            once = !keep;
            while (!value.empty() && (value[0] == u' ' || value[0] == u'\t'))
                value.remove_prefix(1);
            command = command_without_quotes(std::u16string(value), strip);
            return true;
        }
        bool off = value.size() >= 4 && equal_ignore_case(value.substr(0, 4), u":off");
        if (letter == u'?') {
            print(
                u"Starts a new instance of the Windows command interpreter\r\n\r\n"
                u"CMD [/A | /U] [/Q] [/D] [/E:ON | /E:OFF] [/F:ON | /F:OFF] [/V:ON | /V:OFF]\r\n"
                u"    [[/S] [/C | /K] string]\r\n");
            return false;
        }
        if (letter == u's') strip = true;
        if (letter == u'q') echo = false;
        if (letter == u'v') delayed = !off;
        if (letter == u'e' || letter == u'x') extensions = !off;
        if (letter == u'y') extensions = false;
        size_t end = 2;
        while (end < rest.size() && !is_delimiter(rest[end]) && rest[end] != u'/') ++end;
        rest.remove_prefix(end);
    }
    return true;
}

int Shell::run_command_line() {
    command_line_ = kernel32::GetCommandLineW();
    std::u16string command;
    bool keep = false, once = false;
    if (!read_switches(behind_program(command_line_), command, keep, once)) return 1;
    watch_interrupts();
    interactive_ = !once;
    if (once || keep) {
        int status = run_line(command);
        // A batch file leaves its ERRORLEVEL, other commands the status of the last one.
        if (jump_ == Jump::LeaveShell) return errorlevel;
        if (once) return status == 0 && ran_batch_ ? errorlevel : status;
    } else {
        print(
            u"Microsoft Windows [Version 10.0.19045.2006]\r\n(c) Microsoft Corporation. All rights "
            u"reserved.\r\n");
    }
    run_input();
    return errorlevel;
}

int Shell::run_line(const std::u16string& line) {
    // Only the first line of what /C is given counts.
    OneLine source(expand_percent(line.substr(0, line.find_first_of(u"\r\n"))));
    Parser parser(source);
    NodePtr node = parser.statement();
    if (!parser.unexpected().empty()) {
        syntax_error(parser);
        return errorlevel = 1;
    }
    return node ? run(*node) : 0;
}

void Shell::run_input() {
    TypedLines source(*this);
    while (jump_ != Jump::LeaveShell) {
        jump_ = Jump::None;
        forget_interrupt();
        Parser parser(source);
        NodePtr node = parser.statement();
        if (!parser.unexpected().empty()) {
            syntax_error(parser);
            errorlevel = 1;
        } else if (node) {
            run(*node);
        }
        if (parser.at_end()) break;
    }
}

void Shell::syntax_error(const Parser& parser) {
    const std::u16string& what = parser.unexpected();
    complain(what.ends_with(u"incorrect.") ? what + u"\r\n"
                                           : what + u" was unexpected at this time.\r\n");
}

std::u16string Shell::prompt_text() {
    std::u16string format = variable(u"PROMPT").value_or(u"$P$G"), out;
    for (size_t i = 0; i < format.size(); ++i) {
        if (format[i] != u'$' || i + 1 >= format.size()) {
            out += format[i];
            continue;
        }
        switch (upcase(format[++i])) {
            case u'A':
                out += u'&';
                break;
            case u'B':
                out += u'|';
                break;
            case u'C':
                out += u'(';
                break;
            case u'D':
                out += *variable(u"DATE");
                break;
            case u'E':
                out += u'\x1B';
                break;
            case u'F':
                out += u')';
                break;
            case u'G':
                out += u'>';
                break;
            case u'H':
                if (!out.empty()) out.pop_back();
                break;
            case u'L':
                out += u'<';
                break;
            case u'N':
                out += current_directory()[0];
                break;
            case u'P':
                out += current_directory();
                break;
            case u'Q':
                out += u'=';
                break;
            case u'S':
                out += u' ';
                break;
            case u'T':
                out += *variable(u"TIME");
                break;
            case u'V':
                out += u"Microsoft Windows [Version 10.0.19045.2006]";
                break;
            case u'_':
                out += u"\r\n";
                break;
            case u'$':
                out += u'$';
                break;
            case u'+':
                out.append(directories_.size(), u'+');
                break;
            default:
                break;
        }
    }
    return out;
}

uint32_t main() {
    Shell& shell = *new Shell;  // the process ends with it
    return static_cast<uint32_t>(shell.run_command_line());
}

}  // namespace lsw::cmd
