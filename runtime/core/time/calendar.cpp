#include "core/time/calendar.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

#include "core/wait/clock.h"

namespace lsw {
namespace {

constexpr int64_t kTicksPerMillisecond = 10'000, kTicksPerMinute = 60 * kTicksPerSecond,
                  kTicksPerDay = 24 * 60 * kTicksPerMinute;
constexpr int kFirstYear = 1601, kLastYear = 30827;
constexpr int kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int year, int month) {
    return kDaysBefore[month] - kDaysBefore[month - 1] + (month == 2 && is_leap(year));
}

// Days from 1601-01-01 to the first day of `year`.
int64_t days_before_year(int year) {
    int64_t years = year - kFirstYear;
    return years * 365 + years / 4 - years / 100 + years / 400;
}

int64_t days_before_month(int year, int month) { return kDaysBefore[month - 1] + (month > 2 && is_leap(year)); }

// "TIME_ZONE_INFORMATION structure": wYear 0 means the wDay-th wDayOfWeek of the month, 5 the last one.
int64_t transition_ticks(const SYSTEMTIME& rule, int year) {
    SYSTEMTIME date = rule;
    date.wYear = static_cast<WORD>(year);
    if (rule.wYear == 0) {
        int first_weekday = static_cast<int>((days_before_year(year) + days_before_month(year, rule.wMonth) + 1) % 7);
        int day = 1 + (rule.wDayOfWeek - first_weekday + 7) % 7 + (std::max<int>(rule.wDay, 1) - 1) * 7;
        while (day > days_in_month(year, rule.wMonth)) day -= 7;
        date.wDay = static_cast<WORD>(day);
    }
    int64_t ticks = 0;
    ticks_from_system_time(date, &ticks);
    return ticks;
}

bool has_daylight(const TIME_ZONE_INFORMATION& zone) {
    return zone.StandardDate.wMonth != 0 && zone.DaylightDate.wMonth != 0;
}

// The rule for a transition at `at`: local time on the clock that is being left.
SYSTEMTIME rule_of(time_t at, long offset_before) {
    time_t local = at + offset_before;
    tm fields;
    gmtime_r(&local, &fields);
    int year = fields.tm_year + 1900, month = fields.tm_mon + 1;
    int week = fields.tm_mday + 7 > days_in_month(year, month) ? 5 : (fields.tm_mday - 1) / 7 + 1;
    SYSTEMTIME rule{};
    rule.wMonth = static_cast<WORD>(month);
    rule.wDayOfWeek = static_cast<WORD>(fields.tm_wday);
    rule.wDay = static_cast<WORD>(week);
    rule.wHour = static_cast<WORD>(fields.tm_hour);
    rule.wMinute = static_cast<WORD>(fields.tm_min);
    return rule;
}

tm local_fields(time_t at) {
    tm fields;
    localtime_r(&at, &fields);
    return fields;
}

// First moment in (low, high] with another offset or daylight flag than at `low`; they differ at the ends.
time_t find_change(time_t low, time_t high) {
    tm start = local_fields(low);
    while (high - low > 1) {
        time_t middle = low + (high - low) / 2;
        tm fields = local_fields(middle);
        (fields.tm_gmtoff == start.tm_gmtoff && fields.tm_isdst == start.tm_isdst ? low : high) = middle;
    }
    return high;
}

void copy_name(WCHAR (&to)[32], const char* from) {
    size_t i = 0;
    for (; from && from[i] && i < 31; ++i) to[i] = static_cast<WCHAR>(static_cast<unsigned char>(from[i]));
    to[i] = 0;
}

}  // namespace

int year_of(int64_t ticks) {
    int64_t days = ticks / kTicksPerDay;
    int year = kFirstYear + static_cast<int>(days / 366);
    while (days_before_year(year + 1) <= days) ++year;
    return year;
}

bool system_time_from_ticks(int64_t ticks, SYSTEMTIME* fields) {
    if (ticks < 0) return false;
    int64_t days = ticks / kTicksPerDay, rest = ticks % kTicksPerDay;
    int year = year_of(ticks);
    if (year > kLastYear) return false;
    int day = static_cast<int>(days - days_before_year(year));
    int month = 1;
    while (month < 12 && day >= days_before_month(year, month + 1)) ++month;
    *fields = {static_cast<WORD>(year),
               static_cast<WORD>(month),
               static_cast<WORD>((days + 1) % 7),  // 1601-01-01 was a Monday
               static_cast<WORD>(day - days_before_month(year, month) + 1),
               static_cast<WORD>(rest / (60 * kTicksPerMinute)),
               static_cast<WORD>(rest / kTicksPerMinute % 60),
               static_cast<WORD>(rest / kTicksPerSecond % 60),
               static_cast<WORD>(rest / kTicksPerMillisecond % 1000)};
    return true;
}

bool ticks_from_system_time(const SYSTEMTIME& fields, int64_t* ticks) {
    if (fields.wYear < kFirstYear || fields.wYear > kLastYear || fields.wMonth < 1 || fields.wMonth > 12 ||
        fields.wDay < 1 || fields.wDay > days_in_month(fields.wYear, fields.wMonth) || fields.wHour > 23 ||
        fields.wMinute > 59 || fields.wSecond > 59 || fields.wMilliseconds > 999)
        return false;
    int64_t days = days_before_year(fields.wYear) + days_before_month(fields.wYear, fields.wMonth) + fields.wDay - 1;
    *ticks = days * kTicksPerDay + (fields.wHour * 60 + fields.wMinute) * kTicksPerMinute +
             fields.wSecond * kTicksPerSecond + fields.wMilliseconds * kTicksPerMillisecond;
    return true;
}

void host_time_zone(int year, TIME_ZONE_INFORMATION* zone) {
    *zone = {};
    tzset();
    tm first{};
    first.tm_year = year - 1900;
    first.tm_mday = 1;
    first.tm_isdst = -1;
    time_t start = mktime(&first);
    tm standard = local_fields(start), daylight{};
    bool have_standard = !standard.tm_isdst, have_daylight = false;
    if (standard.tm_isdst) daylight = standard, have_daylight = true;
    time_t into_daylight = 0, into_standard = 0;
    // By half months: no zone changes twice within one.
    for (int i = 0; i < 25; ++i) {
        time_t low = start + i * 1'296'000, high = low + 1'296'000;
        tm before = local_fields(low), after = local_fields(high);
        if (after.tm_isdst == before.tm_isdst || before.tm_year + 1900 > year) continue;
        time_t change = find_change(low, high);
        if (local_fields(change).tm_year + 1900 != year) continue;
        if (after.tm_isdst) {
            daylight = after, have_daylight = true, into_daylight = change;
            zone->DaylightDate = rule_of(change, before.tm_gmtoff);
        } else {
            standard = after, have_standard = true, into_standard = change;
            zone->StandardDate = rule_of(change, before.tm_gmtoff);
        }
    }
    if (!have_standard) standard = daylight;
    zone->Bias = static_cast<LONG>(-standard.tm_gmtoff / 60);
    bool utc = standard.tm_gmtoff == 0 && strcmp(standard.tm_zone, "UTC") == 0;
    copy_name(zone->StandardName, utc ? "Coordinated Universal Time" : standard.tm_zone);
    copy_name(zone->DaylightName, utc ? "Coordinated Universal Time" : have_daylight ? daylight.tm_zone : standard.tm_zone);
    if (into_daylight && into_standard)
        zone->DaylightBias = static_cast<LONG>(-(daylight.tm_gmtoff - standard.tm_gmtoff) / 60);
    else
        zone->StandardDate = zone->DaylightDate = {};
}

const char16_t* host_time_zone_name() {
    static const std::u16string& name = *[] {
        std::string text;
        const char* variable = getenv("TZ");
        char target[256];
        if (variable && strchr(variable, '/')) {
            text = variable[0] == ':' ? variable + 1 : variable;
        } else if (ssize_t length = readlink("/etc/localtime", target, sizeof target - 1); !variable && length > 0) {
            target[length] = 0;
            const char* zone = strstr(target, "zoneinfo/");
            if (zone) text = zone + 9;
        }
        if (text.empty() || text == "Etc/UTC") {
            tm now = local_fields(time(nullptr));
            text = now.tm_zone;
        }
        return new std::u16string(text.begin(), text.end());
    }();
    return name.c_str();
}

DWORD time_zone_id_at(const TIME_ZONE_INFORMATION& zone, int64_t utc_ticks) {
    if (!has_daylight(zone)) return TIME_ZONE_ID_UNKNOWN;
    int64_t standard_local = utc_ticks - (zone.Bias + zone.StandardBias) * kTicksPerMinute;
    int64_t daylight_local = utc_ticks - (zone.Bias + zone.DaylightBias) * kTicksPerMinute;
    int year = year_of(std::max<int64_t>(standard_local, 0));
    int64_t begins = transition_ticks(zone.DaylightDate, year);  // on the standard clock
    int64_t ends = transition_ticks(zone.StandardDate, year);    // on the daylight clock
    bool daylight = begins < ends ? standard_local >= begins && daylight_local < ends
                                  : !(daylight_local >= ends && standard_local < begins);
    return daylight ? TIME_ZONE_ID_DAYLIGHT : TIME_ZONE_ID_STANDARD;
}

int64_t local_offset_ticks(const TIME_ZONE_INFORMATION& zone, DWORD id) {
    LONG bias = zone.Bias;
    if (id == TIME_ZONE_ID_DAYLIGHT) bias += zone.DaylightBias;
    if (id == TIME_ZONE_ID_STANDARD) bias += zone.StandardBias;
    return -bias * kTicksPerMinute;
}

int64_t local_from_utc(const TIME_ZONE_INFORMATION& zone, int64_t utc_ticks) {
    return utc_ticks + local_offset_ticks(zone, time_zone_id_at(zone, utc_ticks));
}

int64_t utc_from_local(const TIME_ZONE_INFORMATION& zone, int64_t local_ticks) {
    if (!has_daylight(zone)) return local_ticks - local_offset_ticks(zone, TIME_ZONE_ID_UNKNOWN);
    // In the hour that comes twice the daylight reading is taken first.
    int64_t as_daylight = local_ticks - local_offset_ticks(zone, TIME_ZONE_ID_DAYLIGHT);
    if (time_zone_id_at(zone, as_daylight) == TIME_ZONE_ID_DAYLIGHT) return as_daylight;
    return local_ticks - local_offset_ticks(zone, TIME_ZONE_ID_STANDARD);
}

int64_t current_local_offset_ticks() { return local_fields(time(nullptr)).tm_gmtoff * kTicksPerSecond; }

}  // namespace lsw
