#include "core/nls/ctype.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace lsw::nls {
namespace {

struct Run {
    uint16_t first;
    uint16_t flags;
};

constexpr Run kRuns[] = {
#define RUN(first, flags) {first, flags},
#include "core/nls/ctype_runs.inc"
#undef RUN
};

struct Decomposition {
    uint16_t letter, base, mark;
};

constexpr Decomposition kDecompositions[] = {
#define DECOMPOSE(letter, base, mark) {letter, base, mark},
#include "core/nls/decompositions.inc"
#undef DECOMPOSE
};

bool is_combining(char16_t unit) {
    return (unit >= 0x300 && unit < 0x370) || (unit >= 0x1AB0 && unit < 0x1B00) ||
           (unit >= 0x1DC0 && unit < 0x1E00) || (unit >= 0x20D0 && unit < 0x2100) ||
           (unit >= 0xFE20 && unit < 0xFE30);
}

// Order of the classes: blanks and punctuation, symbols, digits, letters by script.
uint32_t primary_weight(char16_t unit) {
    WORD type = ctype(unit);
    if (type & kAlpha) return 0x30000u + upcase(unit);
    if (type & kDigit) return 0x20000u + unit;
    if (type & (kSpace | kBlank)) return 0x08000u + unit;
    if (type & kPunct) return 0x10000u + unit;
    return type & kCntrl ? unit : 0x30000u + unit;
}

// Three keys of one string, each compared as a whole before the next ("Handling Sorting in Your
// Applications").
struct Keys {
    std::u32string primary;
    std::u16string marks, cases, skipped;
};

Keys keys_of(std::u16string_view text, DWORD flags) {
    Keys keys;
    bool no_case = flags & (kIgnoreCase | kLinguisticIgnoreCase);
    bool no_mark = flags & (kIgnoreNonSpace | kLinguisticIgnoreDiacritic);
    for (char16_t unit : text) {
        WORD type = ctype(unit);
        if (unit == 0 || (type & kCntrl && !(type & kSpace))) continue;  // ignorable
        if (flags & kIgnoreSymbols && type & kPunct) continue;
        if (is_combining(unit)) {
            if (!no_mark && !keys.marks.empty()) keys.marks.back() = unit;
            continue;
        }
        if (!(flags & kStringSort) && (unit == u'-' || unit == u'\'')) {
            keys.skipped += static_cast<char16_t>(keys.primary.size() + 1);
            keys.skipped += unit;
            continue;
        }
        char16_t mark = 0;
        char16_t base = base_letter(unit, &mark);
        keys.primary += static_cast<char32_t>(primary_weight(base));
        keys.marks += no_mark ? u'\0' : mark;
        keys.cases += !no_case && upcase(base) == base && downcase(base) != base ? u'\1' : u'\0';
    }
    return keys;
}

template <class Text>
int order(const Text& a, const Text& b) {
    int result = a.compare(b);
    return result < 0 ? -1 : result > 0 ? 1 : 0;
}

}  // namespace

WORD ctype(char16_t unit) {
    auto after = std::upper_bound(std::begin(kRuns), std::end(kRuns), unit,
                                  [](char16_t value, const Run& run) { return value < run.first; });
    return std::prev(after)->flags;
}

char16_t base_letter(char16_t unit, char16_t* mark) {
    if (unit >= 0xC0) {
        auto found = std::lower_bound(
            std::begin(kDecompositions), std::end(kDecompositions), unit,
            [](const Decomposition& row, char16_t value) { return row.letter < value; });
        if (found != std::end(kDecompositions) && found->letter == unit) {
            if (mark) *mark = found->mark;
            return found->base;
        }
    }
    if (mark) *mark = 0;
    return unit;
}

int compare_linguistic(std::u16string_view a, std::u16string_view b, DWORD flags) {
    Keys x = keys_of(a, flags), y = keys_of(b, flags);
    if (int result = order(x.primary, y.primary)) return result;
    if (int result = order(x.marks, y.marks)) return result;
    if (int result = order(x.cases, y.cases)) return result;
    return order(x.skipped, y.skipped);
}

std::string sort_key(std::u16string_view text, DWORD flags) {
    Keys keys = keys_of(text, flags);
    std::string out;
    for (char32_t weight : keys.primary)
        for (int shift : {14, 7, 0}) out += static_cast<char>(2 + ((weight >> shift) & 0x7F));
    auto append = [&](const std::u16string& part) {
        out += '\1';
        size_t used = part.find_last_not_of(u'\0');
        used = used == std::u16string::npos ? 0 : used + 1;
        for (char16_t unit : part.substr(0, used))
            for (int shift : {14, 7, 0}) out += static_cast<char>(2 + ((unit >> shift) & 0x7F));
    };
    append(keys.marks);
    append(keys.cases);
    out += '\1';
    append(keys.skipped);
    out += '\0';
    return out;
}

}  // namespace lsw::nls
