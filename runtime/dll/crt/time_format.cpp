// Time as text: strftime, asctime, ctime and the two of fixed form.
// Doc: "strftime, wcsftime, _strftime_l, _wcsftime_l", "asctime, _wasctime", "_strdate, _wstrdate", "_strtime…".
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "abi/exception.h"
#include "base/text.h"
#include "dll/crt/heap.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/crt/time_zone.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;
using Fields = clib::tm;

namespace {

constexpr const char* kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

bool in_range(int value, int first, int last) { return value >= first && value <= last; }

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

class Formatter {
public:
    Formatter(const Fields& time, bool english, bool legacy) : time_(time), english_(english), legacy_(legacy) {}

    // False: a field that is asked for is out of its range, or the conversion is unknown.
    bool convert(char kind, bool alternate);
    std::string take() { return std::move(text_); }

private:
    bool number(int value, int width, int low, int high, bool alternate, char pad = '0');
    bool name(const char* const* names, int index, int count, size_t cut);
    bool composite(const char* kinds);
    bool date_and_time(char kind, bool alternate);
    bool year(char kind, bool alternate);
    bool zone(char kind);
    void iso_week(int* year, int* week) const;
    int week_of_year(int first_day) const { return (time_.tm_yday + 7 - (time_.tm_wday - first_day + 7) % 7) / 7; }

    const Fields& time_;
    bool english_;
    bool legacy_;
    std::string text_;
};

bool Formatter::number(int value, int width, int low, int high, bool alternate, char pad) {
    if (!in_range(value, low, high)) return false;
    std::string digits = std::to_string(value);
    if (!alternate && digits.size() < static_cast<size_t>(width))
        text_.append(static_cast<size_t>(width) - digits.size(), pad);
    text_ += digits;
    return true;
}

bool Formatter::name(const char* const* names, int index, int count, size_t cut) {
    if (!in_range(index, 0, count - 1)) return false;
    text_ += std::string_view(names[index]).substr(0, cut);
    return true;
}

// Conversion letters with what stands between them; '#' applies to the next letter.
bool Formatter::composite(const char* kinds) {
    for (bool alternate = false; *kinds; ++kinds) {
        bool letter = (*kinds >= 'a' && *kinds <= 'z') || (*kinds >= 'A' && *kinds <= 'Z');
        if (*kinds == '#') {
            alternate = true;
            continue;
        }
        if (!letter)
            text_ += *kinds;
        else if (!convert(*kinds, alternate))
            return false;
        alternate = false;
    }
    return true;
}

bool Formatter::date_and_time(char kind, bool alternate) {
    const char* long_date = english_ ? "A, B #d, Y" : "A, B d, Y";
    if (kind == 'c') {
        if (alternate) return composite(long_date) && composite(english_ ? " #I:M:S p" : ", H:M:S");
        if (english_) return composite("#m/#d/Y #I:M:S p");
        return composite(legacy_ ? "m/d/y H:M:S" : "a b e H:M:S Y");
    }
    if (kind == 'x') {
        if (alternate) return composite(long_date);
        return composite(english_ ? "#m/#d/Y" : "m/d/y");
    }
    return composite(english_ ? "#I:M:S p" : "H:M:S");
}

void Formatter::iso_week(int* year, int* week) const {
    int monday_based = (time_.tm_wday + 6) % 7;
    *year = time_.tm_year + 1900;
    *week = (time_.tm_yday - monday_based + 10) / 7;
    auto weeks_in = [](int y) {
        auto last_weekday = [](int any) { return (any + any / 4 - any / 100 + any / 400) % 7; };
        return last_weekday(y) == 4 || last_weekday(y - 1) == 3 ? 53 : 52;
    };
    if (*week < 1)
        *week = weeks_in(--*year);
    else if (*week > weeks_in(*year))
        *week = 1, ++*year;
}

bool Formatter::year(char kind, bool alternate) {
    int full = time_.tm_year + 1900, iso = 0, week = 0;
    if (!in_range(full, 0, 9999)) return false;
    switch (kind) {
        case 'Y': return number(full, 4, 0, 9999, alternate);
        case 'y': return number(full % 100, 2, 0, 99, alternate);
        case 'C': return number(full / 100, 2, 0, 99, alternate);
        default: break;
    }
    if (!in_range(time_.tm_wday, 0, 6) || !in_range(time_.tm_yday, 0, 365)) return false;
    iso_week(&iso, &week);
    if (kind == 'V') return number(week, 2, 1, 53, alternate);
    return kind == 'G' ? number(iso, 4, 0, 9999, alternate) : number(iso % 100, 2, 0, 99, alternate);
}

bool Formatter::zone(char kind) {
    need_time_zone();
    if (kind == 'Z' || legacy_) {
        if (time_.tm_isdst >= 0) text_ += variables().zone_names[time_.tm_isdst > 0];
        return true;
    }
    if (time_.tm_isdst < 0) return true;
    LONG west = *variables().timezone + (time_.tm_isdst > 0 ? *variables().dst_bias : 0);
    LONG minutes = (west < 0 ? -west : west) / 60;
    char offset[16];
    snprintf(offset, sizeof offset, "%c%02d%02d", west > 0 ? '-' : '+', static_cast<int>(minutes / 60),
             static_cast<int>(minutes % 60));
    text_ += offset;
    return true;
}

bool Formatter::convert(char kind, bool alternate) {
    switch (kind) {
        case 'a': return name(kDays, time_.tm_wday, 7, 3);
        case 'A': return name(kDays, time_.tm_wday, 7, std::string::npos);
        case 'b':
        case 'h': return name(kMonths, time_.tm_mon, 12, 3);
        case 'B': return name(kMonths, time_.tm_mon, 12, std::string::npos);
        case 'c':
        case 'x':
        case 'X': return date_and_time(kind, alternate);
        case 'd': return number(time_.tm_mday, 2, 1, 31, alternate);
        case 'e': return number(time_.tm_mday, 2, 1, 31, alternate, ' ');
        case 'D': return composite("m/d/y");
        case 'F': return composite("Y-m-d");
        case 'R': return composite("H:M");
        case 'T': return composite("H:M:S");
        case 'r': return composite("I:M:S p");
        case 'H': return number(time_.tm_hour, 2, 0, 23, alternate);
        case 'I':
            if (!in_range(time_.tm_hour, 0, 23)) return false;
            return number(time_.tm_hour % 12 ? time_.tm_hour % 12 : 12, 2, 1, 12, alternate);
        case 'j': return number(time_.tm_yday + 1, 3, 1, 366, alternate);
        case 'm': return number(time_.tm_mon + 1, 2, 1, 12, alternate);
        case 'M': return number(time_.tm_min, 2, 0, 59, alternate);
        case 'S': return number(time_.tm_sec, 2, 0, 60, alternate);
        case 'n': return text_ += '\n', true;
        case 't': return text_ += '\t', true;
        case '%': return text_ += '%', true;
        case 'p':
            if (!in_range(time_.tm_hour, 0, 23)) return false;
            text_ += time_.tm_hour < 12 ? "AM" : "PM";
            return true;
        case 'u': return number(time_.tm_wday ? time_.tm_wday : 7, 1, 1, 7, alternate);
        case 'w': return number(time_.tm_wday, 1, 0, 6, alternate);
        case 'U':
        case 'W':
            if (!in_range(time_.tm_wday, 0, 6) || !in_range(time_.tm_yday, 0, 365)) return false;
            return number(week_of_year(kind == 'W'), 2, 0, 53, alternate);
        case 'Y':
        case 'y':
        case 'C':
        case 'G':
        case 'g':
        case 'V': return year(kind, alternate);
        case 'z':
        case 'Z': return zone(kind);
        default: return false;
    }
}

// Units written without the terminator, or 0 with errno set. What is handed to the program is copied last.
template <class C>
size_t format_time(C* out, size_t size, const C* format, const Fields* time, clib::_locale_t locale) {
    if (!out || size == 0) return invalid(), 0;
    *out = 0;
    if (!format) return invalid(), 0;
    bool english = !current_locale(locale).categories[kLcTime].is_c;
    bool legacy = modes().flavour == Flavour::msvcrt;
    size_t used = 0;
    bool valid = true, fits = true;
    for (; *format && valid && fits; ++format) {
        if (*format != '%') {
            fits = used + 1 < size;
            if (fits) out[used++] = *format;
            continue;
        }
        if (!time) {
            valid = false;
            break;
        }
        bool alternate = *++format == '#';
        if (alternate) ++format;
        if (*format == 'E' || *format == 'O') ++format;
        Formatter formatter(*time, english, legacy);
        valid = *format && *format < 0x80 && formatter.convert(static_cast<char>(*format), alternate);
        std::string text = formatter.take();
        fits = used + text.size() < size;
        if (valid && fits)
            for (char c : text) out[used++] = static_cast<unsigned char>(c);
        if (!valid) break;
    }
    out[valid && fits ? used : 0] = 0;
    if (!valid) return invalid(), 0;
    if (!fits) guest_errno() = kERANGE;
    return fits ? used : 0;
}

constexpr size_t kAsctimeSize = 26;

template <class C>
errno_t format_asctime(C* out, size_t size, const Fields* time) {
    if (!out || size == 0) return invalid();
    *out = 0;
    constexpr int kDaysIn[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!time || size < kAsctimeSize || time->tm_year < 0 || !in_range(time->tm_mon, 0, 11) ||
        !in_range(time->tm_hour, 0, 23) || !in_range(time->tm_min, 0, 59) || !in_range(time->tm_sec, 0, 60) ||
        !in_range(time->tm_wday, 0, 6))
        return invalid();
    int days = kDaysIn[time->tm_mon] + (time->tm_mon == 1 && is_leap(time->tm_year + 1900));
    if (!in_range(time->tm_mday, 1, days) || time->tm_year > 8099) return invalid();
    char text[kAsctimeSize];
    const char* form = modes().flavour == Flavour::msvcrt ? "%.3s %.3s %02d %02d:%02d:%02d %04d\n"
                                                          : "%.3s %.3s %2d %02d:%02d:%02d %04d\n";
    snprintf(text, sizeof text, form, kDays[time->tm_wday], kMonths[time->tm_mon], time->tm_mday, time->tm_hour,
             time->tm_min, time->tm_sec, time->tm_year + 1900);
    std::copy(text, text + kAsctimeSize, out);
    return 0;
}

struct Answers {
    char narrow[kAsctimeSize];
    WCHAR wide[kAsctimeSize];
};
thread_local Answers t_answers;

template <class C>
errno_t format_now(C* out, size_t size, bool date) {
    constexpr size_t kSize = 9;
    if (!out || size == 0) return invalid();
    *out = 0;
    if (size < kSize) return invalid(kERANGE);
    clib::__time64_t seconds = clib::_time64(nullptr);
    Fields time;
    clib::_localtime64_s(&time, &seconds);
    char text[16];
    if (date)
        snprintf(text, sizeof text, "%02d/%02d/%02d", (time.tm_mon + 1) % 100, time.tm_mday % 100, time.tm_year % 100);
    else
        snprintf(text, sizeof text, "%02d:%02d:%02d", time.tm_hour % 100, time.tm_min % 100, time.tm_sec % 100);
    std::copy(text, text + kSize, out);
    return 0;
}

// ":Sun:Sunday:Mon:…", which C++ libraries ask for; the caller frees it.
template <class C>
C* joined_names(const char* const* names, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += ":" + std::string(names[i], 3) + ":" + names[i];
    auto* out = static_cast<C*>(heap::allocate((text.size() + 1) * sizeof(C)));
    if (out) std::copy(text.c_str(), text.c_str() + text.size() + 1, out);
    return out;
}

}  // namespace

size_t clib::strftime(char* out, size_t size, const char* format, const tm* time) {
    return format_time(out, size, format, time, nullptr);
}

size_t clib::_strftime_l(char* out, size_t size, const char* format, const tm* time, _locale_t locale) {
    return format_time(out, size, format, time, locale);
}

size_t clib::wcsftime(WCHAR* out, size_t size, const WCHAR* format, const tm* time) {
    return format_time(out, size, format, time, nullptr);
}

size_t clib::_wcsftime_l(WCHAR* out, size_t size, const WCHAR* format, const tm* time, _locale_t locale) {
    return format_time(out, size, format, time, locale);
}

size_t clib::_Strftime(char* out, size_t size, const char* format, const tm* time, void*) {
    return format_time(out, size, format, time, nullptr);
}

size_t clib::_Wcsftime(WCHAR* out, size_t size, const WCHAR* format, const tm* time, void*) {
    return format_time(out, size, format, time, nullptr);
}

char* clib::_Getdays() { return joined_names<char>(kDays, 7); }

char* clib::_Getmonths() { return joined_names<char>(kMonths, 12); }

WCHAR* clib::_W_Getdays() { return joined_names<WCHAR>(kDays, 7); }

WCHAR* clib::_W_Getmonths() { return joined_names<WCHAR>(kMonths, 12); }

char* clib::asctime(const tm* time) {
    return format_asctime(t_answers.narrow, kAsctimeSize, time) == 0 ? t_answers.narrow : nullptr;
}

WCHAR* clib::_wasctime(const tm* time) {
    return format_asctime(t_answers.wide, kAsctimeSize, time) == 0 ? t_answers.wide : nullptr;
}

errno_t clib::asctime_s(char* out, size_t size, const tm* time) { return format_asctime(out, size, time); }

errno_t clib::_wasctime_s(WCHAR* out, size_t size, const tm* time) { return format_asctime(out, size, time); }

char* clib::_ctime64(const __time64_t* seconds) {
    tm* time = _localtime64(seconds);
    return time ? asctime(time) : nullptr;
}

char* clib::_ctime32(const __time32_t* seconds) {
    tm* time = _localtime32(seconds);
    return time ? asctime(time) : nullptr;
}

WCHAR* clib::_wctime64(const __time64_t* seconds) {
    tm* time = _localtime64(seconds);
    return time ? _wasctime(time) : nullptr;
}

WCHAR* clib::_wctime32(const __time32_t* seconds) {
    tm* time = _localtime32(seconds);
    return time ? _wasctime(time) : nullptr;
}

errno_t clib::_ctime64_s(char* out, size_t size, const __time64_t* seconds) {
    tm time;
    if (!out || size == 0) return invalid();
    *out = 0;
    errno_t failed = _localtime64_s(&time, seconds);
    return failed ? failed : asctime_s(out, size, &time);
}

errno_t clib::_ctime32_s(char* out, size_t size, const __time32_t* seconds) {
    if (!seconds) return invalid();
    __time64_t wide = *seconds;
    return _ctime64_s(out, size, &wide);
}

errno_t clib::_wctime64_s(WCHAR* out, size_t size, const __time64_t* seconds) {
    tm time;
    if (!out || size == 0) return invalid();
    *out = 0;
    errno_t failed = _localtime64_s(&time, seconds);
    return failed ? failed : _wasctime_s(out, size, &time);
}

errno_t clib::_wctime32_s(WCHAR* out, size_t size, const __time32_t* seconds) {
    if (!seconds) return invalid();
    __time64_t wide = *seconds;
    return _wctime64_s(out, size, &wide);
}

char* clib::_strdate(char* out) { return format_now(out, 9, true) == 0 ? out : nullptr; }

char* clib::_strtime(char* out) { return format_now(out, 9, false) == 0 ? out : nullptr; }

WCHAR* clib::_wstrdate(WCHAR* out) { return format_now(out, 9, true) == 0 ? out : nullptr; }

WCHAR* clib::_wstrtime(WCHAR* out) { return format_now(out, 9, false) == 0 ? out : nullptr; }

errno_t clib::_strdate_s(char* out, size_t size) { return format_now(out, size, true); }

errno_t clib::_strtime_s(char* out, size_t size) { return format_now(out, size, false); }

errno_t clib::_wstrdate_s(WCHAR* out, size_t size) { return format_now(out, size, true); }

errno_t clib::_wstrtime_s(WCHAR* out, size_t size) { return format_now(out, size, false); }
