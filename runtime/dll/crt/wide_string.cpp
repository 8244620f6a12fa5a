// string.h and wchar.h for wchar_t, which has 16 bits.
// Case: ASCII in the "C" locale, Unicode's simple mapping in every other ("_wcsicmp", "towlower").
#include <cstring>

#include "abi/exception.h"
#include "dll/crt/collate.h"
#include "dll/crt/heap.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace lsw::crt;

namespace {

constexpr size_t kNoLimit = SIZE_MAX;

thread_local WCHAR* t_token = nullptr;

int compare_ignoring_case(const WCHAR* a, const WCHAR* b, size_t limit, clib::_locale_t locale = nullptr) {
    if (!a || !b) return invalid(), kNlsCompareError;
    if (case_is_ascii(locale)) return text::compare_folded(a, b, limit, text::ascii_lower<WCHAR>);
    return text::compare_folded(a, b, limit, lsw::downcase);
}

WCHAR* lower(WCHAR* s, clib::_locale_t locale = nullptr) {
    if (!s) return invalid(), nullptr;
    return case_is_ascii(locale) ? text::map(s, text::ascii_lower<WCHAR>) : text::map(s, lsw::downcase);
}

WCHAR* upper(WCHAR* s, clib::_locale_t locale = nullptr) {
    if (!s) return invalid(), nullptr;
    return case_is_ascii(locale) ? text::map(s, text::ascii_upper<WCHAR>) : text::map(s, lsw::upcase);
}

}  // namespace

WCHAR* clib::wcscat(WCHAR* to, const WCHAR* from) { return text::append(to, from, kNoLimit); }

WCHAR* clib::wcsncat(WCHAR* to, const WCHAR* from, size_t count) { return text::append(to, from, count); }

WCHAR* clib::wcscpy(WCHAR* to, const WCHAR* from) { return text::copy(to, from); }

WCHAR* clib::wcsncpy(WCHAR* to, const WCHAR* from, size_t count) { return text::copy_padded(to, from, count); }

int clib::wcsncmp(const WCHAR* a, const WCHAR* b, size_t count) { return text::compare(a, b, count); }

WCHAR* clib::wcsrchr(const WCHAR* s, WCHAR unit) { return text::find_last(s, unit); }

size_t clib::wcsspn(const WCHAR* s, const WCHAR* units) { return text::span(s, units, true); }

size_t clib::wcscspn(const WCHAR* s, const WCHAR* units) { return text::span(s, units, false); }

WCHAR* clib::wcspbrk(const WCHAR* s, const WCHAR* units) { return text::find_any(s, units); }

WCHAR* clib::wcsstr(const WCHAR* s, const WCHAR* wanted) { return text::find_text(s, wanted); }

// msvcrt's has two parameters and keeps its place itself; ucrt's third is used when there is one (ucrtbase rows).
WCHAR* clib::_wcstok(WCHAR* s, const WCHAR* delimiters) {
    if (!s && !t_token) return nullptr;
    return text::token(s, delimiters, &t_token);
}

WCHAR* clib::wcstok(WCHAR* s, const WCHAR* delimiters, WCHAR** context) {
    return context ? wcstok_s(s, delimiters, context) : _wcstok(s, delimiters);
}

WCHAR* clib::wcstok_s(WCHAR* s, const WCHAR* delimiters, WCHAR** context) {
    if (!context || !delimiters || (!s && !*context)) return invalid(), nullptr;
    return text::token(s, delimiters, context);
}

WCHAR* clib::_wcsdup(const WCHAR* s) {
    if (!s) return nullptr;
    size_t bytes = (wcslen(s) + 1) * sizeof(WCHAR);
    void* copy = malloc(bytes);
    return copy ? static_cast<WCHAR*>(memcpy(copy, s, bytes)) : nullptr;
}

int clib::_wcsicmp(const WCHAR* a, const WCHAR* b) { return compare_ignoring_case(a, b, kNoLimit); }

int clib::_wcsicmp_l(const WCHAR* a, const WCHAR* b, _locale_t locale) {
    return compare_ignoring_case(a, b, kNoLimit, locale);
}

int clib::_wcsnicmp(const WCHAR* a, const WCHAR* b, size_t count) {
    return count ? compare_ignoring_case(a, b, count) : 0;
}

int clib::_wcsnicmp_l(const WCHAR* a, const WCHAR* b, size_t count, _locale_t locale) {
    return count ? compare_ignoring_case(a, b, count, locale) : 0;
}

int clib::wcscoll(const WCHAR* a, const WCHAR* b) { return collate(a, b, kNoLimit, false, nullptr); }

int clib::_wcscoll_l(const WCHAR* a, const WCHAR* b, _locale_t locale) {
    return collate(a, b, kNoLimit, false, locale);
}

int clib::_wcsncoll(const WCHAR* a, const WCHAR* b, size_t count) { return collate(a, b, count, false, nullptr); }

int clib::_wcsncoll_l(const WCHAR* a, const WCHAR* b, size_t count, _locale_t locale) {
    return collate(a, b, count, false, locale);
}

int clib::_wcsicoll(const WCHAR* a, const WCHAR* b) { return collate(a, b, kNoLimit, true, nullptr); }

int clib::_wcsicoll_l(const WCHAR* a, const WCHAR* b, _locale_t locale) {
    return collate(a, b, kNoLimit, true, locale);
}

int clib::_wcsnicoll(const WCHAR* a, const WCHAR* b, size_t count) { return collate(a, b, count, true, nullptr); }

int clib::_wcsnicoll_l(const WCHAR* a, const WCHAR* b, size_t count, _locale_t locale) {
    return collate(a, b, count, true, locale);
}

size_t clib::wcsxfrm(WCHAR* to, const WCHAR* from, size_t size) { return transform(to, from, size, nullptr); }

size_t clib::_wcsxfrm_l(WCHAR* to, const WCHAR* from, size_t size, _locale_t locale) {
    return transform(to, from, size, locale);
}

WCHAR* clib::_wcslwr(WCHAR* s) { return lower(s); }

WCHAR* clib::_wcslwr_l(WCHAR* s, _locale_t locale) { return lower(s, locale); }

WCHAR* clib::_wcsupr(WCHAR* s) { return upper(s); }

WCHAR* clib::_wcsupr_l(WCHAR* s, _locale_t locale) { return upper(s, locale); }

WCHAR* clib::_wcsrev(WCHAR* s) { return text::reverse(s); }

WCHAR* clib::_wcsset(WCHAR* s, WCHAR value) { return text::fill(s, value, kNoLimit); }

WCHAR* clib::_wcsnset(WCHAR* s, WCHAR value, size_t count) { return text::fill(s, value, count); }
