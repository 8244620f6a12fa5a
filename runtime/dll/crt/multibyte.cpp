// Narrow text to wide and back: stdlib.h's mbtowc family, wchar.h's with a state, uchar.h.
// In the "C" locale a byte is the character of its value; else narrow text is UTF-8, strictly.
// A conversion state holds the bytes of an unfinished sequence, or a high surrogate, in its first 32 bits.
// Doc: "mbtowc, _mbtowc_l", "mbrtowc", "wcstombs_s, _wcstombs_s_l", "c16rtomb, c32rtomb", "mbrtoc16, mbrtoc32".
#include <climits>
#include <cstring>

#include "abi/exception.h"
#include "base/text.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr size_t kError = static_cast<size_t>(-1), kIncomplete = static_cast<size_t>(-2),
                 kFromState = static_cast<size_t>(-3);
constexpr size_t kTruncate = SIZE_MAX;

size_t illegal() {
    guest_errno() = kEILSEQ;
    return kError;
}

bool utf8(clib::_locale_t locale = nullptr) { return current_locale(locale).code_page == kUtf8CodePage; }

bool is_high(char32_t unit) { return (unit & 0xFFFFFC00) == 0xD800; }
bool is_low(char32_t unit) { return (unit & 0xFFFFFC00) == 0xDC00; }

// Bytes of the character at `s`: kError when malformed, kIncomplete when `size` ends within it.
size_t decode(const char* s, size_t size, char32_t* out) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
    if (size == 0) return kIncomplete;
    unsigned char lead = byte(0);
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) return kError;
    char32_t point = lead & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if (i >= size) return kIncomplete;
        if ((byte(i) & 0xC0) != 0x80) return kError;
        if (i == 1 && ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                       (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)))
            return kError;
        point = point << 6 | (byte(i) & 0x3F);
    }
    *out = point;
    return length;
}

size_t encode(char32_t point, char* out) {
    if (point < 0x80) {
        out[0] = static_cast<char>(point);
        return 1;
    }
    if (point < 0x800) {
        out[0] = static_cast<char>(0xC0 | point >> 6);
        out[1] = static_cast<char>(0x80 | (point & 0x3F));
        return 2;
    }
    if (is_high(point) || is_low(point) || point > 0x10FFFF) return kError;
    if (point < 0x10000) {
        out[0] = static_cast<char>(0xE0 | point >> 12);
        out[1] = static_cast<char>(0x80 | (point >> 6 & 0x3F));
        out[2] = static_cast<char>(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = static_cast<char>(0xF0 | point >> 18);
    out[1] = static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out[2] = static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out[3] = static_cast<char>(0x80 | (point & 0x3F));
    return 4;
}

// The bytes of an unfinished sequence (at most 3) and their count in the top byte.
struct Pending {
    char bytes[4] = {};
    size_t count = 0;

    explicit Pending(clib::mbstate_t state) {
        count = state >> 24 & 3;
        for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(state >> (8 * i));
    }
    clib::mbstate_t state() const {
        clib::mbstate_t packed = static_cast<clib::mbstate_t>(count) << 24;
        for (size_t i = 0; i < count; ++i) {
            auto byte = static_cast<unsigned char>(bytes[i]);
            packed |= static_cast<clib::mbstate_t>(byte) << (8 * i);
        }
        return packed;
    }
};

// mbrtoc32 without the null conventions: bytes taken from `s`.
size_t decode_restartable(const char* s, size_t size, clib::mbstate_t* state, char32_t* out) {
    Pending pending(*state);
    size_t before = pending.count;
    if (before == 0) {
        size_t used = decode(s, size, out);
        if (used == kIncomplete && size > 0) {
            memcpy(pending.bytes, s, size);
            pending.count = size;
            *state = pending.state();
        }
        return used == kError ? illegal() : used;
    }
    for (size_t i = 0; i < size; ++i) {
        pending.bytes[pending.count++] = s[i];
        size_t used = decode(pending.bytes, pending.count, out);
        if (used == kIncomplete) continue;
        *state = 0;
        return used == kError ? illegal() : i + 1;
    }
    *state = pending.state();
    return kIncomplete;
}

// Each function of the restartable family has a state for callers that pass none.
thread_local clib::mbstate_t t_states[8];

// One wide character; supplementary ones do not fit and become U+FFFD.
size_t to_wide(WCHAR* out, const char* s, size_t size, clib::mbstate_t* state) {
    if (!s) {
        *state = 0;
        return 0;
    }
    char32_t point = 0;
    size_t used = size == 0 ? kIncomplete : 1;
    if (!utf8())
        point = static_cast<unsigned char>(size ? *s : 0);
    else
        used = decode_restartable(s, size, state, &point);
    if (used == kError || used == kIncomplete) return used;
    if (out) *out = static_cast<WCHAR>(point > 0xFFFF ? 0xFFFD : point);
    return point == 0 ? 0 : used;
}

size_t to_narrow(char* out, WCHAR unit, clib::mbstate_t* state) {
    if (!out) {
        *state = 0;
        return 1;
    }
    if (!utf8()) {
        if (unit > 0xFF) return illegal();
        *out = static_cast<char>(unit);
        return 1;
    }
    char32_t point = unit;
    if (is_high(*state)) {
        point = is_low(unit) ? 0x10000 + ((*state & 0x3FF) << 10) + (unit & 0x3FFu) : 0xD800;
        *state = 0;
    } else if (is_high(unit)) {
        *state = unit;
        return 0;
    }
    size_t bytes = encode(point, out);
    return bytes == kError ? illegal() : bytes;
}

// Units of a whole narrow text, at most `limit` of them into `to` (which may be null); a terminator where there is room.
size_t text_to_wide(WCHAR* to, const char* from, size_t limit, size_t from_limit, clib::_locale_t locale) {
    bool is_utf8 = utf8(locale);
    size_t count = 0;
    for (size_t at = 0; at < from_limit;) {
        if (to && count >= limit) return count;
        char32_t point = static_cast<unsigned char>(from[at]);
        size_t used = 1;
        if (is_utf8 && point >= 0x80) {
            used = decode(from + at, strnlen(from + at, 4), &point);
            if (used == kError || used == kIncomplete) return illegal();
        }
        at += used;
        if (point > 0xFFFF) {
            if (to && count + 1 >= limit) return count;
            if (to) {
                to[count] = static_cast<WCHAR>(0xD800 | (point - 0x10000) >> 10);
                to[count + 1] = static_cast<WCHAR>(0xDC00 | (point & 0x3FF));
            }
            count += 2;
            continue;
        }
        if (to) to[count] = static_cast<WCHAR>(point);
        if (point == 0) return count;
        ++count;
    }
    return count;
}

size_t text_to_narrow(char* to, const WCHAR* from, size_t limit, size_t from_limit, clib::_locale_t locale) {
    bool is_utf8 = utf8(locale);
    size_t count = 0;
    for (size_t at = 0; at < from_limit; ++at) {
        char bytes[4];
        char32_t point = from[at];
        size_t size = 1;
        if (is_utf8) {
            if (is_high(point) && is_low(from[at + 1]))
                point = 0x10000 + ((point & 0x3FF) << 10) + (from[++at] & 0x3FFu);
            size = encode(point, bytes);
            if (size == kError) return illegal();
        } else {
            if (point > 0xFF) return illegal();
            bytes[0] = static_cast<char>(point);
        }
        if (to && count + size > limit) return count;
        if (to) memcpy(to + count, bytes, size);
        if (point == 0) return count;
        count += size;
    }
    return count;
}

// The _s conversions: `convert(target, room)` gives units without the terminator, or kError.
template <class C, class Convert>
errno_t convert_secure(size_t* converted, C* to, size_t size, size_t count, Convert convert) {
    if (converted) *converted = 0;
    if ((!to && size > 0) || (to && size == 0)) return invalid();
    if (to) to[0] = 0;
    size_t needed = convert(nullptr, SIZE_MAX);
    if (needed == kError) return guest_errno();
    if (!to) {
        if (converted) *converted = needed + 1;
        return 0;
    }
    size_t wanted = count == kTruncate ? size - 1 : count;
    bool cut = needed > wanted;
    if (cut ? wanted >= size : needed >= size) return invalid(kERANGE);
    size_t stored = convert(to, cut ? wanted : needed);
    to[stored] = 0;
    if (converted) *converted = stored + 1;
    return cut && count == kTruncate ? static_cast<int>(kSTRUNCATE) : 0;
}

}  // namespace

int clib::mblen(const char* s, size_t size) { return mbtowc(nullptr, s, size); }

int clib::_mblen_l(const char* s, size_t size, _locale_t locale) { return _mbtowc_l(nullptr, s, size, locale); }

int clib::mbtowc(WCHAR* to, const char* s, size_t size) { return _mbtowc_l(to, s, size, nullptr); }

int clib::_mbtowc_l(WCHAR* to, const char* s, size_t size, _locale_t locale) {
    if (!s || size == 0) return 0;
    char32_t point = static_cast<unsigned char>(*s);
    if (utf8(locale) && point >= 0x80) {
        size_t used = decode(s, size, &point);
        if (used == kError || used == kIncomplete || point > 0xFFFF) return static_cast<int>(illegal());
        if (to) *to = static_cast<WCHAR>(point);
        return static_cast<int>(used);
    }
    if (to) *to = static_cast<WCHAR>(point);
    return point != 0;
}

int clib::wctomb(char* to, WCHAR unit) { return _wctomb_l(to, unit, nullptr); }

int clib::_wctomb_l(char* to, WCHAR unit, _locale_t locale) {
    if (!to) return 0;
    if (!utf8(locale)) {
        if (unit > 0xFF) return static_cast<int>(illegal());
        *to = static_cast<char>(unit);
        return 1;
    }
    size_t bytes = encode(unit, to);
    return static_cast<int>(bytes == kError ? illegal() : bytes);
}

errno_t clib::_wctomb_s_l(int* used, char* to, size_t size, WCHAR unit, _locale_t locale) {
    if (!to && size > 0) {
        if (used) *used = 0;
        return 0;
    }
    char bytes[4];
    int count = _wctomb_l(bytes, unit, locale);
    if (used) *used = count;
    if (count < 0) return kEILSEQ;
    if (static_cast<size_t>(count) > size) return invalid(kERANGE);
    memcpy(to, bytes, static_cast<size_t>(count));
    return 0;
}

errno_t clib::wctomb_s(int* used, char* to, size_t size, WCHAR unit) {
    return _wctomb_s_l(used, to, size, unit, nullptr);
}

size_t clib::mbstowcs(WCHAR* to, const char* from, size_t count) { return _mbstowcs_l(to, from, count, nullptr); }

size_t clib::_mbstowcs_l(WCHAR* to, const char* from, size_t count, _locale_t locale) {
    if (!from || (to && count > INT_MAX && count != kTruncate)) return invalid(), kError;
    return text_to_wide(to, from, count, SIZE_MAX, locale);
}

size_t clib::wcstombs(char* to, const WCHAR* from, size_t count) { return _wcstombs_l(to, from, count, nullptr); }

size_t clib::_wcstombs_l(char* to, const WCHAR* from, size_t count, _locale_t locale) {
    if (!from || (to && count > INT_MAX && count != kTruncate)) return invalid(), kError;
    return text_to_narrow(to, from, count, SIZE_MAX, locale);
}

errno_t clib::_mbstowcs_s_l(size_t* converted, WCHAR* to, size_t size, const char* from, size_t count,
                            _locale_t locale) {
    if (!from) return invalid();
    return convert_secure(converted, to, size, count, [=](WCHAR* out, size_t limit) {
        return text_to_wide(out, from, limit, SIZE_MAX, locale);
    });
}

errno_t clib::mbstowcs_s(size_t* converted, WCHAR* to, size_t size, const char* from, size_t count) {
    return _mbstowcs_s_l(converted, to, size, from, count, nullptr);
}

errno_t clib::_wcstombs_s_l(size_t* converted, char* to, size_t size, const WCHAR* from, size_t count,
                            _locale_t locale) {
    if (!from) return invalid();
    return convert_secure(converted, to, size, count, [=](char* out, size_t limit) {
        return text_to_narrow(out, from, limit, SIZE_MAX, locale);
    });
}

errno_t clib::wcstombs_s(size_t* converted, char* to, size_t size, const WCHAR* from, size_t count) {
    return _wcstombs_s_l(converted, to, size, from, count, nullptr);
}

size_t clib::_mbstrlen_l(const char* s, _locale_t locale) {
    if (!s) return invalid(), kError;
    if (!utf8(locale)) return strlen(s);
    size_t count = 0;
    char32_t point;
    for (; *s; ++count) {
        size_t used = decode(s, strnlen(s, 4), &point);
        if (used == kError || used == kIncomplete) return illegal();
        s += used;
    }
    return count;
}

size_t clib::_mbstrlen(const char* s) { return _mbstrlen_l(s, nullptr); }

size_t clib::_mbstrnlen_l(const char* s, size_t size, _locale_t locale) {
    if (!s || size > INT_MAX) return invalid(), kError;
    if (!utf8(locale)) return strnlen(s, size);
    size_t count = 0;
    char32_t point;
    for (size_t at = 0; at < size && s[at]; ++count) {
        size_t used = decode(s + at, size - at, &point);
        if (used == kIncomplete) return count;
        if (used == kError) return illegal();
        at += used;
    }
    return count;
}

size_t clib::_mbstrnlen(const char* s, size_t size) { return _mbstrnlen_l(s, size, nullptr); }

size_t clib::mbrtowc(WCHAR* to, const char* s, size_t size, mbstate_t* state) {
    return to_wide(to, s, size, state ? state : &t_states[0]);
}

size_t clib::mbrlen(const char* s, size_t size, mbstate_t* state) {
    return to_wide(nullptr, s, size, state ? state : &t_states[1]);
}

size_t clib::wcrtomb(char* to, WCHAR unit, mbstate_t* state) {
    return to_narrow(to, unit, state ? state : &t_states[2]);
}

errno_t clib::wcrtomb_s(size_t* used, char* to, size_t size, WCHAR unit, mbstate_t* state) {
    if (!to && size > 0) return invalid();
    char bytes[4];
    size_t count = wcrtomb(to ? bytes : nullptr, unit, state);
    if (used) *used = count;
    if (count == kError) return guest_errno();
    if (!to) return 0;
    if (count > size) return invalid(kERANGE);
    memcpy(to, bytes, count);
    return 0;
}

size_t clib::mbsrtowcs(WCHAR* to, const char** from, size_t count, mbstate_t* state) {
    if (!from || !*from) return invalid(), kError;
    if (!state) state = &t_states[3];
    const char* at = *from;
    size_t stored = 0;
    while (!to || stored < count) {
        char32_t point = static_cast<unsigned char>(*at);
        size_t used = utf8() ? decode_restartable(at, strnlen(at, 4) + (*at == 0), state, &point) : 1;
        if (used == kError || used == kIncomplete) return illegal();
        size_t units = point > 0xFFFF ? 2 : 1;
        if (to && stored + units > count) break;
        if (to && units == 2) {
            to[stored] = static_cast<WCHAR>(0xD800 | (point - 0x10000) >> 10);
            to[stored + 1] = static_cast<WCHAR>(0xDC00 | (point & 0x3FF));
        } else if (to) {
            to[stored] = static_cast<WCHAR>(point);
        }
        at += used;
        if (point == 0) {
            if (to) *from = nullptr;
            return stored;
        }
        stored += units;
    }
    *from = at;
    return stored;
}

errno_t clib::mbsrtowcs_s(size_t* converted, WCHAR* to, size_t size, const char** from, size_t count,
                          mbstate_t* state) {
    if (!from || !*from) return invalid();
    return convert_secure(converted, to, size, count, [=](WCHAR* out, size_t limit) {
        const char* at = *from;
        return mbsrtowcs(out, out ? from : &at, limit, state);
    });
}

size_t clib::wcsrtombs(char* to, const WCHAR** from, size_t count, mbstate_t* state) {
    if (!from || !*from) return invalid(), kError;
    if (!state) state = &t_states[4];
    const WCHAR* at = *from;
    size_t stored = 0;
    while (!to || stored < count) {
        char bytes[4];
        size_t size = to_narrow(bytes, *at, state);
        if (size == kError) return kError;
        if (to && stored + size > count) break;
        if (to) memcpy(to + stored, bytes, size);
        if (*at == 0) {
            if (to) *from = nullptr;
            return stored;
        }
        stored += size;
        ++at;
    }
    *from = at;
    return stored;
}

errno_t clib::wcsrtombs_s(size_t* converted, char* to, size_t size, const WCHAR** from, size_t count,
                          mbstate_t* state) {
    if (!from || !*from) return invalid();
    return convert_secure(converted, to, size, count, [=](char* out, size_t limit) {
        const WCHAR* at = *from;
        return wcsrtombs(out, out ? from : &at, limit, state);
    });
}

clib::wint_t clib::btowc(int c) {
    constexpr clib::wint_t kEnd = 0xFFFF;
    if (c < 0 || c > 0xFF || (c >= 0x80 && utf8())) return kEnd;
    return static_cast<wint_t>(c);
}

int clib::wctob(wint_t unit) {
    if (unit == 0xFFFF || unit > 0xFF || (unit >= 0x80 && utf8())) return -1;
    return static_cast<signed char>(unit);
}

int clib::mbsinit(const mbstate_t* state) { return !state || *state == 0; }

// uchar.h is always about UTF-8 ("mbrtoc16, mbrtoc32").
size_t clib::mbrtoc32(char32_t* to, const char* s, size_t size, mbstate_t* state) {
    if (!state) state = &t_states[5];
    if (!s) return mbrtoc32(nullptr, "", 1, state);
    char32_t point = 0;
    size_t used = decode_restartable(s, size, state, &point);
    if (used == kError || used == kIncomplete) return used;
    if (to) *to = point;
    return point == 0 ? 0 : used;
}

size_t clib::mbrtoc16(char16_t* to, const char* s, size_t size, mbstate_t* state) {
    if (!state) state = &t_states[6];
    if (!s) return mbrtoc16(nullptr, "", 1, state);
    if (is_low(*state)) {  // the second half of the last character
        if (to) *to = static_cast<char16_t>(*state);
        *state = 0;
        return kFromState;
    }
    char32_t point = 0;
    size_t used = decode_restartable(s, size, state, &point);
    if (used == kError || used == kIncomplete) return used;
    if (point > 0xFFFF) {
        *state = 0xDC00 | (point & 0x3FF);
        point = 0xD800 | (point - 0x10000) >> 10;
    }
    if (to) *to = static_cast<char16_t>(point);
    return point == 0 ? 0 : used;
}

size_t clib::c32rtomb(char* to, char32_t point, mbstate_t*) {
    if (!to) return 1;
    size_t bytes = encode(point, to);
    return bytes == kError ? illegal() : bytes;
}

size_t clib::c16rtomb(char* to, char16_t unit, mbstate_t* state) {
    if (!state) state = &t_states[7];
    if (!to) {
        *state = 0;
        return 1;
    }
    char32_t point = unit;
    if (is_high(*state)) {
        if (!is_low(unit)) {
            *state = 0;
            return illegal();
        }
        point = 0x10000 + ((*state & 0x3FF) << 10) + (unit & 0x3FFu);
        *state = 0;
    } else if (is_high(unit)) {
        *state = unit;
        return 0;
    }
    return c32rtomb(to, point, nullptr);
}
