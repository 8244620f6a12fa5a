// Numbers from text and to text. "strtol functions", "strtoul functions", "strtod", "_itoa functions",
// "_ecvt", "_fcvt", "_gcvt", "_splitpath", "_makepath".
// link: static ucrt
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "check.h"

int main(void) {
    char* end;
    errno = 0;
    CHECK_EQ(strtol("  -123xyz", &end, 10), -123);
    CHECK_STR(end, "xyz");
    CHECK_EQ(strtol("0x7f", NULL, 0), 127);
    CHECK_EQ(errno, 0);
    CHECK_EQ(strtol("99999999999", NULL, 10), LONG_MAX);
    CHECK_EQ(errno, ERANGE);
    errno = 0;
    CHECK_EQ(strtoul("4294967295", NULL, 10), ULONG_MAX);
    CHECK_EQ(errno, 0);
    CHECK_EQ(_strtoi64("-9223372036854775808", NULL, 10), LLONG_MIN);
    CHECK_EQ(_strtoui64("ffffffffffffffff", NULL, 16), -1);
    CHECK_EQ(wcstol(L"42w", NULL, 10), 42);
    CHECK(strtod("1.5e2x", &end) == 150.0);
    CHECK_STR(end, "x");
    CHECK_EQ(atoi("77"), 77);
    CHECK_EQ(_atoi64("123456789012"), 123456789012);
    CHECK(atof("2.25") == 2.25);
    CHECK_EQ(_wtoi(L"-5"), -5);

    char text[70];
    wchar_t wide[70];
    CHECK_STR(_itoa(-255, text, 10), "-255");
    CHECK_STR(_itoa(-1, text, 16), "ffffffff");
    CHECK_STR(_i64toa(-1, text, 2), "1111111111111111111111111111111111111111111111111111111111111111");
    CHECK_STR(_ui64toa(18446744073709551615ull, text, 10), "18446744073709551615");
    CHECK_STR(_ultoa(4294967295u, text, 36), "1z141z3");
    CHECK_WSTR(_itow(42, wide, 10), L"42");

    int point, sign;
    CHECK_STR(_ecvt(3.1415926, 4, &point, &sign), "3142");
    CHECK_EQ(point, 1);
    CHECK_EQ(sign, 0);
    CHECK_STR(_fcvt(-12.345, 1, &point, &sign), "123");
    CHECK_EQ(point, 2);
    CHECK_EQ(sign, 1);
    CHECK_STR(_gcvt(1.5, 5, text), "1.5");

    char drive[_MAX_DRIVE], dir[_MAX_DIR], name[_MAX_FNAME], ext[_MAX_EXT];
    _splitpath("C:\\some\\dir.x\\file.tar.gz", drive, dir, name, ext);
    CHECK_STR(drive, "C:");
    CHECK_STR(dir, "\\some\\dir.x\\");
    CHECK_STR(name, "file.tar");
    CHECK_STR(ext, ".gz");
    char path[_MAX_PATH];
    _makepath(path, "d", "a\\b", "n", "e");
    CHECK_STR(path, "d:a\\b\\n.e");
    return check_result();
}
