// datetimeapi.h: dates and times in words, by picture ("Day, Month, Year, and Era Format Pictures",
// "Hour, Minute, and Second Format Pictures").
#include <algorithm>
#include <ctime>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr DWORD kShortDate = 1, kLongDate = 2, kYearMonth = 8, kMonthDay = 0x80;
constexpr DWORD kNoMinutes = 1, kNoSeconds = 2, kNoMarker = 4, kForce24 = 8;

constexpr const char16_t* kDays[] = {u"Sunday",   u"Monday", u"Tuesday", u"Wednesday",
                                     u"Thursday", u"Friday", u"Saturday"};
constexpr const char16_t* kMonths[] = {u"January",   u"February", u"March",    u"April",
                                       u"May",       u"June",     u"July",     u"August",
                                       u"September", u"October",  u"November", u"December"};

std::u16string number(unsigned value, size_t digits) {
    std::u16string text = utf16_from_utf8(std::to_string(value));
    if (text.size() < digits) text.insert(0, digits - text.size(), u'0');
    return text;
}

int days_in_month(int year, int month) {
    constexpr int kDaysOf[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return kDaysOf[month - 1] + (month == 2 && leap);
}

int weekday(int year, int month, int day) {  // 0 is Sunday (Sakamoto's method)
    constexpr int kOffsets[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    if (month < 3) --year;
    return (year + year / 4 - year / 100 + year / 400 + kOffsets[month - 1] + day) % 7;
}

SYSTEMTIME local_now() {
    time_t now = time(nullptr);
    tm parts;
    localtime_r(&now, &parts);
    auto word = [](int value) { return static_cast<WORD>(value); };
    return {word(parts.tm_year + 1900), word(parts.tm_mon + 1),
            word(parts.tm_wday),        word(parts.tm_mday),
            word(parts.tm_hour),        word(parts.tm_min),
            word(parts.tm_sec),         0};
}

// Runs of one letter are fields, '…' is literal, everything else stands for itself.
template <class Field>
std::u16string expand(std::u16string_view picture, Field field) {
    std::u16string out;
    for (size_t at = 0; at < picture.size();) {
        char16_t unit = picture[at];
        if (unit == u'\'') {
            for (++at; at < picture.size(); ++at) {
                if (picture[at] == u'\'') {
                    if (at + 1 >= picture.size() || picture[at + 1] != u'\'') break;
                    ++at;
                }
                out += picture[at];
            }
            ++at;
            continue;
        }
        size_t end = at;
        while (end < picture.size() && picture[end] == unit) ++end;
        if (!field(unit, end - at, out)) out.append(end - at, unit);
        at = end;
    }
    return out;
}

std::u16string date_text(std::u16string_view picture, const SYSTEMTIME& date) {
    int day_of_week = weekday(date.wYear, date.wMonth, date.wDay);
    return expand(picture, [&](char16_t unit, size_t count, std::u16string& out) {
        std::u16string_view day = kDays[day_of_week], month = kMonths[date.wMonth - 1];
        switch (unit) {
            case u'd':
                out += count <= 2 ? number(date.wDay, count)
                                  : std::u16string(count == 3 ? day.substr(0, 3) : day);
                return true;
            case u'M':
                out += count <= 2 ? number(date.wMonth, count)
                                  : std::u16string(count == 3 ? month.substr(0, 3) : month);
                return true;
            case u'y':
                out += count <= 2 ? number(date.wYear % 100, count) : number(date.wYear, 4);
                return true;
            case u'g':
                out += u"A.D.";
                return true;
            default:
                return false;
        }
    });
}

std::u16string time_text(std::u16string_view picture, const SYSTEMTIME& time) {
    return expand(picture, [&](char16_t unit, size_t count, std::u16string& out) {
        unsigned hour12 = time.wHour % 12 ? time.wHour % 12 : 12;
        size_t digits = std::min<size_t>(count, 2);
        switch (unit) {
            case u'h':
                out += number(hour12, digits);
                return true;
            case u'H':
                out += number(time.wHour, digits);
                return true;
            case u'm':
                out += number(time.wMinute, digits);
                return true;
            case u's':
                out += number(time.wSecond, digits);
                return true;
            case u't':
                out += std::u16string_view(time.wHour < 12 ? u"AM" : u"PM").substr(0, digits);
                return true;
            default:
                return false;
        }
    });
}

}  // namespace

int kernel32::GetDateFormatW(LCID, DWORD dwFlags, const SYSTEMTIME* lpDate, LPCWSTR lpFormat,
                             LPWSTR lpDateStr, int cchDate) {
    if (cchDate < 0 || (cchDate && !lpDateStr)) return fail_with(ERROR_INVALID_PARAMETER);
    DWORD style = dwFlags & (kShortDate | kLongDate | kYearMonth | kMonthDay);
    if ((lpFormat && style) || (style & (style - 1))) return fail_with(ERROR_INVALID_FLAGS);
    SYSTEMTIME date = lpDate ? *lpDate : local_now();
    if (date.wMonth < 1 || date.wMonth > 12 || date.wDay < 1 || date.wYear < 1601 ||
        date.wDay > days_in_month(date.wYear, date.wMonth))
        return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string_view picture = lpFormat              ? std::u16string_view(lpFormat)
                                  : style == kLongDate  ? u"dddd, MMMM d, yyyy"
                                  : style == kYearMonth ? u"MMMM yyyy"
                                  : style == kMonthDay  ? u"MMMM d"
                                                        : u"M/d/yyyy";
    return answer_text(date_text(picture, date), lpDateStr, cchDate);
}

int kernel32::GetDateFormatEx(LPCWSTR, DWORD dwFlags, const SYSTEMTIME* lpDate, LPCWSTR lpFormat,
                              LPWSTR lpDateStr, int cchDate, LPCWSTR) {
    return GetDateFormatW(kEnUs, dwFlags, lpDate, lpFormat, lpDateStr, cchDate);
}

int kernel32::GetTimeFormatW(LCID, DWORD dwFlags, const SYSTEMTIME* lpTime, LPCWSTR lpFormat,
                             LPWSTR lpTimeStr, int cchTime) {
    if (cchTime < 0 || (cchTime && !lpTimeStr)) return fail_with(ERROR_INVALID_PARAMETER);
    if (lpFormat && dwFlags & (kNoMinutes | kNoSeconds | kNoMarker | kForce24)) {
        if (dwFlags & ~(kNoMinutes | kNoSeconds | kNoMarker | kForce24))
            return fail_with(ERROR_INVALID_FLAGS);
    }
    SYSTEMTIME time = lpTime ? *lpTime : local_now();
    if (time.wHour > 23 || time.wMinute > 59 || time.wSecond > 59 || time.wMilliseconds > 999)
        return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string picture = lpFormat ? lpFormat : u"h:mm:ss tt";
    auto cut = [&](std::u16string_view part) {
        if (size_t at = picture.find(part); at != std::u16string::npos)
            picture.erase(at, part.size());
    };
    if (dwFlags & (kNoMinutes | kNoSeconds)) cut(u":ss");
    if (dwFlags & kNoMinutes) cut(u":mm");
    if (dwFlags & (kNoMarker | kForce24)) cut(u" tt");
    if (dwFlags & kForce24) std::replace(picture.begin(), picture.end(), u'h', u'H');
    return answer_text(time_text(picture, time), lpTimeStr, cchTime);
}

int kernel32::GetTimeFormatEx(LPCWSTR, DWORD dwFlags, const SYSTEMTIME* lpTime, LPCWSTR lpFormat,
                              LPWSTR lpTimeStr, int cchTime) {
    return GetTimeFormatW(kEnUs, dwFlags, lpTime, lpFormat, lpTimeStr, cchTime);
}
