// Order of text in a locale: by value in "C", by the system's rules for English else. Doc: "strcoll functions", "strxfrm…".
#pragma once

#include <climits>
#include <cstddef>

#include "abi/crt.h"

namespace lsw::crt {

inline constexpr int kNlsCompareError = INT_MAX;  // _NLSCMPERROR

// <0, 0, >0, or kNlsCompareError with errno set. At most `limit` units of each count.
int collate(const WCHAR* a, const WCHAR* b, size_t limit, bool ignore_case, clib::_locale_t locale);
int collate(const char* a, const char* b, size_t limit, bool ignore_case, clib::_locale_t locale);

// A text whose order by value is that of `from` by collate: units without the terminator, written where they fit.
size_t transform(WCHAR* to, const WCHAR* from, size_t size, clib::_locale_t locale);
size_t transform(char* to, const char* from, size_t size, clib::_locale_t locale);

}  // namespace lsw::crt
