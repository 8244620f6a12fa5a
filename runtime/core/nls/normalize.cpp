#include "core/nls/normalize.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace lsw::nls {
namespace {

struct Decomposition {
    char32_t code;
    uint32_t begin : 20, size : 8, compatible : 1;  // its parts, in kPool
};
struct CombiningClass {
    char32_t code;
    uint8_t value;
};
struct Pair {
    char32_t first, second, composed;
};

#include "normalization.inc"

constexpr char32_t kSyllables = 0xAC00, kLeading = 0x1100, kVowels = 0x1161, kTrailing = 0x11A7;
constexpr char32_t kLeadingCount = 19, kVowelCount = 21, kTrailingCount = 28, kSyllableCount = 11172;

unsigned combining_class(char32_t code) {
    const auto* at = std::lower_bound(std::begin(kClasses), std::end(kClasses), code,
                                      [](const CombiningClass& row, char32_t value) { return row.code < value; });
    return at != std::end(kClasses) && at->code == code ? at->value : 0;
}

void decompose(char32_t code, bool compatible, std::u32string& out) {
    if (code < 0xA0) return out.push_back(code);
    if (code >= kSyllables && code < kSyllables + kSyllableCount) {
        char32_t index = code - kSyllables, tail = index % kTrailingCount;
        out.push_back(kLeading + index / (kVowelCount * kTrailingCount));
        out.push_back(kVowels + index % (kVowelCount * kTrailingCount) / kTrailingCount);
        if (tail) out.push_back(kTrailing + tail);
        return;
    }
    const auto* at = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), code,
                                      [](const Decomposition& row, char32_t value) { return row.code < value; });
    if (at == std::end(kDecompositions) || at->code != code || (at->compatible && !compatible)) return out.push_back(code);
    for (unsigned i = 0; i < at->size; ++i) decompose(kPool[at->begin + i], compatible, out);
}

// Marks in the order of their classes, between letters.
void order_marks(std::u32string& text) {
    for (size_t begin = 0; begin < text.size(); ++begin) {
        if (!combining_class(text[begin])) continue;
        size_t end = begin;
        while (end < text.size() && combining_class(text[end])) ++end;
        std::stable_sort(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(end),
                         [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
        begin = end;
    }
}

// 0: the two do not compose.
char32_t composed(char32_t first, char32_t second) {
    char32_t leading = first - kLeading, vowel = second - kVowels;
    if (leading < kLeadingCount && vowel < kVowelCount)
        return kSyllables + (leading * kVowelCount + vowel) * kTrailingCount;
    char32_t index = first - kSyllables, tail = second - kTrailing;
    if (index < kSyllableCount && index % kTrailingCount == 0 && tail > 0 && tail < kTrailingCount) return first + tail;
    const auto* at = std::lower_bound(std::begin(kPairs), std::end(kPairs), Pair{first, second, 0},
                                      [](const Pair& a, const Pair& b) {
                                          return a.first != b.first ? a.first < b.first : a.second < b.second;
                                      });
    return at != std::end(kPairs) && at->first == first && at->second == second ? at->composed : 0;
}

void compose(std::u32string& text) {
    std::u32string out;
    size_t letter = std::u32string::npos;  // where the last one that begins anything stands in `out`
    unsigned last_class = 0;
    for (char32_t code : text) {
        unsigned own_class = combining_class(code);
        bool adjacent = letter != std::u32string::npos && letter + 1 == out.size();
        bool blocked = !adjacent && (last_class >= own_class || !own_class);
        char32_t joined = letter == std::u32string::npos || blocked ? 0 : composed(out[letter], code);
        if (joined) {
            out[letter] = joined;
            continue;
        }
        out.push_back(code);
        last_class = own_class;
        if (!own_class) letter = out.size() - 1;
    }
    text = std::move(out);
}

}  // namespace

std::optional<std::u16string> normalize(std::u16string_view text, Form form, size_t* bad) {
    std::u32string wide;
    for (size_t i = 0; i < text.size(); ++i) {
        char32_t code = text[i];
        if ((code & 0xF800) == 0xD800) {
            bool pair = code < 0xDC00 && i + 1 < text.size() && (text[i + 1] & 0xFC00) == 0xDC00;
            if (!pair) {
                if (bad) *bad = i;
                return std::nullopt;
            }
            code = 0x10000 + ((code & 0x3FF) << 10 | (text[++i] & 0x3FF));
        }
        decompose(code, form.compatible, wide);
    }
    order_marks(wide);
    if (form.composed) compose(wide);
    std::u16string out;
    for (char32_t code : wide) {
        if (code >= 0x10000) out.push_back(static_cast<char16_t>(0xD7C0 + (code >> 10)));
        out.push_back(static_cast<char16_t>(code < 0x10000 ? code : 0xDC00 | (code & 0x3FF)));
    }
    return out;
}

}  // namespace lsw::nls
