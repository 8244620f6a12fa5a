// winnls.h: international domain names, label by label, by Punycode (RFC 3492); and a search by code units.
// Doc: "IdnToAscii function (winnls.h)", "FindStringOrdinal function (libloaderapi.h)".
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/packages.h"

using namespace lsw;

namespace {

constexpr uint32_t kBase = 36, kLeast = 1, kMost = 26, kSkew = 38, kDamp = 700, kFirstBias = 72, kFirstCode = 128;
constexpr size_t kLongestLabel = 63, kLongestName = 255;
constexpr std::u16string_view kPrefix = u"xn--";
constexpr DWORD kInvalidName = ERROR_INVALID_NAME;

uint32_t adapt(uint32_t delta, uint32_t count, bool first) {
    delta = first ? delta / kDamp : delta / 2;
    delta += delta / count;
    uint32_t k = 0;
    for (; delta > (kBase - kLeast) * kMost / 2; k += kBase) delta /= kBase - kLeast;
    return k + (kBase - kLeast + 1) * delta / (delta + kSkew);
}

uint32_t threshold(uint32_t k, uint32_t bias) { return k <= bias ? kLeast : k >= bias + kMost ? kMost : k - bias; }

char16_t digit(uint32_t value) { return static_cast<char16_t>(value < 26 ? u'a' + value : u'0' + value - 26); }

uint32_t value_of(char16_t unit) {
    if (unit >= u'a' && unit <= u'z') return unit - u'a';
    return unit >= u'0' && unit <= u'9' ? unit - u'0' + 26u : kBase;
}

std::u32string code_points(std::u16string_view text) {
    std::u32string out;
    for (size_t i = 0; i < text.size(); ++i) {
        char32_t unit = text[i];
        bool pair = unit >= 0xD800 && unit < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000;
        out += pair ? 0x10000 + ((unit - 0xD800) << 10) + (text[++i] - 0xDC00u) : unit;
    }
    return out;
}

void append(std::u16string& out, char32_t code) {
    if (code < 0x10000) return void(out += static_cast<char16_t>(code));
    out += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
    out += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
}

std::u16string encode(std::u16string_view label) {
    std::u32string codes = code_points(label);
    std::u16string out;
    for (char32_t code : codes)
        if (code < kFirstCode) out += static_cast<char16_t>(code);
    auto handled = static_cast<uint32_t>(out.size()), basic = handled;
    if (basic) out += u'-';
    uint32_t least = kFirstCode, delta = 0, bias = kFirstBias;
    while (handled < codes.size()) {
        uint32_t next = 0xFFFFFFFF;
        for (char32_t code : codes)
            if (code >= least) next = std::min<uint32_t>(next, code);
        delta += (next - least) * (handled + 1);
        least = next;
        for (char32_t code : codes) {
            if (code < least) ++delta;
            if (code != least) continue;
            uint32_t rest = delta;
            for (uint32_t k = kBase;; k += kBase) {
                uint32_t t = threshold(k, bias);
                if (rest < t) break;
                out += digit(t + (rest - t) % (kBase - t));
                rest = (rest - t) / (kBase - t);
            }
            out += digit(rest);
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta, ++least;
    }
    return out;
}

std::optional<std::u16string> decode(std::u16string_view text) {
    size_t dash = text.rfind(u'-');
    std::u32string codes;
    if (dash != text.npos)
        for (char16_t unit : text.substr(0, dash)) codes += unit;
    uint64_t code = kFirstCode, at = 0;
    uint32_t bias = kFirstBias;
    for (size_t i = dash == text.npos ? 0 : dash + 1; i < text.size();) {
        uint64_t before = at, weight = 1;
        for (uint32_t k = kBase;; k += kBase) {
            if (i == text.size()) return std::nullopt;
            char16_t unit = downcase(text[i++]);
            uint32_t value = value_of(unit);
            if (value >= kBase || at > 0xFFFFFFFF) return std::nullopt;
            at += value * weight;
            uint32_t t = threshold(k, bias);
            if (value < t) break;
            weight *= kBase - t;
        }
        auto count = static_cast<uint32_t>(codes.size() + 1);
        bias = adapt(static_cast<uint32_t>(at - before), count, before == 0);
        code += at / count;
        at %= count;
        if (code > 0x10FFFF) return std::nullopt;
        codes.insert(at++, 1, static_cast<char32_t>(code));
    }
    std::u16string out;
    for (char32_t one : codes) append(out, one);
    return out;
}

bool is_ascii(std::u16string_view text) {
    return std::all_of(text.begin(), text.end(), [](char16_t unit) { return unit < 128; });
}

// Calls `convert` for each label; the ideographic full stops separate them too.
template <class Convert>
std::optional<std::u16string> by_label(std::u16string_view name, Convert convert) {
    std::u16string out;
    while (true) {
        size_t dot = name.find_first_of(u".\u3002\uFF0E\uFF61");
        std::u16string_view label = name.substr(0, dot);
        bool last = dot == name.npos;
        if (label.empty() && !(last && !out.empty())) return std::nullopt;
        std::optional<std::u16string> made = label.empty() ? std::u16string() : convert(label);
        if (!made || made->size() > kLongestLabel) return std::nullopt;
        out += *made;
        if (last) return out.size() > kLongestName ? std::nullopt : std::optional(out);
        out += u'.';
        name.remove_prefix(dot + 1);
    }
}

int give(const std::optional<std::u16string>& text, bool terminated, LPWSTR out, int room) {
    if (!text) return set_last_error(kInvalidName), 0;
    int size = static_cast<int>(text->size()) + (terminated ? 1 : 0);
    if (room == 0) return size;
    if (room < size || !out) return set_last_error(ERROR_INSUFFICIENT_BUFFER), 0;
    memcpy(out, text->c_str(), static_cast<size_t>(size) * sizeof(WCHAR));
    return size;
}

std::u16string_view view(LPCWSTR text, int count) {
    return {text, count < 0 ? length16(text) : static_cast<size_t>(count)};
}

}  // namespace

int kernel32::IdnToAscii(DWORD, LPCWSTR lpUnicodeCharStr, int cchUnicodeChar, LPWSTR lpASCIICharStr, int cchASCIIChar) {
    if (!lpUnicodeCharStr || cchUnicodeChar < -1 || cchASCIIChar < 0) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    auto name = by_label(view(lpUnicodeCharStr, cchUnicodeChar), [](std::u16string_view label) {
        if (is_ascii(label)) return std::optional<std::u16string>(label);
        std::u16string small(label);
        for (char16_t& unit : small) unit = downcase(unit);
        return std::optional<std::u16string>(std::u16string(kPrefix) + encode(small));
    });
    return give(name, cchUnicodeChar < 0, lpASCIICharStr, cchASCIIChar);
}

int kernel32::IdnToUnicode(DWORD, LPCWSTR lpASCIICharStr, int cchASCIIChar, LPWSTR lpUnicodeCharStr, int cchUnicodeChar) {
    if (!lpASCIICharStr || cchASCIIChar < -1 || cchUnicodeChar < 0) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    auto name = by_label(view(lpASCIICharStr, cchASCIIChar), [](std::u16string_view label) {
        bool coded = label.size() > kPrefix.size() && equal_ignore_case(label.substr(0, kPrefix.size()), kPrefix);
        return coded ? decode(label.substr(kPrefix.size())) : std::optional<std::u16string>(label);
    });
    return give(name, cchASCIIChar < 0, lpUnicodeCharStr, cchUnicodeChar);
}

int kernel32::FindStringOrdinal(DWORD dwFindStringOrdinalFlags, LPCWSTR lpStringSource, int cchSource, LPCWSTR lpStringValue,
                                int cchValue, BOOL bIgnoreCase) {
    constexpr DWORD kStartsWith = 0x100000, kEndsWith = 0x200000, kFromStart = 0x400000, kFromEnd = 0x800000;
    constexpr int kNotFound = -1;
    DWORD how = dwFindStringOrdinalFlags ? dwFindStringOrdinalFlags : kFromStart;
    if (!lpStringSource || !lpStringValue || cchSource < -1 || cchValue < -1)
        return set_last_error(ERROR_INVALID_PARAMETER), kNotFound;
    std::u16string_view source = view(lpStringSource, cchSource), value = view(lpStringValue, cchValue);
    set_last_error(ERROR_SUCCESS);
    auto matches = [&](size_t at) {
        std::u16string_view part = source.substr(at, value.size());
        return bIgnoreCase ? equal_ignore_case(part, value) : part == value;
    };
    if (value.size() > source.size()) return kNotFound;
    size_t last = source.size() - value.size();
    switch (how) {
        case kStartsWith: return matches(0) ? 0 : kNotFound;
        case kEndsWith: return matches(last) ? static_cast<int>(last) : kNotFound;
        case kFromStart:
            for (size_t at = 0; at <= last; ++at)
                if (matches(at)) return static_cast<int>(at);
            return kNotFound;
        case kFromEnd:
            for (size_t at = last + 1; at-- > 0;)
                if (matches(at)) return static_cast<int>(at);
            return kNotFound;
    }
    return set_last_error(ERROR_INVALID_FLAGS), kNotFound;
}
