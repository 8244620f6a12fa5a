// What printf and its family print, and how the two runtimes differ in it.
// "Format specification syntax: printf and wprintf functions", "snprintf, _snprintf, …", "_vscprintf".
// link: static ucrt
#undef __USE_MINGW_ANSI_STDIO
#define __USE_MINGW_ANSI_STDIO 0  // the runtime's own, not mingw's
#include <math.h>
#include <stdarg.h>

#include "check.h"

static const char* print(const char* format, ...) {
    static char text[512];
    va_list args;
    va_start(args, format);
    int count = vsprintf(text, format, args);
    va_end(args);
    CHECK_EQ(count, (int)strlen(text));
    return text;
}

static void common(void) {
    CHECK_STR(print("%d|%5d|%-5d|%05d|%+d", 1, 2, 3, 4, 5), "1|    2|3    |00004|+5");
    CHECK_STR(print("%x %X %#x %o %u", 255, 255, 255, 8, 3000000000u), "ff FF 0xff 10 3000000000");
    CHECK_STR(print("%I64d %I64x", -1234567890123ll, 0xABCDEFull), "-1234567890123 abcdef");
    CHECK_STR(print("%s|%10s|%-10s|%.2s", "abc", "abc", "abc", "abc"), "abc|       abc|abc       |ab");
    CHECK_STR(print("%c%c", 'a', 'b'), "ab");
    CHECK_STR(print("%S|%ls", L"wide", L"text"), "wide|text");
    CHECK_STR(print("%p", (void*)0x1234), "0000000000001234");
    CHECK_STR(print("%f %.3f %g", 1.5, 3.14159, 0.0001), "1.500000 3.142 0.0001");
    CHECK_STR(print("%s", (char*)NULL), "(null)");
    CHECK_STR(print("%hd %hhd", 0x12345, 0x1234), "9029 52");
    CHECK_STR(print("%*d %.*f", 5, 42, 2, 1.0), "   42 1.00");
}

static void differing(void) {
    volatile double zero = 0;
#ifdef _UCRT
    CHECK_STR(print("%e", 12345.678), "1.234568e+04");
    CHECK_STR(print("%f %F", 1 / zero, -1 / zero), "inf -INF");
    CHECK_STR(print("%lld %zu", 1ll << 40, (size_t)7), "1099511627776 7");
#else
    CHECK_STR(print("%e", 12345.678), "1.234568e+004");
    CHECK_STR(print("%f %g", 1 / zero, -1 / zero), "1.#INF00 -1.#INF");
#endif
}

static void buffers(void) {
    char text[8];
    memset(text, '#', sizeof text);
    CHECK_EQ(_snprintf(text, 4, "%s", "abcdef"), -1);
    CHECK(memcmp(text, "abcd#", 5) == 0);
    CHECK_EQ(_snprintf(text, 4, "%s", "abcd"), 4);
    CHECK_EQ(_snprintf(text, 4, "%s", "abc"), 3);
    CHECK_STR(text, "abc");
    CHECK_EQ(_scprintf("%d-%s", 42, "xyz"), 6);
    wchar_t wide[8];
    CHECK_EQ(_snwprintf(wide, 8, L"%s %d", L"w", 5), 3);
    CHECK_WSTR(wide, L"w 5");
    CHECK_EQ(_scwprintf(L"%d", 12345), 5);
}

int main(void) {
    common();
    differing();
    buffers();
    return check_result();
}
