// The functions that programs call most: memory blocks, and the length, comparison and search of text.
// They are written here rather than passed to libc: Windows' convention keeps XMM6 to XMM15 over a call, Linux' does not,
// and saving them costs more than most of these calls take. The loops (memory_kernels.inc) exist for SSE2 and for AVX2;
// which one runs is decided once. Blocks from kRepBytes on use `rep movsb`, for which processors have microcode as fast
// as the widest registers. Aligned reads may pass the end of a text but never the end of its page.
#include <immintrin.h>
#undef _rotl  // macros of the compiler's, functions of the runtime's
#undef _rotr
#undef _lrotl
#undef _lrotr

#include <cstdint>

#include "abi/exception.h"
#include "base/cpu_features.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"

namespace {

constexpr size_t kRepBytes = 2048;

using Bytes = unsigned char;

struct Kernels {
    void*(WINAPI* copy)(void*, const void*, size_t);
    void*(WINAPI* set)(void*, int, size_t);
    int(WINAPI* compare_blocks)(const void*, const void*, size_t);
    void*(WINAPI* find_byte)(const void*, int, size_t);
    size_t(WINAPI* length_bytes)(const char*);
    size_t(WINAPI* length_units)(const WCHAR*);
    char*(WINAPI* find_char)(const char*, int);
    WCHAR*(WINAPI* find_unit)(const WCHAR*, WCHAR);
    int(WINAPI* compare_chars)(const char*, const char*, size_t);
    int(WINAPI* compare_units)(const WCHAR*, const WCHAR*, size_t);
};

template <class T>
struct [[gnu::packed, gnu::may_alias]] Loose {
    T value;
};
template <class T>
LSW_INLINE T load_as(const Bytes* at) {
    return reinterpret_cast<const Loose<T>*>(at)->value;
}
template <class T>
LSW_INLINE void store_as(Bytes* at, T value) {
    reinterpret_cast<Loose<T>*>(at)->value = value;
}
LSW_INLINE __m128i load16(const Bytes* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
LSW_INLINE void store16(Bytes* at, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), value); }

LSW_INLINE void move_16(Bytes* to, const Bytes* from, size_t size) {  // up to 16 bytes
    if (size >= 8) {
        auto first = load_as<uint64_t>(from), last = load_as<uint64_t>(from + size - 8);
        store_as(to, first);
        store_as(to + size - 8, last);
    } else if (size >= 4) {
        auto first = load_as<uint32_t>(from), last = load_as<uint32_t>(from + size - 4);
        store_as(to, first);
        store_as(to + size - 4, last);
    } else if (size > 0) {
        Bytes first = from[0], middle = from[size / 2], last = from[size - 1];
        to[0] = first;
        to[size / 2] = middle;
        to[size - 1] = last;
    }
}

LSW_INLINE void set_small(Bytes* to, Bytes value, size_t size) {  // fewer than 32 bytes
    uint64_t pattern = value * 0x0101'0101'0101'0101ull;
    if (size >= 16) {
        __m128i wide = _mm_set1_epi64x(static_cast<long long>(pattern));
        store16(to, wide);
        store16(to + size - 16, wide);
    } else if (size >= 8) {
        store_as(to, pattern);
        store_as(to + size - 8, pattern);
    } else if (size >= 4) {
        store_as(to, static_cast<uint32_t>(pattern));
        store_as(to + size - 4, static_cast<uint32_t>(pattern));
    } else if (size > 0) {
        to[0] = to[size / 2] = to[size - 1] = value;
    }
}

// Most significant byte first, as memcmp orders.
LSW_INLINE int order(uint64_t a, uint64_t b) {
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return (a > b) - (a < b);
}

LSW_INLINE int compare_small(const Bytes* a, const Bytes* b, size_t size) {  // fewer than 32 bytes
    for (; size > 8; a += 8, b += 8, size -= 8)
        if (load_as<uint64_t>(a) != load_as<uint64_t>(b)) return order(load_as<uint64_t>(a), load_as<uint64_t>(b));
    if (size == 8) return order(load_as<uint64_t>(a), load_as<uint64_t>(b));
    if (size >= 4) {
        if (load_as<uint32_t>(a) != load_as<uint32_t>(b)) return order(load_as<uint32_t>(a), load_as<uint32_t>(b));
        return order(load_as<uint32_t>(a + size - 4), load_as<uint32_t>(b + size - 4));
    }
    for (size_t i = 0; i < size; ++i)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

LSW_INLINE void rep_move(Bytes* to, const Bytes* from, size_t size) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}
LSW_INLINE void rep_set(Bytes* to, int value, size_t size) {
    asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
}

template <class C>
LSW_INLINE bool odd(const C* s) {
    return reinterpret_cast<uintptr_t>(s) % sizeof(C) != 0;
}

namespace sse2 {

constexpr size_t kWidth = 16;
using Vector = __m128i;
LSW_INLINE Vector load(const Bytes* at) { return load16(at); }
LSW_INLINE void store(Bytes* at, Vector value) { store16(at, value); }
LSW_INLINE Vector zero() { return _mm_setzero_si128(); }
LSW_INLINE Vector spread_byte(char value) { return _mm_set1_epi8(value); }
LSW_INLINE Vector spread_unit(short value) { return _mm_set1_epi16(value); }
LSW_INLINE Vector equal_bytes(Vector a, Vector b) { return _mm_cmpeq_epi8(a, b); }
LSW_INLINE Vector equal_units(Vector a, Vector b) { return _mm_cmpeq_epi16(a, b); }
LSW_INLINE Vector either(Vector a, Vector b) { return _mm_or_si128(a, b); }
LSW_INLINE Vector both(Vector a, Vector b) { return _mm_and_si128(a, b); }
LSW_INLINE unsigned lanes(Vector value) { return static_cast<unsigned>(_mm_movemask_epi8(value)); }

#include "dll/crt/memory_kernels.inc"

}  // namespace sse2

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {

constexpr size_t kWidth = 32;
using Vector = __m256i;
LSW_INLINE Vector load(const Bytes* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }
LSW_INLINE void store(Bytes* at, Vector value) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), value); }
LSW_INLINE Vector zero() { return _mm256_setzero_si256(); }
LSW_INLINE Vector spread_byte(char value) { return _mm256_set1_epi8(value); }
LSW_INLINE Vector spread_unit(short value) { return _mm256_set1_epi16(value); }
LSW_INLINE Vector equal_bytes(Vector a, Vector b) { return _mm256_cmpeq_epi8(a, b); }
LSW_INLINE Vector equal_units(Vector a, Vector b) { return _mm256_cmpeq_epi16(a, b); }
LSW_INLINE Vector either(Vector a, Vector b) { return _mm256_or_si256(a, b); }
LSW_INLINE Vector both(Vector a, Vector b) { return _mm256_and_si256(a, b); }
LSW_INLINE unsigned lanes(Vector value) { return static_cast<unsigned>(_mm256_movemask_epi8(value)); }

#include "dll/crt/memory_kernels.inc"

}  // namespace avx2
#pragma GCC pop_options

const Kernels kKernels = [] {
    return LSW_CPU_HAS(AVX2) ? avx2::kKernels : sse2::kKernels;
}();

}  // namespace

void* clib::memcpy(void* to, const void* from, size_t size) { return kKernels.copy(to, from, size); }

void* clib::memmove(void* to, const void* from, size_t size) { return kKernels.copy(to, from, size); }

void* clib::memset(void* to, int value, size_t size) { return kKernels.set(to, value, size); }

int clib::memcmp(const void* a, const void* b, size_t size) { return kKernels.compare_blocks(a, b, size); }

void* clib::memchr(const void* block, int value, size_t size) { return kKernels.find_byte(block, value, size); }

size_t clib::strlen(const char* s) { return kKernels.length_bytes(s); }

size_t clib::wcslen(const WCHAR* s) { return kKernels.length_units(s); }

size_t clib::strnlen(const char* s, size_t limit) { return lsw::crt::text::length_within(s, limit); }

size_t clib::wcsnlen(const WCHAR* s, size_t limit) { return lsw::crt::text::length_within(s, limit); }

char* clib::strchr(const char* s, int c) { return kKernels.find_char(s, c); }

WCHAR* clib::wcschr(const WCHAR* s, WCHAR unit) { return kKernels.find_unit(s, unit); }

int clib::strcmp(const char* a, const char* b) { return kKernels.compare_chars(a, b, SIZE_MAX); }

int clib::strncmp(const char* a, const char* b, size_t count) { return kKernels.compare_chars(a, b, count); }

int clib::wcscmp(const WCHAR* a, const WCHAR* b) { return kKernels.compare_units(a, b, SIZE_MAX); }

char* clib::strcpy(char* to, const char* from) {
    kKernels.copy(to, from, kKernels.length_bytes(from) + 1);
    return to;
}
