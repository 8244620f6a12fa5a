#include "dll/crt/time_zone.h"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

namespace lsw::crt {
namespace {

constexpr int64_t kDay = 86400;

int64_t days_from_civil(int64_t year, int month, int64_t day) {  // month from 1
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

struct Zone {
    std::mutex lock;
    bool loaded = false;
    bool from_host = true;
    LONG seconds_west = 0;
    bool has_dst = false;
    char names[2][64] = {};
};

Zone& zone() {
    static Zone& one = *new Zone;
    return one;
}

// "tzn[+|-]hh[:mm[:ss]][dzn]": three letters, the hours west of UTC, and the name of the other time.
bool parse_windows_zone(const char* text, Zone& out) {
    for (int i = 0; i < 3; ++i)
        if (!isalpha(static_cast<unsigned char>(text[i]))) return false;
    std::string name(text, 3);
    text += 3;
    int sign = *text == '-' ? -1 : 1;
    if (*text == '-' || *text == '+') ++text;
    if (!isdigit(static_cast<unsigned char>(*text))) return false;
    LONG part[3] = {};
    for (int i = 0; i < 3; ++i) {
        while (isdigit(static_cast<unsigned char>(*text)) && part[i] < 100) part[i] = part[i] * 10 + (*text++ - '0');
        if (*text != ':') break;
        ++text;
    }
    if (*text && !isalpha(static_cast<unsigned char>(*text))) return false;
    std::string other(text, strnlen(text, 3));
    if (text[other.size()]) return false;  // a POSIX rule follows: that is the host's language
    out.from_host = false;
    out.seconds_west = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    out.has_dst = !other.empty();
    strcpy(out.names[0], name.c_str());
    strcpy(out.names[1], other.c_str());
    return true;
}

void load_host_zone(Zone& out) {
    ::tzset();
    out.from_host = true;
    out.seconds_west = static_cast<LONG>(::timezone);
    out.has_dst = ::daylight != 0;
    snprintf(out.names[0], sizeof out.names[0], "%s", ::tzname[0]);
    snprintf(out.names[1], sizeof out.names[1], "%s", ::tzname[1]);
}

// The United States' rule since 2007, which the C runtime applies when TZ names a second zone.
bool in_us_dst(int64_t local_standard_seconds) {
    clib::tm fields = civil_from_seconds(local_standard_seconds);
    auto nth_sunday = [&](int month, int nth) {  // seconds, at 02:00
        int64_t first = days_from_civil(fields.tm_year + 1900, month, 1);
        int64_t weekday = ((first + 4) % 7 + 7) % 7;
        return (first + (7 - weekday) % 7 + 7 * (nth - 1)) * kDay + 7200;
    };
    return local_standard_seconds >= nth_sunday(3, 2) && local_standard_seconds < nth_sunday(11, 1) - 3600;
}

void load_locked(Zone& one) {
    const char* text = clib::getenv("TZ");
    if (!text || !parse_windows_zone(text, one)) load_host_zone(one);
    Variables& all = variables();
    *all.timezone = one.seconds_west;
    *all.daylight = one.has_dst;
    *all.dst_bias = one.has_dst ? -3600 : 0;
    all.zone_names[0] = one.names[0];
    all.zone_names[1] = one.names[1];
    one.loaded = true;
}

}  // namespace

clib::tm civil_from_seconds(int64_t seconds) {
    int64_t days = floor_divide(seconds, kDay), rest = seconds - days * kDay;
    int64_t shifted = days + 719468;
    int64_t era = floor_divide(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;  // from March
    clib::tm out{};
    out.tm_mday = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
    out.tm_mon = static_cast<int>(month_index < 10 ? month_index + 2 : month_index - 10);
    int64_t year = year_of_era + era * 400 + (out.tm_mon <= 1);
    out.tm_year = static_cast<int>(year - 1900);
    out.tm_wday = static_cast<int>(((days + 4) % 7 + 7) % 7);
    out.tm_yday = static_cast<int>(days - days_from_civil(year, 1, 1));
    out.tm_hour = static_cast<int>(rest / 3600);
    out.tm_min = static_cast<int>(rest / 60 % 60);
    out.tm_sec = static_cast<int>(rest % 60);
    return out;
}

int64_t seconds_from_civil(const clib::tm& fields) {
    int64_t months = fields.tm_mon;
    int64_t year = fields.tm_year + 1900ll + floor_divide(months, 12);
    int month = static_cast<int>(months - floor_divide(months, 12) * 12) + 1;
    int64_t days = days_from_civil(year, month, 1) + fields.tm_mday - 1;
    return days * kDay + fields.tm_hour * 3600ll + fields.tm_min * 60ll + fields.tm_sec;
}

void load_time_zone() {
    auto guard = std::lock_guard(zone().lock);
    load_locked(zone());
}

void need_time_zone() {
    auto guard = std::lock_guard(zone().lock);
    if (!zone().loaded) load_locked(zone());
}

ZoneOffset zone_offset_at(int64_t seconds) {
    need_time_zone();
    const Zone& one = zone();
    if (one.from_host) {
        time_t host = seconds;
        ::tm fields;
        if (!::localtime_r(&host, &fields)) return {0, false};
        return {static_cast<LONG>(fields.tm_gmtoff), fields.tm_isdst > 0};
    }
    bool is_dst = one.has_dst && in_us_dst(seconds - one.seconds_west);
    return {(is_dst ? 3600 : 0) - one.seconds_west, is_dst};
}

}  // namespace lsw::crt
