// Programs and batch files: searching, starting, waiting. See shell.h.
#include "abi/winerror.h"
#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/commands.h"
#include "programs/cmd/interrupt.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

// The last error tells why when there is no process.
HANDLE Shell::create(const std::u16string& program, const std::u16string& command_line, DWORD flags,
                     const std::u16string& directory) {
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    std::u16string line = command_line;
    BOOL started = kernel32::CreateProcessW(
        program.c_str(), line.data(), nullptr, nullptr, TRUE, flags, nullptr,
        directory.empty() ? nullptr : directory.c_str(), &startup, &process);
    if (!started) return nullptr;
    kernel32::CloseHandle(process.hThread);
    return process.hProcess;
}

int Shell::wait_for(HANDLE process) {
    DWORD code = 0;
    kernel32::WaitForSingleObject(process, INFINITE);
    kernel32::GetExitCodeProcess(process, &code);
    kernel32::CloseHandle(process);
    return static_cast<int>(code);
}

int Shell::not_found(const std::u16string& name) {
    complain(u"'" + name + u"' is not recognized as an internal or external command,\r\n" +
             u"operable program or batch file.\r\n");
    return in_batch() || interactive_ ? 9009 : 1;
}

int Shell::launch(const std::u16string& name, const std::u16string& arguments, bool called) {
    std::u16string plain = without_quotes(name);
    std::u16string program = find_executable(plain);
    if (program.empty()) return errorlevel = not_found(name);
    if (is_batch_name(program)) {
        bool replaces = in_batch() && !called;
        int status = run_batch(program, name, arguments);
        // Without CALL there is no way back.
        if (replaces && jump_ == Jump::None) jump_ = Jump::LeaveFrame;
        return status;
    }
    HANDLE process = create(program, name + arguments, 0);
    if (!process) {
        DWORD error = kernel32::GetLastError();
        if (error == ERROR_BAD_EXE_FORMAT || error == ERROR_EXE_MACHINE_TYPE_MISMATCH) {
            complain(u"This version of " + program +
                     u" is not compatible with the version of Windows you're running.\r\n");
            return errorlevel = static_cast<int>(error);
        }
        return errorlevel = fail_with(error);
    }
    int status = wait_for(process);
    return errorlevel = status;
}

std::string Shell::output_of(const std::u16string& command) {
    HANDLE read = nullptr, write = nullptr;
    if (!kernel32::CreatePipe(&read, &write, nullptr, 0)) return {};
    HANDLE before = std_out();
    kernel32::SetStdHandle(kStdOutput, write);
    std::u16string own = own_program();
    HANDLE process = create(own, own + u" /c " + command, 0);
    kernel32::SetStdHandle(kStdOutput, before);
    kernel32::CloseHandle(write);
    std::string out = process ? read_all(read) : std::string();
    kernel32::CloseHandle(read);
    if (process) {
        DWORD code = 0;
        kernel32::WaitForSingleObject(process, INFINITE);
        kernel32::GetExitCodeProcess(process, &code);
        kernel32::CloseHandle(process);
    }
    return out;
}

int Commands::start(Shell& shell, const std::u16string& arguments) {
    size_t at = 0;
    auto skip = [&] {
        while (at < arguments.size() && is_delimiter(arguments[at])) ++at;
    };
    auto word = [&] {
        skip();
        size_t start = at;
        bool quoted = false;
        for (; at < arguments.size() && (quoted || !is_delimiter(arguments[at])); ++at)
            if (arguments[at] == u'"') quoted = !quoted;
        return arguments.substr(start, at - start);
    };
    bool wait = false;
    std::u16string directory;
    DWORD flags = 0x10;  // CREATE_NEW_CONSOLE
    skip();
    if (at < arguments.size() && arguments[at] == u'"') word();  // the title
    for (;;) {
        skip();
        if (at >= arguments.size() || arguments[at] != u'/') break;
        std::u16string option = lower(word());
        if (option == u"/wait" || option == u"/w")
            wait = true;
        else if (option == u"/b")
            flags = CREATE_NEW_PROCESS_GROUP;
        else if (option.starts_with(u"/d"))
            directory = without_quotes(option.size() > 2 ? option.substr(2) : word());
        else if (option == u"/node" || option == u"/affinity")
            word();
        else if (option == u"/low")
            flags |= IDLE_PRIORITY_CLASS;
        else if (option == u"/high")
            flags |= HIGH_PRIORITY_CLASS;
        else if (option == u"/belownormal")
            flags |= BELOW_NORMAL_PRIORITY_CLASS;
        else if (option == u"/abovenormal")
            flags |= ABOVE_NORMAL_PRIORITY_CLASS;
    }
    std::u16string text = arguments.substr(std::min(at, arguments.size()));
    CommandName name = command_name(text);
    size_t rest = 0;
    std::u16string program = internal_command(text, rest)
                                 ? std::u16string()
                                 : find_executable(without_quotes(name.name));
    HANDLE process;
    if (text.empty() || program.empty() || is_batch_name(program)) {
        if (!text.empty() && program.empty() && !internal_command(text, rest)) {
            std::u16string plain = without_quotes(name.name);
            complain(u"The system cannot find the file " + plain + u".\r\n");
            return 9059;
        }
        std::u16string own = own_program();
        // /K would stay: a batch file that START runs here has no console of its own to stay in.
        process = shell.create(own, own + (text.empty() ? u"" : u" /c " + text), flags, directory);
    } else {
        process = shell.create(program, text, flags, directory);
    }
    if (!process) return shell.fail_with(kernel32::GetLastError());
    if (!wait) {
        kernel32::CloseHandle(process);
        return 0;
    }
    shell.changed_errorlevel_ = true;
    return shell.errorlevel = shell.wait_for(process);
}

}  // namespace lsw::cmd
