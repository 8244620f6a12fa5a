// Local time as C programs see it: from TZ in their environment when it has Windows' form ("PST8PDT"), else from the host.
// Doc: "_tzset", "Time management". Calendar arithmetic is the proleptic Gregorian one, on 64-bit seconds since 1970.
#pragma once

#include "abi/crt.h"

namespace lsw::crt {

struct ZoneOffset {
    LONG seconds_east;
    bool is_dst;
};

// The calendar date and time of a count of seconds, as if it were UTC; tm_isdst is 0.
clib::tm civil_from_seconds(int64_t seconds);
// The reverse, for fields of any size.
int64_t seconds_from_civil(const clib::tm& fields);

// Reads TZ again and fills _timezone, _daylight, _dstbias and _tzname.
void load_time_zone();
// The same on first use only.
void need_time_zone();

ZoneOffset zone_offset_at(int64_t seconds);

}  // namespace lsw::crt
