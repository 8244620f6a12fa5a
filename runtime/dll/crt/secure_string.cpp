// The functions of string.h that are told the size of their target, and their rules:
// a null target or a zero size is an invalid parameter; a source that does not fit empties the target and gives ERANGE
// through the invalid parameter handler; _TRUNCATE cuts instead and gives STRUNCATE.
// Doc: "Security features in the CRT", "strncpy_s, …", "strcat_s, …", "memcpy_s, wmemcpy_s".
#include <cstring>

#include "abi/exception.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr size_t kTruncate = SIZE_MAX;  // _TRUNCATE

// Puts `from` (at most `count` units of it) behind the first `used` units of the target.
template <class C>
LSW_INLINE errno_t place(C* to, size_t size, size_t used, const C* from, size_t count) {
    size_t room = size - used;
    size_t wanted = text::length_within(from, count == kTruncate ? room : count < room ? count : room);
    if (wanted < room) {
        clib::memmove(to + used, from, wanted * sizeof(C));
        to[used + wanted] = 0;
        return 0;
    }
    if (count == kTruncate) {
        clib::memmove(to + used, from, (room - 1) * sizeof(C));
        to[size - 1] = 0;
        return kSTRUNCATE;
    }
    to[0] = 0;
    return invalid(kERANGE);
}

template <class C>
LSW_INLINE errno_t copy(C* to, size_t size, const C* from, size_t count) {
    if (count == 0 && !to && size == 0) return 0;
    if (!to || size == 0) return invalid();
    if (count == 0) {
        to[0] = 0;
        return 0;
    }
    if (!from) {
        to[0] = 0;
        return invalid();
    }
    return place(to, size, 0, from, count);
}

template <class C>
LSW_INLINE errno_t append(C* to, size_t size, const C* from, size_t count) {
    if (count == 0 && !to && size == 0) return 0;
    if (!to || size == 0) return invalid();
    size_t used = text::length_within(to, size);
    if (used == size || (!from && count != 0)) {
        to[0] = 0;
        return invalid();
    }
    return count == 0 ? 0 : place(to, size, used, from, count);
}

// The text must end within its size.
template <class C, class Change>
LSW_INLINE errno_t change(C* s, size_t size, Change apply) {
    if (!s) return invalid();
    if (text::length_within(s, size) >= size) {
        if (size > 0) s[0] = 0;
        return invalid();
    }
    apply(s);
    return 0;
}

constexpr size_t kWhole = SIZE_MAX - 1;  // not a size, and not _TRUNCATE

}  // namespace

errno_t clib::strcpy_s(char* to, size_t size, const char* from) { return copy(to, size, from, kWhole); }

errno_t clib::strncpy_s(char* to, size_t size, const char* from, size_t count) { return copy(to, size, from, count); }

errno_t clib::strcat_s(char* to, size_t size, const char* from) { return append(to, size, from, kWhole); }

errno_t clib::strncat_s(char* to, size_t size, const char* from, size_t count) {
    return append(to, size, from, count);
}

errno_t clib::_strset_s(char* s, size_t size, int value) {
    return change(s, size, [=](char* at) { text::fill(at, static_cast<char>(value), SIZE_MAX); });
}

errno_t clib::_strnset_s(char* s, size_t size, int value, size_t count) {
    return change(s, size, [=](char* at) { text::fill(at, static_cast<char>(value), count); });
}

errno_t clib::_strlwr_s(char* s, size_t size) {
    return change(s, size, [](char* at) { text::map(at, text::ascii_lower<char>); });
}

errno_t clib::_strlwr_s_l(char* s, size_t size, _locale_t) { return _strlwr_s(s, size); }

errno_t clib::_strupr_s(char* s, size_t size) {
    return change(s, size, [](char* at) { text::map(at, text::ascii_upper<char>); });
}

errno_t clib::_strupr_s_l(char* s, size_t size, _locale_t) { return _strupr_s(s, size); }

errno_t clib::wcscpy_s(WCHAR* to, size_t size, const WCHAR* from) { return copy(to, size, from, kWhole); }

errno_t clib::wcsncpy_s(WCHAR* to, size_t size, const WCHAR* from, size_t count) {
    return copy(to, size, from, count);
}

errno_t clib::wcscat_s(WCHAR* to, size_t size, const WCHAR* from) { return append(to, size, from, kWhole); }

errno_t clib::wcsncat_s(WCHAR* to, size_t size, const WCHAR* from, size_t count) {
    return append(to, size, from, count);
}

errno_t clib::_wcsset_s(WCHAR* s, size_t size, WCHAR value) {
    return change(s, size, [=](WCHAR* at) { text::fill(at, value, SIZE_MAX); });
}

errno_t clib::_wcsnset_s(WCHAR* s, size_t size, WCHAR value, size_t count) {
    return change(s, size, [=](WCHAR* at) { text::fill(at, value, count); });
}

errno_t clib::_wcslwr_s_l(WCHAR* s, size_t size, _locale_t locale) {
    return change(s, size, [=](WCHAR* at) { clib::_wcslwr_l(at, locale); });
}

errno_t clib::_wcslwr_s(WCHAR* s, size_t size) { return _wcslwr_s_l(s, size, nullptr); }

errno_t clib::_wcsupr_s_l(WCHAR* s, size_t size, _locale_t locale) {
    return change(s, size, [=](WCHAR* at) { clib::_wcsupr_l(at, locale); });
}

errno_t clib::_wcsupr_s(WCHAR* s, size_t size) { return _wcsupr_s_l(s, size, nullptr); }

errno_t clib::memcpy_s(void* to, size_t size, const void* from, size_t count) {
    if (count == 0) return 0;
    if (!to) return invalid();
    if (!from || size < count) {
        clib::memset(to, 0, size);
        return invalid(from ? kERANGE : kEINVAL);
    }
    clib::memcpy(to, from, count);
    return 0;
}

errno_t clib::memmove_s(void* to, size_t size, const void* from, size_t count) {
    if (count == 0) return 0;
    if (!to || !from) return invalid();
    if (size < count) return invalid(kERANGE);
    clib::memmove(to, from, count);
    return 0;
}

errno_t clib::wmemcpy_s(WCHAR* to, size_t size, const WCHAR* from, size_t count) {
    return memcpy_s(to, size * sizeof(WCHAR), from, count * sizeof(WCHAR));
}

errno_t clib::wmemmove_s(WCHAR* to, size_t size, const WCHAR* from, size_t count) {
    return memmove_s(to, size * sizeof(WCHAR), from, count * sizeof(WCHAR));
}
