// Text functions for char and char16_t alike: what string.h's narrow and wide halves have in common.
// Everything here is inlined into the exported functions: a call with Linux' convention from one with Windows' would
// cost the saving of ten vector registers.
#pragma once

#include <cstddef>
#include <type_traits>

#include "base/text.h"

namespace lsw::crt::text {

#define LSW_INLINE [[gnu::always_inline]] inline

template <class C>
using Unit = std::make_unsigned_t<C>;

template <class C>
LSW_INLINE C ascii_lower(C unit) {
    return unit >= 'A' && unit <= 'Z' ? static_cast<C>(unit + 0x20) : unit;
}
template <class C>
LSW_INLINE C ascii_upper(C unit) {
    return unit >= 'a' && unit <= 'z' ? static_cast<C>(unit - 0x20) : unit;
}

// Orders as the functions of Windows report it: -1, 0 or 1.
template <class C>
LSW_INLINE int order(C a, C b) {
    return (static_cast<Unit<C>>(a) > static_cast<Unit<C>>(b)) - (static_cast<Unit<C>>(a) < static_cast<Unit<C>>(b));
}

template <class C>
LSW_INLINE size_t length(const C* s) {
    size_t count = 0;
    while (s[count]) ++count;
    return count;
}

template <class C>
LSW_INLINE size_t length_within(const C* s, size_t limit) {
    size_t count = 0;
    while (count < limit && s[count]) ++count;
    return count;
}

template <class C>
LSW_INLINE int compare(const C* a, const C* b, size_t limit) {
    for (size_t i = 0; i < limit; ++i)
        if (a[i] != b[i] || !a[i]) return order(a[i], b[i]);
    return 0;
}

// By units that `fold` makes equal; the difference of the first that differ, as _stricmp gives it.
template <class C, class Fold>
LSW_INLINE int compare_folded(const C* a, const C* b, size_t limit, Fold fold) {
    for (size_t i = 0; i < limit; ++i) {
        int left = static_cast<Unit<C>>(fold(a[i])), right = static_cast<Unit<C>>(fold(b[i]));
        if (left != right || left == 0) return left - right;
    }
    return 0;
}

template <class C>
LSW_INLINE C* copy(C* to, const C* from) {
    C* at = to;
    while ((*at++ = *from++)) {
    }
    return to;
}

template <class C>
LSW_INLINE C* copy_padded(C* to, const C* from, size_t limit) {
    size_t i = 0;
    for (; i < limit && from[i]; ++i) to[i] = from[i];
    for (; i < limit; ++i) to[i] = 0;
    return to;
}

template <class C>
LSW_INLINE C* append(C* to, const C* from, size_t limit) {
    C* at = to + length(to);
    for (; limit > 0 && *from; --limit) *at++ = *from++;
    *at = 0;
    return to;
}

template <class C>
LSW_INLINE C* find(const C* s, C wanted) {
    for (;; ++s) {
        if (*s == wanted) return const_cast<C*>(s);
        if (!*s) return nullptr;
    }
}

template <class C>
LSW_INLINE C* find_last(const C* s, C wanted) {
    const C* found = nullptr;
    for (;; ++s) {
        if (*s == wanted) found = s;
        if (!*s) return const_cast<C*>(found);
    }
}

// The set of units in a string: a bitmap for the low ones, a search for the others.
template <class C>
class UnitSet {
public:
    LSW_INLINE explicit UnitSet(const C* units) : units_(units) {
        for (; *units; ++units)
            if (auto unit = static_cast<Unit<C>>(*units); unit < 256) low_[unit / 64] |= 1ull << (unit % 64);
    }
    LSW_INLINE bool has(C value) const {
        auto unit = static_cast<Unit<C>>(value);
        if (unit < 256) return low_[unit / 64] >> (unit % 64) & 1;
        for (const C* at = units_; *at; ++at)
            if (*at == value) return true;
        return false;
    }

private:
    const C* units_;
    uint64_t low_[4] = {};
};

// How many units at the start are all in the set (`inside`), or all not.
template <class C>
LSW_INLINE size_t span(const C* s, const C* units, bool inside) {
    UnitSet<C> set(units);
    size_t count = 0;
    while (s[count] && set.has(s[count]) == inside) ++count;
    return count;
}

template <class C>
LSW_INLINE C* find_any(const C* s, const C* units) {
    s += span(s, units, false);
    return *s ? const_cast<C*>(s) : nullptr;
}

template <class C>
LSW_INLINE C* find_text(const C* s, const C* wanted) {
    if (!*wanted) return const_cast<C*>(s);
    size_t size = length(wanted);
    for (; (s = find(s, *wanted)); ++s) {
        size_t i = 1;
        while (i < size && s[i] == wanted[i]) ++i;
        if (i == size) return const_cast<C*>(s);
    }
    return nullptr;
}

// One step of strtok_s: nullptr when nothing is left.
template <class C>
LSW_INLINE C* token(C* s, const C* delimiters, C** context) {
    if (!s) s = *context;
    s += span(s, delimiters, true);
    if (!*s) {
        *context = s;
        return nullptr;
    }
    C* end = s + span(s, delimiters, false);
    if (*end) *end++ = 0;
    *context = end;
    return s;
}

template <class C>
LSW_INLINE C* reverse(C* s) {
    size_t i = 0, j = length(s);
    while (i + 1 < j) {
        C kept = s[i];
        s[i++] = s[--j];
        s[j] = kept;
    }
    return s;
}

template <class C>
LSW_INLINE C* fill(C* s, C value, size_t limit) {
    for (size_t i = 0; i < limit && s[i]; ++i) s[i] = value;
    return s;
}

template <class C, class Map>
LSW_INLINE C* map(C* s, Map change) {
    for (C* at = s; *at; ++at) *at = change(*at);
    return s;
}

}  // namespace lsw::crt::text
