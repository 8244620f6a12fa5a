// UTF-16 and UTF-8 text. Windows strings may hold unpaired surrogates and Linux names invalid UTF-8;
// the *lossless* pair keeps both: a byte that is not valid UTF-8 becomes U+DC80..U+DCFF and back,
// and an unpaired surrogate outside that range becomes its three-byte WTF-8 form and back.
#pragma once

#include <string>
#include <string_view>

namespace lsw {

// For file names, arguments and environment: never loses information, never fails.
std::u16string utf16_from_linux(std::string_view bytes);
std::string linux_from_utf16(std::u16string_view text);

// Strict conversions with U+FFFD for what is invalid (MultiByteToWideChar without flags).
std::u16string utf16_from_utf8(std::string_view text);
std::string utf8_from_utf16(std::u16string_view text);

// Simple (one code unit to one) upper-case mapping, as NTFS and RtlUpcaseUnicodeChar use for names.
char16_t upcase(char16_t unit);
char16_t downcase(char16_t unit);
bool equal_ignore_case(std::u16string_view a, std::u16string_view b);
bool equal_ignore_case(std::string_view a, std::string_view b);  // ASCII only
// <0, 0, >0 by upcased code units.
int compare_ignore_case(std::u16string_view a, std::u16string_view b);

// Length in code units of a zero-terminated string.
inline size_t length16(const char16_t* text) { return std::char_traits<char16_t>::length(text); }

}  // namespace lsw
