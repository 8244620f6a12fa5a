// Case pairs beyond ASCII (see text.h for the public face).
#pragma once

namespace lsw {

char16_t upcase_beyond_ascii(char16_t unit);
char16_t downcase_beyond_ascii(char16_t unit);

}  // namespace lsw
