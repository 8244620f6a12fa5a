// winnls.h: what a locale's calendar calls things, as GetLocaleInfoEx has it. Doc: "GetCalendarInfoEx function (winnls.h)",
// "Calendar Type Information".
#include <string>

#include "dll/kernel32/nls.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr DWORD kReturnNumber = 0x20000000, kNoUserOverride = 0x80000000, kGregorian = 1, kAllCalendars = 0xFFFFFFFF;

// CAL_* values that have a run of LOCALE_* values of the same meaning.
struct Run {
    DWORD first, count, locale;
};
constexpr Run kRuns[] = {
    {5, 1, 0x1F},    {6, 1, 0x20},     {7, 7, 0x2A},   {14, 7, 0x31},  {21, 12, 0x38}, {33, 1, 0x100E},
    {34, 12, 0x44},  {46, 1, 0x100F},  {47, 1, 0x1006}, {49, 7, 0x60}, {56, 1, 0x78},
};

bool locale_text(LPCWSTR locale, DWORD type, std::u16string& out) {
    int size = kernel32::GetLocaleInfoEx(locale, type, nullptr, 0);
    if (size <= 0) return false;
    out.resize(static_cast<size_t>(size));
    size = kernel32::GetLocaleInfoEx(locale, type, out.data(), size);
    out.resize(size > 0 ? static_cast<size_t>(size - 1) : 0);
    return size > 0;
}

bool calendar_text(LPCWSTR locale, DWORD type, std::u16string& out) {
    switch (type) {
        case 1: return out = u"1", true;                    // CAL_ICALINTVALUE
        case 2: return out = u"Gregorian Calendar", true;   // CAL_SCALNAME
        case 3: return out = u"0", true;                    // CAL_IYEAROFFSETRANGE
        case 4: return out = u"A.D.", true;                 // CAL_SERASTRING
        case 48: return out = u"2049", true;                // CAL_ITWODIGITYEARMAX
        case 57: return out = u"AD", true;                  // CAL_SABBREVERASTRING
        default: break;
    }
    for (const Run& run : kRuns)
        if (type >= run.first && type < run.first + run.count) return locale_text(locale, run.locale + type - run.first, out);
    return false;
}

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

}  // namespace

int kernel32::GetCalendarInfoEx(LPCWSTR lpLocaleName, DWORD Calendar, LPCWSTR, DWORD CalType, LPWSTR lpCalData, int cchData,
                                LPDWORD lpValue) {
    std::u16string text;
    if (Calendar != kGregorian || !calendar_text(lpLocaleName, CalType & 0xFFFF, text)) return fail_with(ERROR_INVALID_FLAGS);
    if (!(CalType & kReturnNumber)) return answer_text(text, lpCalData, cchData);
    if (!lpValue) return fail_with(ERROR_INVALID_PARAMETER);
    *lpValue = 0;
    for (char16_t digit : text) {
        if (digit < u'0' || digit > u'9') return fail_with(ERROR_INVALID_FLAGS);
        *lpValue = *lpValue * 10 + (digit - u'0');
    }
    return sizeof(DWORD) / sizeof(WCHAR);
}

BOOL kernel32::EnumCalendarInfoExEx(BOOL(WINAPI* pCalInfoEnumProcExEx)(LPWSTR, DWORD, LPWSTR, LPARAM), LPCWSTR lpLocaleName,
                                    DWORD Calendar, LPCWSTR, DWORD CalType, LPARAM lParam) {
    constexpr size_t kMost = 256;
    WCHAR text[kMost];  // not on the heap: the program's function may not come back
    if (!pCalInfoEnumProcExEx) return fail(ERROR_INVALID_PARAMETER);
    if (Calendar != kGregorian && Calendar != kAllCalendars) return fail(ERROR_INVALID_PARAMETER);
    DWORD type = CalType & ~kNoUserOverride;
    if (!GetCalendarInfoEx(lpLocaleName, kGregorian, nullptr, type, text, kMost, nullptr)) return FALSE;
    pCalInfoEnumProcExEx(text, kGregorian, nullptr, lParam);
    return TRUE;
}

BOOL kernel32::EnumTimeFormatsEx(BOOL(WINAPI* lpTimeFmtEnumProcEx)(LPWSTR, LPARAM), LPCWSTR lpLocaleName, DWORD dwFlags,
                                 LPARAM lParam) {
    constexpr DWORD kNoSeconds = 2, kTimeFormat = 0x1003, kShortTime = 0x79;
    constexpr size_t kMost = 80;
    WCHAR text[kMost];
    if (!lpTimeFmtEnumProcEx) return fail(ERROR_INVALID_PARAMETER);
    if (dwFlags & ~(kNoSeconds | kNoUserOverride)) return fail(ERROR_INVALID_FLAGS);
    if (!GetLocaleInfoEx(lpLocaleName, dwFlags & kNoSeconds ? kShortTime : kTimeFormat, text, kMost)) return FALSE;
    lpTimeFmtEnumProcEx(text, lParam);
    return TRUE;
}

BOOL kernel32::EnumDateFormatsExEx(BOOL(WINAPI* lpDateFmtEnumProcExEx)(LPWSTR, DWORD, LPARAM), LPCWSTR lpLocaleName,
                                   DWORD dwFlags, LPARAM lParam) {
    constexpr size_t kMost = 80;
    WCHAR text[kMost];
    if (!lpDateFmtEnumProcExEx) return fail(ERROR_INVALID_PARAMETER);
    DWORD type = 0;
    switch (dwFlags & ~kNoUserOverride) {
        case 0:
        case 1: type = 0x1F; break;    // DATE_SHORTDATE
        case 2: type = 0x20; break;    // DATE_LONGDATE
        case 8: type = 0x1006; break;  // DATE_YEARMONTH
        case 0x80: type = 0x78; break;  // DATE_MONTHDAY
        default: return fail(ERROR_INVALID_FLAGS);
    }
    if (!GetLocaleInfoEx(lpLocaleName, type, text, kMost)) return FALSE;
    lpDateFmtEnumProcExEx(text, kGregorian, lParam);
    return TRUE;
}
