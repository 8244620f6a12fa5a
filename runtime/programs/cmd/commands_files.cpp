// DEL, MD, RD, REN, MOVE, TYPE, MKLINK. See commands.h.
#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/commands.h"
#include "programs/cmd/interrupt.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

constexpr const char16_t* kSyntax = u"The syntax of the command is incorrect.";

std::u16string directory_of(const std::u16string& path) {
    size_t slash = path.find_last_of(u"\\/:");
    return slash == std::u16string::npos ? u"" : path.substr(0, slash + 1);
}

std::u16string name_of(const std::u16string& path) {
    return path.substr(directory_of(path).size());
}

// "/a:-r+h": what an entry's attributes must and must not have.
struct AttributeFilter {
    DWORD wanted = 0, unwanted = 0;
    bool given = false;
    bool accepts(DWORD attributes) const {
        return (attributes & wanted) == wanted && !(attributes & unwanted);
    }
};

AttributeFilter attribute_filter(const FileArguments& arguments) {
    AttributeFilter out;
    const std::u16string* text = arguments.with(u'a');
    if (!text) return out;
    out.given = true;
    bool negative = false;
    for (char16_t unit : text->substr(1)) {
        if (unit == u'-') {
            negative = true;
            continue;
        }
        DWORD bit = unit == u'r'   ? 1
                    : unit == u'h' ? 2
                    : unit == u's' ? 4
                    : unit == u'd' ? 16
                    : unit == u'a' ? 32
                    : unit == u'l' ? 0x400
                                   : 0;
        (negative ? out.unwanted : out.wanted) |= bit;
        negative = false;
    }
    return out;
}

struct Deletion {
    bool below, quiet, force, ask;
    AttributeFilter filter;
    int deleted = 0;
};

void delete_matches(const std::u16string& directory, const std::u16string& pattern, Deletion& how) {
    for (const Entry& entry : list(directory + pattern)) {
        if (interrupted()) return;
        if (entry.is_directory()) continue;
        DWORD hidden = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
        if (how.filter.given ? !how.filter.accepts(entry.attributes)
                             : (entry.attributes & hidden) != 0)
            continue;
        std::u16string path = directory + entry.name;
        if (how.ask && !confirmed(full_path(path) + u", Delete (Y/N)? ")) {
            ++how.deleted;
            continue;
        }
        if (how.force && entry.attributes & FILE_ATTRIBUTE_READONLY)
            kernel32::SetFileAttributesW(path.c_str(), entry.attributes & ~FILE_ATTRIBUTE_READONLY);
        ++how.deleted;
        if (!kernel32::DeleteFileW(path.c_str()))
            complain(full_path(path) + u"\r\n" + error_message(kernel32::GetLastError()));
        else if (how.below)
            print(u"Deleted file - " + full_path(path) + u"\r\n");
    }
    if (!how.below) return;
    for (const Entry& entry : list(directory + u"*"))
        if (!entry.is_dots() && entry.is_directory() && !entry.is_link())
            delete_matches(directory + entry.name + u"\\", pattern, how);
}

// Everything in and below; false when something stayed.
bool remove_tree(const std::u16string& path) {
    bool all = true;
    for (const Entry& entry : list(join(path, u"*"))) {
        if (entry.is_dots()) continue;
        std::u16string child = join(path, entry.name);
        if (entry.attributes & FILE_ATTRIBUTE_READONLY)
            kernel32::SetFileAttributesW(child.c_str(),
                                         entry.attributes & ~FILE_ATTRIBUTE_READONLY);
        bool gone =
            entry.is_directory()
                ? entry.is_link() ? kernel32::RemoveDirectoryW(child.c_str()) : remove_tree(child)
                : kernel32::DeleteFileW(child.c_str());
        if (!gone && !(entry.is_directory() && !entry.is_link()))
            complain(child + u" - " + error_message(kernel32::GetLastError()));
        all = all && gone;
    }
    if (!all) return false;
    if (kernel32::RemoveDirectoryW(path.c_str())) return true;
    complain(path + u" - " + error_message(kernel32::GetLastError()));
    return false;
}

bool make_directories(const std::u16string& path) {
    if (kernel32::CreateDirectoryW(path.c_str(), nullptr)) return true;
    if (kernel32::GetLastError() != ERROR_PATH_NOT_FOUND) return false;
    std::u16string parent = path;
    while (parent.size() > 3 && (parent.back() == u'\\' || parent.back() == u'/'))
        parent.pop_back();
    size_t slash = parent.find_last_of(u"\\/");
    if (slash == std::u16string::npos || slash == 0)
        return kernel32::SetLastError(ERROR_PATH_NOT_FOUND), false;
    parent.resize(slash);
    if (parent.ends_with(u':')) return kernel32::SetLastError(ERROR_PATH_NOT_FOUND), false;
    if (!is_directory(parent) && !make_directories(parent)) return false;
    return kernel32::CreateDirectoryW(path.c_str(), nullptr);
}

// "b*.x" for "a.txt" made by "*.x"; the wildcards of a new name stand for the old one's letters.
std::u16string new_name(std::u16string_view old, std::u16string_view pattern) {
    std::u16string out;
    size_t at = 0;
    for (size_t i = 0; i < pattern.size(); ++i) {
        char16_t unit = pattern[i];
        if (unit == u'?') {
            if (at < old.size() && old[at] != u'.') out += old[at++];
        } else if (unit == u'*') {
            char16_t stop = i + 1 < pattern.size() ? pattern[i + 1] : u'\0';
            size_t end = stop ? old.rfind(stop) : old.size();
            if (end == std::u16string_view::npos || end < at) end = stop == u'.' ? old.size() : at;
            out += old.substr(at, end - at);
            at = end;
        } else {
            out += unit;
            if (unit == u'.') {
                size_t dot = old.find(u'.', at);
                at = dot == std::u16string_view::npos ? old.size() : dot + 1;
            } else if (at < old.size() && old[at] != u'.') {
                ++at;
            }
        }
    }
    while (out.ends_with(u'.')) out.pop_back();
    return out;
}

}  // namespace

int Commands::del(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.empty()) return shell.fail(kSyntax);
    Deletion how{arguments.has(u"s"), arguments.has(u"q"), arguments.has(u"f"), arguments.has(u"p"),
                 attribute_filter(arguments)};
    int status = 0;
    for (const std::u16string& name : arguments.names) {
        std::u16string directory = directory_of(name), pattern = name_of(name);
        if (pattern.empty() || is_directory(name)) {
            directory = join(name, u"");
            pattern = u"*";
        }
        bool everything = pattern == u"*" || pattern == u"*.*";
        if (everything && !how.quiet && !how.ask &&
            !confirmed(full_path(join(directory, u"*")) + u", Are you sure (Y/N)? "))
            continue;
        int before = how.deleted;
        delete_matches(directory, pattern, how);
        if (how.deleted == before && !everything) {
            complain(u"Could Not Find " + full_path(directory + pattern) + u"\r\n");
            bool missing = !directory.empty() && !is_directory(directory);
            if (missing) status = 1;
        }
    }
    return status;
}

int Commands::md(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.empty()) return shell.fail(kSyntax);
    int status = 0;
    for (const std::u16string& name : arguments.names) {
        if (make_directories(name)) continue;
        DWORD error = kernel32::GetLastError();
        if (error == ERROR_ALREADY_EXISTS)
            status = shell.fail(u"A subdirectory or file " + name + u" already exists.");
        else
            status = shell.fail_with(error);
    }
    return status;
}

int Commands::rd(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.empty()) return shell.fail(kSyntax);
    int status = 0;
    for (std::u16string name : arguments.names) {
        while (name.size() > 1 && name.back() == u'\\' && name[name.size() - 2] != u':')
            name.pop_back();
        DWORD attributes = attributes_of(name);
        if (attributes == INVALID_FILE_ATTRIBUTES) {
            status = shell.fail_with(kernel32::GetLastError(),
                                     static_cast<int>(kernel32::GetLastError()));
            continue;
        }
        if (!(attributes & FILE_ATTRIBUTE_DIRECTORY)) {
            status = shell.fail_with(ERROR_DIRECTORY, ERROR_DIRECTORY);
            continue;
        }
        if (arguments.has(u"s") && !(attributes & FILE_ATTRIBUTE_REPARSE_POINT)) {
            if (!arguments.has(u"q") && !confirmed(name + u", Are you sure (Y/N)? ")) continue;
            if (!remove_tree(name)) status = ERROR_DIR_NOT_EMPTY;
        } else if (!kernel32::RemoveDirectoryW(name.c_str())) {
            DWORD error = kernel32::GetLastError();
            status = shell.fail_with(error, static_cast<int>(error));
        }
    }
    return status;
}

int Commands::ren(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.size() != 2 ||
        arguments.names[1].find_first_of(u"\\/:") != std::u16string::npos)
        return shell.fail(kSyntax);
    const std::u16string& from = arguments.names[0];
    std::u16string directory = directory_of(from);
    std::vector<Entry> found = list(from);
    bool wild = has_wildcards(from);
    int status = 0, renamed = 0;
    for (const Entry& entry : found) {
        if (entry.is_dots() || (wild && entry.is_directory())) continue;
        ++renamed;
        std::u16string target = directory + new_name(entry.name, arguments.names[1]);
        if (kernel32::MoveFileExW((directory + entry.name).c_str(), target.c_str(), 0)) continue;
        DWORD error = kernel32::GetLastError();
        status = error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS
                     ? shell.fail(u"A duplicate file name exists, or the file\r\ncannot be found.")
                     : shell.fail_with(error);
    }
    return renamed ? status : shell.fail(u"The system cannot find the file specified.");
}

int Commands::move(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.empty() || arguments.names.size() > 2) return shell.fail(kSyntax);
    const std::u16string& from = arguments.names[0];
    std::u16string to = arguments.names.size() > 1 ? arguments.names[1] : u".";
    std::u16string directory = directory_of(from);
    bool into = is_directory(to), wild = has_wildcards(from);
    int files = 0, directories = 0, status = 0, seen = 0;
    bool all = arguments.has(u"y") || shell.in_batch() || !is_console(std_in());
    for (const Entry& entry : list(from)) {
        if (entry.is_dots() || (wild && entry.is_directory())) continue;
        ++seen;
        std::u16string source = directory + entry.name, target = into ? join(to, entry.name) : to;
        if (!entry.is_directory() && is_file(target) && !arguments.has(u"y") && !all &&
            !confirmed(u"Overwrite " + full_path(target) + u"? (Yes/No/All): ", &all))
            continue;
        constexpr DWORD kReplace = 1, kCopyAllowed = 2;
        if (wild) print(full_path(source) + u"\r\n");
        if (!kernel32::MoveFileExW(source.c_str(), target.c_str(),
                                   (entry.is_directory() ? 0 : kReplace) | kCopyAllowed)) {
            status = shell.fail_with(kernel32::GetLastError());
            continue;
        }
        ++(entry.is_directory() ? directories : files);
    }
    if (!seen) return shell.fail(u"The system cannot find the file specified.");
    if (directories) print(padded(to_text(directories), 9) + u" dir(s) moved.\r\n");
    if (files || !directories) print(padded(to_text(files), 9) + u" file(s) moved.\r\n");
    return status;
}

int Commands::type(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.names.empty()) return shell.fail(kSyntax);
    int status = 0;
    bool several = arguments.names.size() > 1;
    for (const std::u16string& name : arguments.names) {
        std::vector<std::u16string> paths;
        if (has_wildcards(name)) {
            several = true;
            for (const Entry& entry : list(name))
                if (!entry.is_directory()) paths.push_back(directory_of(name) + entry.name);
        } else {
            paths.push_back(name);
        }
        for (const std::u16string& path : paths) {
            HANDLE file = kernel32::CreateFileW(
                path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                nullptr, OPEN_EXISTING, 0, nullptr);
            if (file == INVALID_HANDLE_VALUE) {
                status = shell.fail_with(is_directory(path) ? ERROR_ACCESS_DENIED
                                                            : kernel32::GetLastError());
                if (several) complain(u"Error occurred while processing: " + path + u".\r\n");
                continue;
            }
            if (several) complain(u"\r\n" + path + u"\r\n\r\n\r\n");
            auto buffer = std::make_unique<char[]>(64 * 1024);
            DWORD got = 0;
            while (kernel32::ReadFile(file, buffer.get(), 64 * 1024, &got, nullptr) && got != 0)
                if (!write_bytes(std_out(), {buffer.get(), got})) break;
            kernel32::CloseHandle(file);
        }
        if (paths.empty()) status = shell.fail(u"The system cannot find the file specified.");
    }
    return status;
}

int Commands::mklink(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    if (arguments.has(u"?")) {
        print(
            u"Creates a symbolic link.\r\n\r\nMKLINK [[/D] | [/H] | [/J]] Link Target\r\n\r\n"
            u"        /D      Creates a directory symbolic link.  Default is a file\r\n"
            u"                symbolic link.\r\n"
            u"        /H      Creates a hard link instead of a symbolic link.\r\n"
            u"        /J      Creates a Directory Junction.\r\n"
            u"        Link    Specifies the new symbolic link name.\r\n"
            u"        Target  Specifies the path (relative or absolute) that the new link\r\n"
            u"                refers to.\r\n");
        return 0;
    }
    if (arguments.names.size() != 2) return shell.fail(kSyntax);
    const std::u16string &link = arguments.names[0], &target = arguments.names[1];
    const char16_t* arrow = u" <<===>> ";
    const char16_t* kind = u"symbolic link created for ";
    BOOL made;
    if (arguments.has(u"h")) {
        kind = u"Hardlink created for ";
        made = kernel32::CreateHardLinkW(link.c_str(), target.c_str(), nullptr);
    } else {
        constexpr DWORD kDirectory = 1;
        bool junction = arguments.has(u"j");
        if (junction) kind = u"Junction created for ";
        std::u16string real = junction ? full_path(target) : target;
        made = kernel32::CreateSymbolicLinkW(link.c_str(), real.c_str(),
                                             junction || arguments.has(u"d") ? kDirectory : 0);
    }
    if (!made) {
        DWORD error = kernel32::GetLastError();
        return error == ERROR_ALREADY_EXISTS
                   ? shell.fail(u"Cannot create a file when that file already exists.")
                   : shell.fail_with(error);
    }
    print(kind + link + arrow + target + u"\r\n");
    return 0;
}

}  // namespace lsw::cmd
