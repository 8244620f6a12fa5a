// winbase.h: lstr* and MulDiv, from before C runtimes were to be had everywhere.
#include <cstring>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

int order(int result) {
    return result == CSTR_LESS_THAN ? -1 : result == CSTR_GREATER_THAN ? 1 : 0;
}

template <class Char>
int compare_null(const Char* a, const Char* b) {
    return a ? 1 : b ? -1 : 0;
}

template <class Char>
Char* copy_bounded(Char* to, const Char* from, int room) {
    if (!to || !from || room <= 0) return room > 0 ? nullptr : to;
    for (; room > 1 && *from; --room) *to++ = *from++;
    *to = 0;
    return to;
}

}  // namespace

int kernel32::lstrlenW(LPCWSTR lpString) {
    return lpString ? static_cast<int>(length16(lpString)) : 0;
}
int kernel32::lstrlenA(LPCSTR lpString) {
    return lpString ? static_cast<int>(strlen(lpString)) : 0;
}

LPWSTR kernel32::lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2) {
    return lpString1 && lpString2
               ? std::char_traits<WCHAR>::move(lpString1, lpString2, length16(lpString2) + 1)
               : nullptr;
}
LPSTR kernel32::lstrcpyA(LPSTR lpString1, LPCSTR lpString2) {
    if (lpString1 && lpString2) memmove(lpString1, lpString2, strlen(lpString2) + 1);
    return lpString2 ? lpString1 : nullptr;
}
LPWSTR kernel32::lstrcatW(LPWSTR lpString1, LPCWSTR lpString2) {
    if (!lpString1 || !lpString2) return nullptr;
    lstrcpyW(lpString1 + length16(lpString1), lpString2);
    return lpString1;
}
LPSTR kernel32::lstrcatA(LPSTR lpString1, LPCSTR lpString2) {
    return lpString1 && lpString2 ? strcat(lpString1, lpString2) : nullptr;
}
LPWSTR kernel32::lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength) {
    return copy_bounded(lpString1, lpString2, iMaxLength) ? lpString1 : nullptr;
}
LPSTR kernel32::lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength) {
    return copy_bounded(lpString1, lpString2, iMaxLength) ? lpString1 : nullptr;
}

int kernel32::lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2) {
    if (!lpString1 || !lpString2) return compare_null(lpString1, lpString2);
    return order(CompareStringW(kEnUs, 0, lpString1, -1, lpString2, -1));
}
int kernel32::lstrcmpA(LPCSTR lpString1, LPCSTR lpString2) {
    if (!lpString1 || !lpString2) return compare_null(lpString1, lpString2);
    return order(CompareStringA(kEnUs, 0, lpString1, -1, lpString2, -1));
}
int kernel32::lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2) {
    if (!lpString1 || !lpString2) return compare_null(lpString1, lpString2);
    return order(CompareStringW(kEnUs, 1, lpString1, -1, lpString2, -1));
}
int kernel32::lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2) {
    if (!lpString1 || !lpString2) return compare_null(lpString1, lpString2);
    return order(CompareStringA(kEnUs, 1, lpString1, -1, lpString2, -1));
}

// Doc: "MulDiv function (winbase.h)": rounds half away from zero; -1 for overflow and division by
// zero.
int kernel32::MulDiv(int nNumber, int nNumerator, int nDenominator) {
    if (nDenominator == 0) return -1;
    int64_t product = static_cast<int64_t>(nNumber) * nNumerator, divisor = nDenominator;
    bool negative = (product < 0) != (divisor < 0);
    uint64_t magnitude = static_cast<uint64_t>(product < 0 ? -product : product);
    uint64_t by = static_cast<uint64_t>(divisor < 0 ? -divisor : divisor);
    uint64_t result = (magnitude + by / 2) / by;
    if (result > INT32_MAX) return -1;
    return negative ? -static_cast<int>(result) : static_cast<int>(result);
}
