// winuser.h: case mapping and stepping through text. UTF-8 is the ANSI code page, so a character may have four bytes.
#include <cstring>

#include "base/text.h"
#include "dll/user32/user32.h"

using namespace lsw;

namespace {

bool single_character(const void* text) { return reinterpret_cast<uintptr_t>(text) < 0x10000; }

template <class Map>
LPWSTR map_string(LPWSTR text, Map map) {
    if (single_character(text))
        return reinterpret_cast<LPWSTR>(uintptr_t{map(static_cast<char16_t>(reinterpret_cast<uintptr_t>(text)))});
    for (LPWSTR at = text; *at; ++at) *at = map(*at);
    return text;
}

LPSTR map_ascii(LPSTR text, char first, char last, int distance) {
    auto map = [&](char c) { return c >= first && c <= last ? static_cast<char>(c + distance) : c; };
    if (single_character(text))
        return reinterpret_cast<LPSTR>(
            uintptr_t{static_cast<unsigned char>(map(static_cast<char>(reinterpret_cast<uintptr_t>(text))))});
    for (LPSTR at = text; *at; ++at) *at = map(*at);
    return text;
}

bool continues(char c) { return (c & 0xC0) == 0x80; }

}  // namespace

LPWSTR user32::CharUpperW(LPWSTR lpsz) { return map_string(lpsz, upcase); }
LPWSTR user32::CharLowerW(LPWSTR lpsz) { return map_string(lpsz, downcase); }
LPSTR user32::CharUpperA(LPSTR lpsz) { return map_ascii(lpsz, 'a', 'z', -0x20); }
LPSTR user32::CharLowerA(LPSTR lpsz) { return map_ascii(lpsz, 'A', 'Z', 0x20); }

DWORD user32::CharUpperBuffW(LPWSTR lpsz, DWORD cchLength) {
    for (DWORD i = 0; i < cchLength; ++i) lpsz[i] = upcase(lpsz[i]);
    return cchLength;
}

DWORD user32::CharLowerBuffW(LPWSTR lpsz, DWORD cchLength) {
    for (DWORD i = 0; i < cchLength; ++i) lpsz[i] = downcase(lpsz[i]);
    return cchLength;
}

LPWSTR user32::CharNextW(LPCWSTR lpsz) { return const_cast<LPWSTR>(*lpsz ? lpsz + 1 : lpsz); }

LPWSTR user32::CharPrevW(LPCWSTR lpszStart, LPCWSTR lpszCurrent) {
    return const_cast<LPWSTR>(lpszCurrent > lpszStart ? lpszCurrent - 1 : lpszStart);
}

LPSTR user32::CharNextA(LPCSTR lpsz) {
    if (*lpsz)
        do ++lpsz;
        while (continues(*lpsz));
    return const_cast<LPSTR>(lpsz);
}

LPSTR user32::CharPrevA(LPCSTR lpszStart, LPCSTR lpszCurrent) {
    if (lpszCurrent > lpszStart)
        do --lpszCurrent;
        while (lpszCurrent > lpszStart && continues(*lpszCurrent));
    return const_cast<LPSTR>(lpszCurrent);
}

LPSTR user32::CharPrevExA(WORD, LPCSTR lpStart, LPCSTR lpCurrentChar, DWORD) { return CharPrevA(lpStart, lpCurrentChar); }

LPSTR user32::CharNextExA(WORD, LPCSTR lpCurrentChar, DWORD) { return CharNextA(lpCurrentChar); }

// The ANSI and OEM code pages are the same one.
BOOL user32::CharToOemA(LPCSTR pSrc, LPSTR pDst) {
    memmove(pDst, pSrc, strlen(pSrc) + 1);
    return TRUE;
}

BOOL user32::OemToCharA(LPCSTR pSrc, LPSTR pDst) { return CharToOemA(pSrc, pDst); }

BOOL user32::IsCharAlphaW(WCHAR ch) { return upcase(ch) != ch || downcase(ch) != ch; }
