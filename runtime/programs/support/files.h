// Paths, attributes and directory listings for the built-in programs, over kernel32.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/file_info.h"
#include "abi/types.h"

namespace lsw::programs {

struct Entry {
    std::u16string name;
    DWORD attributes = 0;
    uint64_t size_bytes = 0;
    FILETIME creation{}, access{}, write{};
    DWORD reparse_tag = 0;
    bool is_directory() const { return attributes & 0x10; }
    bool is_link() const { return attributes & 0x400; }
    bool is_dots() const { return name == u"." || name == u".."; }
};

// What matches a pattern ("C:\dir\*.txt"), "." and ".." included; sets `error` (0,
// ERROR_FILE_NOT_FOUND, …).
std::vector<Entry> list(const std::u16string& pattern, DWORD* error = nullptr);
std::optional<Entry> entry_of(const std::u16string& path);

DWORD attributes_of(const std::u16string& path);  // INVALID_FILE_ATTRIBUTES when it is not there
bool is_file(const std::u16string& path);
bool is_directory(const std::u16string& path);

std::u16string full_path(const std::u16string& path);
// A full path with the spelling that its names have on disk.
std::u16string as_spelled(const std::u16string& path);
std::u16string current_directory();
// "C:\dir\" + "name"
std::u16string join(std::u16string_view directory, std::u16string_view name);

// "C:", "\dir\", "name", ".ext" of a path.
struct Parts {
    std::u16string_view drive, directory, name, extension;
};
Parts split(std::u16string_view path);

bool has_wildcards(std::u16string_view text);
// DOS wildcards against one name, ignoring case: "*.*" matches all, "*." those without extension.
bool wildcard_match(std::u16string_view pattern, std::u16string_view name);

// The program that a name means: as it is, with the extensions of PATHEXT, in the current directory
// and along PATH. Empty when there is none.
std::u16string find_executable(const std::u16string& name);
std::vector<std::u16string> path_list(std::u16string_view variable);

SYSTEMTIME local_time(const FILETIME& time);
// "01/31/2024" and "03:05 PM"
std::u16string date_text(const SYSTEMTIME& time);
std::u16string time_text(const SYSTEMTIME& time);
// "1,234,567"
std::u16string grouped(uint64_t number);
std::u16string padded(std::u16string_view text, size_t width);        // blanks before
std::u16string padded_right(std::u16string_view text, size_t width);  // blanks behind

std::u16string lower(std::u16string_view text);
std::u16string trimmed(std::u16string_view text);

}  // namespace lsw::programs
