// Running the trees: redirections, IF, pipes, and which command a text means. See shell.h.
#include <algorithm>
#include <cstdlib>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/commands.h"
#include "programs/cmd/interrupt.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

constexpr DWORD kHandleOf[] = {kStdInput, kStdOutput, kStdError};

// A whole text as a number, as IF compares them: decimal, 0x hexadecimal, 0 octal.
bool number_of(std::u16string_view text, int32_t& out) {
    std::string narrow = utf8_from_utf16(text);
    if (narrow.empty() || narrow[0] == ' ') return false;
    char* end = nullptr;
    long long value = strtoll(narrow.c_str(), &end, 0);
    if (*end) return false;
    out = static_cast<int32_t>(std::clamp<long long>(value, INT32_MIN, INT32_MAX));
    return true;
}

int text_order(std::u16string_view a, std::u16string_view b, bool ignore_case) {
    int order = compare_ignore_case(a, b);
    if (order != 0 || ignore_case) return order;
    return -a.compare(b);  // lower case sorts before upper case
}

}  // namespace

int Shell::fail(std::u16string_view message, int status) {
    complain(std::u16string(message) + u"\r\n");
    return status;
}

int Shell::fail_with(DWORD error, int status) {
    complain(error_message(error));
    return status;
}

// ECHO ON in a batch file: the prompt and what is about to run.
void Shell::show(const Node& node) {
    if (!echo || node.quiet || !in_batch()) return;
    print(u"\r\n" + prompt_text() + text_of(node) + u"\r\n");
}

int Shell::run(Node& node) {
    if (interrupted()) {
        jump_ = Jump::LeaveShell;
        return errorlevel = static_cast<int>(0xC000013A);
    }
    auto both = [&](auto goes_on) {
        int status = run(*node.children[0]);
        if (jump_ != Jump::None || !goes_on(status)) return status;
        return run(*node.children[1]);
    };
    switch (node.kind) {
        case NodeKind::Sequence:
            return both([](int) { return true; });
        case NodeKind::And:
            return both([](int status) { return status == 0; });
        case NodeKind::Or:
            return both([&](int status) {
                if (status != 0) errorlevel = status;
                return status != 0;
            });
        case NodeKind::Pipe:
            return run_pipe(node);
        case NodeKind::Command:
            return run_simple(node);
        default:
            break;
    }
    std::vector<SavedHandle> saved;
    std::vector<HANDLE> opened;
    int status = 1;
    if (redirect(node.redirections, saved, opened)) {
        status = 0;
        if (node.kind == NodeKind::If) {
            status = run_if(node);
        } else if (node.kind == NodeKind::For) {
            status = run_for(node);
        } else {
            for (NodePtr& child : node.children) {
                status = run(*child);
                if (jump_ != Jump::None) break;
            }
        }
    }
    restore(saved, opened);
    return status;
}

int Shell::run_simple(Node& node) {
    std::u16string text = expanded(node.text);
    std::vector<SavedHandle> saved;
    std::vector<HANDLE> opened;
    int status = 1;
    if (redirect(node.redirections, saved, opened)) status = dispatch(text);
    restore(saved, opened);
    return status;
}

bool Shell::redirect(const std::vector<Redirection>& items, std::vector<SavedHandle>& saved,
                     std::vector<HANDLE>& opened) {
    for (const Redirection& item : items) {
        HANDLE handle;
        if (item.kind == Redirection::Duplicate) {
            int from = item.target[0] - u'0';
            if (from > 2) continue;
            handle = kernel32::GetStdHandle(kHandleOf[from]);
        } else {
            std::u16string name = without_quotes(expanded(item.target));
            bool reads = item.kind == Redirection::Read;
            DWORD disposition = reads                              ? OPEN_EXISTING
                                : item.kind == Redirection::Append ? OPEN_ALWAYS
                                                                   : CREATE_ALWAYS;
            handle = kernel32::CreateFileW(
                name.c_str(), reads ? GENERIC_READ : GENERIC_WRITE,
                FILE_SHARE_READ | FILE_SHARE_DELETE | (reads ? FILE_SHARE_WRITE : 0), nullptr,
                disposition, 0, nullptr);
            if (handle == INVALID_HANDLE_VALUE) {
                complain(error_message(kernel32::GetLastError()));
                return false;
            }
            if (item.kind == Redirection::Append)
                kernel32::SetFilePointer(handle, 0, nullptr, FILE_END);
            opened.push_back(handle);
        }
        if (item.fd > 2) continue;
        DWORD which = kHandleOf[item.fd];
        saved.push_back({which, kernel32::GetStdHandle(which)});
        kernel32::SetStdHandle(which, handle);
    }
    return true;
}

void Shell::restore(const std::vector<SavedHandle>& saved, const std::vector<HANDLE>& opened) {
    for (size_t i = saved.size(); i-- > 0;) kernel32::SetStdHandle(saved[i].which, saved[i].before);
    for (HANDLE handle : opened) kernel32::CloseHandle(handle);
}

bool Shell::holds(const Condition& condition) {
    std::u16string left = expanded(condition.left);
    switch (condition.kind) {
        case Condition::Exist: {
            std::u16string name = without_quotes(left);
            if (has_wildcards(name)) return !list(name).empty();
            if (!name.empty() && (name.back() == u'\\' || name.back() == u'/'))
                return is_directory(name);
            return attributes_of(name) != INVALID_FILE_ATTRIBUTES;
        }
        case Condition::Defined:
            return variable(left).has_value();
        case Condition::ErrorLevel: {
            int32_t wanted = 0;
            return number_of(left, wanted) && errorlevel >= wanted;
        }
        case Condition::ExtensionVersion: {
            int32_t wanted = 0;
            return number_of(left, wanted) && wanted <= 2;
        }
        default:
            break;
    }
    std::u16string right = expanded(condition.right), operation;
    for (char16_t unit : condition.operation) operation += downcase(unit);
    if (operation == u"==")
        return condition.ignore_case ? equal_ignore_case(left, right) : left == right;
    int32_t a, b;
    int order = number_of(left, a) && number_of(right, b)
                    ? (a > b) - (a < b)
                    : text_order(left, right, condition.ignore_case);
    if (operation == u"equ") return order == 0;
    if (operation == u"neq") return order != 0;
    if (operation == u"lss") return order < 0;
    if (operation == u"leq") return order <= 0;
    if (operation == u"gtr") return order > 0;
    return order >= 0;
}

int Shell::run_if(Node& node) {
    if (holds(node.condition) != node.condition.negated) return run(*node.children[0]);
    return node.children.size() > 1 ? run(*node.children[1]) : 0;
}

// --- pipes ---------------------------------------------------------------------------------------

// One side of a pipe as a process: a program itself, anything else in a cmd.exe of its own.
HANDLE Shell::start_side(Node& node, HANDLE input, HANDLE output) {
    HANDLE before_input = std_in(), before_output = std_out();
    if (input) kernel32::SetStdHandle(kStdInput, input);
    if (output) kernel32::SetStdHandle(kStdOutput, output);
    std::vector<SavedHandle> saved;
    std::vector<HANDLE> opened;
    HANDLE process = nullptr;
    std::u16string text;
    size_t rest = 0;
    if (node.kind == NodeKind::Command) text = expanded(node.text);
    bool simple = node.kind == NodeKind::Command && !internal_command(text, rest);
    std::u16string program;
    if (simple) {
        CommandName name = command_name(text);
        program = find_executable(without_quotes(name.name));
        if (is_batch_name(program)) program.clear();
    }
    if (!program.empty()) {
        if (redirect(node.redirections, saved, opened)) process = create(program, trimmed(text), 0);
    } else {
        std::u16string inner = node.kind == NodeKind::Command
                                   ? text_of_expanded(node, text)
                                   : expand_loop_variables(text_of(node, true));
        std::u16string own = own_program();
        process = create(own, own + u" /S /D /c\"" + inner + u"\"", 0);
    }
    restore(saved, opened);
    kernel32::SetStdHandle(kStdInput, before_input);
    kernel32::SetStdHandle(kStdOutput, before_output);
    return process;
}

int Shell::run_pipe(Node& node) {
    std::vector<Node*> sides;
    Node* rest = &node;
    for (; rest->kind == NodeKind::Pipe; rest = rest->children[0].get())
        sides.insert(sides.begin(), rest->children[1].get());
    sides.insert(sides.begin(), rest);
    std::vector<HANDLE> processes;
    HANDLE input = nullptr;
    for (size_t i = 0; i < sides.size(); ++i) {
        HANDLE read = nullptr, write = nullptr;
        if (i + 1 < sides.size()) kernel32::CreatePipe(&read, &write, nullptr, 0);
        processes.push_back(start_side(*sides[i], input, write));
        if (input) kernel32::CloseHandle(input);
        if (write) kernel32::CloseHandle(write);
        input = read;
    }
    int status = 0;
    for (HANDLE process : processes) status = process ? wait_for(process) : 1;
    return errorlevel = status;
}

// --- commands ------------------------------------------------------------------------------------

CommandName command_name(std::u16string_view text) {
    CommandName out;
    size_t at = 0;
    while (at < text.size() && (is_delimiter(text[at]) || text[at] == u'@')) ++at;
    bool quoted = false;
    size_t start = at;
    for (; at < text.size(); ++at) {
        if (text[at] == u'"') quoted = !quoted;
        if (!quoted && (is_delimiter(text[at]) || (text[at] == u'/' && at > start))) break;
    }
    out.name = text.substr(start, at - start);
    out.rest = text.substr(at);
    return out;
}

bool is_batch_name(std::u16string_view path) {
    std::u16string extension = lower(split(path).extension);
    return extension == u".bat" || extension == u".cmd";
}

std::u16string own_program() { return u"C:\\Windows\\system32\\cmd.exe"; }

std::u16string text_of_expanded(const Node& node, const std::u16string& text) {
    Node copy;
    copy.text = text;
    copy.quiet = node.quiet;
    copy.redirections = node.redirections;
    return text_of(copy, true);
}

int Shell::dispatch(const std::u16string& text) {
    size_t rest = 0;
    if (const InternalCommand* command = internal_command(text, rest)) {
        changed_errorlevel_ = false;
        int status = command->run(*this, text.substr(rest));
        if (changed_errorlevel_) return status;
        if (status != 0) {
            if (command->sets_on_failure) errorlevel = status;
        } else if (command->clears == Clears::Always ||
                   (command->clears == Clears::InCmdFiles && in_batch() &&
                    equal_ignore_case(split(frames_.back()->path).extension, u".cmd"))) {
            errorlevel = 0;
        }
        return status;
    }
    CommandName name = command_name(text);
    if (name.name.empty()) return 0;
    if (name.name.size() == 2 && name.name[1] == u':') {
        std::u16string drive(name.name);
        DWORD size = kernel32::GetFullPathNameW(drive.c_str(), 0, nullptr, nullptr);
        std::u16string directory(size, 0);
        directory.resize(
            kernel32::GetFullPathNameW(drive.c_str(), size, directory.data(), nullptr));
        if (kernel32::SetCurrentDirectoryW(directory.c_str())) return errorlevel = 0;
        return errorlevel = fail(u"The system cannot find the drive specified.");
    }
    return launch(std::u16string(name.name), std::u16string(name.rest), false);
}

}  // namespace lsw::cmd
