// See wildcard.h. Matching runs the expression as a set of states over the name, so that no pattern
// costs more than length of the pattern times length of the name.
#include "core/path/wildcard.h"

#include <bitset>
#include <vector>

#include "base/text.h"

namespace lsw::path {
namespace {

constexpr char16_t kDosStar = u'<';
constexpr char16_t kDosQm = u'>';
constexpr char16_t kDosDot = u'"';

// States are offsets in the expression; state `size` is the match.
template <class States>
bool run(std::u16string_view expression, std::u16string_view name, bool ignore_case, States now,
         States next) {
    size_t last_dot = name.rfind(u'.');
    // Follows the steps that take no character, given what comes next in the name.
    auto close_over = [&](States& states, bool at_end, char16_t unit) {
        for (size_t p = 0; p < expression.size(); ++p) {
            if (!states[p]) continue;
            char16_t e = expression[p];
            bool skips = e == u'*' || e == kDosStar || (e == kDosDot && at_end) ||
                         (e == kDosQm && (at_end || unit == u'.'));
            if (skips) states[p + 1] = true;
        }
    };
    now[0] = true;
    for (size_t i = 0; i < name.size(); ++i) {
        char16_t unit = name[i];
        close_over(now, false, unit);
        bool any = false;
        for (size_t p = 0; p <= expression.size(); ++p) next[p] = false;
        for (size_t p = 0; p < expression.size(); ++p) {
            if (!now[p]) continue;
            char16_t e = expression[p];
            if (e == u'*' || (e == kDosStar && i != last_dot)) {
                next[p] = any = true;
            } else if (e == u'?' || (e == kDosQm && unit != u'.') || (e == kDosDot && unit == u'.')) {
                next[p + 1] = any = true;
            } else if (e == unit || (ignore_case && upcase(e) == upcase(unit))) {
                next[p + 1] = any = true;
            }
        }
        if (!any) return false;
        std::swap(now, next);
    }
    close_over(now, true, 0);
    return now[expression.size()];
}

}  // namespace

bool has_wildcards(std::u16string_view text) {
    return text.find_first_of(u"*?<>\"") != std::u16string_view::npos;
}

bool name_matches(std::u16string_view expression, std::u16string_view name, bool ignore_case) {
    if (expression == u"*") return !name.empty();
    if (!has_wildcards(expression))
        return ignore_case ? equal_ignore_case(expression, name) : expression == name;
    if (expression.size() < 64)
        return run(expression, name, ignore_case, std::bitset<64>(), std::bitset<64>());
    std::vector<bool> empty(expression.size() + 1);
    return run(expression, name, ignore_case, empty, empty);
}

std::u16string expression_from_find_pattern(std::u16string_view pattern) {
    if (pattern == u"*.*") return u"*";
    std::u16string out;
    out.reserve(pattern.size());
    for (size_t i = 0; i < pattern.size(); ++i) {
        char16_t unit = pattern[i];
        bool more = i + 1 < pattern.size();
        if (unit == u'?') {
            out.push_back(kDosQm);
        } else if (unit == u'.' && more && (pattern[i + 1] == u'?' || pattern[i + 1] == u'*')) {
            out.push_back(kDosDot);
        } else if (unit == u'*' && more && pattern[i + 1] == u'.') {
            out.push_back(kDosStar);
            // "a*." asks for names without an extension, which DOS_STAR alone says.
            if (i + 2 == pattern.size()) break;
        } else {
            out.push_back(unit);
        }
    }
    return out;
}

}  // namespace lsw::path
