// The calendar between 100 ns ticks since 1601 and date fields, and time zones as Windows describes them.
// Years 1601 to 30827, as FILETIME functions accept.
#pragma once

#include "abi/time.h"

namespace lsw {

// False for ticks outside the calendar.
bool system_time_from_ticks(int64_t ticks, SYSTEMTIME* fields);
// The day of the week is ignored, as Windows does. False for fields that are no date.
bool ticks_from_system_time(const SYSTEMTIME& fields, int64_t* ticks);

// The host's time zone with the rules of `year` (local). The id tells which half of the year `now_ticks` is in.
void host_time_zone(int year, TIME_ZONE_INFORMATION* zone);
// IANA name ("Europe/Berlin") when the host says so, else the abbreviation.
const char16_t* host_time_zone_name();

// TIME_ZONE_ID_… for a moment in UTC under the zone's rules.
DWORD time_zone_id_at(const TIME_ZONE_INFORMATION& zone, int64_t utc_ticks);
// Ticks to add to UTC for local time under that id.
int64_t local_offset_ticks(const TIME_ZONE_INFORMATION& zone, DWORD id);
int64_t local_from_utc(const TIME_ZONE_INFORMATION& zone, int64_t utc_ticks);
int64_t utc_from_local(const TIME_ZONE_INFORMATION& zone, int64_t local_ticks);

// Offset of the host's zone now.
int64_t current_local_offset_ticks();
int year_of(int64_t ticks);

}  // namespace lsw
