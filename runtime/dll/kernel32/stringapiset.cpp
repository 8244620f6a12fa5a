// stringapiset.h: text between code pages and UTF-16, comparison, character types.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "core/nls/code_page.h"
#include "core/nls/ctype.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr DWORD kErrInvalidChars = 0x8;  // MB_ERR_INVALID_CHARS
constexpr DWORD kPrecomposed = 0x1, kComposite = 0x2, kUseGlyphChars = 0x4;
constexpr DWORD kWcErrInvalidChars = 0x80, kWcNoBestFit = 0x400, kWcCompositeFlags = 0x270;

// One that the caller called by number as UTF-8: its rules for flags are stricter.
bool is_explicit_utf8(UINT page) { return page == nls::kUtf8; }

std::u16string_view view(LPCWSTR text, int length) {
    return {text, length < 0 ? length16(text) : static_cast<size_t>(length)};
}

int from_order(int order) {
    return order < 0 ? CSTR_LESS_THAN : order > 0 ? CSTR_GREATER_THAN : CSTR_EQUAL;
}

}  // namespace

// Doc: "MultiByteToWideChar function (stringapiset.h)".
int kernel32::MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr,
                                  int cbMultiByte, LPWSTR lpWideCharStr, int cchWideChar) {
    if (!lpMultiByteStr || cbMultiByte == 0 || cbMultiByte < -1 || cchWideChar < 0 ||
        (cchWideChar && !lpWideCharStr) ||
        static_cast<const void*>(lpMultiByteStr) == lpWideCharStr)
        return fail_with(ERROR_INVALID_PARAMETER);
    UINT page = nls::resolve_code_page(CodePage);
    if (!nls::is_known(page)) return fail_with(ERROR_INVALID_PARAMETER);
    DWORD allowed = is_explicit_utf8(CodePage)
                        ? kErrInvalidChars
                        : kErrInvalidChars | kPrecomposed | kComposite | kUseGlyphChars;
    if (dwFlags & ~allowed) return fail_with(ERROR_INVALID_FLAGS);
    size_t size = cbMultiByte < 0 ? std::char_traits<char>::length(lpMultiByteStr) + 1
                                  : static_cast<size_t>(cbMultiByte);
    auto done =
        nls::widen(page, {lpMultiByteStr, size}, lpWideCharStr, static_cast<size_t>(cchWideChar));
    if (done.invalid && dwFlags & kErrInvalidChars) return fail_with(ERROR_NO_UNICODE_TRANSLATION);
    if (!done.fits) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    return static_cast<int>(done.units);
}

// Doc: "WideCharToMultiByte function (stringapiset.h)".
int kernel32::WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr,
                                  int cchWideChar, LPSTR lpMultiByteStr, int cbMultiByte,
                                  LPCCH lpDefaultChar, LPBOOL lpUsedDefaultChar) {
    if (!lpWideCharStr || cchWideChar == 0 || cchWideChar < -1 || cbMultiByte < 0 ||
        (cbMultiByte && !lpMultiByteStr) ||
        static_cast<const void*>(lpWideCharStr) == lpMultiByteStr)
        return fail_with(ERROR_INVALID_PARAMETER);
    UINT page = nls::resolve_code_page(CodePage);
    if (!nls::is_known(page)) return fail_with(ERROR_INVALID_PARAMETER);
    // Documented as wrong with UTF-8, yet accepted: programs written for other pages ask whatever page GetACP or
    // GetConsoleOutputCP names for the default character, and UTF-8 never needs it.
    DWORD allowed = page == nls::kUtf8 ? kWcErrInvalidChars : 0;
    if (!is_explicit_utf8(CodePage)) allowed |= kWcNoBestFit | kWcCompositeFlags;
    if (dwFlags & ~allowed) return fail_with(ERROR_INVALID_FLAGS);
    size_t length =
        cchWideChar < 0 ? length16(lpWideCharStr) + 1 : static_cast<size_t>(cchWideChar);
    char replacement[2] = {lpDefaultChar ? *lpDefaultChar : '?', 0};
    auto done = nls::narrow(page, {lpWideCharStr, length}, lpMultiByteStr,
                            static_cast<size_t>(cbMultiByte), replacement);
    if (done.invalid && dwFlags & kWcErrInvalidChars) return fail_with(ERROR_NO_UNICODE_TRANSLATION);
    if (!done.fits) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    if (lpUsedDefaultChar) *lpUsedDefaultChar = page != nls::kUtf8 && done.invalid;
    return static_cast<int>(done.units);
}

int kernel32::CompareStringOrdinal(LPCWCH lpString1, int cchCount1, LPCWCH lpString2, int cchCount2,
                                   BOOL bIgnoreCase) {
    if (!lpString1 || !lpString2 || cchCount1 < -1 || cchCount2 < -1)
        return fail_with(ERROR_INVALID_PARAMETER);
    auto a = view(lpString1, cchCount1), b = view(lpString2, cchCount2);
    return from_order(bIgnoreCase ? compare_ignore_case(a, b) : a.compare(b));
}

int kernel32::CompareStringW(LCID, DWORD dwCmpFlags, LPCWCH lpString1, int cchCount1,
                             LPCWCH lpString2, int cchCount2) {
    if (!lpString1 || !lpString2) return fail_with(ERROR_INVALID_PARAMETER);
    return from_order(nls::compare_linguistic(view(lpString1, cchCount1),
                                              view(lpString2, cchCount2), dwCmpFlags));
}

int kernel32::CompareStringEx(LPCWSTR, DWORD dwCmpFlags, LPCWCH lpString1, int cchCount1,
                              LPCWCH lpString2, int cchCount2, LPNLSVERSIONINFO, LPVOID lpReserved,
                              LPARAM) {
    if (lpReserved) return fail_with(ERROR_INVALID_PARAMETER);
    return CompareStringW(0, dwCmpFlags, lpString1, cchCount1, lpString2, cchCount2);
}

int kernel32::CompareStringA(LCID Locale, DWORD dwCmpFlags, LPCSTR lpString1, int cchCount1,
                             LPCSTR lpString2, int cchCount2) {
    if (!lpString1 || !lpString2) return fail_with(ERROR_INVALID_PARAMETER);
    auto wide = [](LPCSTR text, int count) {
        return utf16_from_utf8(count < 0 ? std::string_view(text)
                                         : std::string_view(text, static_cast<size_t>(count)));
    };
    std::u16string a = wide(lpString1, cchCount1), b = wide(lpString2, cchCount2);
    return CompareStringW(Locale, dwCmpFlags, a.data(), static_cast<int>(a.size()), b.data(),
                          static_cast<int>(b.size()));
}

namespace {

bool within(char16_t unit, char16_t first, char16_t last) { return unit >= first && unit <= last; }

// CT_CTYPE2, the direction: C2_LEFTTORIGHT 1, C2_RIGHTTOLEFT 2, C2_EUROPENUMBER 3, …SEPARATOR 4, …TERMINATOR 5,
// C2_ARABICNUMBER 6, C2_COMMONSEPARATOR 7, C2_BLOCKSEPARATOR 8, C2_SEGMENTSEPARATOR 9, C2_WHITESPACE 10, C2_OTHERNEUTRAL 11.
WORD direction_class(char16_t unit, WORD type) {
    if (within(unit, 0x660, 0x669) || unit == 0x66B || unit == 0x66C) return 6;
    if (type & nls::kDigit) return 3;
    if (type & nls::kAlpha)
        return within(unit, 0x590, 0x8FF) || within(unit, 0xFB1D, 0xFDFF) || within(unit, 0xFE70, 0xFEFE) ? 2 : 1;
    if (unit == u'+' || unit == u'-' || unit == 0x2212) return 4;
    if (unit == u'#' || unit == u'$' || unit == u'%' || within(unit, 0xA2, 0xA5) || unit == 0xB0 || unit == 0xB1 ||
        within(unit, 0x20A0, 0x20CF))
        return 5;
    if (unit == u',' || unit == u'.' || unit == u'/' || unit == u':' || unit == 0xA0) return 7;
    if (unit == u'\n' || unit == u'\r' || within(unit, 0x1C, 0x1E) || unit == 0x85 || unit == 0x2029) return 8;
    if (unit == u'\t' || unit == u'\v' || unit == 0x1F) return 9;
    if (type & (nls::kSpace | nls::kBlank)) return 10;
    return type & nls::kPunct ? 11 : 0;
}

// CT_CTYPE3, for text processing: C3_SYMBOL 8, C3_KATAKANA 0x10, C3_HIRAGANA 0x20, C3_HALFWIDTH 0x40, C3_FULLWIDTH 0x80,
// C3_IDEOGRAPH 0x100, C3_KASHIDA 0x200, C3_HIGHSURROGATE 0x800, C3_LOWSURROGATE 0x1000, C3_ALPHA 0x8000.
WORD text_class(char16_t unit, WORD type) {
    WORD result = type & nls::kAlpha ? 0x8000 : type & (nls::kPunct | nls::kSpace | nls::kBlank) ? 0x8 : 0;
    if (within(unit, 0x20, 0x7E) || within(unit, 0xFF61, 0xFFDC)) result |= 0x40;
    if (within(unit, 0xFF01, 0xFF5E) || unit == 0x3000) result |= 0x80;
    if (within(unit, 0x3041, 0x309E)) result |= 0x20;
    if (within(unit, 0x30A1, 0x30FE) || within(unit, 0xFF66, 0xFF9D)) result |= 0x10;
    if (within(unit, 0x4E00, 0x9FFF) || within(unit, 0x3400, 0x4DBF) || within(unit, 0xF900, 0xFAFF)) result |= 0x100;
    if (unit == 0x640) result |= 0x200;
    if (within(unit, 0xD800, 0xDBFF)) result |= 0x800;
    if (within(unit, 0xDC00, 0xDFFF)) result |= 0x1000;
    return result;
}

// The digit that MAP_FOLDDIGITS makes of a unit: decimal digits stand in runs of ten, circled ones from one, the old
// superscripts apart.
char16_t folded_digit(char16_t unit) {
    if (unit == 0xB9) return u'1';
    if (unit == 0xB2 || unit == 0xB3) return static_cast<char16_t>(unit - 0xB0 + u'0');
    if (within(unit, 0x2460, 0x2468)) return static_cast<char16_t>(unit - 0x2460 + u'1');
    if (unit < 0x660 || !(nls::ctype(unit) & nls::kDigit)) return unit;
    char16_t zero = unit;
    while (zero > unit - 9 && nls::ctype(static_cast<char16_t>(zero - 1)) & nls::kDigit) --zero;
    return static_cast<char16_t>(u'0' + (unit - zero));
}

}  // namespace

BOOL kernel32::GetStringTypeW(DWORD dwInfoType, LPCWCH lpSrcStr, int cchSrc, LPWORD lpCharType) {
    if (!lpSrcStr || !lpCharType || static_cast<const void*>(lpSrcStr) == lpCharType || cchSrc == 0)
        return fail_with(ERROR_INVALID_PARAMETER);
    if (dwInfoType != 1 && dwInfoType != 2 && dwInfoType != 4) return fail_with(ERROR_INVALID_FLAGS);
    size_t count = cchSrc < 0 ? length16(lpSrcStr) + 1 : static_cast<size_t>(cchSrc);
    for (size_t i = 0; i < count; ++i) {
        WORD type = nls::ctype(lpSrcStr[i]);
        lpCharType[i] = dwInfoType == 2   ? direction_class(lpSrcStr[i], type)
                        : dwInfoType == 4 ? text_class(lpSrcStr[i], type)
                                          : type;
    }
    return TRUE;
}

BOOL kernel32::GetStringTypeExW(LCID, DWORD dwInfoType, LPCWCH lpSrcStr, int cchSrc,
                                LPWORD lpCharType) {
    return GetStringTypeW(dwInfoType, lpSrcStr, cchSrc, lpCharType);
}

BOOL kernel32::GetStringTypeA(LCID, DWORD dwInfoType, LPCSTR lpSrcStr, int cchSrc,
                              LPWORD lpCharType) {
    if (!lpSrcStr || cchSrc == 0) return fail_with(ERROR_INVALID_PARAMETER);
    size_t size =
        cchSrc < 0 ? std::char_traits<char>::length(lpSrcStr) + 1 : static_cast<size_t>(cchSrc);
    std::u16string wide = utf16_from_utf8({lpSrcStr, size});
    return GetStringTypeW(dwInfoType, wide.data(), static_cast<int>(wide.size()), lpCharType);
}

int kernel32::FoldStringW(DWORD dwMapFlags, LPCWCH lpSrcStr, int cchSrc, LPWSTR lpDestStr,
                          int cchDest) {
    if (!lpSrcStr || cchSrc == 0 || cchDest < 0 || lpSrcStr == lpDestStr)
        return fail_with(ERROR_INVALID_PARAMETER);
    constexpr DWORD kFoldDigits = 0x80;
    size_t count = cchSrc < 0 ? length16(lpSrcStr) + 1 : static_cast<size_t>(cchSrc);
    if (cchDest == 0) return static_cast<int>(count);
    if (static_cast<size_t>(cchDest) < count) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    for (size_t i = 0; i < count; ++i) lpDestStr[i] = dwMapFlags & kFoldDigits ? folded_digit(lpSrcStr[i]) : lpSrcStr[i];
    return static_cast<int>(count);
}
