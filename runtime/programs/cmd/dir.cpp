// DIR. Doc: "dir".
#include <algorithm>

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

struct Listing {
    bool bare = false, below = false, wide = false, lower_case = false, separators = true,
         short_names = false;
    char16_t time = u'w';
    DWORD wanted = 0, unwanted = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    std::u16string order;
    bool ordered = false;
    uint64_t files = 0, bytes = 0, directories = 0;
    bool any = false;
};

void read_attributes(std::u16string_view text, Listing& out) {
    out.wanted = out.unwanted = 0;
    bool negative = false;
    for (char16_t unit : text) {
        if (unit == u'-') {
            negative = true;
            continue;
        }
        DWORD bit = unit == u'd'   ? FILE_ATTRIBUTE_DIRECTORY
                    : unit == u'r' ? FILE_ATTRIBUTE_READONLY
                    : unit == u'h' ? FILE_ATTRIBUTE_HIDDEN
                    : unit == u's' ? FILE_ATTRIBUTE_SYSTEM
                    : unit == u'a' ? FILE_ATTRIBUTE_ARCHIVE
                    : unit == u'l' ? FILE_ATTRIBUTE_REPARSE_POINT
                                   : 0;
        (negative ? out.unwanted : out.wanted) |= bit;
        negative = false;
    }
}

void read_switches(const FileArguments& arguments, Listing& out) {
    for (const std::u16string& one : arguments.switches) {
        std::u16string_view value =
            std::u16string_view(one).substr(std::min<size_t>(1, one.size()));
        if (value.starts_with(u':')) value.remove_prefix(1);
        switch (one.empty() ? u'\0' : one[0]) {
            case u'b':
                out.bare = true;
                break;
            case u's':
                out.below = true;
                break;
            case u'w':
            case u'd':
                out.wide = true;
                break;
            case u'l':
                out.lower_case = true;
                break;
            case u'x':
                out.short_names = true;
                break;
            case u't':
                out.time = value.empty() ? u'w' : value[0];
                break;
            case u'a':
                read_attributes(value, out);
                break;
            case u'o':
                out.ordered = true;
                out.order = value.empty() ? u"gn" : std::u16string(value);
                break;
            case u'-':
                if (one == u"-c") out.separators = false;
                if (one == u"-n") out.wide = false;
                break;
            default:
                break;
        }
    }
}

int64_t ticks(const FILETIME& time) {
    return static_cast<int64_t>(uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

const FILETIME& time_of(const Entry& entry, char16_t which) {
    return which == u'c' ? entry.creation : which == u'a' ? entry.access : entry.write;
}

int order_by(char16_t key, const Entry& a, const Entry& b, char16_t time) {
    auto sign = [](auto x, auto y) { return (x > y) - (x < y); };
    switch (key) {
        case u'g':
            return sign(b.is_directory(), a.is_directory());
        case u'n':
            return compare_ignore_case(a.name, b.name);
        case u'e':
            return compare_ignore_case(split(a.name).extension, split(b.name).extension);
        case u's':
            return sign(a.size_bytes, b.size_bytes);
        case u'd':
            return sign(ticks(time_of(a, time)), ticks(time_of(b, time)));
        default:
            return 0;
    }
}

void sort(std::vector<Entry>& entries, const Listing& how) {
    if (!how.ordered) return;
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        bool negative = false;
        for (char16_t key : how.order) {
            if (key == u'-') {
                negative = true;
                continue;
            }
            int order = order_by(key, a, b, how.time);
            if (order != 0) return negative ? order > 0 : order < 0;
            negative = false;
        }
        return false;
    });
}

std::u16string number(uint64_t value, const Listing& how) {
    return how.separators ? grouped(value) : to_text(static_cast<int64_t>(value));
}

std::u16string line_of(const Entry& entry, const Listing& how, const std::u16string& directory) {
    SYSTEMTIME time = local_time(time_of(entry, how.time));
    std::u16string out = date_text(time) + u"  " + time_text(time);
    std::u16string name = how.lower_case ? lower(entry.name) : entry.name;
    if (entry.is_link()) {
        out += entry.is_directory() ? u"    <SYMLINKD>     " : u"    <SYMLINK>      ";
        (void)directory;
    } else if (entry.is_directory()) {
        out += u"    <DIR>          ";
    } else {
        out += padded(number(entry.size_bytes, how), 18) + u" ";
    }
    return out + name + u"\r\n";
}

void show_wide(Output& out, const std::vector<Entry>& entries) {
    size_t width = 0;
    std::vector<std::u16string> names;
    for (const Entry& entry : entries) {
        names.push_back(entry.is_directory() ? u"[" + entry.name + u"]" : entry.name);
        width = std::max(width, names.back().size() + 1);
    }
    size_t columns = std::max<size_t>(1, 80 / std::max<size_t>(width, 1));
    for (size_t i = 0; i < names.size(); ++i) {
        bool last = (i + 1) % columns == 0 || i + 1 == names.size();
        out.text(last ? names[i] : padded_right(names[i], width));
        if (last) out.bytes("\r\n");
    }
}

// `directory` ends with a backslash.
void show_directory(Output& out, const std::u16string& directory,
                    const std::vector<std::u16string>& patterns, Listing& how) {
    if (interrupted()) return;
    std::vector<Entry> entries;
    for (const std::u16string& pattern : patterns)
        for (Entry& entry : list(directory + pattern)) {
            if ((entry.attributes & how.wanted) != how.wanted || entry.attributes & how.unwanted)
                continue;
            if (how.bare && entry.is_dots()) continue;
            if (entry.is_dots() && directory.size() <= 3) continue;
            entries.push_back(std::move(entry));
        }
    sort(entries, how);
    if (!entries.empty()) {
        how.any = true;
        if (!how.bare) {
            std::u16string shown =
                directory.size() > 3 ? directory.substr(0, directory.size() - 1) : directory;
            out.text(u" Directory of " + shown + u"\r\n\r\n");
        }
        uint64_t files = 0, bytes = 0;
        if (how.wide && !how.bare) show_wide(out, entries);
        for (const Entry& entry : entries) {
            if (entry.is_directory()) {
                ++how.directories;
            } else {
                ++files;
                bytes += entry.size_bytes;
            }
            if (how.bare)
                out.text((how.below ? directory : u"") +
                         (how.lower_case ? lower(entry.name) : entry.name) + u"\r\n");
            else if (!how.wide)
                out.text(line_of(entry, how, directory));
        }
        if (!how.bare) {
            out.text(padded(to_text(static_cast<int64_t>(files)), 16) + u" File(s) " +
                     padded(number(bytes, how), 14) + u" bytes\r\n" + (how.below ? u"\r\n" : u""));
        }
        how.files += files;
        how.bytes += bytes;
    }
    if (!how.below) return;
    for (const Entry& entry : list(directory + u"*"))
        if (!entry.is_dots() && entry.is_directory() && !entry.is_link() &&
            !(entry.attributes & how.unwanted & 6))
            show_directory(out, directory + entry.name + u"\\", patterns, how);
}

void show_total(Output& out, const std::u16string& directory, const Listing& how) {
    ULARGE_INTEGER available{};
    kernel32::GetDiskFreeSpaceExW(directory.c_str(), &available, nullptr, nullptr);
    if (how.below)
        out.text(u"     Total Files Listed:\r\n" +
                 padded(to_text(static_cast<int64_t>(how.files)), 16) + u" File(s) " +
                 padded(number(how.bytes, how), 14) + u" bytes\r\n");
    out.text(padded(to_text(static_cast<int64_t>(how.directories)), 16) + u" Dir(s) " +
             padded(number(available.QuadPart, how), 15) + u" bytes free\r\n");
}

}  // namespace

int Commands::dir(Shell& shell, const std::u16string& text) {
    FileArguments arguments = file_arguments(text);
    Listing how;
    read_switches(arguments, how);
    if (arguments.names.empty()) arguments.names.push_back(u".");
    // Names in the same directory are listed together.
    struct Group {
        std::u16string directory;
        std::vector<std::u16string> patterns;
    };
    std::vector<Group> groups;
    for (const std::u16string& name : arguments.names) {
        std::u16string full = full_path(name), pattern = u"*";
        if (name.ends_with(u'\\') || name.ends_with(u'/') ||
            (!has_wildcards(name) && is_directory(full))) {
            full = join(full, u"");
        } else {
            size_t slash = full.find_last_of(u'\\');
            pattern = full.substr(slash + 1);
            full.resize(slash + 1);
        }
        if (!groups.empty() && equal_ignore_case(groups.back().directory, full))
            groups.back().patterns.push_back(pattern);
        else
            groups.push_back({full, {pattern}});
    }
    int status = 0;
    for (Group& group : groups) {
        std::u16string before;
        if (!how.bare) {
            vol(shell, std::u16string(u" ") + group.directory.substr(0, 2));
            print(u"\r\n");
        }
        Output out(std_out());
        how.any = false;
        how.files = how.bytes = how.directories = 0;
        show_directory(out, group.directory, group.patterns, how);
        if (!how.any) {
            out.flush();
            bool there = is_directory(group.directory);
            status = shell.fail(there || group.directory.size() <= 3
                                    ? u"File Not Found"
                                    : u"The system cannot find the file specified.");
            continue;
        }
        if (!how.bare) show_total(out, group.directory, how);
    }
    return status;
}

}  // namespace lsw::cmd
