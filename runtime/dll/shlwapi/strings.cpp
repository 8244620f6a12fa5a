// shlwapi.h: string searches and comparisons.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "dll/shlwapi/shlwapi.h"

using namespace lsw;

namespace {

template <class T, class Fold>
const T* find(const T* text, const T* wanted, Fold fold) {
    if (!text || !wanted || !*wanted) return nullptr;
    for (; *text; ++text) {
        size_t i = 0;
        while (wanted[i] && fold(text[i]) == fold(wanted[i])) ++i;
        if (!wanted[i]) return text;
    }
    return nullptr;
}

char fold_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; }
char16_t same(char16_t unit) { return unit; }

}  // namespace

LPWSTR shlwapi::StrStrIW(LPCWSTR pszFirst, LPCWSTR pszSrch) {
    return const_cast<LPWSTR>(find(pszFirst, pszSrch, upcase));
}

LPWSTR shlwapi::StrStrW(LPCWSTR pszFirst, LPCWSTR pszSrch) { return const_cast<LPWSTR>(find(pszFirst, pszSrch, same)); }

LPSTR shlwapi::StrStrIA(LPCSTR pszFirst, LPCSTR pszSrch) {
    return const_cast<LPSTR>(find(pszFirst, pszSrch, fold_ascii));
}

LPWSTR shlwapi::StrChrW(LPCWSTR pszStart, WCHAR wMatch) {
    for (; pszStart && *pszStart; ++pszStart)
        if (*pszStart == wMatch) return const_cast<LPWSTR>(pszStart);
    return nullptr;
}

int shlwapi::StrCmpIW(LPCWSTR psz1, LPCWSTR psz2) { return compare_ignore_case(psz1, psz2); }

int shlwapi::StrCmpNIW(LPCWSTR psz1, LPCWSTR psz2, int nChar) {
    auto limit = static_cast<size_t>(std::max(nChar, 0));
    auto clip = [&](LPCWSTR text) {
        size_t length = 0;
        while (length < limit && text[length]) ++length;
        return std::u16string_view(text, length);
    };
    return compare_ignore_case(clip(psz1), clip(psz2));
}
