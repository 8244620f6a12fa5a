// The functions that programs call most: memory blocks, and the length, comparison and search of text.
// They are written here, with SSE2 alone, rather than passed to libc: Windows' convention keeps XMM6 to XMM15 over a
// call, Linux' does not, and saving them costs more than most of these calls take. Blocks from kRepBytes on use
// `rep movsb`, for which processors have microcode as fast as the widest registers.
// Aligned 16-byte reads may pass the end of a text but never the end of its page.
#include <emmintrin.h>

#include <cstdint>

#include "abi/exception.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"

namespace {

constexpr size_t kRepBytes = 2048;

using Bytes = unsigned char;

template <class T>
struct [[gnu::packed, gnu::may_alias]] Loose {
    T value;
};
template <class T>
LSW_INLINE T load(const Bytes* at) {
    return reinterpret_cast<const Loose<T>*>(at)->value;
}
template <class T>
LSW_INLINE void store(Bytes* at, T value) {
    reinterpret_cast<Loose<T>*>(at)->value = value;
}
LSW_INLINE __m128i load16(const Bytes* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
LSW_INLINE void store16(Bytes* at, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), value); }

// Everything is read before anything is written, so overlap does not matter.
LSW_INLINE void move_small(Bytes* to, const Bytes* from, size_t size) {
    if (size >= 16) {
        __m128i first = load16(from), last = load16(from + size - 16);
        store16(to, first);
        store16(to + size - 16, last);
    } else if (size >= 8) {
        auto first = load<uint64_t>(from), last = load<uint64_t>(from + size - 8);
        store(to, first);
        store(to + size - 8, last);
    } else if (size >= 4) {
        auto first = load<uint32_t>(from), last = load<uint32_t>(from + size - 4);
        store(to, first);
        store(to + size - 4, last);
    } else if (size > 0) {
        Bytes first = from[0], middle = from[size / 2], last = from[size - 1];
        to[0] = first;
        to[size / 2] = middle;
        to[size - 1] = last;
    }
}

LSW_INLINE void move_64(Bytes* to, const Bytes* from, size_t size) {  // 33 to 64 bytes
    __m128i a = load16(from), b = load16(from + 16);
    __m128i c = load16(from + size - 32), d = load16(from + size - 16);
    store16(to, a);
    store16(to + 16, b);
    store16(to + size - 32, c);
    store16(to + size - 16, d);
}

LSW_INLINE void move_up(Bytes* to, const Bytes* from, size_t size) {  // more than 64 bytes, to <= from or apart
    __m128i tail_a = load16(from + size - 64), tail_b = load16(from + size - 48);
    __m128i tail_c = load16(from + size - 32), tail_d = load16(from + size - 16);
    Bytes* end = to + size - 64;
    Bytes* last = to + size;
    for (; to < end; to += 64, from += 64) {
        __m128i a = load16(from), b = load16(from + 16), c = load16(from + 32), d = load16(from + 48);
        store16(to, a);
        store16(to + 16, b);
        store16(to + 32, c);
        store16(to + 48, d);
    }
    store16(last - 64, tail_a);
    store16(last - 48, tail_b);
    store16(last - 32, tail_c);
    store16(last - 16, tail_d);
}

LSW_INLINE void move_down(Bytes* to, const Bytes* from, size_t size) {  // more than 64 bytes, to > from, overlapping
    __m128i head_a = load16(from), head_b = load16(from + 16), head_c = load16(from + 32), head_d = load16(from + 48);
    size_t at = size;
    for (; at > 64; at -= 64) {
        const Bytes* source = from + at - 64;
        Bytes* target = to + at - 64;
        __m128i a = load16(source), b = load16(source + 16), c = load16(source + 32), d = load16(source + 48);
        store16(target, a);
        store16(target + 16, b);
        store16(target + 32, c);
        store16(target + 48, d);
    }
    store16(to, head_a);
    store16(to + 16, head_b);
    store16(to + 32, head_c);
    store16(to + 48, head_d);
}

LSW_INLINE void rep_move(Bytes* to, const Bytes* from, size_t size) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

// XMM6 and up would have to be saved: the loops above stay within six registers by themselves.
LSW_INLINE void* move(void* to, const void* from, size_t size) {
    auto* out = static_cast<Bytes*>(to);
    auto* in = static_cast<const Bytes*>(from);
    if (size <= 32) [[likely]] {
        move_small(out, in, size);
    } else if (size <= 64) {
        move_64(out, in, size);
    } else if (static_cast<size_t>(out - in) < size) {
        move_down(out, in, size);
    } else if (size >= kRepBytes && static_cast<size_t>(in - out) >= 64) {
        rep_move(out, in, size);
    } else {
        move_up(out, in, size);
    }
    return to;
}

LSW_INLINE int order(Bytes a, Bytes b) { return (a > b) - (a < b); }

// Bit per byte (or two bits per 16-bit unit) of the lanes that hold `wanted`.
template <class C>
LSW_INLINE unsigned lanes_equal(__m128i data, __m128i wanted) {
    __m128i equal = sizeof(C) == 1 ? _mm_cmpeq_epi8(data, wanted) : _mm_cmpeq_epi16(data, wanted);
    return static_cast<unsigned>(_mm_movemask_epi8(equal));
}
template <class C>
LSW_INLINE __m128i spread(C unit) {
    return sizeof(C) == 1 ? _mm_set1_epi8(static_cast<char>(unit)) : _mm_set1_epi16(static_cast<short>(unit));
}
template <class C>
LSW_INLINE bool odd(const C* s) {
    return reinterpret_cast<uintptr_t>(s) % sizeof(C) != 0;
}

template <class C>
LSW_INLINE size_t length(const C* s) {
    if (odd(s)) return lsw::crt::text::length(s);
    auto start = reinterpret_cast<uintptr_t>(s);
    auto* block = reinterpret_cast<const __m128i*>(start & ~uintptr_t{15});
    unsigned skip = start & 15;
    __m128i zero = _mm_setzero_si128();
    unsigned found = lanes_equal<C>(_mm_load_si128(block), zero) >> skip;
    if (found) return static_cast<unsigned>(__builtin_ctz(found)) / sizeof(C);
    do {
        found = lanes_equal<C>(_mm_load_si128(++block), zero);
    } while (!found);
    size_t bytes = reinterpret_cast<uintptr_t>(block) - start + static_cast<unsigned>(__builtin_ctz(found));
    return bytes / sizeof(C);
}

// Where `unit` or the end of the text is first.
template <class C>
LSW_INLINE C* find(const C* s, C unit) {
    if (odd(s)) return lsw::crt::text::find(s, unit);
    auto start = reinterpret_cast<uintptr_t>(s);
    auto* block = reinterpret_cast<const __m128i*>(start & ~uintptr_t{15});
    __m128i zero = _mm_setzero_si128(), wanted = spread(unit);
    __m128i data = _mm_load_si128(block);
    unsigned found = (lanes_equal<C>(data, zero) | lanes_equal<C>(data, wanted)) >> (start & 15) << (start & 15);
    while (!found) {
        data = _mm_load_si128(++block);
        found = lanes_equal<C>(data, zero) | lanes_equal<C>(data, wanted);
    }
    auto at = reinterpret_cast<uintptr_t>(block) + static_cast<unsigned>(__builtin_ctz(found));
    auto* hit = reinterpret_cast<C*>(at);
    return *hit == unit ? hit : nullptr;
}

template <class C>
LSW_INLINE int compare(const C* a, const C* b, size_t limit) {
    __m128i zero = _mm_setzero_si128();
    for (size_t i = 0; i < limit;) {
        auto left = reinterpret_cast<uintptr_t>(a + i), right = reinterpret_cast<uintptr_t>(b + i);
        bool near_page_end = (left & 4095) > 4080 || (right & 4095) > 4080;
        if (near_page_end || limit - i < 16 / sizeof(C)) {
            if (a[i] != b[i] || !a[i]) return lsw::crt::text::order(a[i], b[i]);
            ++i;
            continue;
        }
        __m128i x = load16(reinterpret_cast<const Bytes*>(left)), y = load16(reinterpret_cast<const Bytes*>(right));
        unsigned stop = (lanes_equal<C>(x, y) ^ 0xFFFF) | lanes_equal<C>(x, zero);
        if (stop) {
            size_t at = i + static_cast<unsigned>(__builtin_ctz(stop)) / sizeof(C);
            return lsw::crt::text::order(a[at], b[at]);
        }
        i += 16 / sizeof(C);
    }
    return 0;
}

}  // namespace

void* clib::memcpy(void* to, const void* from, size_t size) { return move(to, from, size); }

void* clib::memmove(void* to, const void* from, size_t size) { return move(to, from, size); }

void* clib::memset(void* to, int value, size_t size) {
    auto* out = static_cast<Bytes*>(to);
    uint64_t pattern = static_cast<Bytes>(value) * 0x0101'0101'0101'0101ull;
    if (size < 16) {
        if (size >= 8) {
            store(out, pattern);
            store(out + size - 8, pattern);
        } else if (size >= 4) {
            store(out, static_cast<uint32_t>(pattern));
            store(out + size - 4, static_cast<uint32_t>(pattern));
        } else if (size > 0) {
            out[0] = out[size / 2] = out[size - 1] = static_cast<Bytes>(value);
        }
        return to;
    }
    __m128i wide = _mm_set1_epi64x(static_cast<long long>(pattern));
    if (size >= kRepBytes) {
        void* at = to;
        asm volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(value) : "memory");
        return to;
    }
    Bytes* last = out + size - 16;
    for (Bytes* at = out; at < last; at += 16) store16(at, wide);
    store16(last, wide);
    return to;
}

int clib::memcmp(const void* a, const void* b, size_t size) {
    auto *left = static_cast<const Bytes*>(a), *right = static_cast<const Bytes*>(b);
    size_t i = 0;
    for (; i + 16 <= size; i += 16) {
        unsigned differ = lanes_equal<char>(load16(left + i), load16(right + i)) ^ 0xFFFF;
        if (differ) {
            i += static_cast<unsigned>(__builtin_ctz(differ));
            return order(left[i], right[i]);
        }
    }
    for (; i < size; ++i)
        if (left[i] != right[i]) return order(left[i], right[i]);
    return 0;
}

void* clib::memchr(const void* block, int value, size_t size) {
    auto* at = static_cast<const Bytes*>(block);
    __m128i wanted = spread(static_cast<char>(value));
    size_t i = 0;
    for (; i + 16 <= size; i += 16)
        if (unsigned found = lanes_equal<char>(load16(at + i), wanted))
            return const_cast<Bytes*>(at + i + __builtin_ctz(found));
    for (; i < size; ++i)
        if (at[i] == static_cast<Bytes>(value)) return const_cast<Bytes*>(at + i);
    return nullptr;
}

size_t clib::strlen(const char* s) { return length(s); }

size_t clib::wcslen(const WCHAR* s) { return length(s); }

size_t clib::strnlen(const char* s, size_t limit) { return lsw::crt::text::length_within(s, limit); }

size_t clib::wcsnlen(const WCHAR* s, size_t limit) { return lsw::crt::text::length_within(s, limit); }

char* clib::strchr(const char* s, int c) { return find(s, static_cast<char>(c)); }

WCHAR* clib::wcschr(const WCHAR* s, WCHAR unit) { return find(s, unit); }

int clib::strcmp(const char* a, const char* b) { return compare(a, b, SIZE_MAX); }

int clib::strncmp(const char* a, const char* b, size_t count) { return compare(a, b, count); }

int clib::wcscmp(const WCHAR* a, const WCHAR* b) { return compare(a, b, SIZE_MAX); }

char* clib::strcpy(char* to, const char* from) {
    move(to, from, length(from) + 1);
    return to;
}
