#include "core/process/program_search.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/unique_fd.h"
#include "core/path/linux_names.h"
#include "core/process/builtin_program.h"
#include "core/process/environment.h"
#include "core/runtime.h"

namespace lsw {
namespace {

bool has_directory(std::u16string_view name) {
    return name.find_first_of(u"\\/") != std::u16string_view::npos ||
           (name.size() > 1 && name[1] == u':');
}

bool has_extension(std::u16string_view name) {
    size_t last = name.find_last_of(u"\\/:");
    return name.find(u'.', last == std::u16string_view::npos ? 0 : last + 1) !=
           std::u16string_view::npos;
}

std::string existing_file(const std::u16string& dos_path) {
    std::string path = linux_path_from_dos(dos_path);
    struct stat info;
    if (path.empty()) return path;
    if (stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode) ? std::string() : path;
    return builtin_program_at(path) ? path : std::string();
}

// The start of a PE file decides: machine and kind. A script or ELF file is a Linux program.
Result<ProgramKind> kind_of(const std::string& path) {
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Status(STATUS_ACCESS_DENIED);
    unsigned char head[1024] = {};
    ssize_t size = pread(fd.get(), head, sizeof head, 0);
    if (size >= 4 && (memcmp(head,
                             "\x7f"
                             "ELF",
                             4) == 0 ||
                      memcmp(head, "#!", 2) == 0)) {
        if (access(path.c_str(), X_OK) != 0) return Status(STATUS_ACCESS_DENIED);
        return ProgramKind::Linux;
    }
    if (size < 64 || head[0] != 'M' || head[1] != 'Z') return Status(STATUS_INVALID_IMAGE_FORMAT);
    uint32_t at;
    memcpy(&at, head + 0x3C, 4);
    unsigned char pe[24];
    if (pread(fd.get(), pe, sizeof pe, at) != sizeof pe || memcmp(pe, "PE\0\0", 4) != 0)
        return Status(STATUS_INVALID_IMAGE_FORMAT);
    uint16_t machine, characteristics;
    memcpy(&machine, pe + 4, 2);
    memcpy(&characteristics, pe + 22, 2);
    if (machine != 0x8664) return Status(STATUS_IMAGE_MACHINE_TYPE_MISMATCH);
    if (characteristics & 0x2000) return Status(STATUS_INVALID_IMAGE_FORMAT);  // a DLL
    return ProgramKind::Windows;
}

Result<FoundProgram> use(std::string path) {
    FoundProgram found;
    if (is_batch_file(path)) {
        // The command interpreter runs it: "CreateProcessW function", lpApplicationName.
        const BuiltinProgram* interpreter = builtin_program_named("cmd.exe");
        if (!interpreter) return Status(STATUS_INVALID_IMAGE_FORMAT);
        found.batch_file = true;
        path = builtin_program_path(*interpreter);
    } else if (!builtin_program_at(path)) {
        found.kind = LSW_TRY(kind_of(path));
    }
    found.image_path = dos_path_from_linux(path);
    found.linux_path = std::move(path);
    return found;
}

// The directories searched for a name without one, each as a prefix.
std::vector<std::u16string> search_prefixes() {
    std::vector<std::u16string> out;
    std::u16string own = runtime().modules.program() ? runtime().modules.program()->full_name : u"";
    if (size_t slash = own.find_last_of(u'\\'); slash != std::u16string::npos)
        out.push_back(own.substr(0, slash + 1));
    if (!environment_variable(u"NoDefaultCurrentDirectoryInExePath")) out.push_back(u".\\");
    out.push_back(u"C:\\Windows\\system32\\");
    out.push_back(u"C:\\Windows\\");
    std::u16string list = environment_variable(u"PATH").value_or(u"");
    for (size_t at = 0; at < list.size();) {
        size_t end = std::min(list.find(u';', at), list.size());
        std::u16string directory = list.substr(at, end - at);
        if (directory.size() > 1 && directory.front() == u'"' && directory.back() == u'"')
            directory = directory.substr(1, directory.size() - 2);
        if (!directory.empty()) out.push_back(directory + u"\\");
        at = end + 1;
    }
    return out;
}

std::string locate(const std::u16string& name, const std::vector<std::u16string>& prefixes) {
    bool extended = has_extension(name);
    // Windows programs first; a second pass finds Linux programs, whose names have no .exe.
    for (int pass = extended ? 1 : 0; pass < 2; ++pass) {
        std::u16string wanted = pass == 0 ? name + u".exe" : name;
        if (has_directory(name)) {
            if (std::string path = existing_file(wanted); !path.empty()) return path;
            continue;
        }
        for (const std::u16string& prefix : prefixes)
            if (std::string path = existing_file(prefix + wanted); !path.empty()) return path;
    }
    return {};
}

}  // namespace

Result<FoundProgram> find_program(std::u16string_view application,
                                  std::u16string_view command_line) {
    if (!application.empty()) {
        // No search and no default extension; a Linux program may be named without its .exe all the
        // same.
        std::string path = existing_file(std::u16string(application));
        if (path.empty() && application.ends_with(u".exe"))
            path = existing_file(std::u16string(application.substr(0, application.size() - 4)));
        if (path.empty()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
        return use(std::move(path));
    }
    size_t start = command_line.find_first_not_of(u" \t");
    if (start == std::u16string_view::npos) return Status(STATUS_INVALID_PARAMETER);
    command_line.remove_prefix(start);
    std::vector<std::u16string> prefixes = search_prefixes();
    if (command_line[0] == u'"') {
        size_t end = std::min(command_line.find(u'"', 1), command_line.size());
        std::string path = locate(std::u16string(command_line.substr(1, end - 1)), prefixes);
        if (path.empty()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
        return use(std::move(path));
    }
    // Unquoted names with blanks: every prefix that ends at a blank, shortest first.
    for (size_t end = 0; end < command_line.size();) {
        end = std::min(command_line.find_first_of(u" \t", end + 1), command_line.size());
        std::string path = locate(std::u16string(command_line.substr(0, end)), prefixes);
        if (!path.empty()) return use(std::move(path));
    }
    return Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

std::vector<std::u16string> split_command_line(std::u16string_view line) {
    std::vector<std::u16string> out;
    size_t at = 0;
    // The program's name: quotes toggle, backslashes are ordinary.
    std::u16string word;
    bool quoted = false;
    for (; at < line.size() && (quoted || (line[at] != u' ' && line[at] != u'\t')); ++at) {
        if (line[at] == u'"')
            quoted = !quoted;
        else
            word += line[at];
    }
    out.push_back(std::move(word));
    for (;;) {
        while (at < line.size() && (line[at] == u' ' || line[at] == u'\t')) ++at;
        if (at >= line.size()) return out;
        word.clear();
        quoted = false;
        for (; at < line.size() && (quoted || (line[at] != u' ' && line[at] != u'\t')); ++at) {
            size_t backslashes = 0;
            while (at < line.size() && line[at] == u'\\') ++backslashes, ++at;
            if (at < line.size() && line[at] == u'"') {
                word.append(backslashes / 2, u'\\');
                if (backslashes % 2) {
                    word += u'"';
                } else if (quoted && at + 1 < line.size() && line[at + 1] == u'"') {
                    word += u'"';
                    ++at;
                } else {
                    quoted = !quoted;
                }
                continue;
            }
            word.append(backslashes, u'\\');
            if (at >= line.size() || (!quoted && (line[at] == u' ' || line[at] == u'\t'))) break;
            word += line[at];
        }
        out.push_back(word);
    }
}

}  // namespace lsw
