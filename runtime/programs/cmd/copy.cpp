// COPY: one file or many, into a directory or under another name, or several into one ("a+b c").
// Doc: "copy".
#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/commands.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

// Sources as they were given; `joined` ones are behind a plus sign.
struct CopyRequest {
    struct Source {
        std::u16string name;
        bool joined = false;
    };
    std::vector<Source> sources;
    std::u16string target;
    bool overwrite = true, ascii = false, valid = false;
};

CopyRequest parse(const std::u16string& text) {
    CopyRequest out;
    std::u16string word;
    bool quoted = false, open = false, joined = false, is_switch = false;
    auto finish = [&] {
        if (open && is_switch) {
            if (equal_ignore_case(word, u"a")) out.ascii = true;
            if (equal_ignore_case(word, u"-y")) out.overwrite = false;
        } else if (open) {
            out.sources.push_back({word, joined});
            joined = false;
        }
        word.clear();
        open = is_switch = false;
    };
    for (char16_t unit : text) {
        if (unit == u'"') {
            quoted = !quoted;
            open = true;
        } else if (!quoted && is_delimiter(unit)) {
            finish();
        } else if (!quoted && unit == u'+') {
            finish();
            joined = true;
        } else if (!quoted && unit == u'/') {
            finish();
            open = is_switch = true;
        } else {
            word += unit;
            open = true;
        }
    }
    finish();
    if (out.sources.empty()) return out;
    out.valid = true;
    if (out.sources.size() > 1 && !out.sources.back().joined) {
        out.target = out.sources.back().name;
        out.sources.pop_back();
    }
    for (size_t i = 1; i < out.sources.size(); ++i) out.valid = out.valid && out.sources[i].joined;
    return out;
}

std::u16string directory_of(const std::u16string& path) {
    size_t slash = path.find_last_of(u"\\/:");
    return slash == std::u16string::npos ? u"" : path.substr(0, slash + 1);
}

std::u16string name_of(const std::u16string& path) {
    return path.substr(directory_of(path).size());
}

// Appends a file's bytes; false with the last error set.
bool append(HANDLE out, const std::u16string& path) {
    HANDLE in =
        kernel32::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              nullptr, OPEN_EXISTING, 0, nullptr);
    if (in == INVALID_HANDLE_VALUE) return false;
    std::string bytes = read_all(in);
    kernel32::CloseHandle(in);
    return write_bytes(out, bytes);
}

// The wildcards of a target take the letters of the source's name: "*.bak".
std::u16string target_name(const std::u16string& pattern, const std::u16string& source) {
    if (!has_wildcards(pattern)) return pattern;
    Parts from = split(source), to = split(pattern);
    auto part = [](std::u16string_view wanted, std::u16string_view own) {
        std::u16string out;
        for (size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i] == u'*') return out + std::u16string(own.substr(std::min(i, own.size())));
            if (wanted[i] != u'?')
                out += wanted[i];
            else if (i < own.size())
                out += own[i];
        }
        return out;
    };
    return std::u16string(to.drive) + std::u16string(to.directory) + part(to.name, from.name) +
           part(to.extension, from.extension);
}

bool is_device(const std::u16string& name) {
    std::u16string small = lower(name);
    return small == u"nul" || small == u"con" || small == u"prn" || small == u"aux";
}

int join_files(Shell& shell, const CopyRequest& request) {
    std::u16string target = request.target.empty() ? request.sources[0].name : request.target;
    if (is_directory(target)) target = join(target, name_of(request.sources[0].name));
    bool in_place = full_path(target) == full_path(request.sources[0].name);
    HANDLE out =
        kernel32::CreateFileW(target.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              nullptr, in_place ? OPEN_EXISTING : CREATE_ALWAYS, 0, nullptr);
    if (out == INVALID_HANDLE_VALUE) return shell.fail_with(kernel32::GetLastError());
    if (in_place) kernel32::SetFilePointer(out, 0, nullptr, FILE_END);
    int status = 0, copied = 0;
    for (size_t i = 0; i < request.sources.size(); ++i) {
        const std::u16string& name = request.sources[i].name;
        std::vector<std::u16string> paths = {name};
        if (has_wildcards(name)) {
            paths.clear();
            for (const Entry& entry : list(name))
                if (!entry.is_directory()) paths.push_back(directory_of(name) + entry.name);
        }
        for (const std::u16string& path : paths) {
            print(path + u"\r\n");
            if (in_place && i == 0) {
                ++copied;
                continue;
            }
            if (append(out, path))
                ++copied;
            else if (request.sources.size() == 1)
                status = shell.fail_with(kernel32::GetLastError());
        }
    }
    kernel32::CloseHandle(out);
    print(padded(to_text(copied ? 1 : 0), 9) + u" file(s) copied.\r\n");
    return status;
}

}  // namespace

int Commands::copy(Shell& shell, const std::u16string& text) {
    CopyRequest request = parse(text);
    if (!request.valid) return shell.fail(u"The syntax of the command is incorrect.");
    std::u16string from = request.sources[0].name;
    bool several = request.sources.size() > 1;
    if (is_directory(from)) from = join(from, u"*");
    bool wild = has_wildcards(from);
    bool into =
        request.target.empty() || is_directory(request.target) || request.target.ends_with(u'\\');
    if (several || (wild && !into && !has_wildcards(request.target) && !is_device(request.target)))
        return join_files(shell, request);
    if (!request.target.empty() && request.target.ends_with(u'\\') &&
        !is_directory(request.target)) {
        shell.fail(u"The system cannot find the path specified.");
        print(u"        0 file(s) copied.\r\n");
        return 1;
    }
    if (is_device(from)) {
        // "copy nul x" and "copy con x": what the device gives until its end.
        CopyRequest device = request;
        return join_files(shell, device);
    }
    int copied = 0, status = 0, seen = 0;
    std::u16string directory = directory_of(from);
    bool all = request.overwrite;
    for (const Entry& entry : list(from)) {
        if (entry.is_directory()) continue;
        if (wild && entry.attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM)) continue;
        ++seen;
        std::u16string source = directory + entry.name;
        std::u16string target =
            into ? join(request.target.empty() ? u"." : request.target, entry.name)
                 : target_name(request.target, entry.name);
        if (wild) print(source + u"\r\n");
        if (lower(full_path(source)) == lower(full_path(target))) {
            status = shell.fail(u"The file cannot be copied onto itself.");
            continue;
        }
        if (!all && is_file(target) &&
            !confirmed(u"Overwrite " + target + u"? (Yes/No/All): ", &all))
            continue;
        BOOL done;
        if (is_device(request.target)) {
            HANDLE out = kernel32::CreateFileW(request.target.c_str(), GENERIC_WRITE, 3, nullptr,
                                               OPEN_EXISTING, 0, nullptr);
            done = out != INVALID_HANDLE_VALUE && append(out, source);
            kernel32::CloseHandle(out);
        } else {
            done =
                kernel32::CopyFileExW(source.c_str(), target.c_str(), nullptr, nullptr, nullptr, 0);
        }
        if (done)
            ++copied;
        else
            status = shell.fail_with(kernel32::GetLastError());
    }
    if (!seen) {
        if (wild) complain(from + u"\r\n");
        status = shell.fail(!directory.empty() && !is_directory(directory)
                                ? u"The system cannot find the path specified."
                                : u"The system cannot find the file specified.");
    }
    print(padded(to_text(copied), 9) + u" file(s) copied.\r\n");
    return status;
}

}  // namespace lsw::cmd
