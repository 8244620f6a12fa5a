// The table of internal commands, and the short ones. See commands.h.
#include "programs/cmd/commands.h"

#include <cstdlib>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "core/process/environment.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

constexpr InternalCommand kCommands[] = {
    {u"assoc", Commands::assoc, Clears::InCmdFiles},
    {u"break", Commands::nothing, Clears::Never},
    {u"call", Commands::call, Clears::Always},
    {u"cd", Commands::cd, Clears::Always},
    {u"chdir", Commands::cd, Clears::Always},
    {u"cls", Commands::cls, Clears::Never},
    {u"color", Commands::nothing, Clears::Always},
    {u"copy", Commands::copy, Clears::Always},
    {u"date", Commands::date, Clears::Always},
    {u"del", Commands::del, Clears::Always},
    {u"dir", Commands::dir, Clears::Always},
    {u"echo", Commands::echo, Clears::Never},
    {u"endlocal", Commands::endlocal, Clears::Never},
    {u"erase", Commands::del, Clears::Always},
    {u"exit", Commands::exit, Clears::Never},
    {u"ftype", Commands::assoc, Clears::InCmdFiles},
    {u"goto", Commands::go_to, Clears::Never},
    {u"md", Commands::md, Clears::Always},
    {u"mkdir", Commands::md, Clears::Always},
    {u"mklink", Commands::mklink, Clears::Always},
    {u"move", Commands::move, Clears::Always},
    {u"path", Commands::path, Clears::InCmdFiles},
    {u"pause", Commands::pause, Clears::Never},
    {u"popd", Commands::popd, Clears::Never},
    {u"prompt", Commands::prompt, Clears::InCmdFiles},
    {u"pushd", Commands::pushd, Clears::Always},
    {u"rd", Commands::rd, Clears::Never, false},
    {u"rem", Commands::nothing, Clears::Never},
    {u"ren", Commands::ren, Clears::Always},
    {u"rename", Commands::ren, Clears::Always},
    {u"rmdir", Commands::rd, Clears::Never, false},
    {u"set", Commands::set, Clears::InCmdFiles},
    {u"setlocal", Commands::setlocal, Clears::Always},
    {u"shift", Commands::shift, Clears::Never},
    {u"start", Commands::start, Clears::Always},
    {u"time", Commands::time, Clears::Always},
    {u"title", Commands::title, Clears::Never},
    {u"type", Commands::type, Clears::Always},
    {u"ver", Commands::ver, Clears::Always},
    {u"verify", Commands::verify, Clears::Always},
    {u"vol", Commands::vol, Clears::Always},
};

bool letter(char16_t unit) { return (unit | 0x20) >= u'a' && (unit | 0x20) <= u'z'; }

// What may follow a command's name without a blank: "cd..", "dir/b", "md\x", "echo.", "goto:eof".
bool ends_name(std::u16string_view name, std::u16string_view behind) {
    char16_t unit = behind[0];
    if (is_delimiter(unit) || unit == u'/' || unit == u'"') return true;
    bool is_echo = equal_ignore_case(name, u"echo");
    if (is_echo) return std::u16string_view(u".:\\([]+").find(unit) != std::u16string_view::npos;
    if (unit == u'\\' || unit == u'+' || unit == u'[' || unit == u']') return true;
    if (unit == u':') return equal_ignore_case(name, u"goto") || equal_ignore_case(name, u"call");
    // "cd.." and "cd.", but not "date.exe"
    return unit == u'.' && (behind.size() == 1 || !letter(behind[1]));
}

std::u16string skip_delimiters(std::u16string_view text) {
    size_t at = 0;
    while (at < text.size() && is_delimiter(text[at])) ++at;
    return std::u16string(text.substr(at));
}

}  // namespace

const InternalCommand* internal_command(std::u16string_view text, size_t& rest) {
    size_t start = 0;
    while (start < text.size() && (is_delimiter(text[start]) || text[start] == u'@')) ++start;
    size_t end = start;
    while (end < text.size() && letter(text[end])) ++end;
    std::u16string_view name = text.substr(start, end - start), behind = text.substr(end);
    if (name.empty() || (!behind.empty() && !ends_name(name, behind))) return nullptr;
    for (const InternalCommand& command : kCommands) {
        if (!equal_ignore_case(command.name, name)) continue;
        rest = end;
        return &command;
    }
    return nullptr;
}

bool FileArguments::has(std::u16string_view wanted) const {
    for (const std::u16string& one : switches)
        if (one == wanted) return true;
    return false;
}

const std::u16string* FileArguments::with(char16_t first) const {
    for (size_t i = switches.size(); i-- > 0;)
        if (!switches[i].empty() && switches[i][0] == first) return &switches[i];
    return nullptr;
}

FileArguments file_arguments(std::u16string_view text) {
    FileArguments out;
    std::u16string word;
    bool quoted = false, is_switch = false, open = false;
    auto finish = [&] {
        if (open) (is_switch ? out.switches : out.names).push_back(is_switch ? lower(word) : word);
        word.clear();
        open = is_switch = false;
    };
    for (char16_t unit : text) {
        if (unit == u'"') {
            quoted = !quoted;
            open = true;
            continue;
        }
        if (!quoted && is_delimiter(unit)) {
            finish();
        } else if (!quoted && unit == u'/') {
            finish();
            open = is_switch = true;
        } else {
            word += unit;
            open = true;
        }
    }
    finish();
    return out;
}

bool confirmed(std::u16string_view question, bool* all) {
    for (;;) {
        print(question);
        auto answer = read_line(std_in());
        if (!answer) return false;
        std::u16string text = lower(trimmed(*answer));
        if (!is_console(std_in())) print(*answer + u"\r\n");
        if (text.starts_with(u"y")) return true;
        if (all && text.starts_with(u"a")) return *all = true;
        if (text.starts_with(u"n")) return false;
    }
}

int Commands::nothing(Shell&, const std::u16string&) { return 0; }

int Commands::echo(Shell& shell, const std::u16string& arguments) {
    std::u16string text = arguments;
    bool word = text.empty() || is_delimiter(text[0]);
    if (word) {
        std::u16string state = trimmed(skip_delimiters(text));
        if (trimmed(text).empty()) return print(shell.echo ? u"ECHO is on.\r\n" : u"ECHO is off.\r\n"), 0;
        if (equal_ignore_case(state, u"on") || equal_ignore_case(state, u"off")) {
            shell.echo = equal_ignore_case(state, u"on");
            return 0;
        }
    }
    if (!text.empty() && text[0] != u'"') text.erase(0, 1);
    if (!print(text + u"\r\n")) return 1;
    return 0;
}

int Commands::cls(Shell&, const std::u16string&) {
    print(is_console(std_out()) ? u"\x1B[2J\x1B[H" : u"\f");
    return 0;
}

int Commands::cd(Shell& shell, const std::u16string& arguments) {
    std::u16string text = trimmed(skip_delimiters(arguments));
    bool change_drive = false;
    if (text.size() >= 2 && text[0] == u'/' && downcase(text[1]) == u'd') {
        change_drive = true;
        text = trimmed(text.substr(2));
    }
    text = without_quotes(text);
    if (text.empty()) return print(current_directory() + u"\r\n"), 0;
    if (text.size() == 2 && text[1] == u':' && !change_drive) {
        print(full_path(text) + u"\r\n");
        return 0;
    }
    std::u16string full = full_path(text), now = current_directory();
    DWORD attributes = attributes_of(full);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return shell.fail(u"The system cannot find the path specified.");
    if (!(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return shell.fail(u"The directory name is invalid.");
    bool other_drive = full.size() > 1 && full[1] == u':' && upcase(full[0]) != upcase(now[0]);
    if (other_drive && !change_drive) {
        set_environment_variable(std::u16string(u"=") + upcase(full[0]) + u":", full);
        return 0;
    }
    // The new directory is spelled as it is on disk.
    std::u16string spelled = shell.modified(u"f", u"", full);
    if (!kernel32::SetCurrentDirectoryW(spelled.c_str()))
        return shell.fail_with(kernel32::GetLastError());
    std::u16string after = current_directory();
    set_environment_variable(std::u16string(u"=") + upcase(after[0]) + u":", after);
    return 0;
}

int Commands::pushd(Shell& shell, const std::u16string& arguments) {
    std::u16string text = without_quotes(trimmed(skip_delimiters(arguments)));
    if (text.empty()) {
        for (size_t i = shell.directories_.size(); i-- > 0;) print(shell.directories_[i] + u"\r\n");
        return 0;
    }
    std::u16string before = current_directory();
    if (int status = cd(shell, u" /d " + text)) return status;
    shell.directories_.push_back(before);
    return 0;
}

int Commands::popd(Shell& shell, const std::u16string&) {
    if (shell.directories_.empty()) return 1;
    std::u16string back = shell.directories_.back();
    shell.directories_.pop_back();
    return cd(shell, u" /d " + back);
}

int Commands::title(Shell&, const std::u16string& arguments) {
    kernel32::SetConsoleTitleW(skip_delimiters(arguments).c_str());
    return 0;
}

int Commands::ver(Shell&, const std::u16string&) {
    print(u"\r\nMicrosoft Windows [Version 10.0.19045.2006]\r\n");
    return 0;
}

int Commands::verify(Shell& shell, const std::u16string& arguments) {
    std::u16string state = trimmed(arguments);
    if (state.empty()) return print(u"VERIFY is off.\r\n"), 0;
    if (equal_ignore_case(state, u"on") || equal_ignore_case(state, u"off")) return 0;
    return shell.fail(u"An incorrect parameter was\r\nentered for the command.");
}

int Commands::date(Shell& shell, const std::u16string& arguments) {
    std::u16string text = trimmed(arguments);
    bool ask = text.empty();
    print((ask ? u"The current date is: " : u"") + *shell.variable(u"DATE") + u" \r\n");
    if (!ask)
        return equal_ignore_case(text, u"/t")
                   ? 0
                   : shell.fail(u"A required privilege is not held by the client.");
    print(u"Enter the new date: (mm-dd-yy) ");
    auto answer = read_line(std_in());
    print(u"\r\n");
    return answer && !trimmed(*answer).empty()
               ? shell.fail(u"A required privilege is not held by the client.")
               : 0;
}

int Commands::time(Shell& shell, const std::u16string& arguments) {
    std::u16string text = trimmed(arguments);
    if (equal_ignore_case(text, u"/t")) {
        SYSTEMTIME now;
        kernel32::GetLocalTime(&now);
        print(time_text(now) + u"\r\n");
        return 0;
    }
    print(u"The current time is: " + *shell.variable(u"TIME") + u"\r\n");
    if (!text.empty()) return shell.fail(u"A required privilege is not held by the client.");
    print(u"Enter the new time: ");
    auto answer = read_line(std_in());
    print(u"\r\n");
    return answer && !trimmed(*answer).empty()
               ? shell.fail(u"A required privilege is not held by the client.")
               : 0;
}

int Commands::pause(Shell&, const std::u16string&) {
    print(u"Press any key to continue . . . ");
    if (is_console(std_in())) {
        DWORD mode = 0, done = 0;
        char16_t unit;
        kernel32::GetConsoleMode(std_in(), &mode);
        kernel32::SetConsoleMode(std_in(), 0);
        kernel32::ReadConsoleW(std_in(), &unit, 1, &done, nullptr);
        kernel32::SetConsoleMode(std_in(), mode);
    } else {
        char byte;
        DWORD done = 0;
        kernel32::ReadFile(std_in(), &byte, 1, &done, nullptr);
    }
    print(u"\r\n");
    return 0;
}

int Commands::path(Shell& shell, const std::u16string& arguments) {
    std::u16string text = trimmed(skip_delimiters(arguments));
    if (!text.empty()) return set_environment_variable(u"Path", text), 0;
    if (trimmed(arguments) == u";") return set_environment_variable(u"Path", std::nullopt), 0;
    auto value = shell.variable(u"PATH");
    print(value ? u"PATH=" + *value + u"\r\n" : u"PATH=(null)\r\n");
    return 0;
}

int Commands::prompt(Shell&, const std::u16string& arguments) {
    std::u16string text = skip_delimiters(arguments);
    set_environment_variable(u"PROMPT", text.empty() ? std::u16string(u"$P$G") : text);
    return 0;
}

int Commands::assoc(Shell& shell, const std::u16string& arguments) {
    std::u16string name = trimmed(arguments);
    if (name.empty()) return 0;
    complain(u"File association not found for extension " + name + u"\r\n");
    (void)shell;
    return 2;
}

int Commands::vol(Shell& shell, const std::u16string& arguments) {
    std::u16string drive = trimmed(arguments);
    char16_t letter_of = upcase(drive.empty() ? current_directory()[0] : drive[0]);
    std::u16string root = std::u16string(1, letter_of) + u":\\";
    DWORD serial = 0;
    char16_t label[64] = {};
    if (!kernel32::GetVolumeInformationW(root.c_str(), label, 64, &serial, nullptr, nullptr,
                                         nullptr, 0))
        return shell.fail(u"The system cannot find the path specified.");
    char number[16];
    snprintf(number, sizeof number, "%04X-%04X", serial >> 16, serial & 0xFFFF);
    std::u16string name = label[0] ? u" is " + std::u16string(label) : u" has no label.";
    print(std::u16string(u" Volume in drive ") + letter_of + name +
          u"\r\n Volume Serial Number is " + utf16_from_utf8(number) + u"\r\n");
    return 0;
}

// --- SET -----------------------------------------------------------------------------------------

namespace {

int list_variables(std::u16string_view prefix) {
    bool any = false;
    std::u16string block = environment_block();
    std::u16string_view rest = block;
    while (!rest.empty() && rest[0]) {
        size_t end = std::min(rest.find(u'\0'), rest.size());
        std::u16string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (entry[0] == u'=' || entry.size() < prefix.size()) continue;
        if (!equal_ignore_case(entry.substr(0, prefix.size()), prefix)) continue;
        any = true;
        print(std::u16string(entry) + u"\r\n");
    }
    if (any || prefix.empty()) return 0;
    complain(u"Environment variable " + std::u16string(prefix) + u" not defined\r\n");
    return 1;
}

// What stands between the first quote and the last one, when the text begins with one.
std::u16string unquoted(const std::u16string& text) {
    if (text.empty() || text[0] != u'"') return text;
    size_t last = text.rfind(u'"');
    return text.substr(1, (last == 0 ? text.size() : last) - 1);
}

int ask_for(const std::u16string& text) {
    std::u16string plain = unquoted(text);
    size_t equals = plain.find(u'=');
    if (equals == std::u16string::npos)
        return complain(u"The syntax of the command is incorrect.\r\n"), 1;
    std::u16string question = plain.substr(equals + 1);
    print(unquoted(question));
    auto answer = read_line(std_in());
    if (!answer || answer->empty()) return 1;
    while (!answer->empty() && answer->back() < u' ' && answer->back() != u'\t') answer->pop_back();
    set_environment_variable(plain.substr(0, equals), *answer);
    return 0;
}

}  // namespace

int Commands::set(Shell& shell, const std::u16string& arguments) {
    std::u16string text = skip_delimiters(arguments);
    auto is_switch = [&](char16_t wanted) {
        return text.size() >= 2 && text[0] == u'/' && downcase(text[1]) == wanted;
    };
    if (is_switch(u'a')) {
        int32_t value = 0;
        std::u16string message;
        shell.changed_errorlevel_ = true;
        if (!evaluate(shell, std::u16string_view(text).substr(2), value, message)) {
            complain(message + u"\r\n");
            return shell.errorlevel = message.starts_with(u"Divide") ? 1073750993 : 1073750988;
        }
        if (!shell.in_batch()) print(to_text(value));
        return 0;
    }
    if (is_switch(u'p')) return ask_for(skip_delimiters(text.substr(2)));
    bool quoted = text.starts_with(u'"');
    std::u16string plain = unquoted(text);
    if (plain.empty()) return list_variables(u"");
    size_t equals = plain.find(u'=', 1);
    if (plain[0] == u'=') return shell.fail(u"The syntax of the command is incorrect.");
    if (equals == std::u16string::npos) return list_variables(quoted ? plain : trimmed(plain));
    std::u16string value = plain.substr(equals + 1);
    std::u16string name = plain.substr(0, equals);
    if (value.empty())
        set_environment_variable(name, std::nullopt);
    else
        set_environment_variable(name, value);
    return 0;
}

}  // namespace lsw::cmd
