// winnls.h: code pages, locale names and identifiers, case mapping. Formats are in
// winnls_format.cpp. The one locale is en-US; others resolve to it where a name must be known, as
// on a system without further languages.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>

#include "base/text.h"
#include "core/nls/code_page.h"
#include "core/nls/ctype.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr LCID kNeutralDefault = 0x0400, kSystemDefault = 0x0800, kInvariant = 0x007F;

struct LocaleRow {
    LCID id;
    const char16_t* name;
};

// "Windows Language Code Identifier (LCID) Reference": those that programs ask for by number.
constexpr LocaleRow kLocales[] = {
    {0x0409, u"en-US"}, {0x0009, u"en"},    {0x007F, u""},      {0x0407, u"de-DE"},
    {0x0007, u"de"},    {0x040C, u"fr-FR"}, {0x000C, u"fr"},    {0x040A, u"es-ES"},
    {0x0C0A, u"es-ES"}, {0x0410, u"it-IT"}, {0x0411, u"ja-JP"}, {0x0412, u"ko-KR"},
    {0x0413, u"nl-NL"}, {0x0415, u"pl-PL"}, {0x0416, u"pt-BR"}, {0x0816, u"pt-PT"},
    {0x0419, u"ru-RU"}, {0x041D, u"sv-SE"}, {0x041F, u"tr-TR"}, {0x0422, u"uk-UA"},
    {0x0804, u"zh-CN"}, {0x0404, u"zh-TW"}, {0x0809, u"en-GB"}, {0x0C09, u"en-AU"},
    {0x1009, u"en-CA"}, {0x0405, u"cs-CZ"}, {0x0406, u"da-DK"}, {0x0408, u"el-GR"},
    {0x040B, u"fi-FI"}, {0x040E, u"hu-HU"}, {0x0414, u"nb-NO"}, {0x0401, u"ar-SA"},
    {0x040D, u"he-IL"}, {0x0439, u"hi-IN"}, {0x041E, u"th-TH"}, {0x042A, u"vi-VN"},
};

LCID real_lcid(LCID id) {
    id &= 0xFFFFF;
    return id == kNeutralDefault || id == kSystemDefault || id == 0 || id == 0x0C00 ? kEnUs
                                                                                    : id & 0xFFFF;
}

const LocaleRow* by_id(LCID id) {
    for (const LocaleRow& row : kLocales)
        if (row.id == real_lcid(id)) return &row;
    return nullptr;
}

const LocaleRow* by_name(std::u16string_view name) {
    for (const LocaleRow& row : kLocales)
        if (equal_ignore_case(name, row.name)) return &row;
    return nullptr;
}

template <class Info>
bool fill_code_page(UINT number, Info* info) {
    UINT page = nls::resolve_code_page(number);
    if (!nls::is_known(page) || !info) return fail_with(ERROR_INVALID_PARAMETER);
    info->MaxCharSize = page == nls::kUtf8 ? 4 : 1;
    info->DefaultChar[0] = '?';
    info->DefaultChar[1] = 0;
    std::fill(std::begin(info->LeadByte), std::end(info->LeadByte), 0);
    return true;
}

std::string code_page_name(UINT number) {
    UINT page = nls::resolve_code_page(number);
    return std::to_string(page) + (page == nls::kUtf8 ? "  (UTF-8)"
                                   : page == 1252     ? "  (ANSI - Latin I)"
                                                      : "");
}

constexpr DWORD kLowercase = 0x100, kUppercase = 0x200, kTitlecase = 0x300, kSortKey = 0x400,
                kByteRev = 0x800;
constexpr DWORD kHash = 0x40000, kSortHandle = 0x20000000;

}  // namespace

UINT kernel32::GetACP() { return nls::kUtf8; }
UINT kernel32::GetOEMCP() { return nls::kUtf8; }

BOOL kernel32::IsValidCodePage(UINT CodePage) { return CodePage > 3 && nls::is_known(CodePage); }

BOOL kernel32::GetCPInfo(UINT CodePage, LPCPINFO lpCPInfo) {
    return fill_code_page(CodePage, lpCPInfo);
}

BOOL kernel32::GetCPInfoExW(UINT CodePage, DWORD dwFlags, LPCPINFOEXW lpCPInfoEx) {
    if (dwFlags || !fill_code_page(CodePage, lpCPInfoEx)) return fail_with(ERROR_INVALID_PARAMETER);
    lpCPInfoEx->UnicodeDefaultChar =
        nls::resolve_code_page(CodePage) == nls::kUtf8 ? u'\xFFFD' : u'?';
    lpCPInfoEx->CodePage = nls::resolve_code_page(CodePage);
    answer_text(utf16_from_utf8(code_page_name(CodePage)), lpCPInfoEx->CodePageName, 260);
    return TRUE;
}

BOOL kernel32::GetCPInfoExA(UINT CodePage, DWORD dwFlags, LPCPINFOEXA lpCPInfoEx) {
    if (dwFlags || !fill_code_page(CodePage, lpCPInfoEx)) return fail_with(ERROR_INVALID_PARAMETER);
    lpCPInfoEx->UnicodeDefaultChar =
        nls::resolve_code_page(CodePage) == nls::kUtf8 ? u'\xFFFD' : u'?';
    lpCPInfoEx->CodePage = nls::resolve_code_page(CodePage);
    snprintf(lpCPInfoEx->CodePageName, sizeof lpCPInfoEx->CodePageName, "%s",
             code_page_name(CodePage).c_str());
    return TRUE;
}

BOOL kernel32::IsDBCSLeadByte(BYTE) { return FALSE; }
BOOL kernel32::IsDBCSLeadByteEx(UINT, BYTE) { return FALSE; }

LCID kernel32::GetUserDefaultLCID() { return kEnUs; }
LCID kernel32::GetSystemDefaultLCID() { return kEnUs; }
LCID kernel32::GetThreadLocale() {
    return current_teb()->CurrentLocale ? current_teb()->CurrentLocale : kEnUs;
}
BOOL kernel32::SetThreadLocale(LCID Locale) {
    if (!by_id(Locale)) return fail_with(ERROR_INVALID_PARAMETER);
    current_teb()->CurrentLocale = real_lcid(Locale);
    return TRUE;
}
LANGID kernel32::GetUserDefaultLangID() { return kEnUs; }
LANGID kernel32::GetSystemDefaultLangID() { return kEnUs; }
LANGID kernel32::GetUserDefaultUILanguage() { return kEnUs; }
LANGID kernel32::GetSystemDefaultUILanguage() { return kEnUs; }
LANGID kernel32::GetThreadUILanguage() { return kEnUs; }
LANGID kernel32::SetThreadUILanguage(LANGID LangId) {
    return LangId ? LangId : static_cast<LANGID>(kEnUs);
}

int kernel32::GetUserDefaultLocaleName(LPWSTR lpLocaleName, int cchLocaleName) {
    return answer_text(u"en-US", lpLocaleName, cchLocaleName);
}
int kernel32::GetSystemDefaultLocaleName(LPWSTR lpLocaleName, int cchLocaleName) {
    return answer_text(u"en-US", lpLocaleName, cchLocaleName);
}

BOOL kernel32::IsValidLocale(LCID Locale, DWORD) { return by_id(Locale) != nullptr; }
BOOL kernel32::IsValidLocaleName(LPCWSTR lpLocaleName) {
    return lpLocaleName && by_name(lpLocaleName);
}
LCID kernel32::ConvertDefaultLocale(LCID Locale) { return real_lcid(Locale); }

int kernel32::LCIDToLocaleName(LCID Locale, LPWSTR lpName, int cchName, DWORD) {
    const LocaleRow* row = by_id(Locale);
    return row ? answer_text(row->name, lpName, cchName) : fail_with(ERROR_INVALID_PARAMETER);
}

LCID kernel32::LocaleNameToLCID(LPCWSTR lpName, DWORD) {
    if (!lpName) return kEnUs;  // LOCALE_NAME_USER_DEFAULT
    if (std::u16string_view(lpName) == u"!x-sys-default-locale") return kEnUs;
    const LocaleRow* row = by_name(lpName);
    return row ? row->id : static_cast<LCID>(fail_with(ERROR_INVALID_PARAMETER));
}

int kernel32::ResolveLocaleName(LPCWSTR lpNameToResolve, LPWSTR lpLocaleName, int cchLocaleName) {
    const LocaleRow* row = lpNameToResolve ? by_name(lpNameToResolve) : by_id(kEnUs);
    std::u16string_view name = row ? row->name : u"";
    if (row && name.size() == 2)  // a neutral one resolves to its first specific one
        for (const LocaleRow& other : kLocales)
            if (std::u16string_view(other.name).starts_with(std::u16string(name) + u"-")) {
                name = other.name;
                break;
            }
    return answer_text(name, lpLocaleName, cchLocaleName);
}

BOOL kernel32::EnumSystemLocalesW(LOCALE_ENUMPROCW lpLocaleEnumProc, DWORD) {
    WCHAR text[] = u"00000409";
    if (!lpLocaleEnumProc) return fail_with(ERROR_INVALID_PARAMETER);
    lpLocaleEnumProc(text);
    return TRUE;
}

BOOL kernel32::EnumSystemLocalesA(LOCALE_ENUMPROCA lpLocaleEnumProc, DWORD) {
    CHAR text[] = "00000409";
    if (!lpLocaleEnumProc) return fail_with(ERROR_INVALID_PARAMETER);
    lpLocaleEnumProc(text);
    return TRUE;
}

BOOL kernel32::EnumSystemLocalesEx(LOCALE_ENUMPROCEX lpLocaleEnumProcEx, DWORD, LPARAM lParam,
                                   LPVOID lpReserved) {
    WCHAR text[] = u"en-US";
    if (!lpLocaleEnumProcEx || lpReserved) return fail_with(ERROR_INVALID_PARAMETER);
    lpLocaleEnumProcEx(text, 0x22, lParam);
    return TRUE;
}

BOOL kernel32::GetUserPreferredUILanguages(DWORD dwFlags, PULONG pulNumLanguages,
                                           PZZWSTR pwszLanguagesBuffer,
                                           PULONG pcchLanguagesBuffer) {
    constexpr DWORD kById = 4;  // MUI_LANGUAGE_ID
    if (!pulNumLanguages || !pcchLanguagesBuffer) return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string list = dwFlags & kById ? u"0409" : u"en-US";
    list += u'\0';
    ULONG needed = static_cast<ULONG>(list.size() + 1), room = *pcchLanguagesBuffer;
    *pulNumLanguages = 1;
    *pcchLanguagesBuffer = needed;
    if (!pwszLanguagesBuffer || room == 0) return TRUE;
    if (room < needed) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    std::copy_n(list.c_str(), needed, pwszLanguagesBuffer);
    return TRUE;
}

BOOL kernel32::GetSystemPreferredUILanguages(DWORD dwFlags, PULONG pulNumLanguages,
                                             PZZWSTR pwszLanguagesBuffer,
                                             PULONG pcchLanguagesBuffer) {
    return GetUserPreferredUILanguages(dwFlags, pulNumLanguages, pwszLanguagesBuffer,
                                       pcchLanguagesBuffer);
}

BOOL kernel32::GetThreadPreferredUILanguages(DWORD dwFlags, PULONG pulNumLanguages,
                                             PZZWSTR pwszLanguagesBuffer,
                                             PULONG pcchLanguagesBuffer) {
    return GetUserPreferredUILanguages(dwFlags, pulNumLanguages, pwszLanguagesBuffer,
                                       pcchLanguagesBuffer);
}

BOOL kernel32::SetThreadPreferredUILanguages(DWORD, PCZZWSTR, PULONG pulNumLanguages) {
    if (pulNumLanguages) *pulNumLanguages = 0;
    return TRUE;
}

// Doc: "LCMapStringEx function (winnls.h)".
int kernel32::LCMapStringW(LCID, DWORD dwMapFlags, LPCWSTR lpSrcStr, int cchSrc, LPWSTR lpDestStr,
                           int cchDest) {
    if (!lpSrcStr || cchSrc == 0 || cchDest < 0) return fail_with(ERROR_INVALID_PARAMETER);
    size_t count = cchSrc < 0 ? length16(lpSrcStr) + 1 : static_cast<size_t>(cchSrc);
    if (dwMapFlags & kHash) {
        if (!lpDestStr || cchDest < 4) return cchDest == 0 ? 4 : fail_with(ERROR_INSUFFICIENT_BUFFER);
        uint32_t hash = 2166136261u;
        for (char c : nls::sort_key({lpSrcStr, count}, dwMapFlags))
            hash = (hash ^ static_cast<BYTE>(c)) * 16777619u;
        std::copy_n(reinterpret_cast<BYTE*>(&hash), 4, reinterpret_cast<BYTE*>(lpDestStr));
        return 4;
    }
    if (dwMapFlags & kSortKey) {
        if (cchSrc < 0) --count;
        std::string key = nls::sort_key({lpSrcStr, count}, dwMapFlags);
        if (cchDest == 0) return static_cast<int>(key.size());
        if (static_cast<size_t>(cchDest) < key.size()) return fail_with(ERROR_INSUFFICIENT_BUFFER);
        std::copy(key.begin(), key.end(), reinterpret_cast<char*>(lpDestStr));
        return static_cast<int>(key.size());
    }
    if (dwMapFlags & kSortHandle) return fail_with(ERROR_INVALID_PARAMETER);
    if (cchDest == 0) return static_cast<int>(count);
    if (static_cast<size_t>(cchDest) < count) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    bool word_start = true;
    for (size_t i = 0; i < count; ++i) {
        char16_t unit = lpSrcStr[i];
        DWORD mapping = dwMapFlags & kTitlecase;
        if (mapping == kTitlecase) mapping = word_start ? kUppercase : kLowercase;
        word_start = !(nls::ctype(unit) & nls::kAlpha);
        if (mapping == kUppercase) unit = upcase(unit);
        if (mapping == kLowercase) unit = downcase(unit);
        if (dwMapFlags & kByteRev) unit = static_cast<char16_t>((unit << 8) | (unit >> 8));
        lpDestStr[i] = unit;
    }
    return static_cast<int>(count);
}

int kernel32::LCMapStringEx(LPCWSTR, DWORD dwMapFlags, LPCWSTR lpSrcStr, int cchSrc,
                            LPWSTR lpDestStr, int cchDest, LPNLSVERSIONINFO, LPVOID lpReserved,
                            LPARAM) {
    if (lpReserved) return fail_with(ERROR_INVALID_PARAMETER);
    return LCMapStringW(kEnUs, dwMapFlags, lpSrcStr, cchSrc, lpDestStr, cchDest);
}

int kernel32::LCMapStringA(LCID Locale, DWORD dwMapFlags, LPCSTR lpSrcStr, int cchSrc,
                           LPSTR lpDestStr, int cchDest) {
    if (!lpSrcStr || cchSrc == 0 || cchDest < 0) return fail_with(ERROR_INVALID_PARAMETER);
    size_t size =
        cchSrc < 0 ? std::char_traits<char>::length(lpSrcStr) + 1 : static_cast<size_t>(cchSrc);
    std::u16string wide = utf16_from_utf8({lpSrcStr, size});
    if (dwMapFlags & kSortKey)
        return LCMapStringW(Locale, dwMapFlags, wide.data(), static_cast<int>(wide.size()),
                            reinterpret_cast<LPWSTR>(lpDestStr), cchDest);
    std::u16string mapped(wide.size(), u'\0');
    LCMapStringW(Locale, dwMapFlags, wide.data(), static_cast<int>(wide.size()), mapped.data(),
                 static_cast<int>(mapped.size()));
    std::string out = utf8_from_utf16(mapped);
    if (cchDest == 0) return static_cast<int>(out.size());
    if (static_cast<size_t>(cchDest) < out.size()) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    std::copy(out.begin(), out.end(), lpDestStr);
    return static_cast<int>(out.size());
}

BOOL kernel32::GetNLSVersionEx(NLS_FUNCTION, LPCWSTR, LPNLSVERSIONINFOEX lpVersionInformation) {
    if (!lpVersionInformation) return fail_with(ERROR_INVALID_PARAMETER);
    lpVersionInformation->dwNLSVersion = lpVersionInformation->dwDefinedVersion = 0x00060305;
    return TRUE;
}

BOOL kernel32::IsNLSDefinedString(NLS_FUNCTION, DWORD, LPNLSVERSIONINFO, LPCWSTR lpString,
                                  INT cchStr) {
    for (int i = 0; cchStr < 0 ? lpString[i] != 0 : i < cchStr; ++i)
        if (!nls::ctype(lpString[i])) return FALSE;
    return TRUE;
}

GEOID kernel32::GetUserGeoID(GEOCLASS) {
    return 244;
}  // United States ("Table of Geographical Locations")
