// See spawn.h. Descriptors reach the child through STARTUPINFO.lpReserved2 and inherited handles.
#include "dll/crt/process/spawn.h"

#include <memory>

#include "base/text.h"
#include "dll/crt/files/split_path.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {
namespace {

std::u16string variable(const char16_t* name) {
    DWORD size = kernel32::GetEnvironmentVariableW(name, nullptr, 0);
    std::u16string value(size, 0);
    value.resize(size == 0 ? 0 : kernel32::GetEnvironmentVariableW(name, value.data(), size));
    return value;
}

bool is_file(const std::u16string& path) {
    DWORD attributes = kernel32::GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

// The name itself when it has an extension; otherwise with those of programs. Empty when there is
// no such file.
std::u16string with_extension(const std::u16string& path) {
    if (!split_path(std::u16string_view(path)).extension.empty()) return is_file(path) ? path : u"";
    for (const char16_t* extension : {u".com", u".exe", u".bat", u".cmd"}) {
        std::u16string candidate = path + extension;
        if (is_file(candidate)) return candidate;
    }
    return is_file(path) ? path : u"";
}

std::u16string find_program(const std::u16string& name, bool search_path) {
    std::u16string found = with_extension(name);
    bool has_directory = name.find_first_of(u"\\/:") != name.npos;
    if (!found.empty() || !search_path || has_directory) return found;
    std::u16string list = variable(u"PATH");
    for (size_t at = 0; at < list.size();) {
        size_t end = std::min(list.find(u';', at), list.size());
        std::u16string directory = list.substr(at, end - at);
        at = end + 1;
        if (directory.empty()) continue;
        if (directory.back() != '\\' && directory.back() != '/') directory += u'\\';
        found = with_extension(directory + name);
        if (!found.empty()) return found;
    }
    return {};
}

DWORD wait_for(HANDLE process) {
    DWORD code = 0;
    kernel32::WaitForSingleObject(process, INFINITE);
    kernel32::GetExitCodeProcess(process, &code);
    kernel32::CloseHandle(process);
    return code;
}

// What the command interpreter is told.
SpawnRequest command_request(const std::u16string& command) {
    SpawnRequest request{};
    std::u16string interpreter = variable(u"COMSPEC");
    if (interpreter.empty() || find_program(interpreter, true).empty()) interpreter = u"cmd.exe";
    request.program = interpreter;
    request.command_line = interpreter + u" /c " + command;
    request.search_path = true;
    return request;
}

}  // namespace

template <class C>
std::u16string join_arguments(const C* const* arguments) {
    std::u16string line;
    for (; *arguments != nullptr; ++arguments) {
        if (!line.empty()) line += u' ';
        if constexpr (sizeof(C) == 1)
            line += utf16_from_linux(*arguments);
        else
            line += *arguments;
    }
    return line;
}
template std::u16string join_arguments(const char* const*);
template std::u16string join_arguments(const char16_t* const*);

template <class C>
std::u16string environment_block(const C* const* variables) {
    std::u16string block;
    for (; *variables != nullptr; ++variables) {
        if constexpr (sizeof(C) == 1)
            block += utf16_from_linux(*variables);
        else
            block += *variables;
        block += u'\0';
    }
    if (block.empty()) block += u'\0';
    block += u'\0';
    return block;
}
template std::u16string environment_block(const char* const*);
template std::u16string environment_block(const char16_t* const*);

HANDLE start_program(Io& io, const SpawnRequest& request, bool detached) {
    std::u16string program;
    if (!request.program.empty()) {
        program = find_program(request.program, request.search_path);
        if (program.empty()) return fail(kENOENT), INVALID_HANDLE_VALUE;
    }
    uint16_t block_size;
    std::unique_ptr<uint8_t[]> block(io.fds.startup_block(&block_size));
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.lpReserved2 = block.get();
    startup.cbReserved2 = block_size;
    bool redirected = request.standard[0] || request.standard[1] || request.standard[2];
    if (redirected) {
        constexpr DWORD kStandard[] = {static_cast<DWORD>(-10), static_cast<DWORD>(-11),
                                       static_cast<DWORD>(-12)};
        HANDLE handles[3];
        for (int i = 0; i < 3; ++i) {
            handles[i] =
                request.standard[i] ? request.standard[i] : kernel32::GetStdHandle(kStandard[i]);
        }
        startup.dwFlags = STARTF_USESTDHANDLES;
        startup.hStdInput = handles[0];
        startup.hStdOutput = handles[1];
        startup.hStdError = handles[2];
        // The block would name the descriptors of before.
        startup.lpReserved2 = nullptr;
        startup.cbReserved2 = 0;
    }
    std::u16string command_line = request.command_line;  // CreateProcessW may write to it
    DWORD flags = CREATE_UNICODE_ENVIRONMENT | (detached ? DETACHED_PROCESS : 0);
    auto* environment =
        request.environment ? const_cast<char16_t*>(request.environment->data()) : nullptr;
    PROCESS_INFORMATION process;
    BOOL started = kernel32::CreateProcessW(program.empty() ? nullptr : program.c_str(),
                                            command_line.data(), nullptr, nullptr, TRUE, flags,
                                            environment, nullptr, &startup, &process);
    if (!started) return fail_with_last_error(), INVALID_HANDLE_VALUE;
    kernel32::CloseHandle(process.hThread);
    return process.hProcess;
}

intptr_t spawn(Io& io, int mode, const SpawnRequest& request) {
    if (mode < _P_WAIT || mode > _P_DETACH) return fail(kEINVAL);
    // Streams are not flushed: that is the caller's ("system, _wsystem": Remarks).
    HANDLE process = start_program(io, request, mode == _P_DETACH);
    if (process == INVALID_HANDLE_VALUE) return -1;
    switch (mode) {
        case _P_WAIT:
            return static_cast<intptr_t>(static_cast<int>(wait_for(process)));
        case _P_OVERLAY:
            kernel32::ExitProcess(0);
            return 0;
        case _P_DETACH:
            kernel32::CloseHandle(process);
            return 0;
        default:
            return reinterpret_cast<intptr_t>(process);
    }
}

int run_command(Io& io, const std::u16string& command) {
    return static_cast<int>(spawn(io, _P_WAIT, command_request(command)));
}

CrtIob* open_pipe_to(Io& io, const std::u16string& command, const std::u16string& mode) {
    bool reading = !mode.empty() && mode[0] == 'r';
    if (!reading && (mode.empty() || mode[0] != 'w')) return fail(kEINVAL), nullptr;
    int flags = _O_NOINHERIT;
    if (mode.find(u'b') != mode.npos)
        flags |= _O_BINARY;
    else if (mode.find(u't') != mode.npos)
        flags |= _O_TEXT;
    int pair[2];
    if (io.fds.pipe(pair, 1024, flags) != 0) return nullptr;
    int ours = reading ? pair[0] : pair[1];
    int theirs = reading ? pair[1] : pair[0];

    HANDLE self = kernel32::GetCurrentProcess();
    HANDLE inherited = nullptr;
    bool ready =
        kernel32::DuplicateHandle(self, reinterpret_cast<HANDLE>(io.fds.handle(theirs)), self,
                                  &inherited, 0, TRUE, 2 /* DUPLICATE_SAME_ACCESS */);
    io.fds.close(theirs);
    CrtIob* stream = ready ? io.streams.open_descriptor(ours, mode.c_str()) : nullptr;
    if (stream == nullptr) {
        io.fds.close(ours);
        if (ready) kernel32::CloseHandle(inherited);
        return nullptr;
    }
    SpawnRequest request = command_request(command);
    request.standard[reading ? 1 : 0] = inherited;
    HANDLE process = start_program(io, request, false);
    kernel32::CloseHandle(inherited);
    if (process == INVALID_HANDLE_VALUE) {
        int error = guest_errno();
        io.streams.close(stream);
        return fail(error), nullptr;
    }
    io.streams.extra(stream).process = process;
    return stream;
}

int close_pipe(Io& io, CrtIob* stream) {
    HANDLE process = io.streams.extra(stream).process;
    io.streams.extra(stream).process = nullptr;
    if (process == nullptr) return fail(kEBADF);
    io.streams.close(stream);
    return static_cast<int>(wait_for(process));
}

}  // namespace lsw::crt
