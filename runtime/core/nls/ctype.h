// Properties of UTF-16 code units and the order of strings, independent of any locale of the host.
#pragma once

#include <string>
#include <string_view>

#include "abi/types.h"

namespace lsw::nls {

// CT_CTYPE1 bits ("GetStringTypeW function (stringapiset.h)").
enum Ctype : WORD {
    kUpper = 0x1,
    kLower = 0x2,
    kDigit = 0x4,
    kSpace = 0x8,
    kPunct = 0x10,
    kCntrl = 0x20,
    kBlank = 0x40,
    kXdigit = 0x80,
    kAlpha = 0x100,
    kDefined = 0x200,
};

WORD ctype(char16_t unit);

// The letter below a letter's marks ("é" -> "e"), or the unit itself; `mark` receives the first
// mark or 0.
char16_t base_letter(char16_t unit, char16_t* mark = nullptr);

inline constexpr DWORD kIgnoreCase = 1;      // NORM_IGNORECASE
inline constexpr DWORD kIgnoreNonSpace = 2;  // NORM_IGNORENONSPACE
inline constexpr DWORD kIgnoreSymbols = 4;   // NORM_IGNORESYMBOLS
inline constexpr DWORD kLinguisticIgnoreCase = 0x10;
inline constexpr DWORD kLinguisticIgnoreDiacritic = 0x20;
inline constexpr DWORD kStringSort = 0x1000;  // SORT_STRINGSORT

// <0, 0, >0: letters first, then marks, then case; "word sort" (hyphen and apostrophe count last)
// without kStringSort.
int compare_linguistic(std::u16string_view a, std::u16string_view b, DWORD flags);

// Sort key whose bytes order like compare_linguistic.
std::string sort_key(std::u16string_view text, DWORD flags);

}  // namespace lsw::nls
