// printf engine. Expectations: "Format specification syntax: printf and wprintf functions" and the
// pages of the family's members; what C and Windows define alike is also compared with glibc.
#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "dll/crt/format/print_buffer.h"

namespace lsw::crt {
namespace {

[[gnu::ms_abi]] std::string narrow(PrintOptions options, const char* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    char buffer[2048];
    BufferResult result =
        print_to_buffer(buffer, sizeof buffer, format, args, options, TruncationRule::standard);
    __builtin_ms_va_end(args);
    if (result.count < 0) return "error " + std::to_string(result.error);
    EXPECT_EQ(strlen(buffer), static_cast<size_t>(result.count)) << format;
    return buffer;
}

[[gnu::ms_abi]] std::u16string wide(PrintOptions options, const char16_t* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    char16_t buffer[2048];
    BufferResult result =
        print_to_buffer(buffer, 2048, format, args, options, TruncationRule::standard);
    __builtin_ms_va_end(args);
    return result.count < 0 ? u"error" : buffer;
}

const PrintOptions kUcrt = PrintOptions::ucrt(kPrintStandardSnprintf | kPrintStandardRounding);
const PrintOptions kOld = PrintOptions::msvcrt();

TEST(Print, Integers) {
    EXPECT_EQ(narrow(kUcrt, "%d %i %u", -1, 42, 4294967295u), "-1 42 4294967295");
    EXPECT_EQ(narrow(kUcrt, "[%5d|%-5d|%05d|%+d|% d]", 42, 42, 42, 42, 42),
              "[   42|42   |00042|+42| 42]");
    EXPECT_EQ(narrow(kUcrt, "%.0d|%.3d|%8.3d|%-8.3d|%08.3d", 0, 7, 7, 7, 7),
              "|007|     007|007     |     007");
    EXPECT_EQ(narrow(kUcrt, "%x %X %#x %#X %#o %o", 255, 255, 255, 255, 8, 8),
              "ff FF 0xff 0XFF 010 10");
    EXPECT_EQ(narrow(kUcrt, "%#x %#o %#.0o", 0, 0, 0), "0 0 0");
    EXPECT_EQ(narrow(kUcrt, "%hhd %hd %hhu %hu", 0x1FF, 0x18000, 0x1FF, 0x18000),
              "-1 -32768 255 32768");
    EXPECT_EQ(narrow(kUcrt, "%ld %lu", 0xFFFFFFFFull, 0xFFFFFFFFull), "-1 4294967295");
    EXPECT_EQ(narrow(kUcrt, "%lld %I64d %I64x", 1ll << 40, -(1ll << 40), 0xABCDEF0123456789ull),
              "1099511627776 -1099511627776 abcdef0123456789");
    EXPECT_EQ(narrow(kUcrt, "%I32d %I32u", -5, 0xFFFFFFFFu), "-5 4294967295");
    EXPECT_EQ(narrow(kUcrt, "%zu %jd %td %Iu", ~0ull, -1ll, -2ll, 7ull),
              "18446744073709551615 -1 -2 7");
    EXPECT_EQ(narrow(kUcrt, "%lld", std::numeric_limits<int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(narrow(kUcrt, "%*d|%-*d|%*d|%.*d", 4, 1, 4, 2, -4, 3, 3, 4), "   1|2   |3   |004");
    EXPECT_EQ(narrow(kUcrt, "%.*d", -1, 4), "4");
    EXPECT_EQ(narrow(kUcrt, "%p", reinterpret_cast<void*>(0x12FF7Cull)), "000000000012FF7C");
    EXPECT_EQ(narrow(kUcrt, "100%%"), "100%");
    EXPECT_EQ(narrow(kUcrt, "%.600d", 1).size(), 600u);
}

TEST(Print, Text) {
    EXPECT_EQ(narrow(kUcrt, "[%s|%8s|%-8s|%.2s|%8.2s]", "abc", "abc", "abc", "abc", "abc"),
              "[abc|     abc|abc     |ab|      ab]");
    EXPECT_EQ(narrow(kUcrt, "%s %.3s %S", nullptr, nullptr, nullptr), "(null) (nu (null)");
    EXPECT_EQ(narrow(kUcrt, "%c%c%5c%-3c|", 'a', 'b', 'c', 'd'), "ab    cd  |");
    EXPECT_EQ(narrow(kUcrt, "%ls %S %ws %hs %lc", u"wide", u"Wide", u"w", "n", 0xE9),
              "wide Wide w n \xC3\xA9");
    EXPECT_EQ(narrow(kUcrt, "%S", u"\u20AC \xD83D\xDE00"), "\xE2\x82\xAC \xF0\x9F\x98\x80");
    EXPECT_EQ(narrow(kUcrt, "[%.4S]", u"\u20AC\u20AC"), "[\xE2\x82\xAC]");  // no half characters
    EXPECT_EQ(narrow(kUcrt, "[%6S]", u"\u20AC"), "[   \xE2\x82\xAC]");
}

TEST(Print, WideFunctions) {
    EXPECT_EQ(wide(kOld, u"%s %S %hs %ls %c %C", u"w", "n", "h", u"l", 'c', 'C'), u"w n h l c C");
    EXPECT_EQ(wide(kUcrt, u"%s %S %hs %ls", "n", u"w", "h", u"l"), u"n w h l");
    PrintOptions legacy = PrintOptions::ucrt(kPrintLegacyWideSpecifiers);
    EXPECT_EQ(wide(legacy, u"%s %S", u"w", "\xC3\xA9"), u"w \u00E9");
    EXPECT_EQ(wide(legacy, u"%5d|%g|%x", 42, 1.5, 255), u"   42|1.5|ff");
    EXPECT_EQ(wide(legacy, u"%.1S|", "\xC3\xA9\xC3\xA9"), u"\u00E9|");
}

TEST(Print, FloatingPoint) {
    EXPECT_EQ(narrow(kUcrt, "%f %e %g %E %G", 1.5, 1.5, 1.5, 1e-10, 1e100),
              "1.500000 1.500000e+00 1.5 1.000000E-10 1E+100");
    EXPECT_EQ(narrow(kOld, "%e %g %G", 1.5, 1e-10, 1e100), "1.500000e+000 1e-010 1E+100");
    EXPECT_EQ(
        narrow(kUcrt, "[%8.2f|%-8.2f|%08.2f|%+.1f|% .0f]", 3.14159, 3.14159, -3.14159, 2.25, 9.0),
        "[    3.14|3.14    |-0003.14|+2.2| 9]");
    EXPECT_EQ(narrow(kUcrt, "%.0f %#.0f %.0e %#.0e %#g", 1.0, 1.0, 1.0, 1.0, 1.0),
              "1 1. 1e+00 1.e+00 1.00000");
    EXPECT_EQ(narrow(kUcrt, "%.20f", 0.1), "0.10000000000000000555");
    EXPECT_EQ(narrow(kUcrt, "%.0f", DBL_MAX).size(), 309u);
    EXPECT_EQ(narrow(kUcrt, "%.1200f", 0.5).size(), 1202u);
    EXPECT_EQ(narrow(kUcrt, "%.1200e", 0.5).substr(1200), "00e-01");
    EXPECT_EQ(narrow(kUcrt, "%a %A %.0a %.1a", 1.5, 1.5, 1.0, 1.5),
              "0x1.8000000000000p+0 0X1.8000000000000P+0 0x1p+0 0x1.8p+0");
    EXPECT_EQ(narrow(kUcrt, "[%010.1a|%10.1a]", -1.5, 1.5), "[-0x01.8p+0|  0x1.8p+0]");
    EXPECT_EQ(narrow(kUcrt, "%Lf %lf", 2.5, 2.5), "2.500000 2.500000");
    EXPECT_EQ(narrow(kUcrt, "%g %g %g", 100000.0, 1000000.0, 0.0001), "100000 1e+06 0.0001");
    EXPECT_EQ(narrow(kUcrt, "%f %g", -0.0, -0.0), "-0.000000 -0");
}

TEST(Print, Rounding) {
    EXPECT_EQ(narrow(kUcrt, "%.0f %.0f %.0f %.1f", 0.5, 1.5, 2.5, 0.25), "0 2 2 0.2");
    // Without the standard rounding option, exact ties go away from zero.
    EXPECT_EQ(narrow(kOld, "%.0f %.0f %.0f %.1f %.2f", 0.5, 1.5, 2.5, 0.25, 2.675),
              "1 2 3 0.3 2.67");
    EXPECT_EQ(narrow(kOld, "%.0e %.1e %.0e %.2g", 25.0, 125.0, 35.0, 1.25),
              "3e+001 1.3e+002 4e+001 1.3");
    EXPECT_EQ(narrow(kOld, "%.0f %.1f", -2.5, -0.25), "-3 -0.3");
}

TEST(Print, NotFinite) {
    double infinity = std::numeric_limits<double>::infinity();
    double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(narrow(kUcrt, "%f %F %e %G %5.1f|%-5f|%05f", infinity, -infinity, nan, nan, infinity,
                     infinity, infinity),
              "inf -INF nan NAN   inf|inf  |  inf");
    EXPECT_EQ(narrow(kUcrt, "%f", -nan), "-nan(ind)");
    EXPECT_EQ(narrow(kOld, "%f %e %g %.2f", infinity, infinity, -infinity, infinity),
              "1.#INF00 1.#INF00e+000 -1.#INF 1.#J");
    EXPECT_EQ(narrow(kOld, "%f %g %f", nan, nan, -nan), "1.#QNAN0 1.#QNAN -1.#IND00");
}

TEST(Print, Errors) {
    EXPECT_EQ(narrow(kUcrt, "%y", 1), "error 22");
    EXPECT_EQ(narrow(kUcrt, "abc%"), "error 22");
    EXPECT_EQ(narrow(kOld, "a%yb%"), "ayb");
    int count = 7;
    EXPECT_EQ(narrow(kUcrt, "abc%n", &count), "error 22");
    EXPECT_EQ(narrow(kOld, "abc%nd", &count), "abcd");
    EXPECT_EQ(count, 3);
    EXPECT_EQ(narrow(kUcrt, "%99999999999d", 1), "error 22");
}

TEST(Print, Positional) {
    PrintOptions options = kUcrt;
    options.positional = true;
    EXPECT_EQ(narrow(options, "%2$s %1$d %2$s", 5, "x"), "x 5 x");
    EXPECT_EQ(narrow(options, "%1$*2$d|%3$.2f", 5, 4, 1.5), "   5|1.50");
    EXPECT_EQ(narrow(options, "%d %5d", 1, 2), "1     2");
}

[[gnu::ms_abi]] BufferResult bounded(TruncationRule rule, char* buffer, size_t size,
                                     const char* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    BufferResult result = print_to_buffer(buffer, size, format, args, kUcrt, rule);
    __builtin_ms_va_end(args);
    return result;
}
[[gnu::ms_abi]] BufferResult secure(char* buffer, size_t size, size_t max, const char* format,
                                    ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    BufferResult result = max == 0 ? print_to_buffer_s(buffer, size, format, args, kUcrt)
                                   : print_to_buffer_ns(buffer, size, max, format, args, kUcrt);
    __builtin_ms_va_end(args);
    return result;
}

TEST(Print, Truncation) {
    char buffer[8];
    auto fresh = [&] { memset(buffer, '#', sizeof buffer); };
    fresh();
    EXPECT_EQ(bounded(TruncationRule::standard, buffer, 4, "%s", "abcdef").count, 6);
    EXPECT_EQ(std::string(buffer, 5), std::string("abc\0#", 5));
    fresh();
    EXPECT_EQ(bounded(TruncationRule::legacy, buffer, 4, "%s", "abcdef").count, -1);
    EXPECT_EQ(std::string(buffer, 5), "abcd#");
    fresh();
    EXPECT_EQ(bounded(TruncationRule::legacy, buffer, 4, "%s", "abcd").count, 4);
    EXPECT_EQ(std::string(buffer, 5), "abcd#");
    fresh();
    EXPECT_EQ(bounded(TruncationRule::legacy, buffer, 4, "%s", "abc").count, 3);
    EXPECT_EQ(std::string(buffer, 5), std::string("abc\0#", 5));
    fresh();
    EXPECT_EQ(bounded(TruncationRule::terminate, buffer, 4, "%s", "abcd").count, -1);
    EXPECT_EQ(std::string(buffer, 5), std::string("abc\0#", 5));
    EXPECT_EQ(bounded(TruncationRule::standard, nullptr, 0, "%s", "abcdef").count, 6);
    EXPECT_EQ(bounded(TruncationRule::legacy, nullptr, 0, "%d", 12345).count, 5);
    EXPECT_TRUE(bounded(TruncationRule::standard, nullptr, 3, "x").invalid_parameter);
}

TEST(Print, SecureFamily) {
    char buffer[8] = "";
    EXPECT_EQ(secure(buffer, 8, 0, "%d", 42).count, 2);
    EXPECT_STREQ(buffer, "42");
    BufferResult small = secure(buffer, 4, 0, "%s", "abcd");
    EXPECT_EQ(small.count, -1);
    EXPECT_EQ(small.error, ERANGE);
    EXPECT_TRUE(small.invalid_parameter);
    EXPECT_STREQ(buffer, "");
    EXPECT_EQ(secure(buffer, 8, SIZE_MAX, "%s", "abcdefghij").count, -1);  // _TRUNCATE
    EXPECT_STREQ(buffer, "abcdefg");
    EXPECT_EQ(secure(buffer, 8, 3, "%s", "abcdef").count, -1);
    EXPECT_STREQ(buffer, "abc");
    EXPECT_EQ(secure(buffer, 4, 10, "%s", "abcdef").error, ERANGE);
    EXPECT_STREQ(buffer, "");
}

TEST(Print, SameAsGlibcForRandomDoubles) {
    uint64_t state = 88172645463325252ull;
    const char* formats[] = {"%.3f",     "%e",    "%g",   "%.17g", "%20.5e",
                             "%-12.4g|", "%#.3g", "%.0f", "%+.10f"};
    PrintOptions options = kUcrt;
    for (int i = 0; i < 20000; ++i) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double value;
        memcpy(&value, &state, sizeof value);
        if (!std::isfinite(value)) continue;
        const char* format = formats[i % 9];
        char expected[512];
        snprintf(expected, sizeof expected, format, value);
        ASSERT_EQ(narrow(options, format, value), expected);
    }
}

}  // namespace
}  // namespace lsw::crt
