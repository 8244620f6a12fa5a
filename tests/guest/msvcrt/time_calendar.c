// Calendar time, the zone from TZ, and text made of both. "gmtime", "mktime", "_tzset", "strftime", "asctime".
// link: static ucrt
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"

static const char* text_of(const char* format, const struct tm* time) {
    static char buffer[200];
    size_t size = strftime(buffer, sizeof buffer, format, time);
    CHECK_EQ(size, strlen(buffer));
    return buffer;
}

static void formats(void) {
    struct tm time = {5, 4, 3, 2, 0, 109, 5, 1, 0};  // Friday, 2 January 2009, 03:04:05
    CHECK_STR(text_of("%Y-%m-%d %H:%M:%S", &time), "2009-01-02 03:04:05");
    CHECK_STR(text_of("%#Y-%#m-%#d %#H:%#M:%#S", &time), "2009-1-2 3:4:5");
    CHECK_STR(text_of("%a %A %b %B", &time), "Fri Friday Jan January");
    CHECK_STR(text_of("%I %p %j %U %W %w %y %%", &time), "03 AM 002 00 00 5 09 %");
    CHECK_STR(text_of("%x %X", &time), "01/02/09 03:04:05");
    CHECK_STR(text_of("%#c|%#x", &time), "Friday, January 02, 2009, 03:04:05|Friday, January 02, 2009");
    CHECK_STR(text_of("%F %T %R %e %G-%V %u %C", &time), "2009-01-02 03:04:05 03:04  2 2009-01 5 20");
    char small[8];
    errno = 0;
    CHECK_EQ(strftime(small, sizeof small, "%Y-%m-%d", &time), 0);
    wchar_t wide[64];
    CHECK_EQ(wcsftime(wide, 64, L"%H:%M \x4E2D", &time), 7);
    CHECK_WSTR(wide, L"03:04 \x4E2D");
    CHECK_STR(asctime(&time) + 10, " 03:04:05 2009\n");
}

int main(void) {
    time_t zero = 0, late = 951827696;  // 29 February 2000, 12:34:56 UTC
    struct tm* time = gmtime(&zero);
    CHECK(time && time->tm_year == 70 && time->tm_yday == 0 && time->tm_wday == 4);
    time = gmtime(&late);
    CHECK_EQ(time->tm_mon, 1);
    CHECK_EQ(time->tm_mday, 29);
    CHECK_EQ(time->tm_wday, 2);
    CHECK_EQ(time->tm_yday, 59);
    CHECK_EQ(time->tm_hour, 12);
    struct tm copy = *time;
    CHECK_EQ(_mkgmtime(&copy), late);

    _putenv("TZ=PST8PDT");
    _tzset();
    time_t winter = 1231000000, summer = 1247000000;
    time = localtime(&winter);  // 3 January 2009, 08:26:40
    CHECK_EQ(time->tm_hour, 8);
    CHECK_EQ(time->tm_isdst, 0);
    copy = *time;
    CHECK_EQ(mktime(&copy), winter);
    time = localtime(&summer);  // 7 July 2009, 13:53:20
    CHECK_EQ(time->tm_hour, 13);
    CHECK_EQ(time->tm_isdst, 1);
    copy = *time;
    CHECK_EQ(mktime(&copy), summer);
    copy.tm_isdst = -1;
    CHECK_EQ(mktime(&copy), summer);
    CHECK_STR(text_of("%Z", &copy), "PDT");
    CHECK_EQ(_timezone, 28800);
    CHECK_EQ(_daylight, 1);
    CHECK_STR(_tzname[0], "PST");

    struct tm odd = {70, 59, 23, 31, 11, 108, 0, 0, -1};  // normalised into the next year
    CHECK(mktime(&odd) != -1);
    CHECK_EQ(odd.tm_year, 109);
    CHECK_EQ(odd.tm_mon, 0);
    CHECK_EQ(odd.tm_mday, 1);
    CHECK_EQ(odd.tm_sec, 10);
    CHECK_EQ(odd.tm_min, 0);
    formats();

    clock_t before = clock();
    CHECK(before >= 0 && CLOCKS_PER_SEC == 1000);
    char date[9], now[9];
    CHECK_STR(_strdate(date), date);
    CHECK(date[2] == '/' && date[5] == '/' && date[8] == 0);
    CHECK(_strtime(now)[2] == ':');
    return check_result();
}
