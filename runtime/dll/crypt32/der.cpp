#include "dll/crypt32/der.h"

#include <time.h>

#include "base/text.h"

namespace der {

std::string text_of_oid(Bytes content) {
    std::string text;
    uint64_t arc = 0;
    bool first = true;
    for (uint8_t byte : content) {
        arc = arc << 7 | (byte & 0x7F);
        if (byte & 0x80) continue;
        if (first) {
            uint64_t top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
            text = std::to_string(top) + "." + std::to_string(arc - top * 40);
        } else {
            text += "." + std::to_string(arc);
        }
        first = false;
        arc = 0;
    }
    return text;
}

std::optional<uint64_t> time_of(const Element& element) {
    if (element.tag != kUtcTime && element.tag != kGeneralizedTime) return std::nullopt;
    size_t year_digits = element.tag == kUtcTime ? 2 : 4;
    int fields[6] = {};
    size_t at = 0;
    for (int i = 0; i < 6; ++i) {
        size_t digits = i == 0 ? year_digits : 2;
        for (size_t j = 0; j < digits; ++j, ++at) {
            if (at >= element.content.size()) return std::nullopt;
            uint8_t c = element.content[at];
            if (c < '0' || c > '9') return std::nullopt;
            fields[i] = fields[i] * 10 + (c - '0');
        }
    }
    if (year_digits == 2) fields[0] += fields[0] < 50 ? 2000 : 1900;
    tm parts{};
    parts.tm_year = fields[0] - 1900, parts.tm_mon = fields[1] - 1, parts.tm_mday = fields[2];
    parts.tm_hour = fields[3], parts.tm_min = fields[4], parts.tm_sec = fields[5];
    constexpr int64_t kEpoch = 11'644'473'600;
    return static_cast<uint64_t>(timegm(&parts) + kEpoch) * 10'000'000;
}

std::u16string text_of(const Element& element) {
    std::u16string text;
    if (element.tag == kBmpString) {
        for (size_t i = 0; i + 1 < element.content.size(); i += 2)
            text += static_cast<char16_t>(element.content[i] << 8 | element.content[i + 1]);
        return text;
    }
    if (element.tag == kTeletexString) {
        for (uint8_t byte : element.content) text += static_cast<char16_t>(byte);
        return text;
    }
    return lsw::utf16_from_utf8({reinterpret_cast<const char*>(element.content.data()), element.content.size()});
}

}  // namespace der
