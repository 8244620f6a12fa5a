// scanf engine and number conversions. Expectations: "Format specification fields: scanf and wscanf
// functions", "scanf Type Field Characters", "scanf_s", "strtol", "strtoul", "strtod", "_itoa".
#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstring>

#include "dll/crt/format/float_parse.h"
#include "dll/crt/format/integer.h"
#include "dll/crt/format/scan.h"

namespace lsw::crt {
namespace {

[[gnu::ms_abi]] int scan(const char* text, const char* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    TextSource<char> source(text, SIZE_MAX);
    ScanResult result = format_scan<char>(source, format, args, ScanOptions::ucrt(0));
    __builtin_ms_va_end(args);
    return result.count;
}
[[gnu::ms_abi]] ScanResult scan_secure(const char* text, const char* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    TextSource<char> source(text, SIZE_MAX);
    ScanResult result = format_scan<char>(source, format, args, ScanOptions::ucrt(kScanSecure));
    __builtin_ms_va_end(args);
    return result;
}
[[gnu::ms_abi]] int scan_wide(const char16_t* text, const char16_t* format, ...) {
    MsVaList args;
    __builtin_ms_va_start(args, format);
    TextSource<char16_t> source(text, SIZE_MAX);
    ScanResult result = format_scan<char16_t>(source, format, args, ScanOptions::msvcrt(false));
    __builtin_ms_va_end(args);
    return result.count;
}

TEST(Scan, Integers) {
    int a = 0, b = 0, c = 0;
    EXPECT_EQ(scan(" 12 -34\n+5", "%d%d %d", &a, &b, &c), 3);
    EXPECT_EQ(a, 12);
    EXPECT_EQ(b, -34);
    EXPECT_EQ(c, 5);
    EXPECT_EQ(scan("0x1F 017 9", "%i %i %i", &a, &b, &c), 3);
    EXPECT_EQ(a * 10000 + b * 100 + c, 31 * 10000 + 15 * 100 + 9);
    EXPECT_EQ(scan("ff 777 0xAB", "%x %o %X", &a, &b, &c), 3);
    EXPECT_EQ(a, 255);
    EXPECT_EQ(b, 511);
    EXPECT_EQ(c, 0xAB);
    EXPECT_EQ(scan("123456", "%3d%2d%d", &a, &b, &c), 3);
    EXPECT_EQ(a * 1000 + b * 10 + c, 123 * 1000 + 45 * 10 + 6);
    EXPECT_EQ(scan("1,2;3", "%d,%d,%d", &a, &b, &c), 2);
    EXPECT_EQ(scan("1 2", "%*d %d", &a), 1);
    EXPECT_EQ(a, 2);
    int64_t large = 0;
    EXPECT_EQ(scan("-9000000000", "%lld", &large), 1);
    EXPECT_EQ(large, -9000000000);
    EXPECT_EQ(scan("9000000000", "%I64d", &large), 1);
    EXPECT_EQ(large, 9000000000);
    int16_t words[2] = {0, 77};
    EXPECT_EQ(scan("65537", "%hd", words), 1);
    EXPECT_EQ(words[0], 1);
    EXPECT_EQ(words[1], 77);
    int8_t bytes[2] = {0, 77};
    EXPECT_EQ(scan("258", "%hhd", bytes), 1);
    EXPECT_EQ(bytes[0], 2);
    EXPECT_EQ(bytes[1], 77);
    void* pointer = nullptr;
    EXPECT_EQ(scan("000000000012FF7C", "%p", &pointer), 1);
    EXPECT_EQ(pointer, reinterpret_cast<void*>(0x12FF7C));
}

TEST(Scan, EndsAndCounts) {
    int a = 0, n = 0;
    EXPECT_EQ(scan("", "%d", &a), -1);
    EXPECT_EQ(scan("   ", "%d", &a), -1);
    EXPECT_EQ(scan("x", "%d", &a), 0);
    EXPECT_EQ(scan("5", "%d %d", &a, &n), 1);
    EXPECT_EQ(scan(" 42 rest", "%d%n", &a, &n), 1);
    EXPECT_EQ(n, 3);
    EXPECT_EQ(scan("50%", "%d%%%n", &a, &n), 1);
    EXPECT_EQ(n, 3);
}

TEST(Scan, Text) {
    char a[16], b[16], c[16];
    EXPECT_EQ(scan("hello  world", "%s %s", a, b), 2);
    EXPECT_STREQ(a, "hello");
    EXPECT_STREQ(b, "world");
    EXPECT_EQ(scan("abcdef", "%3s%s", a, b), 2);
    EXPECT_STREQ(a, "abc");
    EXPECT_STREQ(b, "def");
    memset(c, '#', sizeof c);
    EXPECT_EQ(scan(" xyz", "%3c", c), 1);
    EXPECT_EQ(std::string(c, 4), " xy#");
    EXPECT_EQ(scan("key=value; rest", "%[^=]=%[a-z]", a, b), 2);
    EXPECT_STREQ(a, "key");
    EXPECT_STREQ(b, "value");
    EXPECT_EQ(scan("]]x", "%[]]%s", a, b), 2);
    EXPECT_STREQ(a, "]]");
    EXPECT_EQ(scan("a-b", "%[a-]%s", a, b), 2);
    EXPECT_STREQ(a, "a-");
    EXPECT_EQ(scan("123", "%[a-z]", a), 0);
    char16_t w[8];
    EXPECT_EQ(scan("\xC3\xA9t\xC3\xA9", "%ls", w), 1);
    EXPECT_EQ(std::u16string(w), u"\u00E9t\u00E9");
}

TEST(Scan, FloatingPoint) {
    double d = 0;
    float f = 0;
    EXPECT_EQ(scan("3.25e2 -1.5", "%lf %f", &d, &f), 2);
    EXPECT_EQ(d, 325.0);
    EXPECT_EQ(f, -1.5f);
    EXPECT_EQ(scan("0x1.8p1", "%lg", &d), 1);
    EXPECT_EQ(d, 3.0);
    EXPECT_EQ(scan("-inf", "%lf", &d), 1);
    EXPECT_TRUE(std::isinf(d) && d < 0);
    EXPECT_EQ(scan("1.5.5", "%lf%f", &d, &f), 2);
    EXPECT_EQ(f, 0.5f);
    EXPECT_EQ(scan("12345", "%3lf%f", &d, &f), 2);
    EXPECT_EQ(d, 123.0);
    EXPECT_EQ(scan(".", "%lf", &d), 0);
    EXPECT_EQ(scan("1e", "%lf", &d), 0);
}

TEST(Scan, SecureFamily) {
    char a[8], b[4];
    ScanResult good = scan_secure("abc de", "%s %s", a, 8u, b, 4u);
    EXPECT_EQ(good.count, 2);
    EXPECT_STREQ(b, "de");
    ScanResult small = scan_secure("abc defgh", "%s %s", a, 8u, b, 4u);
    EXPECT_EQ(small.count, 1);
    EXPECT_EQ(small.error, ENOMEM);
    EXPECT_STREQ(b, "");
    char c = 0;
    EXPECT_EQ(scan_secure("x", "%c", &c, 1u).count, 1);
    EXPECT_EQ(c, 'x');
}

TEST(Scan, WideFunctions) {
    char16_t w[8];
    char n[8];
    int value;
    EXPECT_EQ(scan_wide(u"12 w\u00E9 n\u00E9", u"%d %s %S", &value, w, n), 3);
    EXPECT_EQ(value, 12);
    EXPECT_EQ(std::u16string(w), u"w\u00E9");
    EXPECT_STREQ(n, "n\xC3\xA9");
}

TEST(Integer, StrtolFamily) {
    auto at = [](const char* text, const char* end) { return end - text; };
    const char* text = " -42abc";
    auto small = parse_integer<int32_t>(text, 10);
    EXPECT_EQ(small.value, -42);
    EXPECT_EQ(at(text, small.end), 4);
    EXPECT_EQ(parse_integer<int32_t>("0x7f", 0).value, 127);
    EXPECT_EQ(parse_integer<int32_t>("0x7f", 16).value, 127);
    EXPECT_EQ(parse_integer<int32_t>("010", 0).value, 8);
    EXPECT_EQ(parse_integer<int32_t>("zz", 36).value, 1295);
    text = "0xg";
    auto zero = parse_integer<int32_t>(text, 16);
    EXPECT_EQ(zero.value, 0);
    EXPECT_EQ(at(text, zero.end), 1);
    text = "  +";
    EXPECT_EQ(at(text, parse_integer<int32_t>(text, 10).end), 0);
    auto high = parse_integer<int32_t>("2147483648", 10);
    EXPECT_EQ(high.value, INT_MAX);
    EXPECT_EQ(high.error, ERANGE);
    EXPECT_EQ(parse_integer<int32_t>("-2147483648", 10).error, 0);
    EXPECT_EQ(parse_integer<int32_t>("-2147483649", 10).value, INT_MIN);
    EXPECT_EQ(parse_integer<uint32_t>("4294967295", 10).value, UINT_MAX);
    EXPECT_EQ(parse_integer<uint32_t>("-1", 10).value, UINT_MAX);
    EXPECT_EQ(parse_integer<uint32_t>("4294967296", 10).error, ERANGE);
    EXPECT_EQ(parse_integer<int64_t>("-9223372036854775808", 10).value, INT64_MIN);
    EXPECT_EQ(parse_integer<uint64_t>("18446744073709551616", 10).error, ERANGE);
    EXPECT_TRUE(parse_integer<int32_t>("1", 37).invalid_parameter);
    EXPECT_EQ(parse_integer<int32_t>(u"\uFF11\uFF12", 10).value, 12);
}

TEST(Integer, ItoaFamily) {
    char buffer[70];
    signed_to_text<int32_t>(-42, buffer, sizeof buffer, 10);
    EXPECT_STREQ(buffer, "-42");
    signed_to_text<int32_t>(-1, buffer, sizeof buffer, 16);
    EXPECT_STREQ(buffer, "ffffffff");
    signed_to_text<int64_t>(INT64_MIN, buffer, sizeof buffer, 10);
    EXPECT_STREQ(buffer, "-9223372036854775808");
    integer_to_text(35, false, buffer, sizeof buffer, 36);
    EXPECT_STREQ(buffer, "z");
    EXPECT_EQ(signed_to_text<int32_t>(123, buffer, 3, 10), ERANGE);
    EXPECT_STREQ(buffer, "");
}

TEST(Float, Parse) {
    const char* text = " 1.5e3x";
    auto parsed = parse_float<double>(text, {});
    EXPECT_EQ(parsed.value, 1500.0);
    EXPECT_EQ(parsed.end - text, 6);
    text = "1e+";
    EXPECT_EQ(parse_float<double>(text, {}).end - text, 1);
    EXPECT_EQ(parse_float<double>("0x10", {}).value, 16.0);
    EXPECT_EQ(parse_float<double>("0x10", {false, true}).value, 0.0);
    EXPECT_EQ(parse_float<double>("1d2", {false, true}).value, 100.0);
    EXPECT_EQ(parse_float<double>("1d2", {}).value, 1.0);
    EXPECT_TRUE(std::isinf(parse_float<double>("-Infinity", {}).value));
    EXPECT_TRUE(std::isnan(parse_float<double>("nan(ind)", {}).value));
    EXPECT_EQ(parse_float<double>("1e999", {}).error, ERANGE);
    EXPECT_EQ(parse_float<double>(u"2.5", {}).value, 2.5);
    EXPECT_EQ(parse_float<float>("1e39", {}).error, ERANGE);
    text = "abc";
    EXPECT_EQ(parse_float<double>(text, {}).end, text);
}

TEST(Float, DecimalDigits) {
    int point;
    bool negative;
    EXPECT_EQ(decimal_digits(3.14159, 4, false, &point, &negative), "3142");
    EXPECT_EQ(point, 1);
    EXPECT_EQ(decimal_digits(-0.00123, 2, false, &point, &negative), "12");
    EXPECT_EQ(point, -2);
    EXPECT_TRUE(negative);
    EXPECT_EQ(decimal_digits(3.14159, 2, true, &point, &negative), "314");
    EXPECT_EQ(point, 1);
    EXPECT_EQ(decimal_digits(1234.5, 1, true, &point, &negative), "12345");
    EXPECT_EQ(point, 4);
}

}  // namespace
}  // namespace lsw::crt
