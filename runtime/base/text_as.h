// Text in the characters of the form that asks: UTF-8 for the A functions, UTF-16 for the W ones, so that one template
// serves both.
#pragma once

#include <string>

#include "base/text.h"

namespace lsw {

template <class Char>
std::basic_string<Char> text_as(const std::u16string& text) {
    if constexpr (sizeof(Char) == 1)
        return utf8_from_utf16(text);
    else
        return text;
}

}  // namespace lsw
