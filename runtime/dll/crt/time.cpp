// time.h and sys/timeb.h: clocks, calendar time and the zone. Formatting is in time_format.cpp.
// Doc: "Time management", "gmtime, _gmtime32, _gmtime64", "localtime…", "mktime…", "_ftime, _ftime32, _ftime64".
#include <cstring>
#include <ctime>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/crt/time_zone.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr int64_t kEarliest = -43200;        // UTC+12's first of January 1970
constexpr int64_t kLatest64 = 32536850399;  // the end of the year 3000, and UTC-14's
constexpr int64_t kLatest32 = INT32_MAX;

struct ThreadTime {
    clib::tm fields;
};
thread_local ThreadTime t_time;

timespec now() {
    timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time;
}

errno_t to_gmt(clib::tm* out, int64_t seconds, int64_t latest) {
    if (seconds < kEarliest || seconds > latest) {
        *out = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
        return invalid();
    }
    *out = civil_from_seconds(seconds);
    return 0;
}

errno_t to_local(clib::tm* out, int64_t seconds, int64_t latest) {
    if (seconds < 0 || seconds > latest) {
        *out = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
        return invalid();
    }
    ZoneOffset offset = zone_offset_at(seconds);
    *out = civil_from_seconds(seconds + offset.seconds_east);
    out->tm_isdst = offset.is_dst;
    return 0;
}

template <class Seconds, class Convert>
clib::tm* to_thread_fields(const Seconds* seconds, int64_t latest, Convert convert) {
    if (!seconds) return invalid(), nullptr;
    return convert(&t_time.fields, *seconds, latest) == 0 ? &t_time.fields : nullptr;
}

template <class Seconds, class Convert>
errno_t to_fields(clib::tm* out, const Seconds* seconds, int64_t latest, Convert convert) {
    if (!out || !seconds) return invalid();
    return convert(out, *seconds, latest);
}

int64_t out_of_range() {
    guest_errno() = kEINVAL;
    return -1;
}

// Local fields to seconds. tm_isdst says which of two readings is meant where the clock went back.
int64_t from_local(clib::tm* fields, int64_t latest) {
    if (!fields) return invalid(), -1;
    int64_t as_utc = seconds_from_civil(*fields);
    ZoneOffset offset = zone_offset_at(as_utc - zone_offset_at(as_utc).seconds_east);
    int64_t seconds = as_utc - offset.seconds_east;
    if (fields->tm_isdst > 0 && !offset.is_dst)
        seconds -= 3600;
    else if (fields->tm_isdst == 0 && offset.is_dst)
        seconds += 3600;
    clib::tm normal;
    if (seconds < 0 || seconds > latest) return out_of_range();
    to_local(&normal, seconds, kLatest64);
    *fields = normal;
    return seconds;
}

int64_t from_gmt(clib::tm* fields, int64_t latest) {
    if (!fields) return invalid(), -1;
    int64_t seconds = seconds_from_civil(*fields);
    if (seconds < kEarliest || seconds > latest) return out_of_range();
    *fields = civil_from_seconds(seconds);
    return seconds;
}

template <class Timeb>
errno_t fill_timeb(Timeb* out) {
    if (!out) return invalid();
    timespec time = now();
    need_time_zone();
    out->time = static_cast<decltype(out->time)>(time.tv_sec);
    out->millitm = static_cast<USHORT>(time.tv_nsec / 1'000'000);
    out->timezone = static_cast<SHORT>(*variables().timezone / 60);
    out->dstflag = zone_offset_at(time.tv_sec).is_dst;
    return 0;
}

template <class Timespec>
int fill_timespec(Timespec* out, int base) {
    constexpr int kTimeUtc = 1;
    if (!out || base != kTimeUtc) return 0;
    timespec time = now();
    out->tv_sec = static_cast<decltype(out->tv_sec)>(time.tv_sec);
    out->tv_nsec = static_cast<LONG>(time.tv_nsec);
    return base;
}

template <class T>
errno_t get(T* out, T value) {
    if (!out) return invalid();
    need_time_zone();
    *out = value;
    return 0;
}

}  // namespace

// Wall-clock time since the process began, in thousandths of a second ("clock").
clib::clock_t clib::clock() { return static_cast<clock_t>(monotonic_ms() - modes().started_ms); }

clib::__time64_t clib::_time64(__time64_t* out) {
    __time64_t seconds = now().tv_sec;
    if (out) *out = seconds;
    return seconds;
}

clib::__time32_t clib::_time32(__time32_t* out) {
    auto seconds = static_cast<__time32_t>(now().tv_sec);
    if (out) *out = seconds;
    return seconds;
}

double clib::_difftime64(__time64_t end, __time64_t start) { return static_cast<double>(end - start); }

double clib::_difftime32(__time32_t end, __time32_t start) { return static_cast<double>(end) - start; }

clib::tm* clib::_gmtime64(const __time64_t* seconds) { return to_thread_fields(seconds, kLatest64, to_gmt); }

clib::tm* clib::_gmtime32(const __time32_t* seconds) { return to_thread_fields(seconds, kLatest32, to_gmt); }

clib::tm* clib::_localtime64(const __time64_t* seconds) { return to_thread_fields(seconds, kLatest64, to_local); }

clib::tm* clib::_localtime32(const __time32_t* seconds) { return to_thread_fields(seconds, kLatest32, to_local); }

errno_t clib::_gmtime64_s(tm* out, const __time64_t* seconds) { return to_fields(out, seconds, kLatest64, to_gmt); }

errno_t clib::_gmtime32_s(tm* out, const __time32_t* seconds) { return to_fields(out, seconds, kLatest32, to_gmt); }

errno_t clib::_localtime64_s(tm* out, const __time64_t* seconds) {
    return to_fields(out, seconds, kLatest64, to_local);
}

errno_t clib::_localtime32_s(tm* out, const __time32_t* seconds) {
    return to_fields(out, seconds, kLatest32, to_local);
}

clib::__time64_t clib::_mktime64(tm* fields) { return from_local(fields, kLatest64); }

clib::__time32_t clib::_mktime32(tm* fields) { return static_cast<__time32_t>(from_local(fields, kLatest32)); }

clib::__time64_t clib::_mkgmtime64(tm* fields) { return from_gmt(fields, kLatest64); }

clib::__time32_t clib::_mkgmtime32(tm* fields) { return static_cast<__time32_t>(from_gmt(fields, kLatest32)); }

errno_t clib::_ftime64_s(timeb64* out) { return fill_timeb(out); }

errno_t clib::_ftime32_s(timeb32* out) { return fill_timeb(out); }

void clib::_ftime64(timeb64* out) { fill_timeb(out); }

void clib::_ftime32(timeb32* out) { fill_timeb(out); }

int clib::_timespec64_get(timespec64* out, int base) { return fill_timespec(out, base); }

int clib::_timespec32_get(timespec32* out, int base) { return fill_timespec(out, base); }

void clib::_tzset() { load_time_zone(); }

// Their callers expect zeros' places filled even before _tzset.
LONG* clib::__timezone() { return variables().timezone; }

int* clib::__daylight() { return variables().daylight; }

LONG* clib::__dstbias() { return variables().dst_bias; }

char** clib::__tzname() { return variables().zone_names; }

errno_t clib::_get_timezone(LONG* value) { return get(value, *variables().timezone); }

errno_t clib::_get_daylight(int* value) { return get(value, *variables().daylight); }

errno_t clib::_get_dstbias(LONG* value) { return get(value, *variables().dst_bias); }

errno_t clib::_get_tzname(size_t* needed, char* buffer, size_t size, int index) {
    if (!needed || (size > 0 && !buffer) || (index != 0 && index != 1)) return invalid();
    need_time_zone();
    const char* name = variables().zone_names[index];
    *needed = strlen(name) + 1;
    if (!buffer) return 0;
    if (*needed > size) return kERANGE;
    clib::strcpy(buffer, name);
    return 0;
}

unsigned clib::_getsystime(tm* out) {
    timespec time = now();
    to_local(out, time.tv_sec, kLatest64);
    return static_cast<unsigned>(time.tv_nsec / 1'000'000);
}

unsigned clib::_setsystime(tm*, unsigned) { return 1; }  // a privilege that programs here do not have
