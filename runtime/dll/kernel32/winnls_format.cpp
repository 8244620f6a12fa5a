// winnls.h: what is asked about the en-US locale, and numbers and currency as it writes them.
// Doc: "GetLocaleInfoEx function (winnls.h)", "Locale Information Constants", "GetNumberFormatEx
// function".
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr DWORD kReturnNumber = 0x20000000;  // LOCALE_RETURN_NUMBER
constexpr DWORD kNoUserOverride = 0x80000000, kUseAcp = 0x40000000, kReturnGenitive = 0x10000000;

struct InfoRow {
    LCTYPE type;
    const char* text;
};

// LOCALE_* constants of winnls.h.
constexpr InfoRow kInfo[] = {
    {0x01, "0409"},
    {0x02, "English (United States)"},
    {0x72, "English (United States)"},
    {0x73, "English (United States)"},
    {0x03, "ENU"},
    {0x04, "English"},
    {0x6F, "English"},
    {0x1001, "English"},
    {0x05, "1"},
    {0x06, "United States"},
    {0x1002, "United States"},
    {0x07, "USA"},
    {0x08, "United States"},
    {0x09, "0409"},
    {0x0A, "1"},
    {0x0B, "437"},
    {0x1004, "1252"},
    {0x1011, "10000"},
    {0x1012, "37"},
    {0x0C, ","},
    {0x0D, "1"},
    {0x0E, "."},
    {0x0F, ","},
    {0x10, "3;0"},
    {0x11, "2"},
    {0x12, "1"},
    {0x13, "0123456789"},
    {0x14, "$"},
    {0x15, "USD"},
    {0x16, "."},
    {0x17, ","},
    {0x18, "3;0"},
    {0x19, "2"},
    {0x1A, "2"},
    {0x1B, "0"},
    {0x1C, "0"},
    {0x1D, "/"},
    {0x1E, ":"},
    {0x1F, "M/d/yyyy"},
    {0x20, "dddd, MMMM d, yyyy"},
    {0x1003, "h:mm:ss tt"},
    {0x79, "h:mm tt"},
    {0x78, "MMMM d"},
    {0x1006, "MMMM yyyy"},
    {0x21, "0"},
    {0x22, "0"},
    {0x23, "0"},
    {0x24, "1"},
    {0x25, "0"},
    {0x26, "0"},
    {0x27, "0"},
    {0x28, "AM"},
    {0x29, "PM"},
    {0x1009, "1"},
    {0x100B, "0"},
    {0x100C, "6"},
    {0x100D, "0"},
    {0x1005, "0"},
    {0x100A, "0"},
    {0x1010, "1"},
    {0x50, ""},
    {0x51, "-"},
    {0x52, "3"},
    {0x53, "0"},
    {0x54, "1"},
    {0x55, "0"},
    {0x56, "0"},
    {0x57, "0"},
    {0x59, "en"},
    {0x5A, "US"},
    {0x5B, "244"},
    {0x5C, "en-US"},
    {0x67, "eng"},
    {0x68, "USA"},
    {0x69, "NaN"},
    {0x6A, "\xE2\x88\x9E"},
    {0x6B, "-\xE2\x88\x9E"},
    {0x6C, "Latn;"},
    {0x6D, "en"},
    {0x6E, "en-US"},
    {0x70, "0"},
    {0x71, "0"},
    {0x74, "0"},
    {0x75, "%"},
    {0x76, "\xE2\x80\xB0"},
    {0x77, "0"},
    {0x1007, "US Dollar"},
    {0x1008, "US Dollar"},
    {0x1013, "en-US"},
    {0x1014, "1"},
};

constexpr const char* kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                 "Friday", "Saturday", "Sunday"};
constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};

bool info_text(LCTYPE type, std::u16string& out) {
    const char* text = nullptr;
    std::string cut;
    if (type >= 0x2A && type <= 0x30) text = kDays[type - 0x2A];
    if (type >= 0x31 && type <= 0x37) cut = std::string(kDays[type - 0x31], 3), text = cut.c_str();
    if (type >= 0x60 && type <= 0x66) cut = std::string(kDays[type - 0x60], 2), text = cut.c_str();
    if (type >= 0x38 && type <= 0x43) text = kMonths[type - 0x38];
    if (type >= 0x44 && type <= 0x4F)
        cut = std::string(kMonths[type - 0x44], 3), text = cut.c_str();
    if (type == 0x100E || type == 0x100F) text = "";  // a thirteenth month: none
    for (const InfoRow& row : kInfo)
        if (row.type == type) text = row.text;
    if (!text) return false;
    out = utf16_from_utf8(text);
    return true;
}

// "3;2;0" style grouping as a number: 3, 32, …
std::u16string group_digits(std::u16string_view digits, UINT grouping,
                            std::u16string_view separator) {
    std::u16string sizes = utf16_from_utf8(std::to_string(grouping));
    std::u16string out;
    size_t left = digits.size(), at = 0;
    bool repeat = true;
    if (sizes.size() > 1 && sizes.back() == u'0') sizes.pop_back(), repeat = false;
    std::u16string result;
    while (left > 0) {
        size_t size = at < sizes.size() ? static_cast<size_t>(sizes[at] - u'0')
                      : repeat          ? static_cast<size_t>(sizes.back() - u'0')
                                        : 0;
        ++at;
        if (size == 0 || size >= left) size = left;
        left -= size;
        result.insert(0, digits.substr(left, size));
        if (left > 0) result.insert(0, separator);
    }
    return result;
}

// Splits "-1234.567" and rounds half away from zero to `places`. False for text that is no number.
bool round_decimal(std::u16string_view value, UINT places, bool& negative, std::u16string& whole,
                   std::u16string& part) {
    negative = !value.empty() && value[0] == u'-';
    if (negative) value.remove_prefix(1);
    size_t dot = std::min(value.find(u'.'), value.size());
    whole = value.substr(0, dot);
    part = dot < value.size() ? value.substr(dot + 1) : u"";
    for (char16_t unit : whole + part)
        if (unit < u'0' || unit > u'9') return false;
    if (whole.empty() && part.empty()) return false;
    bool up = part.size() > places && part[places] >= u'5';
    part.resize(places, u'0');
    std::u16string all = whole + part;
    for (size_t i = all.size(); up && i-- > 0;) {
        up = all[i] == u'9';
        all[i] = up ? u'0' : static_cast<char16_t>(all[i] + 1);
    }
    if (up) all.insert(0, 1, u'1');
    whole = all.substr(0, all.size() - places);
    part = all.substr(all.size() - places);
    whole.erase(0, std::min(whole.find_first_not_of(u'0'), whole.size()));
    if (whole.empty() && part.find_first_not_of(u'0') == std::u16string::npos) negative = false;
    return true;
}

std::u16string decimal_text(std::u16string whole, const std::u16string& part, UINT leading_zero,
                            UINT grouping, const char16_t* point, const char16_t* separator) {
    if (whole.empty() && leading_zero) whole = u"0";
    std::u16string out = group_digits(whole, grouping, separator);
    if (!part.empty()) out += point + part;
    return out;
}

// The patterns of LOCALE_INEGCURR and LOCALE_ICURRENCY: '$' the symbol, '1' the number.
constexpr const char16_t* kNegativeCurrency[] = {
    u"($1)", u"-$1",  u"$-1",  u"$1-",  u"(1$)", u"-1$",  u"1-$",   u"1$-",
    u"-1 $", u"-$ 1", u"1 $-", u"$ 1-", u"$ -1", u"1- $", u"($ 1)", u"(1 $)"};
constexpr const char16_t* kPositiveCurrency[] = {u"$1", u"1$", u"$ 1", u"1 $"};
constexpr const char16_t* kNegativeNumber[] = {u"(1)", u"-1", u"- 1", u"1-", u"1 -"};

std::u16string fill_pattern(std::u16string_view pattern, std::u16string_view number,
                            std::u16string_view symbol) {
    std::u16string out;
    for (char16_t unit : pattern) {
        if (unit == u'1')
            out += number;
        else if (unit == u'$')
            out += symbol;
        else
            out += unit;
    }
    return out;
}

}  // namespace

int kernel32::GetLocaleInfoW(LCID, LCTYPE LCType, LPWSTR lpLCData, int cchData) {
    if (cchData < 0 || (cchData && !lpLCData)) return fail_with(ERROR_INVALID_PARAMETER);
    LCTYPE type = LCType & ~(kReturnNumber | kNoUserOverride | kUseAcp | kReturnGenitive);
    if (type == 0x58) {  // LOCALE_FONTSIGNATURE: Latin, in the LOCALESIGNATURE layout
        static constexpr DWORD kSignature[16] = {0x2F, 0, 0, 0x80000000, 1, 0, 1, 0,
                                                 1,    0, 1, 0,          0, 0, 0, 0};
        if (cchData == 0) return sizeof kSignature / 2;
        if (cchData < static_cast<int>(sizeof kSignature / 2))
            return fail_with(ERROR_INSUFFICIENT_BUFFER);
        memcpy(lpLCData, kSignature, sizeof kSignature);
        return sizeof kSignature / 2;
    }
    std::u16string text;
    if (!info_text(type, text)) return fail_with(ERROR_INVALID_FLAGS);
    if (LCType & kReturnNumber) {
        if (cchData == 0) return 2;
        if (cchData < 2) return fail_with(ERROR_INSUFFICIENT_BUFFER);
        std::string digits = utf8_from_utf16(text);
        int base = type == 1 || type == 9 ? 16 : 10;
        char* end;
        DWORD number = static_cast<DWORD>(strtoul(digits.c_str(), &end, base));
        if (*end && *end != ';') return fail_with(ERROR_INVALID_FLAGS);
        memcpy(lpLCData, &number, sizeof number);
        return 2;
    }
    return answer_text(text, lpLCData, cchData);
}

int kernel32::GetLocaleInfoEx(LPCWSTR lpLocaleName, LCTYPE LCType, LPWSTR lpLCData, int cchData) {
    if (lpLocaleName && *lpLocaleName && lpLocaleName[0] != u'!' &&
        !LocaleNameToLCID(lpLocaleName, 0))
        return 0;
    return GetLocaleInfoW(kEnUs, LCType, lpLCData, cchData);
}

int kernel32::GetLocaleInfoA(LCID Locale, LCTYPE LCType, LPSTR lpLCData, int cchData) {
    if (LCType & kReturnNumber) {
        if (cchData == 0) return 4;
        if (cchData < 4) return fail_with(ERROR_INSUFFICIENT_BUFFER);
        return GetLocaleInfoW(Locale, LCType, reinterpret_cast<LPWSTR>(lpLCData), 2) ? 4 : 0;
    }
    WCHAR wide[128];
    if (!GetLocaleInfoW(Locale, LCType, wide, 128)) return 0;
    std::string text = utf8_from_utf16(wide);
    int needed = static_cast<int>(text.size() + 1);
    if (cchData == 0) return needed;
    if (cchData < needed) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    memcpy(lpLCData, text.c_str(), static_cast<size_t>(needed));
    return needed;
}

BOOL kernel32::SetLocaleInfoW(LCID, LCTYPE, LPCWSTR) { return fail_with(ERROR_ACCESS_DENIED); }

int kernel32::GetNumberFormatEx(LPCWSTR, DWORD dwFlags, LPCWSTR lpValue, const NUMBERFMTW* lpFormat,
                                LPWSTR lpNumberStr, int cchNumber) {
    WCHAR point[] = u".", comma[] = u",";
    NUMBERFMTW standard = {2, 1, 3, point, comma, 1};
    const NUMBERFMTW& format = lpFormat ? *lpFormat : standard;
    bool negative;
    std::u16string whole, part;
    if (!lpValue || cchNumber < 0 || (lpFormat && dwFlags) || format.NegativeOrder > 4 ||
        format.NumDigits > 9 || !round_decimal(lpValue, format.NumDigits, negative, whole, part))
        return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string number =
        decimal_text(std::move(whole), part, format.LeadingZero, format.Grouping,
                     format.lpDecimalSep, format.lpThousandSep);
    if (negative) number = fill_pattern(kNegativeNumber[format.NegativeOrder], number, u"");
    return answer_text(number, lpNumberStr, cchNumber);
}

int kernel32::GetNumberFormatW(LCID, DWORD dwFlags, LPCWSTR lpValue, const NUMBERFMTW* lpFormat,
                               LPWSTR lpNumberStr, int cchNumber) {
    return GetNumberFormatEx(nullptr, dwFlags, lpValue, lpFormat, lpNumberStr, cchNumber);
}

int kernel32::GetCurrencyFormatEx(LPCWSTR, DWORD dwFlags, LPCWSTR lpValue,
                                  const CURRENCYFMTW* lpFormat, LPWSTR lpCurrencyStr,
                                  int cchCurrency) {
    WCHAR point[] = u".", comma[] = u",", dollar[] = u"$";
    CURRENCYFMTW standard = {2, 1, 3, point, comma, 0, 0, dollar};
    const CURRENCYFMTW& format = lpFormat ? *lpFormat : standard;
    bool negative;
    std::u16string whole, part;
    if (!lpValue || cchCurrency < 0 || (lpFormat && dwFlags) || format.NegativeOrder > 15 ||
        format.PositiveOrder > 3 || format.NumDigits > 9 ||
        !round_decimal(lpValue, format.NumDigits, negative, whole, part))
        return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string number =
        decimal_text(std::move(whole), part, format.LeadingZero, format.Grouping,
                     format.lpDecimalSep, format.lpThousandSep);
    const char16_t* pattern = negative ? kNegativeCurrency[format.NegativeOrder]
                                       : kPositiveCurrency[format.PositiveOrder];
    return answer_text(fill_pattern(pattern, number, format.lpCurrencySymbol), lpCurrencyStr, cchCurrency);
}

int kernel32::GetCurrencyFormatW(LCID, DWORD dwFlags, LPCWSTR lpValue, const CURRENCYFMTW* lpFormat,
                                 LPWSTR lpCurrencyStr, int cchCurrency) {
    return GetCurrencyFormatEx(nullptr, dwFlags, lpValue, lpFormat, lpCurrencyStr, cchCurrency);
}

int kernel32::GetGeoInfoW(GEOID Location, GEOTYPE GeoType, LPWSTR lpGeoData, int cchData, LANGID) {
    if (Location != 244) return fail_with(ERROR_INVALID_PARAMETER);
    switch (GeoType) {
        case 1:
            return answer_text(u"244", lpGeoData, cchData);  // GEO_NATION
        case 4:
            return answer_text(u"US", lpGeoData, cchData);  // GEO_ISO2
        case 5:
            return answer_text(u"USA", lpGeoData, cchData);  // GEO_ISO3
        case 8:
            return answer_text(u"United States", lpGeoData, cchData);  // GEO_FRIENDLYNAME
        case 9:
            return answer_text(u"United States of America", lpGeoData, cchData);
        default:
            return fail_with(ERROR_INVALID_FLAGS);
    }
}
