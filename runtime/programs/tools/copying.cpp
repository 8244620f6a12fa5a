// xcopy and robocopy: trees of files. Doc: "xcopy", "robocopy".
#include <algorithm>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

int64_t ticks(const FILETIME& time) {
    return static_cast<int64_t>(uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

bool make_directories(const std::u16string& path) {
    if (is_directory(path)) return true;
    size_t slash = path.find_last_of(u"\\/", path.size() - 2);
    if (slash != std::u16string::npos && slash > 2 && !make_directories(path.substr(0, slash)))
        return false;
    return kernel32::CreateDirectoryW(path.c_str(), nullptr) ||
           kernel32::GetLastError() == ERROR_ALREADY_EXISTS;
}

struct Xcopy {
    bool below = false, empty = false, quiet = false, list_only = false, newer = false,
         hidden = false, names = false, overwrite = false, read_only = false, go_on = false,
         only_existing = false, structure = false, ask = false;
    std::vector<std::u16string> excluded;
    size_t copied = 0;
    bool failed = false;
};

bool is_excluded(const Xcopy& how, const std::u16string& path) {
    std::u16string small = lower(path);
    return std::any_of(how.excluded.begin(), how.excluded.end(), [&](const std::u16string& part) {
        return small.find(part) != std::u16string::npos;
    });
}

void copy_file(Xcopy& how, const std::u16string& from, const std::u16string& to, const Entry& entry,
               const std::u16string& shown) {
    DWORD there = attributes_of(to);
    bool exists = there != INVALID_FILE_ATTRIBUTES;
    if (how.only_existing && !exists) return;
    if (how.newer && exists)
        if (auto old = entry_of(to); old && ticks(old->write) >= ticks(entry.write)) return;
    if (how.names)
        print(shown + u" -> " + to + u"\r\n");
    else if (!how.quiet)
        print(shown + u"\r\n");
    ++how.copied;
    if (how.list_only) return;
    if (how.read_only && exists && there & FILE_ATTRIBUTE_READONLY)
        kernel32::SetFileAttributesW(to.c_str(), there & ~1u);
    if (kernel32::CopyFileExW(from.c_str(), to.c_str(), nullptr, nullptr, nullptr, 0)) return;
    complain(error_message(kernel32::GetLastError()));
    --how.copied;
    how.failed = true;
}

void copy_directory(Xcopy& how, const std::u16string& from, const std::u16string& pattern,
                    const std::u16string& to, const std::u16string& shown) {
    bool made = false;
    auto make = [&] {
        if (!made && !how.list_only) make_directories(to);
        made = true;
    };
    if (how.empty) make();
    for (const Entry& entry : list(join(from, pattern))) {
        if (how.failed && !how.go_on) return;
        if (entry.is_directory() || how.structure) continue;
        if (!how.hidden && entry.attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM))
            continue;
        std::u16string source = join(from, entry.name);
        if (is_excluded(how, source)) continue;
        make();
        copy_file(how, source, join(to, entry.name), entry, join(shown, entry.name));
    }
    if (!how.below) return;
    for (const Entry& entry : list(join(from, u"*"))) {
        if (entry.is_dots() || !entry.is_directory() || entry.is_link()) continue;
        if (!how.hidden && entry.attributes & FILE_ATTRIBUTE_HIDDEN) continue;
        if (is_excluded(how, join(from, entry.name) + u"\\")) continue;
        copy_directory(how, join(from, entry.name), pattern, join(to, entry.name),
                       join(shown, entry.name));
    }
}

bool read_switches(Xcopy& how, std::vector<std::u16string>& names) {
    bool to_directory = false;
    for (const std::u16string& word : arguments()) {
        std::u16string value;
        if (word.empty() || word[0] != u'/') {
            names.push_back(word);
        } else if (switch_value(word, u"exclude", value)) {
            std::string bytes;
            if (!read_file(value, bytes))
                return complain(u"Can't read file: " + value + u"\r\n"), false;
            for (std::string_view line : lines_of(bytes))
                if (!line.empty()) how.excluded.push_back(lower(utf16_from_linux(line)));
        } else {
            for (size_t i = 1; i < word.size(); ++i) switch (downcase(word[i])) {
                    case u's':
                        how.below = true;
                        break;
                    case u'e':
                        how.below = how.empty = true;
                        break;
                    case u'q':
                        how.quiet = true;
                        break;
                    case u'l':
                        how.list_only = true;
                        break;
                    case u'd':
                        how.newer = word.size() == 2;
                        i = word.size();
                        break;
                    case u'h':
                        how.hidden = true;
                        break;
                    case u'f':
                        how.names = true;
                        break;
                    case u'y':
                        how.overwrite = true;
                        break;
                    case u'r':
                        how.read_only = true;
                        break;
                    case u'c':
                        how.go_on = true;
                        break;
                    case u'u':
                        how.only_existing = true;
                        break;
                    case u't':
                        how.structure = how.below = true;
                        break;
                    case u'i':
                        to_directory = true;
                        break;
                    default:
                        break;
                }
        }
    }
    if (to_directory && names.size() == 2 && !names[1].ends_with(u'\\')) names[1] += u'\\';
    return true;
}

}  // namespace

uint32_t xcopy() {
    Xcopy how;
    std::vector<std::u16string> names;
    if (!read_switches(how, names)) return 4;
    if (names.empty() || names.size() > 2)
        return complain(u"Invalid number of parameters\r\n0 File(s) copied\r\n"), 4;
    if (names.size() == 1) names.push_back(u".\\");
    std::u16string from = names[0], pattern = u"*", to = names[1];
    bool whole = is_directory(from);
    std::u16string shown = from;
    if (!whole) {
        size_t slash = from.find_last_of(u"\\/:");
        pattern = from.substr(slash == std::u16string::npos ? 0 : slash + 1);
        shown = slash == std::u16string::npos ? u"" : from.substr(0, slash + 1);
        from = shown.empty() ? u"." : shown;
        if (list(join(from, pattern)).empty()) {
            complain(u"File not found - " + pattern + u"\r\n");
            print(u"0 File(s) copied\r\n");
            return 4;
        }
    }
    bool single = !whole && !has_wildcards(pattern) && !how.below;
    if (single && !to.ends_with(u'\\') && !is_directory(to)) {
        // One file under another name; Windows asks whether that is a file or a directory.
        print(u"Does " + to +
              u" specify a file name\r\nor directory name on the target\r\n(F = file, D = "
              u"directory)? ");
        std::u16string answer = lower(read_line(std_in()).value_or(u"f"));
        print(u"\r\n");
        if (!answer.starts_with(u"d")) {
            auto entry = entry_of(names[0]);
            if (entry) copy_file(how, names[0], to, *entry, names[0]);
            print(to_text(static_cast<int64_t>(how.copied)) + u" File(s) copied\r\n");
            return how.failed ? 4 : 0;
        }
    }
    std::u16string target = full_path(to);
    while (target.size() > 3 && target.ends_with(u'\\')) target.pop_back();
    copy_directory(how, full_path(from), pattern, target, shown);
    print(to_text(static_cast<int64_t>(how.copied)) + u" File(s) " +
          (how.list_only ? u"\r\n" : u"copied\r\n"));
    return how.failed ? 4 : 0;
}

// --- robocopy ------------------------------------------------------------------------------------

namespace {

struct Robocopy {
    bool below = false, empty = false, purge = false, move_files = false, move_all = false,
         list_only = false, quiet = false, older = true, changed = true, only_existing = false;
    int64_t depth = 1 << 30;
    std::vector<std::u16string> patterns, excluded_files, excluded_directories;
    uint64_t copied = 0, skipped = 0, extra = 0, failed = 0, directories = 0;
};

bool any_matches(const std::vector<std::u16string>& patterns, const std::u16string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::u16string& pattern) {
        return wildcard_match(pattern, name);
    });
}

void remove_extra(Robocopy& how, const std::u16string& path, const Entry& entry) {
    ++how.extra;
    if (how.list_only) return;
    if (!entry.is_directory() || entry.is_link()) {
        if (entry.is_directory())
            kernel32::RemoveDirectoryW(path.c_str());
        else
            kernel32::DeleteFileW(path.c_str());
        return;
    }
    for (const Entry& child : list(join(path, u"*")))
        if (!child.is_dots()) remove_extra(how, join(path, child.name), child);
    kernel32::RemoveDirectoryW(path.c_str());
}

void mirror(Robocopy& how, const std::u16string& from, const std::u16string& to, int64_t depth) {
    std::vector<Entry> sources = list(join(from, u"*"));
    ++how.directories;
    if (!how.list_only) make_directories(to);
    for (const Entry& entry : sources) {
        if (entry.is_directory() || !any_matches(how.patterns, entry.name) ||
            any_matches(how.excluded_files, entry.name))
            continue;
        std::u16string target = join(to, entry.name), source = join(from, entry.name);
        auto old = entry_of(target);
        // Files differ by time (two seconds, for FAT) or size.
        bool same = old && old->size_bytes == entry.size_bytes &&
                    std::abs(ticks(old->write) - ticks(entry.write)) < 20000000;
        bool skip = same || (old && !how.older && ticks(entry.write) < ticks(old->write)) ||
                    (!old && how.only_existing);
        if (skip) {
            ++how.skipped;
            continue;
        }
        if (!how.quiet)
            print(std::u16string(old ? u"\t    Newer     \t" : u"\t    New File  \t") +
                  padded(to_text(static_cast<int64_t>(entry.size_bytes)), 10) + u"\t" + entry.name +
                  u"\r\n");
        if (how.list_only ||
            kernel32::CopyFileExW(source.c_str(), target.c_str(), nullptr, nullptr, nullptr, 0)) {
            ++how.copied;
            if (!how.list_only && (how.move_files || how.move_all))
                kernel32::DeleteFileW(source.c_str());
        } else {
            ++how.failed;
            complain(error_message(kernel32::GetLastError()));
        }
    }
    for (const Entry& entry : sources) {
        if (!how.below || depth >= how.depth || entry.is_dots() || !entry.is_directory() ||
            entry.is_link())
            continue;
        if (any_matches(how.excluded_directories, entry.name) ||
            any_matches(how.excluded_directories, join(from, entry.name)))
            continue;
        std::u16string source = join(from, entry.name);
        if (!how.empty) {
            std::vector<Entry> inside = list(join(source, u"*"));
            if (std::all_of(inside.begin(), inside.end(),
                            [](const Entry& one) { return one.is_dots(); }))
                continue;
        }
        mirror(how, source, join(to, entry.name), depth + 1);
        if (how.move_all && !how.list_only) kernel32::RemoveDirectoryW(source.c_str());
    }
    for (const Entry& entry : list(join(to, u"*"))) {
        if (entry.is_dots()) continue;
        bool known = std::any_of(sources.begin(), sources.end(), [&](const Entry& one) {
            return equal_ignore_case(one.name, entry.name);
        });
        if (known) continue;
        if (how.purge)
            remove_extra(how, join(to, entry.name), entry);
        else
            ++how.extra;
    }
}

}  // namespace

uint32_t robocopy() {
    Robocopy how;
    std::vector<std::u16string> names, words = arguments();
    std::vector<std::u16string>* into = nullptr;
    bool summary = true;
    for (const std::u16string& word : words) {
        std::u16string value;
        if (word.empty() || word[0] != u'/') {
            if (into)
                into->push_back(word);
            else if (names.size() < 2)
                names.push_back(word);
            else
                how.patterns.push_back(word);
            continue;
        }
        into = nullptr;
        std::u16string name = lower(word.substr(1));
        if (name == u"s")
            how.below = true;
        else if (name == u"e")
            how.below = how.empty = true;
        else if (name == u"mir")
            how.below = how.empty = how.purge = true;
        else if (name == u"purge")
            how.purge = true;
        else if (name == u"mov")
            how.move_files = true;
        else if (name == u"move")
            how.move_all = true;
        else if (name == u"l")
            how.list_only = true;
        else if (name == u"xf")
            into = &how.excluded_files;
        else if (name == u"xd")
            into = &how.excluded_directories;
        else if (name == u"xo")
            how.older = false;
        else if (name == u"xl")
            how.only_existing = true;
        else if (name == u"nfl")
            how.quiet = true;
        else if (name == u"njs")
            summary = false;
        else if (switch_value(word, u"lev", value))
            how.depth = strtoll(utf8_from_utf16(value).c_str(), nullptr, 10);
    }
    if (names.size() < 2) return complain(u"ERROR : No Destination Directory Specified.\r\n"), 16;
    if (how.patterns.empty()) how.patterns.push_back(u"*");
    std::u16string from = full_path(names[0]), to = full_path(names[1]);
    if (!is_directory(from)) {
        complain(u"ERROR 2 (0x00000002) Accessing Source Directory " + from +
                 u"\\\r\nThe system cannot find the file specified.\r\n");
        return 16;
    }
    mirror(how, from, to, 1);
    if (summary)
        print(u"\r\n    Dirs : " + padded(to_text(static_cast<int64_t>(how.directories)), 9) +
              u"\r\n   Files : " +
              padded(to_text(static_cast<int64_t>(how.copied + how.skipped + how.failed)), 9) +
              u"   copied " + to_text(static_cast<int64_t>(how.copied)) + u", skipped " +
              to_text(static_cast<int64_t>(how.skipped)) + u", failed " +
              to_text(static_cast<int64_t>(how.failed)) + u", extras " +
              to_text(static_cast<int64_t>(how.extra)) + u"\r\n");
    // A set of bits: copied, extra files, failures.
    return (how.copied ? 1 : 0) | (how.extra ? 2 : 0) | (how.failed ? 8 : 0);
}

}  // namespace lsw::tools
