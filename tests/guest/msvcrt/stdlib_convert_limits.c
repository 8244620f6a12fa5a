// Numbers from text and to text at the edges of their ranges, with errno and the end pointer; one body per family, so every
// member of a family is asked the same. "strtol, wcstol", "strtoul, wcstoul", "_strtoi64, _wcstoi64", "_strtoui64", "strtod,
// wcstod", "atof", "atoi", "_itoa_s, _i64toa_s, …", "_ecvt_s", "_fcvt_s", "_gcvt_s", "_atodbl, _atoflt".
// link: static ucrt
#include <math.h>

#include "crt_function.h"

typedef wchar_t W;

struct integer_row {
    const char* text;
    int base;
    long long value;
    int end, error;
};
static const struct integer_row longs[] = {
    {"2147483647", 10, INT32_MAX, 10, 0},  {"2147483648", 10, INT32_MAX, 10, ERANGE}, {"-2147483648", 10, INT32_MIN, 11, 0},
    {"-2147483649", 0, INT32_MIN, 11, ERANGE}, {" \t\n\v\f\r+12z", 10, 12, 9, 0},     {"", 10, 0, 0, 0},
    {"  ", 10, 0, 0, 0},                   {"--5", 10, 0, 0, 0},                      {"0x1F", 0, 31, 4, 0},
    {"0X1f", 16, 31, 4, 0},                {"0xg", 16, 0, 1, 0}, {"017", 0, 15, 3, 0},
    {"089", 0, 0, 1, 0},                   {"zZ", 36, 35 * 36 + 35, 2, 0},            {"1012", 2, 5, 3, 0},
};
static const struct integer_row longlongs[] = {
    {"9223372036854775807", 10, INT64_MAX, 19, 0},    {"9223372036854775808", 10, INT64_MAX, 19, ERANGE},
    {"-9223372036854775808", 10, INT64_MIN, 20, 0},   {"-9223372036854775809", 10, INT64_MIN, 20, ERANGE},
    {"99999999999999999999x", 0, INT64_MAX, 20, ERANGE}, {"0x7fffffffffffffff", 0, INT64_MAX, 18, 0},
};
static const struct integer_row ulongs[] = {
    {"4294967295", 10, UINT32_MAX, 10, 0}, {"4294967296", 10, UINT32_MAX, 10, ERANGE}, {"-1", 10, UINT32_MAX, 2, 0},
    {"0xffffffff", 0, UINT32_MAX, 10, 0},  {"", 0, 0, 0, 0},
};
static const struct integer_row ulonglongs[] = {
    {"18446744073709551615", 10, -1, 20, 0}, {"18446744073709551616", 10, -1, 20, ERANGE}, {"-1", 10, -1, 2, 0},
};

// Both the plain functions and those with a locale; 32-bit results come back in the low half.
static void integers(const struct integer_row* rows, size_t count, const char* const* names, int bits, int is_signed) {
    HMODULE module = LoadLibraryA(CRT_DLL);
    for (; *names; names++) {
        void* function = (void*)GetProcAddress(module, *names);
        if (!CHECK(function != NULL)) {
            fprintf(stderr, "  %s\n", *names);
            continue;
        }
        int wide = strstr(*names, "wcs") != NULL;
        for (size_t i = 0; i < count; i++) {
            W text[64];
            for (size_t k = 0; k == 0 || text[k - 1]; k++) text[k] = (unsigned char)rows[i].text[k];
            const void* from = wide ? (const void*)text : rows[i].text;
            void* end = NULL;
            errno = 0;
            long long got = ((long long(__cdecl*)(const void*, void**, int, void*))function)(from, &end, rows[i].base, NULL);
            int error = errno;
            if (bits == 32) got = is_signed ? (long long)(int)got : (long long)(unsigned)got;
            int length = (int)((char*)end - (char*)from) / (wide ? 2 : 1);
            if (!CHECK_EQ(got, rows[i].value) | !CHECK_EQ(length, rows[i].end) | !CHECK_EQ(error, rows[i].error))
                fprintf(stderr, "  %s of \"%s\", base %d\n", *names, rows[i].text, rows[i].base);
        }
    }
}

static void integer_families(void) {
    static const char* const l[] = {"strtol", "wcstol", "_strtol_l", "_wcstol_l", NULL};
    static const char* const ul[] = {"strtoul", "wcstoul", "_strtoul_l", "_wcstoul_l", NULL};
    static const char* const ll[] = {"_strtoi64", "_wcstoi64", "_strtoi64_l", "_wcstoi64_l", "strtoll", "wcstoll",
                                     "_strtoll_l", "_wcstoll_l", "strtoimax", "wcstoimax", "_strtoimax_l",
                                     "_wcstoimax_l", NULL};
    static const char* const ull[] = {"_strtoui64", "_wcstoui64", "_strtoui64_l", "_wcstoui64_l", "strtoull",
                                      "wcstoull", "_strtoull_l", "_wcstoull_l", "strtoumax", "wcstoumax",
                                      "_strtoumax_l", "_wcstoumax_l", NULL};
    integers(longs, sizeof longs / sizeof *longs, l, 32, 1);
    integers(ulongs, sizeof ulongs / sizeof *ulongs, ul, 32, 0);
    integers(longlongs, sizeof longlongs / sizeof *longlongs, ll, 64, 1);
    integers(ulonglongs, sizeof ulonglongs / sizeof *ulonglongs, ull, 64, 0);
    CHECK_ERRNO(CRT(long, strtol, (const char*, char**, int))("1", NULL, 1), 0, EINVAL, 1);
    CHECK_ERRNO(CRT(long, strtol, (const char*, char**, int))("1", NULL, 37), 0, EINVAL, 1);
    CHECK_ERRNO(CRT(long, wcstol, (const W*, W**, int))(NULL, NULL, 10), 0, EINVAL, 1);
    CHECK_EQ(CRT(int, _atoi_l, (const char*, void*))(" -7x", NULL), -7);
    CHECK_EQ(CRT(long, atol, (const char*))("123456789"), 123456789);
    CHECK_EQ(CRT(long, _atol_l, (const char*, void*))("-9", NULL), -9);
    CHECK_EQ(CRT(long long, atoll, (const char*))("12345678901"), 12345678901);
    CHECK_EQ(CRT(long long, _atoll_l, (const char*, void*))("12345678901", NULL), 12345678901);
    CHECK_EQ(CRT(long long, _atoi64_l, (const char*, void*))("-12345678901", NULL), -12345678901);
    CHECK_EQ(CRT(int, _wtoi_l, (const W*, void*))(L"42", NULL), 42);
    CHECK_EQ(CRT(long, _wtol, (const W*))(L"43"), 43);
    CHECK_EQ(CRT(long, _wtol_l, (const W*, void*))(L"44", NULL), 44);
    CHECK_EQ(CRT(long long, _wtoi64, (const W*))(L"12345678901"), 12345678901);
    CHECK_EQ(CRT(long long, _wtoi64_l, (const W*, void*))(L"12345678902", NULL), 12345678902);
    CHECK_EQ(CRT(long long, _wtoll, (const W*))(L"12345678903"), 12345678903);
    CHECK_EQ(CRT(long long, _wtoll_l, (const W*, void*))(L"12345678904", NULL), 12345678904);
    CHECK_ERRNO(CRT(int, atoi, (const char*))("99999999999"), INT32_MAX, ERANGE, 0);
}

static void floats(void) {
    static const struct {
        const char* text;
        double value;
        int end, error;
    } rows[] = {
        {"1.5e3x", 1500, 5, 0},         {".5", 0.5, 2, 0},        {"5.", 5, 2, 0},           {".", 0, 0, 0},
        {"1e", 1, 1, 0},                {"1e+", 1, 1, 0},         {"-0", -0.0, 2, 0},        {"  +2", 2, 4, 0},
        {"1e400", INFINITY, 5, ERANGE}, {"-1e400", -INFINITY, 6, ERANGE}, {"1e-400", 0, 6, ERANGE},
        {"5e-324", 0x1p-1074, 6, 0},    {"1e-310", 1e-310, 6, 0}, {"0e999", 0, 5, 0},        {"9007199254740993", 9007199254740992, 16, 0},
        {"1.7976931348623157e308", 0x1.fffffffffffffp1023, 22, 0}, {"abc", 0, 0, 0},         {"", 0, 0, 0},
        {"0.1", 0.1, 3, 0},
    };
    static const char* const names[] = {"strtod", "wcstod", "_strtod_l", "_wcstod_l", "strtold", "wcstold", "_strtold_l",
                                        "_wcstold_l"};
    HMODULE module = LoadLibraryA(CRT_DLL);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        void* function = (void*)GetProcAddress(module, names[n]);
        if (!CHECK(function != NULL)) continue;
        int wide = strstr(names[n], "wcs") != NULL;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            W text[64];
            for (size_t k = 0; k == 0 || text[k - 1]; k++) text[k] = (unsigned char)rows[i].text[k];
            const void* from = wide ? (const void*)text : rows[i].text;
            void* end = NULL;
            errno = 0;
            double got = ((double(__cdecl*)(const void*, void**, void*))function)(from, &end, NULL);
            int error = errno, length = (int)((char*)end - (char*)from) / (wide ? 2 : 1);
            if (!CHECK(memcmp(&got, &rows[i].value, sizeof got) == 0) | !CHECK_EQ(length, rows[i].end) |
                !CHECK_EQ(error, rows[i].error))
                fprintf(stderr, "  %s of \"%s\" gives %.17g\n", names[n], rows[i].text, got);
        }
    }
    char* end;
    W* wide_end;
    CHECK(CRT(float, strtof, (const char*, char**))("16777217", &end) == 16777216.0f);
    CHECK(CRT(float, _strtof_l, (const char*, char**, void*))("1e39", &end, NULL) == INFINITY);
    CHECK(CRT(float, wcstof, (const W*, W**))(L"-2.5", &wide_end) == -2.5f);
    CHECK(CRT(float, _wcstof_l, (const W*, W**, void*))(L"3e2", &wide_end, NULL) == 300);
    CHECK(CRT(double, _atof_l, (const char*, void*))("2.25", NULL) == 2.25);
    CHECK(CRT(double, _wtof, (const W*))(L"2.5") == 2.5);
    CHECK(CRT(double, _wtof_l, (const W*, void*))(L"-2.5", NULL) == -2.5);
    if (CRT_IS_UCRT) {  // what came with C99
        CHECK(CRT(double, strtod, (const char*, char**))("0x1.8p3z", &end) == 12 && *end == 'z');
        CHECK(CRT(double, strtod, (const char*, char**))("-InFinity!", &end) == -INFINITY && *end == '!');
        CHECK(isnan(CRT(double, strtod, (const char*, char**))("nan(abc)?", &end)) && *end == '?');
    } else {
        CHECK(CRT(double, strtod, (const char*, char**))("0x1.8p3", &end) == 0 && *end == 'x');
        CHECK(CRT(double, strtod, (const char*, char**))("inf", &end) == 0 && *end == 'i');
        CHECK(CRT(double, strtod, (const char*, char**))("1d2", &end) == 100 && *end == 0);
    }
    double number;
    float single;
    unsigned char extended[10];
    CHECK_EQ(CRT(int, _atodbl, (double*, const char*))(&number, "1.5"), 0);
    CHECK(number == 1.5);
    CHECK_EQ(CRT(int, _atodbl_l, (double*, const char*, void*))(&number, "1e999", NULL), 3);  // _OVERFLOW
    CHECK_EQ(CRT(int, _atoflt, (float*, const char*))(&single, "-0.5"), 0);
    CHECK(single == -0.5f);
    CHECK_EQ(CRT(int, _atoflt_l, (float*, const char*, void*))(&single, "1e-99", NULL), 4);  // _UNDERFLOW
    CHECK_EQ(CRT(int, _atoldbl, (void*, const char*))(extended, "1"), 0);
    CHECK(extended[7] == 0x80 && extended[8] == 0xFF && extended[9] == 0x3F);
    CHECK_EQ(CRT(int, _atoldbl_l, (void*, const char*, void*))(extended, "-1", NULL), 0);
    CHECK_EQ(extended[9], 0xBF);
}

#define CHECK_TEXT(type, plain, checked, wide, wide_checked, value, base, want)                  \
    do {                                                                                          \
        char s[70] = "";                                                                          \
        W w[70] = L"";                                                                            \
        CHECK_STR(CRT(char*, plain, (type, char*, int))(value, s, base), want);                   \
        CHECK_EQ(CRT(int, checked, (type, char*, size_t, int))(value, s, sizeof want, base), 0);  \
        CHECK_STR(s, want);                                                                       \
        CHECK_ERRNO(CRT(int, checked, (type, char*, size_t, int))(value, s, sizeof want - 1, base), ERANGE, ERANGE, 1); \
        CHECK_EQ(s[0], 0);                                                                        \
        CHECK_WSTR(CRT(W*, wide, (type, W*, int))(value, w, base), L"" want);                     \
        CHECK_EQ(CRT(int, wide_checked, (type, W*, size_t, int))(value, w, 70, base), 0);         \
        CHECK_WSTR(w, L"" want);                                                                  \
        CHECK_ERRNO(CRT(int, wide_checked, (type, W*, size_t, int))(value, w, 70, 37), EINVAL, EINVAL, 1); \
        CHECK_ERRNO(CRT(int, wide_checked, (type, W*, size_t, int))(value, NULL, 70, 10), EINVAL, EINVAL, 1); \
    } while (0)

static void texts(void) {
    CHECK_TEXT(int, _itoa, _itoa_s, _itow, _itow_s, INT32_MIN, 10, "-2147483648");
    CHECK_TEXT(int, _itoa, _itoa_s, _itow, _itow_s, -1, 16, "ffffffff");
    CHECK_TEXT(long, _ltoa, _ltoa_s, _ltow, _ltow_s, -255, 2, "11111111111111111111111100000001");
    CHECK_TEXT(unsigned long, _ultoa, _ultoa_s, _ultow, _ultow_s, UINT32_MAX, 36, "1z141z3");
    CHECK_TEXT(long long, _i64toa, _i64toa_s, _i64tow, _i64tow_s, INT64_MIN, 10, "-9223372036854775808");
    CHECK_TEXT(long long, _i64toa, _i64toa_s, _i64tow, _i64tow_s, -1, 8, "1777777777777777777777");
    CHECK_TEXT(unsigned long long, _ui64toa, _ui64toa_s, _ui64tow, _ui64tow_s, UINT64_MAX, 10, "18446744073709551615");
}

static void digits(void) {
    char s[64];
    int point, sign;
    CHECK_EQ(CRT(int, _ecvt_s, (char*, size_t, double, int, int*, int*))(s, sizeof s, -123.456, 5, &point, &sign), 0);
    CHECK_STR(s, "12346");
    CHECK(point == 3 && sign);
    CHECK_EQ(CRT(int, _fcvt_s, (char*, size_t, double, int, int*, int*))(s, sizeof s, 1.2, 5, &point, &sign), 0);
    CHECK_STR(s, "120000");
    CHECK(point == 1 && !sign);
    CHECK_ERRNO(CRT(int, _fcvt_s, (char*, size_t, double, int, int*, int*))(s, 4, 1.2, 5, &point, &sign), ERANGE, ERANGE, 1);
    CHECK_ERRNO(CRT(int, _ecvt_s, (char*, size_t, double, int, int*, int*))(NULL, 4, 1.2, 5, &point, &sign), EINVAL, EINVAL, 1);
    CHECK_EQ(CRT(int, _gcvt_s, (char*, size_t, double, int))(s, sizeof s, -3.14159, 4), 0);
    CHECK_STR(s, "-3.142");
    CHECK_EQ(CRT(int, _gcvt_s, (char*, size_t, double, int))(s, sizeof s, 1.5e20, 3), 0);
    CHECK_STR(s, CRT_IS_UCRT ? "1.5e+20" : "1.5e+020");
    CHECK_ERRNO(CRT(int, _gcvt_s, (char*, size_t, double, int))(s, 3, 1.25, 5), ERANGE, ERANGE, 1);
}

int main(void) {
    crt_count_invalid();
    integer_families();
    floats();
    texts();
    digits();
    return check_result();
}
