// shlwapi.h: more string searches, comparisons and conversions. Doc: "Shell String Handling Functions".
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/combase/combase.h"
#include "dll/shlwapi/shlwapi.h"

using namespace lsw;

namespace {

template <class T>
T* last_of(const T* start, const T* end, T wanted) {
    if (!start) return nullptr;
    const T* found = nullptr;
    for (; end ? start < end : *start != 0; ++start)
        if (*start == wanted) found = start;
    return const_cast<T*>(found);
}

template <class T, class Fold>
int compare(const T* a, const T* b, int limit, Fold fold) {
    for (int i = 0; limit < 0 || i < limit; ++i) {
        auto x = fold(a[i]), y = fold(b[i]);
        if (x != y) return x < y ? -1 : 1;
        if (!x) return 0;
    }
    return 0;
}

template <class T>
T* duplicate(const T* text, void* (*allocate)(size_t)) {
    size_t size = (std::char_traits<T>::length(text) + 1) * sizeof(T);
    void* copy = allocate(size);
    return static_cast<T*>(copy ? memcpy(copy, text, size) : nullptr);
}

template <class T>
BOOL trim(T* text, const T* set) {
    std::basic_string_view<T> all(text);
    size_t first = all.find_first_not_of(set), last = all.find_last_not_of(set);
    if (first == all.npos) {
        BOOL changed = *text != 0;
        *text = 0;
        return changed;
    }
    size_t length = last - first + 1;
    if (length == all.size()) return FALSE;
    memmove(text, text + first, length * sizeof(T));
    text[length] = 0;
    return TRUE;
}

bool digit(char16_t unit) { return unit >= u'0' && unit <= u'9'; }

unsigned char same(char c) { return static_cast<unsigned char>(c); }
char16_t same16(char16_t unit) { return unit; }
unsigned char fold_ascii(char c) { return same(c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c); }

void* from_process_heap(size_t size) { return process_heap().allocate(size, false); }
void* from_task_memory(size_t size) { return combase::CoTaskMemAlloc(size); }

}  // namespace

LPWSTR shlwapi::StrRChrW(LPCWSTR lpStart, LPCWSTR lpEnd, WCHAR wMatch) { return last_of(lpStart, lpEnd, wMatch); }
LPSTR shlwapi::StrRChrA(LPCSTR lpStart, LPCSTR lpEnd, WORD wMatch) {
    return last_of(lpStart, lpEnd, static_cast<char>(wMatch));
}
LPSTR shlwapi::StrChrA(LPCSTR pszStart, WORD wMatch) {
    for (; pszStart && *pszStart; ++pszStart)
        if (*pszStart == static_cast<char>(wMatch)) return const_cast<LPSTR>(pszStart);
    return nullptr;
}
LPSTR shlwapi::StrStrA(LPCSTR pszFirst, LPCSTR pszSrch) {
    return pszFirst && pszSrch && *pszSrch ? const_cast<LPSTR>(strstr(pszFirst, pszSrch)) : nullptr;
}

int shlwapi::StrCmpW(LPCWSTR psz1, LPCWSTR psz2) { return compare(psz1, psz2, -1, same16); }
int shlwapi::StrCmpNW(LPCWSTR lpStr1, LPCWSTR lpStr2, int nChar) { return compare(lpStr1, lpStr2, nChar, same16); }
int shlwapi::StrCmpNA(LPCSTR lpStr1, LPCSTR lpStr2, int nChar) { return compare(lpStr1, lpStr2, nChar, same); }
int shlwapi::StrCmpNIA(LPCSTR lpStr1, LPCSTR lpStr2, int nChar) { return compare(lpStr1, lpStr2, nChar, fold_ascii); }

// Digits compare as numbers: "file2" before "file10".
int shlwapi::StrCmpLogicalW(LPCWSTR psz1, LPCWSTR psz2) {
    while (*psz1 && *psz2) {
        if (!digit(*psz1) || !digit(*psz2)) {
            char16_t a = upcase(*psz1++), b = upcase(*psz2++);
            if (a != b) return a < b ? -1 : 1;
            continue;
        }
        while (*psz1 == u'0') ++psz1;
        while (*psz2 == u'0') ++psz2;
        int order = 0;
        for (; digit(*psz1) && digit(*psz2); ++psz1, ++psz2)
            if (!order) order = *psz1 - *psz2;
        if (digit(*psz1)) return 1;
        if (digit(*psz2)) return -1;
        if (order) return order < 0 ? -1 : 1;
    }
    return *psz1 ? 1 : *psz2 ? -1 : 0;
}

LPWSTR shlwapi::StrDupW(LPCWSTR lpSrch) { return duplicate(lpSrch, from_process_heap); }
LPSTR shlwapi::StrDupA(LPCSTR lpSrch) { return duplicate(lpSrch, from_process_heap); }

HRESULT shlwapi::SHStrDupW(LPCWSTR psz, WCHAR** ppwsz) {
    constexpr HRESULT kInvalidArgument = static_cast<HRESULT>(0x80070057), kNoMemory = static_cast<HRESULT>(0x8007000E);
    *ppwsz = nullptr;
    if (!psz) return kInvalidArgument;
    *ppwsz = duplicate(psz, from_task_memory);
    return *ppwsz ? 0 : kNoMemory;
}

int shlwapi::StrSpnW(LPCWSTR psz, LPCWSTR pszSet) {
    std::u16string_view text(psz);
    size_t at = text.find_first_not_of(pszSet);
    return static_cast<int>(at == text.npos ? text.size() : at);
}

int shlwapi::StrCSpnW(LPCWSTR lpStr, LPCWSTR lpSet) {
    std::u16string_view text(lpStr);
    size_t at = text.find_first_of(lpSet);
    return static_cast<int>(at == text.npos ? text.size() : at);
}

LPWSTR shlwapi::StrPBrkW(LPCWSTR psz, LPCWSTR pszSet) {
    size_t at = std::u16string_view(psz).find_first_of(pszSet);
    return at == std::u16string_view::npos ? nullptr : const_cast<LPWSTR>(psz + at);
}

BOOL shlwapi::StrTrimW(LPWSTR psz, LPCWSTR pszTrimChars) { return psz && pszTrimChars && trim(psz, pszTrimChars); }
BOOL shlwapi::StrTrimA(LPSTR psz, LPCSTR pszTrimChars) { return psz && pszTrimChars && trim(psz, pszTrimChars); }

BOOL shlwapi::StrToInt64ExW(LPCWSTR pszString, LONG dwFlags, LONGLONG* pllRet) {
    constexpr LONG kSupportHex = 1;
    bool negative = false, hex = false;
    while (*pszString == u' ' || *pszString == u'\t' || *pszString == u'\n') ++pszString;
    if (*pszString == u'-' || *pszString == u'+') negative = *pszString++ == u'-';
    if ((dwFlags & kSupportHex) && pszString[0] == u'0' && (pszString[1] | 0x20) == u'x') hex = true, pszString += 2;
    uint64_t value = 0;
    bool any = false;
    for (;; ++pszString, any = true) {
        char16_t unit = *pszString, lower = unit | 0x20;
        unsigned next = digit(unit) ? unit - u'0' : hex && lower >= u'a' && lower <= u'f' ? lower - u'a' + 10 : 99;
        if (next == 99) break;
        value = value * (hex ? 16 : 10) + next;
    }
    *pllRet = static_cast<LONGLONG>(negative && !hex ? 0 - value : value);
    return any;
}

BOOL shlwapi::StrToIntExW(LPCWSTR pszString, LONG dwFlags, int* piRet) {
    LONGLONG value = 0;
    BOOL done = StrToInt64ExW(pszString, dwFlags, &value);
    *piRet = static_cast<int>(value);
    return done;
}

// "StrToIntA function": a sign or digits, and nothing before them.
int shlwapi::StrToIntA(LPCSTR lpSrc) {
    LONGLONG value = 0;
    if (!lpSrc || (*lpSrc != '-' && !digit(static_cast<unsigned char>(*lpSrc)))) return 0;
    StrToInt64ExW(utf16_from_utf8(lpSrc).c_str(), 0, &value);
    return static_cast<int>(value);
}

int shlwapi::StrToIntW(LPCWSTR pszSrc) {
    LONGLONG value = 0;
    if (!pszSrc || (*pszSrc != u'-' && !digit(*pszSrc))) return 0;
    StrToInt64ExW(pszSrc, 0, &value);
    return static_cast<int>(value);
}

LPWSTR shlwapi::StrFormatByteSizeW(LONGLONG qdw, LPWSTR szBuf, UINT uiBufSize) {
    static constexpr const char* kUnits[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
    char text[64];
    double value = static_cast<double>(qdw);
    int unit = 0;
    for (; value >= 1000 && unit < 6; ++unit) value /= 1024;
    if (unit == 0)
        snprintf(text, sizeof text, "%lld bytes", static_cast<long long>(qdw));
    else  // three digits, the rest cut off
        snprintf(text, sizeof text, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0,
                 value < 10 ? static_cast<int>(value * 100) / 100.0
                            : value < 100 ? static_cast<int>(value * 10) / 10.0 : static_cast<int>(value), kUnits[unit]);
    std::u16string wide = utf16_from_utf8(text);
    if (!uiBufSize) return szBuf;
    size_t length = std::min<size_t>(wide.size(), uiBufSize - 1);
    memcpy(szBuf, wide.data(), length * 2);
    szBuf[length] = 0;
    return szBuf;
}
