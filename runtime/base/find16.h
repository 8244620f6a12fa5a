// Searching UTF-16 text for one code unit, eight at a time.
#pragma once

#include <emmintrin.h>

#include <cstdint>
#include <string_view>

namespace lsw {

// Index of the first `unit` at or after `from`; npos without one.
inline size_t find16(std::u16string_view text, char16_t unit, size_t from = 0) {
    const __m128i wanted = _mm_set1_epi16(static_cast<short>(unit));
    size_t at = from;
    for (; at + 8 <= text.size(); at += 8) {
        __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        int found = _mm_movemask_epi8(_mm_cmpeq_epi16(block, wanted));
        if (found) return at + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(found))) / 2;
    }
    for (; at < text.size(); ++at)
        if (text[at] == unit) return at;
    return std::u16string_view::npos;
}

// Length of zero-terminated text. Reads the 16 bytes around each code unit, never across a page.
inline size_t scan16(const char16_t* text) {
    auto address = reinterpret_cast<uintptr_t>(text);
    const __m128i zero = _mm_setzero_si128();
    if (address % 2) {  // never aligned to what is compared
        size_t length = 0;
        while (text[length]) ++length;
        return length;
    }
    auto block = reinterpret_cast<const __m128i*>(address & ~uintptr_t{15});
    auto skipped = static_cast<unsigned>(address & 15);
    unsigned found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_load_si128(block), zero))) >> skipped;
    if (found) return static_cast<size_t>(__builtin_ctz(found)) / 2;
    for (;;) {
        ++block;
        found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_load_si128(block), zero)));
        if (found)
            return (reinterpret_cast<uintptr_t>(block) + static_cast<unsigned>(__builtin_ctz(found)) - address) / 2;
    }
}

}  // namespace lsw
