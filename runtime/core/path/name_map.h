// File names between Linux (bytes) and Windows (UTF-16), losslessly in both directions.
//  - Bytes that are not valid UTF-8 become lone surrogates U+DC80..U+DCFF (base/text.h).
//  - A character that Windows forbids in names (< > : " | ? * \ and U+0001..U+001F), and a dot or space at
//    the very end of a name, appears as U+F000 plus the character, the private-use mapping that
//    Cygwin uses in the other direction, and is turned back when the name comes in again.
//  - A Linux name that really holds one of those private-use characters shows their bytes as
//    surrogates, so that no two Linux names look the same to Windows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lsw::path {

std::u16string windows_name_from_linux(std::string_view name);
void append_windows_name(std::u16string& out, std::string_view linux_name);

// The same for a name whose characters are all ASCII and stay as they are: its length, with the units at `out`, which has room
// for name.size(); 0 for others.
size_t plain_windows_name(std::string_view linux_name, char16_t* out);

// Appends "/a/b" for `path` = a\b (no root, no leading backslash; one trailing backslash is allowed).
// Errors: STATUS_OBJECT_NAME_INVALID for characters or components NTFS does not take ("", ".", "..").
Status append_linux_path(std::string& out, std::u16string_view path);

// a/b to a\b with every component mapped.
void append_windows_path(std::u16string& out, std::string_view path);

// ASCII letters among eight bytes to upper case.
constexpr uint64_t upcase_ascii(uint64_t bytes) {
    constexpr uint64_t kOnes = 0x0101010101010101;
    uint64_t low = bytes & (kOnes * 0x7F);
    uint64_t from_a = low + kOnes * (0x80 - 'a'), past_z = low + kOnes * (0x7F - 'z');
    return bytes - ((from_a & ~past_z & ~bytes & (kOnes * 0x80)) >> 2);
}

}  // namespace lsw::path
