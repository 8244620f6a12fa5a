// UTF-8 (our ANSI code page) to UTF-16 and back, one character at a time and without loss: a byte
// that is no UTF-8 becomes U+DC80..U+DCFF and back, as base/text.h does for file names.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lsw::crt {

inline bool is_high_surrogate(uint32_t unit) { return (unit & 0xFC00) == 0xD800; }
inline bool is_low_surrogate(uint32_t unit) { return (unit & 0xFC00) == 0xDC00; }

// Bytes of one character. `next` is the unit after `unit` (0 at the end); *used says how many were
// taken.
inline size_t encode_utf8(char16_t unit, char16_t next, char* out, size_t* used) {
    *used = 1;
    if (unit < 0x80) {
        out[0] = static_cast<char>(unit);
        return 1;
    }
    if (unit < 0x800) {
        out[0] = static_cast<char>(0xC0 | (unit >> 6));
        out[1] = static_cast<char>(0x80 | (unit & 0x3F));
        return 2;
    }
    if (is_high_surrogate(unit) && is_low_surrogate(next)) {
        uint32_t point = 0x10000 + ((unit & 0x3FFu) << 10) + (next & 0x3FFu);
        *used = 2;
        out[0] = static_cast<char>(0xF0 | (point >> 18));
        out[1] = static_cast<char>(0x80 | ((point >> 12) & 0x3F));
        out[2] = static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out[3] = static_cast<char>(0x80 | (point & 0x3F));
        return 4;
    }
    if (unit >= 0xDC80 && unit <= 0xDCFF) {
        out[0] = static_cast<char>(unit & 0xFF);
        return 1;
    }
    out[0] = static_cast<char>(0xE0 | (unit >> 12));
    out[1] = static_cast<char>(0x80 | ((unit >> 6) & 0x3F));
    out[2] = static_cast<char>(0x80 | (unit & 0x3F));
    return 3;
}

// Length of the sequence that `lead` opens; 1 for a byte that opens none.
inline size_t utf8_length(unsigned char lead) {
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 1;
}

// Units (1 or 2) of the character at `text`; *used says how many of the `size` bytes were taken.
inline size_t decode_utf8(const char* text, size_t size, char16_t* out, size_t* used) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char lead = byte(0);
    size_t length = utf8_length(lead);
    *used = 1;
    if (lead < 0x80) {
        out[0] = lead;
        return 1;
    }
    uint32_t point = lead & (0xFFu >> (length + 1));
    bool valid = length > 1 && length <= size;
    for (size_t i = 1; valid && i < length; ++i) {
        valid = (byte(i) & 0xC0) == 0x80;
        point = (point << 6) | (byte(i) & 0x3F);
    }
    if (valid && length == 3) valid = point >= 0x800;
    if (valid && length == 4) valid = point >= 0x10000 && point <= 0x10FFFF;
    if (!valid) {
        out[0] = static_cast<char16_t>(0xDC00 | lead);
        return 1;
    }
    *used = length;
    if (point < 0x10000) {
        out[0] = static_cast<char16_t>(point);
        return 1;
    }
    point -= 0x10000;
    out[0] = static_cast<char16_t>(0xD800 | (point >> 10));
    out[1] = static_cast<char16_t>(0xDC00 | (point & 0x3FF));
    return 2;
}

}  // namespace lsw::crt
