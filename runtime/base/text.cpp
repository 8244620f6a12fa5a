// See text.h. The case pairs beyond ASCII are in case_map.cpp.
#include "base/text.h"
#include "base/touch.h"

#include <emmintrin.h>

#include "base/case_map.h"

namespace lsw {
namespace {

constexpr bool is_high(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Decodes one code point at `bytes[at]`; its length, or 0 where invalid. Surrogates decode when `wtf8`.
size_t decode_utf8(std::string_view bytes, size_t at, bool wtf8, char32_t& point) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    auto follows = [&](size_t i) { return at + i < bytes.size() && (byte(i) & 0xC0) == 0x80; };
    unsigned char lead = byte(0);
    if (lead < 0x80) return point = lead, 1;
    if (lead >= 0xC2 && lead <= 0xDF && follows(1))
        return point = ((lead & 0x1Fu) << 6) | (byte(1) & 0x3Fu), 2;
    if ((lead & 0xF0) == 0xE0 && follows(1) && follows(2)) {
        point = ((lead & 0x0Fu) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
        if (point < 0x800) return 0;
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        return surrogate && !wtf8 ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4 && follows(1) && follows(2) && follows(3)) {
        point = ((lead & 0x07u) << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) |
                (byte(3) & 0x3Fu);
        return point < 0x10000 || point > 0x10FFFF ? 0 : 4;
    }
    return 0;
}

void append_utf16(std::u16string& out, char32_t point) {
    if (point < 0x10000) {
        out.push_back(static_cast<char16_t>(point));
        return;
    }
    point -= 0x10000;
    out.push_back(static_cast<char16_t>(0xD800 + (point >> 10)));
    out.push_back(static_cast<char16_t>(0xDC00 + (point & 0x3FF)));
}

void append_utf8(std::string& out, char32_t point) {
    if (point < 0x80) {
        out.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (point >> 6)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (point >> 12)));
        out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (point >> 18)));
        out.push_back(static_cast<char>(0x80 | ((point >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    }
}

// Most text is ASCII: the part of `bytes` before the first other byte is widened sixteen at a time.
// Returns its length.
size_t widen_ascii(const char* bytes, size_t size, char16_t* out) {
    size_t at = 0;
    for (; at + 16 <= size; at += 16) {
        __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
        if (_mm_movemask_epi8(block)) break;
        __m128i zero = _mm_setzero_si128();
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), _mm_unpacklo_epi8(block, zero));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at + 8), _mm_unpackhi_epi8(block, zero));
    }
    for (; at < size && static_cast<unsigned char>(bytes[at]) < 0x80; ++at)
        out[at] = static_cast<unsigned char>(bytes[at]);
    return at;
}

// The other way round: ASCII code units at the start of `text`.
size_t narrow_ascii(const char16_t* text, size_t size, char* out) {
    size_t at = 0;
    const __m128i beyond = _mm_set1_epi16(static_cast<short>(0xFF80));
    for (; at + 16 <= size; at += 16) {
        __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
        __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at + 8));
        __m128i other = _mm_and_si128(_mm_or_si128(low, high), beyond);
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(other, _mm_setzero_si128())) != 0xFFFF) break;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), _mm_packus_epi16(low, high));
    }
    for (; at < size && text[at] < 0x80; ++at) out[at] = static_cast<char>(text[at]);
    return at;
}

template <class OnInvalid>
std::u16string widen(std::string_view bytes, bool wtf8, OnInvalid invalid) {
    touch(bytes);
    std::u16string out(bytes.size(), u'\0');
    size_t ascii = widen_ascii(bytes.data(), bytes.size(), out.data());
    if (ascii == bytes.size()) return out;
    out.resize(ascii);
    for (size_t at = ascii; at < bytes.size();) {
        char32_t point = 0;
        size_t length = decode_utf8(bytes, at, wtf8, point);
        // U+DC80..U+DCFF stand for raw bytes, so their own encoding must pass as raw bytes too.
        if (length == 3 && wtf8 && point >= 0xDC80 && point <= 0xDCFF) length = 0;
        // A high half stays only where nothing that follows could pair up with it on the way back.
        if (length == 3 && wtf8 && is_high(static_cast<char16_t>(point)) && at + 3 < bytes.size()) {
            char32_t next = 0;
            size_t next_length = decode_utf8(bytes, at + 3, true, next);
            if (next_length == 0 || (next >= 0xD800 && next <= 0xDFFF)) length = 0;
        }
        if (length == 0) {
            out.push_back(invalid(static_cast<unsigned char>(bytes[at])));
            at += 1;
            continue;
        }
        append_utf16(out, point);
        at += length;
    }
    return out;
}

}  // namespace

std::u16string utf16_from_linux(std::string_view bytes) {
    return widen(bytes, true, [](unsigned char byte) { return static_cast<char16_t>(0xDC00 + byte); });
}

std::u16string utf16_from_utf8(std::string_view text) {
    return widen(text, false, [](unsigned char) { return u'\uFFFD'; });
}

std::string linux_from_utf16(std::u16string_view text) {
    touch(text);
    std::string out(text.size(), '\0');
    size_t ascii = narrow_ascii(text.data(), text.size(), out.data());
    if (ascii == text.size()) return out;
    out.resize(ascii);
    for (size_t at = ascii; at < text.size(); ++at) {
        char16_t unit = text[at];
        if (unit >= 0xDC80 && unit <= 0xDCFF) {
            out.push_back(static_cast<char>(unit - 0xDC00));
        } else if (is_high(unit) && at + 1 < text.size() && is_low(text[at + 1])) {
            append_utf8(out, 0x10000 + ((unit - 0xD800u) << 10) + (text[at + 1] - 0xDC00u));
            ++at;
        } else {
            append_utf8(out, unit);
        }
    }
    return out;
}

std::string utf8_from_utf16(std::u16string_view text) {
    touch(text);
    std::string out(text.size(), '\0');
    size_t ascii = narrow_ascii(text.data(), text.size(), out.data());
    if (ascii == text.size()) return out;
    out.resize(ascii);
    for (size_t at = ascii; at < text.size(); ++at) {
        char16_t unit = text[at];
        if (is_high(unit) && at + 1 < text.size() && is_low(text[at + 1])) {
            append_utf8(out, 0x10000 + ((unit - 0xD800u) << 10) + (text[at + 1] - 0xDC00u));
            ++at;
        } else {
            append_utf8(out, is_high(unit) || is_low(unit) ? U'\uFFFD' : unit);
        }
    }
    return out;
}

char16_t upcase(char16_t unit) {
    if (unit < 0x80) return unit >= u'a' && unit <= u'z' ? unit - 0x20 : unit;
    return upcase_beyond_ascii(unit);
}

char16_t downcase(char16_t unit) {
    if (unit < 0x80) return unit >= u'A' && unit <= u'Z' ? unit + 0x20 : unit;
    return downcase_beyond_ascii(unit);
}

int compare_ignore_case(std::u16string_view a, std::u16string_view b) {
    size_t shared = a.size() < b.size() ? a.size() : b.size();
    for (size_t i = 0; i < shared; ++i) {
        if (a[i] == b[i]) continue;
        char16_t x = upcase(a[i]), y = upcase(b[i]);
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

bool equal_ignore_case(std::u16string_view a, std::u16string_view b) {
    return a.size() == b.size() && compare_ignore_case(a, b) == 0;
}

bool equal_ignore_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (upcase(static_cast<unsigned char>(a[i])) != upcase(static_cast<unsigned char>(b[i])))
            return false;
    return true;
}

}  // namespace lsw
