#include "dll/crt/collate.h"

#include <string>

#include "base/text.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/crt/text_ops.h"
#include "dll/kernel32/kernel32.h"

namespace lsw::crt {
namespace {

constexpr LCID kEnglish = 0x0409;

bool by_value(clib::_locale_t locale) { return current_locale(locale).categories[kLcCollate].is_c; }

// Of texts that are valid; no handler of the program's runs while they live.
int compare_by_system(std::u16string_view a, std::u16string_view b, bool ignore_case) {
    constexpr DWORD kIgnoreCase = 1;  // NORM_IGNORECASE
    int order = kernel32::CompareStringW(kEnglish, ignore_case ? kIgnoreCase : 0, a.data(), static_cast<int>(a.size()),
                                         b.data(), static_cast<int>(b.size()));
    if (order == 0) {
        guest_errno() = kEINVAL;
        return kNlsCompareError;
    }
    return order - 2;
}

std::string sort_key(std::u16string_view text) {
    constexpr DWORD kSortKey = 0x400;  // LCMAP_SORTKEY: bytes, whatever the pointer's type
    auto map = [&](char* out, int size) {
        return kernel32::LCMapStringW(kEnglish, kSortKey, text.data(), static_cast<int>(text.size()),
                                      reinterpret_cast<WCHAR*>(out), size);
    };
    int size = text.empty() ? 0 : map(nullptr, 0);
    std::string key(static_cast<size_t>(size), '\0');
    if (size > 0) map(key.data(), size);
    while (!key.empty() && key.back() == 0) key.pop_back();
    return key;
}

template <class C>
size_t store(C* to, size_t size, std::basic_string_view<C> text) {
    if (text.size() < size) {
        text.copy(to, text.size());
        to[text.size()] = 0;
    } else if (size > 0) {
        *to = 0;
    }
    return text.size();
}

}  // namespace

int collate(const WCHAR* a, const WCHAR* b, size_t limit, bool ignore_case, clib::_locale_t locale) {
    if (!a || !b || (limit > INT_MAX && limit != SIZE_MAX)) return invalid(), kNlsCompareError;
    if (by_value(locale))
        return ignore_case ? text::compare_folded(a, b, limit, text::ascii_lower<WCHAR>) : text::compare(a, b, limit);
    return compare_by_system({a, text::length_within(a, limit)}, {b, text::length_within(b, limit)}, ignore_case);
}

int collate(const char* a, const char* b, size_t limit, bool ignore_case, clib::_locale_t locale) {
    if (!a || !b || (limit > INT_MAX && limit != SIZE_MAX)) return invalid(), kNlsCompareError;
    if (by_value(locale))
        return ignore_case ? text::compare_folded(a, b, limit, text::ascii_lower<char>) : text::compare(a, b, limit);
    return compare_by_system(utf16_from_utf8({a, text::length_within(a, limit)}),
                             utf16_from_utf8({b, text::length_within(b, limit)}), ignore_case);
}

size_t transform(WCHAR* to, const WCHAR* from, size_t size, clib::_locale_t locale) {
    if (!from || (!to && size > 0)) return invalid(), INT_MAX;
    if (by_value(locale)) return store(to, size, std::u16string_view(from));
    std::u16string wide;  // a unit per byte of the key
    for (char byte : sort_key(from)) wide += static_cast<unsigned char>(byte);
    return store(to, size, std::u16string_view(wide));
}

size_t transform(char* to, const char* from, size_t size, clib::_locale_t locale) {
    if (!from || (!to && size > 0)) return invalid(), INT_MAX;
    if (by_value(locale)) return store(to, size, std::string_view(from));
    std::string key = sort_key(utf16_from_utf8(from));
    return store(to, size, std::string_view(key));
}

}  // namespace lsw::crt
