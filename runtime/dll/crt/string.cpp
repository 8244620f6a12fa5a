// string.h for char. The memory functions and the hottest of these are in memory.cpp.
// In every locale that we have, bytes above 127 have no case.
#include <cstring>

#include "abi/exception.h"
#include "dll/crt/collate.h"
#include "dll/crt/heap.h"
#include "dll/crt/process.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr size_t kNoLimit = SIZE_MAX;

thread_local char* t_token = nullptr;

LSW_INLINE int compare_ignoring_case(const char* a, const char* b, size_t limit) {
    if (!a || !b) return invalid(), kNlsCompareError;
    return text::compare_folded(a, b, limit, text::ascii_lower<char>);
}

}  // namespace

char* clib::strcat(char* to, const char* from) { return text::append(to, from, kNoLimit); }

char* clib::strncat(char* to, const char* from, size_t count) { return text::append(to, from, count); }

char* clib::strncpy(char* to, const char* from, size_t count) { return text::copy_padded(to, from, count); }

char* clib::strrchr(const char* s, int c) { return text::find_last(s, static_cast<char>(c)); }

size_t clib::strspn(const char* s, const char* units) { return text::span(s, units, true); }

size_t clib::strcspn(const char* s, const char* units) { return text::span(s, units, false); }

char* clib::strpbrk(const char* s, const char* units) { return text::find_any(s, units); }

char* clib::strstr(const char* s, const char* wanted) { return text::find_text(s, wanted); }

char* clib::strtok(char* s, const char* delimiters) {
    if (!s && !t_token) return nullptr;
    return text::token(s, delimiters, &t_token);
}

char* clib::strtok_s(char* s, const char* delimiters, char** context) {
    if (!context || !delimiters || (!s && !*context)) return invalid(), nullptr;
    return text::token(s, delimiters, context);
}

char* clib::_strdup(const char* s) {
    if (!s) return nullptr;
    size_t bytes = strlen(s) + 1;
    void* copy = malloc(bytes);
    return copy ? static_cast<char*>(memcpy(copy, s, bytes)) : nullptr;
}

int clib::_stricmp(const char* a, const char* b) { return compare_ignoring_case(a, b, kNoLimit); }

int clib::_stricmp_l(const char* a, const char* b, _locale_t) { return compare_ignoring_case(a, b, kNoLimit); }

int clib::_strnicmp(const char* a, const char* b, size_t count) {
    return count ? compare_ignoring_case(a, b, count) : 0;
}

int clib::_strnicmp_l(const char* a, const char* b, size_t count, _locale_t) {
    return count ? compare_ignoring_case(a, b, count) : 0;
}

int clib::strcoll(const char* a, const char* b) { return collate(a, b, kNoLimit, false, nullptr); }

int clib::_strcoll_l(const char* a, const char* b, _locale_t locale) {
    return collate(a, b, kNoLimit, false, locale);
}

int clib::_strncoll(const char* a, const char* b, size_t count) { return collate(a, b, count, false, nullptr); }

int clib::_strncoll_l(const char* a, const char* b, size_t count, _locale_t locale) {
    return collate(a, b, count, false, locale);
}

int clib::_stricoll(const char* a, const char* b) { return collate(a, b, kNoLimit, true, nullptr); }

int clib::_stricoll_l(const char* a, const char* b, _locale_t locale) {
    return collate(a, b, kNoLimit, true, locale);
}

int clib::_strnicoll(const char* a, const char* b, size_t count) { return collate(a, b, count, true, nullptr); }

int clib::_strnicoll_l(const char* a, const char* b, size_t count, _locale_t locale) {
    return collate(a, b, count, true, locale);
}

size_t clib::strxfrm(char* to, const char* from, size_t size) { return transform(to, from, size, nullptr); }

size_t clib::_strxfrm_l(char* to, const char* from, size_t size, _locale_t locale) {
    return transform(to, from, size, locale);
}

char* clib::_strlwr(char* s) { return s ? text::map(s, text::ascii_lower<char>) : (invalid(), nullptr); }

char* clib::_strlwr_l(char* s, _locale_t) { return _strlwr(s); }

char* clib::_strupr(char* s) { return s ? text::map(s, text::ascii_upper<char>) : (invalid(), nullptr); }

char* clib::_strupr_l(char* s, _locale_t) { return _strupr(s); }

char* clib::_strrev(char* s) { return text::reverse(s); }

char* clib::_strset(char* s, int value) { return text::fill(s, static_cast<char>(value), kNoLimit); }

char* clib::_strnset(char* s, int value, size_t count) { return text::fill(s, static_cast<char>(value), count); }

int clib::_memicmp(const void* a, const void* b, size_t size) {
    if (size > 0 && (!a || !b)) return invalid(), kNlsCompareError;
    auto *left = static_cast<const unsigned char*>(a), *right = static_cast<const unsigned char*>(b);
    for (size_t i = 0; i < size; ++i)
        if (int difference = text::ascii_lower(left[i]) - text::ascii_lower(right[i])) return difference;
    return 0;
}

int clib::_memicmp_l(const void* a, const void* b, size_t size, _locale_t) { return _memicmp(a, b, size); }

void* clib::_memccpy(void* to, const void* from, int value, size_t size) {
    auto* out = static_cast<unsigned char*>(to);
    auto* in = static_cast<const unsigned char*>(from);
    for (size_t i = 0; i < size; ++i)
        if ((out[i] = in[i]) == static_cast<unsigned char>(value)) return out + i + 1;
    return nullptr;
}

void clib::_swab(char* from, char* to, int size) {
    if (!from || !to || size < 0) {
        invalid();
        return;
    }
    for (int i = 0; i + 1 < size; i += 2) {
        char first = from[i], second = from[i + 1];
        to[i] = second;
        to[i + 1] = first;
    }
}
