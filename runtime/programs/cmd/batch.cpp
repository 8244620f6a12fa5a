// Batch files: frames, CALL, GOTO, SETLOCAL, SHIFT, EXIT. See shell.h. Doc: "call", "goto",
// "setlocal", "exit".
#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "core/process/environment.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/commands.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

// Lines of a batch file; false when it cannot be read.
bool read_lines(const std::u16string& path, std::vector<std::u16string>& lines) {
    HANDLE file = kernel32::CreateFileW(path.c_str(), GENERIC_READ,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                        nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return false;
    std::string bytes = read_all(file);
    kernel32::CloseHandle(file);
    std::string_view rest = bytes;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    while (!rest.empty()) {
        size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (size_t eof = line.find('\x1A'); eof != std::string_view::npos) {
            lines.push_back(utf16_from_linux(line.substr(0, eof)));
            break;
        }
        while (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(utf16_from_linux(line));
    }
    return true;
}

std::u16string without_leading_blanks(std::u16string_view text) {
    size_t at = 0;
    while (at < text.size() && (text[at] == u' ' || text[at] == u'\t')) ++at;
    return std::u16string(text.substr(at));
}

// "label" of ":label rest" or "label:x"; up to what may not be in one.
std::u16string label_of(std::u16string_view text) {
    size_t at = 0;
    while (at < text.size() && is_delimiter(text[at])) ++at;
    if (at < text.size() && text[at] == u':') ++at;
    while (at < text.size() && is_delimiter(text[at])) ++at;
    size_t start = at;
    while (at < text.size() && !is_delimiter(text[at]) &&
           std::u16string_view(u":+&|<>()").find(text[at]) == std::u16string_view::npos)
        ++at;
    return std::u16string(text.substr(start, at - start));
}

void set_arguments(Frame& frame, const std::u16string& name, const std::u16string& rest) {
    frame.arguments = words(rest);
    frame.arguments.insert(frame.arguments.begin(), name);
    frame.all_arguments = without_leading_blanks(rest);
}

}  // namespace

int Shell::run_batch(const std::u16string& path, const std::u16string& name,
                     const std::u16string& rest) {
    auto lines = std::make_shared<std::vector<std::u16string>>();
    if (!read_lines(path, *lines)) return errorlevel = fail_with(kernel32::GetLastError());
    ran_batch_ = true;
    auto frame = std::make_unique<Frame>();
    frame->lines = std::move(lines);
    frame->path = path;
    set_arguments(*frame, name, rest);
    return run_frame(std::move(frame));
}

namespace {

class FrameLines : public LineSource {
public:
    FrameLines(Shell& shell, Frame& frame) : shell_(shell), frame_(frame) {}
    std::optional<std::u16string> next(bool) override {
        if (frame_.next_line >= frame_.lines->size()) return std::nullopt;
        const std::u16string& line = (*frame_.lines)[frame_.next_line++];
        // The text of a label is not looked into.
        if (without_leading_blanks(line).starts_with(u':')) return line;
        return shell_.expand_percent(line);
    }

private:
    Shell& shell_;
    Frame& frame_;
};

}  // namespace

int Shell::run_frame(std::unique_ptr<Frame> frame) {
    constexpr size_t kDeepest = 600;
    if (frames_.size() >= kDeepest) {
        complain(u"****** BATCH RECURSION exceeds STACK limits ******\r\n");
        jump_ = Jump::LeaveShell;
        return errorlevel = 1;
    }
    frame->locals = locals_.size();
    frames_.push_back(std::move(frame));
    Frame& current = *frames_.back();
    Variables outer;
    outer.swap(loop_variables_);
    FrameLines source(*this, current);
    int status = 0;
    while (jump_ == Jump::None && current.next_line < current.lines->size()) {
        Parser parser(source);
        NodePtr node = parser.statement();
        if (!parser.unexpected().empty()) {
            syntax_error(parser);
            status = errorlevel = 255;
            jump_ = Jump::LeaveShell;
            break;
        }
        if (!node) continue;
        show(*node);
        status = run(*node);
        if (jump_ == Jump::Goto) jump_ = Jump::None;
    }
    if (jump_ == Jump::LeaveFrame) {
        jump_ = Jump::None;
        status = errorlevel;
    }
    while (locals_.size() > current.locals) end_local();
    loop_variables_.swap(outer);
    frames_.pop_back();
    return status;
}

std::optional<size_t> Shell::find_label(const Frame& frame, std::u16string label,
                                        size_t from) const {
    const auto& lines = *frame.lines;
    for (size_t i = 0; i < lines.size(); ++i) {
        size_t index = (from + i) % lines.size();
        std::u16string_view line = lines[index];
        size_t at = 0;
        while (at < line.size() && is_delimiter(line[at])) ++at;
        if (at >= line.size() || line[at] != u':') continue;
        if (equal_ignore_case(label_of(line), label)) return index + 1;
    }
    return std::nullopt;
}

int Shell::go_to(std::u16string text) {
    if (!in_batch()) return 0;
    size_t at = 0;
    while (at < text.size() && is_delimiter(text[at])) ++at;
    bool is_end = equal_ignore_case(std::u16string_view(text).substr(at, 4), u":eof") &&
                  (at + 4 >= text.size() || is_delimiter(text[at + 4]));
    Frame& frame = *frames_.back();
    if (is_end) {
        frame.next_line = frame.lines->size();
        jump_ = Jump::Goto;
        return 0;
    }
    std::u16string label = label_of(text);
    auto found = find_label(frame, label, std::min(frame.next_line, frame.lines->size()));
    if (label.empty() || !found) {
        complain(label.empty()
                     ? u"No batch label specified to GOTO command.\r\n"
                     : u"The system cannot find the batch label specified - " + label + u"\r\n");
        frame.next_line = frame.lines->size();
        errorlevel = 1;
        jump_ = Jump::LeaveFrame;
        return 1;
    }
    frame.next_line = *found;
    jump_ = Jump::Goto;
    return 0;
}

int Shell::call_label(const std::u16string& label, const std::u16string& rest) {
    if (!in_batch()) {
        complain(u"Invalid attempt to call batch label outside of batch script.\r\n");
        return errorlevel = 1;
    }
    const Frame& caller = *frames_.back();
    auto frame = std::make_unique<Frame>();
    frame->lines = caller.lines;
    frame->path = caller.path;
    frame->is_label = true;
    set_arguments(*frame, label, rest);
    if (equal_ignore_case(label, u":eof")) return errorlevel;
    auto found =
        find_label(caller, label_of(label), std::min(caller.next_line, caller.lines->size()));
    if (!found) {
        complain(u"The system cannot find the batch label specified - " + label_of(label) +
                 u"\r\n");
        return errorlevel = 1;
    }
    frame->next_line = *found;
    run_frame(std::move(frame));
    return errorlevel;
}

int Shell::call(const std::u16string& arguments) {
    // CALL expands once more; carets between quotes have doubled by then.
    std::u16string doubled;
    bool quoted = false;
    for (char16_t unit : arguments) {
        if (unit == u'"') quoted = !quoted;
        if (unit == u'^' && quoted) doubled += u'^';
        doubled += unit;
    }
    std::u16string text = without_leading_blanks(expand_percent(doubled));
    changed_errorlevel_ = true;
    if (text.starts_with(u':')) {
        CommandName name = command_name(text);
        return call_label(std::u16string(name.name), std::u16string(name.rest));
    }
    if (trimmed(text).empty()) {
        // "(call )" and "(call)" are the short ways to a status.
        return errorlevel = arguments.empty() ? 1 : 0;
    }
    size_t rest = 0;
    if (internal_command(text, rest)) {
        int status = dispatch(text);
        changed_errorlevel_ = true;
        if (status == 0) errorlevel = 0;
        return status;
    }
    CommandName name = command_name(text);
    int status = launch(std::u16string(name.name), std::u16string(name.rest), true);
    changed_errorlevel_ = true;
    return status == 0 ? errorlevel : status;
}

void Shell::set_local(bool new_delayed, bool new_extensions) {
    locals_.push_back({environment_block(), current_directory(), delayed, extensions});
    delayed = new_delayed;
    extensions = new_extensions;
}

void Shell::end_local() {
    if (locals_.empty()) return;
    Saved saved = std::move(locals_.back());
    locals_.pop_back();
    delayed = saved.delayed;
    extensions = saved.extensions;
    std::vector<std::u16string> known;
    for_each_variable(saved.environment, [&](std::u16string_view name, std::u16string_view value) {
        known.emplace_back(name);
        if (environment_variable(name) != std::u16string(value))
            set_environment_variable(name, value);
    });
    std::u16string now = environment_block();
    for_each_variable(now, [&](std::u16string_view name, std::u16string_view) {
        for (const std::u16string& other : known)
            if (equal_ignore_case(other, name)) return;
        set_environment_variable(name, std::nullopt);
    });
    kernel32::SetCurrentDirectoryW(saved.directory.c_str());
}

// --- the commands --------------------------------------------------------------------------------

int Commands::call(Shell& shell, const std::u16string& arguments) { return shell.call(arguments); }

int Commands::go_to(Shell& shell, const std::u16string& arguments) {
    return shell.go_to(arguments);
}

int Commands::setlocal(Shell& shell, const std::u16string& arguments) {
    bool delayed = shell.delayed, extensions = shell.extensions;
    int status = 0;
    for (const std::u16string& word : words(arguments)) {
        if (equal_ignore_case(word, u"enabledelayedexpansion"))
            delayed = true;
        else if (equal_ignore_case(word, u"disabledelayedexpansion"))
            delayed = false;
        else if (equal_ignore_case(word, u"enableextensions"))
            extensions = true;
        else if (equal_ignore_case(word, u"disableextensions"))
            extensions = false;
        else
            status = 1;
    }
    if (shell.in_batch()) shell.set_local(delayed, extensions);
    return status;
}

int Commands::endlocal(Shell& shell, const std::u16string&) {
    if (shell.in_batch() && shell.locals_.size() > shell.frames_.back()->locals) shell.end_local();
    return 0;
}

int Commands::shift(Shell& shell, const std::u16string& arguments) {
    if (!shell.in_batch()) return 0;
    std::u16string word = trimmed(arguments);
    size_t first = 0;
    if (word.size() == 2 && word[0] == u'/' && word[1] >= u'0' && word[1] <= u'8') {
        first = word[1] - u'0';
    } else if (!word.empty()) {
        return shell.fail(u"Invalid parameter to SHIFT command");
    }
    auto& shifted = shell.frames_.back()->shifted;
    for (size_t i = first; i < std::size(shifted); ++i) ++shifted[i];
    return 0;
}

int Commands::exit(Shell& shell, const std::u16string& arguments) {
    std::vector<std::u16string> all = words(arguments);
    bool batch_only =
        !all.empty() && equal_ignore_case(std::u16string_view(all[0]).substr(0, 2), u"/b");
    if (batch_only) {
        if (all[0].size() > 2)
            all[0].erase(0, 2);
        else
            all.erase(all.begin());
    }
    shell.changed_errorlevel_ = true;
    if (!all.empty()) {
        std::string digits = utf8_from_utf16(all[0]);
        shell.errorlevel = static_cast<int>(strtoll(digits.c_str(), nullptr, 10));
    }
    if (batch_only && shell.in_batch()) {
        shell.frames_.back()->next_line = shell.frames_.back()->lines->size();
        shell.jump_ = Shell::Jump::LeaveFrame;
    } else {
        shell.jump_ = Shell::Jump::LeaveShell;
    }
    return shell.errorlevel;
}

}  // namespace lsw::cmd
