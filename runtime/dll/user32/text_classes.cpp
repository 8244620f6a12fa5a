// winuser.h: character classes, and text in the OEM code page, which is UTF-8 as the ANSI one is.
#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "core/nls/ctype.h"
#include "dll/kernel32/kernel32.h"
#include "dll/user32/user32.h"

using namespace lsw;

namespace {

constexpr WORD kUpper = 1, kLower = 2, kDigit = 4, kAlpha = 0x100;  // C1_* of CT_CTYPE1
constexpr UINT kUtf8 = 65001;

WORD class_of(WCHAR ch) {
    WORD type = 0;
    kernel32::GetStringTypeW(1, &ch, 1, &type);
    return type;
}

// A byte above 127 is no character of its own in UTF-8.
WORD class_of(CHAR ch) { return static_cast<signed char>(ch) < 0 ? WORD{0} : class_of(static_cast<WCHAR>(ch)); }

char shifted(char c, char first, char last, int distance) {
    return c >= first && c <= last ? static_cast<char>(c + distance) : c;
}

BOOL copy_bytes(LPCSTR from, LPSTR to, DWORD size) {
    if (!from || !to) return FALSE;
    if (from != to) memmove(to, from, size);
    return TRUE;
}

}  // namespace

DWORD user32::CharLowerBuffA(LPSTR lpsz, DWORD cchLength) {
    for (DWORD i = 0; i < cchLength; ++i) lpsz[i] = shifted(lpsz[i], 'A', 'Z', 0x20);
    return cchLength;
}

DWORD user32::CharUpperBuffA(LPSTR lpsz, DWORD cchLength) {
    for (DWORD i = 0; i < cchLength; ++i) lpsz[i] = shifted(lpsz[i], 'a', 'z', -0x20);
    return cchLength;
}

BOOL user32::CharToOemBuffA(LPCSTR lpszSrc, LPSTR lpszDst, DWORD cchDstLength) {
    return copy_bytes(lpszSrc, lpszDst, cchDstLength);
}
BOOL user32::OemToCharBuffA(LPCSTR lpszSrc, LPSTR lpszDst, DWORD cchDstLength) {
    return copy_bytes(lpszSrc, lpszDst, cchDstLength);
}

BOOL user32::CharToOemBuffW(LPCWSTR lpszSrc, LPSTR lpszDst, DWORD cchDstLength) {
    if (!lpszSrc || !lpszDst) return FALSE;
    int size = static_cast<int>(cchDstLength);
    kernel32::WideCharToMultiByte(kUtf8, 0, lpszSrc, size, lpszDst, size, nullptr, nullptr);
    return TRUE;
}

BOOL user32::OemToCharBuffW(LPCSTR lpszSrc, LPWSTR lpszDst, DWORD cchDstLength) {
    if (!lpszSrc || !lpszDst) return FALSE;
    int size = static_cast<int>(cchDstLength);
    kernel32::MultiByteToWideChar(kUtf8, 0, lpszSrc, size, lpszDst, size);
    return TRUE;
}

BOOL user32::CharToOemW(LPCWSTR pSrc, LPSTR pDst) {
    if (!pSrc || !pDst) return FALSE;
    std::string text = utf8_from_utf16(pSrc);
    memcpy(pDst, text.c_str(), text.size() + 1);
    return TRUE;
}

BOOL user32::OemToCharW(LPCSTR pSrc, LPWSTR pDst) {
    if (!pSrc || !pDst) return FALSE;
    std::u16string text = utf16_from_utf8(pSrc);
    memcpy(pDst, text.c_str(), (text.size() + 1) * 2);
    return TRUE;
}

BOOL user32::IsCharAlphaNumericW(WCHAR ch) { return (class_of(ch) & (kAlpha | kDigit)) != 0; }
BOOL user32::IsCharUpperW(WCHAR ch) { return (class_of(ch) & kUpper) != 0; }
BOOL user32::IsCharLowerW(WCHAR ch) { return (class_of(ch) & kLower) != 0; }
BOOL user32::IsCharAlphaA(CHAR ch) { return (class_of(ch) & kAlpha) != 0; }
BOOL user32::IsCharAlphaNumericA(CHAR ch) { return (class_of(ch) & (kAlpha | kDigit)) != 0; }
BOOL user32::IsCharUpperA(CHAR ch) { return (class_of(ch) & kUpper) != 0; }
BOOL user32::IsCharLowerA(CHAR ch) { return (class_of(ch) & kLower) != 0; }
