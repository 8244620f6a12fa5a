// Code pages: bytes to UTF-16 and back, with the strictness that the caller asks for.
// UTF-8 is the ANSI and OEM code page of every process. Not here: argument rules of the Win32
// functions.
#pragma once

#include <cstddef>
#include <string_view>

#include "abi/types.h"

namespace lsw::nls {

inline constexpr UINT kUtf8 = 65001;
inline constexpr UINT kUsAscii = 20127;
inline constexpr UINT kLatin1 = 28591;

// CP_ACP, CP_OEMCP, CP_MACCP and CP_THREAD_ACP become their number; others pass.
UINT resolve_code_page(UINT page);
bool is_known(UINT page);  // by its number, after resolve_code_page

// What a conversion did. `units` counts what the whole text needs, also where the room was too
// small.
struct Conversion {
    size_t units = 0;
    bool fits = true;      // false: room was given and did not suffice
    bool invalid = false;  // some input has no counterpart; it was replaced
};

// Bytes of `page` to UTF-16. `room` 0 only counts. Invalid UTF-8 becomes U+FFFD, one for each
// maximal subpart.
Conversion widen(UINT page, std::string_view bytes, char16_t* out, size_t room);

// UTF-16 to bytes of `page`; what the page lacks becomes `replacement` ('?' by default; U+FFFD in
// UTF-8).
Conversion narrow(UINT page, std::u16string_view text, char* out, size_t room,
                  std::string_view replacement = "?");

}  // namespace lsw::nls
