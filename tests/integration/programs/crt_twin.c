// Standard C functions, called one by one and printed. Built for Linux against the C library and for Windows, where each function
// is fetched from the runtime DLL that the command line names: the two outputs must be the same. Values whose last digit
// the standard leaves open are printed with twelve digits.
#define __USE_MINGW_ANSI_STDIO 1  // what this program itself prints is formatted by the toolchain, not by the runtime
#include <ctype.h>
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#ifdef _WIN32
#include <windows.h>
static HMODULE g_runtime;
enum { kStandardRounding = 0x20 };  // _CRT_INTERNAL_PRINTF_STANDARD_ROUNDING: ties to even, as programs of today ask
static void* fetch(const char* name) {
    void* function = (void*)GetProcAddress(g_runtime, name);
    if (!function) {
        printf("%s is missing\n", name);
        exit(3);
    }
    return function;
}
#define CALL(type, name) ((__typeof__(type)*)fetch(#name))
#else
#define CALL(type, name) name
#endif

static int g_modern = 1;  // C99: not the runtime of old, msvcrt.dll

static const char* const kNumbers[] = {"0", "-0", "1", "-1", "42abc", "  17", "\t\n-8", "+5", "0x1F", "0X1fg", "010", "08", "",
                                       "abc", "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295",
                                       "4294967296", "9223372036854775807", "9223372036854775808",
                                       "-9223372036854775808", "18446744073709551615", "18446744073709551616", "zz", "1e5",
                                       "- 1", "0x", "0xg"};
static const char* const kReals[] = {"0", "-0", "1", "1.5", "-2.25", "1e10", "1e-10", "1E+308", "1e309", "-1e309", "1e-400",
                                     "4.9e-324", "2.2250738585072014e-308", "1.7976931348623157e308", ".5", "5.", ".",
                                     "1e", "1e+", "0x1p3", "0x1.8p-1", "  3.14xyz", "inf", "-INF", "infinity", "nan",
                                     "123456789012345678901234567890", "0.1", "0.30000000000000004", "9007199254740993"};
static const double kValues[] = {0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 0.1, 3.14159265358979, 100.0, -100.25,
                                 1e-5, 1e10, 123456.789, 7.0, 0.25, 2.0, 1e-300, 1e300, 12345678901.5};

static void integers(void) {
    for (size_t i = 0; i < sizeof kNumbers / sizeof *kNumbers; ++i) {
        for (int base = 0; base <= 36; base += (base == 0 ? 8 : base == 8 ? 2 : base == 10 ? 6 : 20)) {
            char* end = NULL;
            long long a = CALL(long long(const char*, char**, int), strtoll)(kNumbers[i], &end, base);
            printf("strtoll(%s,%d)=%lld,%d\n", kNumbers[i], base, a, (int)(end - kNumbers[i]));
            unsigned long long b =
                CALL(unsigned long long(const char*, char**, int), strtoull)(kNumbers[i], &end, base);
            printf("strtoull(%s,%d)=%llu,%d\n", kNumbers[i], base, b, (int)(end - kNumbers[i]));
            wchar_t wide[64];
            wchar_t* wide_end;
            for (size_t k = 0; k <= strlen(kNumbers[i]); ++k) wide[k] = (wchar_t)kNumbers[i][k];
            a = CALL(long long(const wchar_t*, wchar_t**, int), wcstoll)(wide, &wide_end, base);
            printf("wcstoll=%lld,%d\n", a, (int)(wide_end - wide));
        }
        printf("atoi(%s)=%d\n", kNumbers[i], strlen(kNumbers[i]) < 10 ? CALL(int(const char*), atoi)(kNumbers[i]) : 0);
    }
    printf("abs=%d labs=%ld llabs=%lld\n", CALL(int(int), abs)(-7), (long)CALL(long(long), labs)(-8),
           CALL(long long(long long), llabs)(-9000000000LL));
    lldiv_t quotient = CALL(lldiv_t(long long, long long), lldiv)(-7, 2);
    printf("lldiv=%lld,%lld\n", quotient.quot, quotient.rem);
}

static void reals(void) {
    for (size_t i = 0; i < sizeof kReals / sizeof *kReals; ++i) {
        char* end;
        // Hexadecimal floating point, infinities and NaNs came with C99.
        if (!g_modern && strpbrk(kReals[i], "xiInN")) continue;
        double value = CALL(double(const char*, char**), strtod)(kReals[i], &end);
        uint64_t bits;
        memcpy(&bits, &value, 8);
        printf("strtod(%s)=%016llx,%d\n", kReals[i], value != value ? 0ull : (unsigned long long)bits,
               (int)(end - kReals[i]));
        wchar_t wide[64];
        wchar_t* wide_end;
        for (size_t k = 0; k <= strlen(kReals[i]); ++k) wide[k] = (wchar_t)kReals[i][k];
        value = CALL(double(const wchar_t*, wchar_t**), wcstod)(wide, &wide_end);
        memcpy(&bits, &value, 8);
        printf("wcstod=%016llx,%d\n", value != value ? 0ull : (unsigned long long)bits, (int)(wide_end - wide));
    }
}

#define UNARY(name)                                                                    \
    for (size_t i = 0; i < sizeof kValues / sizeof *kValues; ++i) {                    \
        double r = CALL(double(double), name)(kValues[i]);                             \
        if (r != r) printf(#name "(%g)=nan\n", kValues[i]);                            \
        else printf(#name "(%g)=%.12g\n", kValues[i], r);                              \
    }
#define BINARY(name)                                                                   \
    for (size_t i = 0; i < sizeof kValues / sizeof *kValues; ++i)                      \
        for (size_t k = 0; k < 8; ++k) {                                               \
            double r = CALL(double(double, double), name)(kValues[i], kValues[k]);     \
            if (r != r) printf(#name "(%g,%g)=nan\n", kValues[i], kValues[k]);         \
            else printf(#name "(%g,%g)=%.12g\n", kValues[i], kValues[k], r);           \
        }

static void mathematics(void) {
    UNARY(ceil) UNARY(floor) UNARY(sqrt) UNARY(exp) UNARY(log) UNARY(log10) UNARY(atan) UNARY(tanh) UNARY(asin) UNARY(acos)
    UNARY(fabs)
    BINARY(pow) BINARY(fmod) BINARY(atan2)
    for (size_t i = 0; i < sizeof kValues / sizeof *kValues; ++i) {
        if (fabs(kValues[i]) < 1e9) {
            printf("sin(%g)=%.10g\n", kValues[i], CALL(double(double), sin)(kValues[i]));
            printf("cos(%g)=%.10g\n", kValues[i], CALL(double(double), cos)(kValues[i]));
            printf("tan(%g)=%.10g\n", kValues[i], CALL(double(double), tan)(kValues[i]));
        }
        int exponent;
        double part = CALL(double(double, int*), frexp)(kValues[i], &exponent);
        printf("frexp=%.17g,%d ldexp=%.12g\n", part, exponent, CALL(double(double, int), ldexp)(part, 3));
        double whole;
        part = CALL(double(double, double*), modf)(kValues[i], &whole);
        printf("modf=%.17g,%.17g\n", part, whole);
    }
    if (!g_modern) return;
    UNARY(cbrt) UNARY(exp2) UNARY(expm1) UNARY(log1p) UNARY(log2) UNARY(logb) UNARY(rint) UNARY(round) UNARY(trunc) UNARY(asinh)
    UNARY(erf) UNARY(erfc) UNARY(nearbyint)
    BINARY(copysign) BINARY(fdim) BINARY(fmax) BINARY(fmin) BINARY(hypot) BINARY(remainder)
    for (size_t i = 0; i < sizeof kValues / sizeof *kValues; ++i) {
        if (fabs(kValues[i]) < 1e15)
            printf("llround=%lld llrint=%lld ilogb=%d\n", CALL(long long(double), llround)(kValues[i]),
                   CALL(long long(double), llrint)(kValues[i]),
                   kValues[i] == 0 ? 0 : CALL(int(double), ilogb)(kValues[i]));
        printf("fma=%.12g scalbn=%.12g nextafter=%.17g\n", CALL(double(double, double, double), fma)(kValues[i], 2, 1),
               CALL(double(double, int), scalbn)(kValues[i], 2),
               CALL(double(double, double), nextafter)(kValues[i], 1e9));
    }
}

static int compare_ints(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }

static void texts(void) {
    static const char* const words[] = {"", "a", "abc", "abd", "ABC", "abcabc", "hello world", "a,b;;c", "\xff\x01"};
    enum { kWords = sizeof words / sizeof *words };
    for (int i = 0; i < kWords; ++i) {
        for (int k = 0; k < kWords; ++k) {
            int c = CALL(int(const char*, const char*), strcmp)(words[i], words[k]);
            printf("strcmp %d", c < 0 ? -1 : c > 0);
            c = CALL(int(const char*, const char*, size_t), strncmp)(words[i], words[k], 2);
            printf(" strncmp %d", c < 0 ? -1 : c > 0);
            char* found = CALL(char*(const char*, const char*), strstr)(words[i], words[k]);
            printf(" strstr %d", found ? (int)(found - words[i]) : -1);
            printf(" strspn %d strcspn %d", (int)CALL(size_t(const char*, const char*), strspn)(words[i], words[k]),
                   (int)CALL(size_t(const char*, const char*), strcspn)(words[i], words[k]));
            found = CALL(char*(const char*, const char*), strpbrk)(words[i], words[k]);
            printf(" strpbrk %d\n", found ? (int)(found - words[i]) : -1);
        }
        for (int c = 0; c < 256; c += 1) {
            const char* found = CALL(char*(const char*, int), strchr)(words[i], c);
            if (found) printf("strchr(%d) %d", c, (int)(found - words[i]));
            found = CALL(char*(const char*, int), strrchr)(words[i], c);
            if (found) printf(" strrchr(%d) %d\n", c, (int)(found - words[i]));
        }
        char copy[64];
        memset(copy, '#', sizeof copy);
        CALL(char*(char*, const char*, size_t), strncpy)(copy, words[i], 5);
        printf("strncpy %02x%02x%02x%02x%02x%02x\n", copy[0] & 255, copy[1] & 255, copy[2] & 255, copy[3] & 255,
               copy[4] & 255, copy[5] & 255);
        CALL(char*(char*, const char*), strcpy)(copy, words[i]);
        CALL(char*(char*, const char*), strcat)(copy, "-tail");
        CALL(char*(char*, const char*, size_t), strncat)(copy, "0123456789", 3);
        printf("%d %s\n", (int)CALL(size_t(const char*), strlen)(copy), copy);
        for (char* token = CALL(char*(char*, const char*), strtok)(copy, ",; "); token;
             token = CALL(char*(char*, const char*), strtok)(NULL, ",; "))
            printf("token %s\n", token);
    }
    int numbers[] = {5, 3, 9, 1, 7, 7, 0, -4, 100, 2};
    CALL(void(void*, size_t, size_t, int (*)(const void*, const void*)), qsort)(numbers, 10, sizeof *numbers, compare_ints);
    for (int i = 0; i < 10; ++i) printf("%d ", numbers[i]);
    int key = 9;
    int* found = CALL(void*(const void*, const void*, size_t, size_t, int (*)(const void*, const void*)), bsearch)(
        &key, numbers, 10, sizeof *numbers, compare_ints);
    printf("bsearch %d\n", found ? (int)(found - numbers) : -1);
}

static void characters(void) {
#define CLASS(name) \
    printf(#name ":"); \
    for (int c = -1; c < 128; ++c) putchar(CALL(int(int), name)(c) ? '1' : '0'); \
    putchar('\n');
    CLASS(isalnum) CLASS(isalpha) CLASS(iscntrl) CLASS(isdigit) CLASS(isgraph) CLASS(islower) CLASS(isprint) CLASS(ispunct)
    CLASS(isspace) CLASS(isupper) CLASS(isxdigit)
    for (int c = 0; c < 128; ++c)
        printf("%02x%02x", CALL(int(int), toupper)(c), CALL(int(int), tolower)(c));
    putchar('\n');
#define WIDE_CLASS(name) \
    printf(#name ":"); \
    for (wint_t c = 0; c < 128; ++c) putchar(CALL(int(wint_t), name)(c) ? '1' : '0'); \
    putchar('\n');
    WIDE_CLASS(iswalnum) WIDE_CLASS(iswalpha) WIDE_CLASS(iswdigit) WIDE_CLASS(iswlower) WIDE_CLASS(iswupper)
    WIDE_CLASS(iswspace) WIDE_CLASS(iswpunct) WIDE_CLASS(iswxdigit) WIDE_CLASS(iswcntrl) WIDE_CLASS(iswprint)
}

static void print_wide(const wchar_t* text) {
    for (; *text; ++text) printf("%04x ", (unsigned)*text);
    putchar('\n');
}

static void wide_texts(void) {
    static const wchar_t* const words[] = {L"", L"a", L"abc", L"abd", L"ABC", L"abcabc", L"one two  three"};
    enum { kWords = sizeof words / sizeof *words };
    for (int i = 0; i < kWords; ++i)
        for (int k = 0; k < kWords; ++k) {
            int c = CALL(int(const wchar_t*, const wchar_t*), wcscmp)(words[i], words[k]);
            const wchar_t* found = CALL(wchar_t*(const wchar_t*, const wchar_t*), wcsstr)(words[i], words[k]);
            printf("%d %d %d %d\n", c < 0 ? -1 : c > 0, found ? (int)(found - words[i]) : -1,
                   (int)CALL(size_t(const wchar_t*, const wchar_t*), wcsspn)(words[i], words[k]),
                   (int)CALL(size_t(const wchar_t*, const wchar_t*), wcscspn)(words[i], words[k]));
        }
    wchar_t copy[64];
    CALL(wchar_t*(wchar_t*, const wchar_t*), wcscpy)(copy, L"base");
    CALL(wchar_t*(wchar_t*, const wchar_t*), wcscat)(copy, L"+more");
    CALL(wchar_t*(wchar_t*, const wchar_t*, size_t), wcsncat)(copy, L"0123456", 3);
    print_wide(copy);
    printf("wcslen %d wcschr %d wcsrchr %d\n", (int)CALL(size_t(const wchar_t*), wcslen)(copy),
           (int)(CALL(wchar_t*(const wchar_t*, wchar_t), wcschr)(copy, L'e') - copy),
           (int)(CALL(wchar_t*(const wchar_t*, wchar_t), wcsrchr)(copy, L'e') - copy));
}

static void times(void) {
    static const long long moments[] = {0, 1, 86399, 86400, 951782400, 951868800, 1000000000, 1234567890, 1709164800,
                                        2147483647, 4102444800LL};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; ++i) {
        struct tm broken;
#ifdef _WIN32
        struct tm* now = ((struct tm * (*)(const long long*)) fetch("_gmtime64"))(&moments[i]);
#else
        time_t moment = (time_t)moments[i];
        struct tm* now = gmtime(&moment);
#endif
        memset(&broken, 0, sizeof broken);
        broken.tm_sec = now->tm_sec, broken.tm_min = now->tm_min, broken.tm_hour = now->tm_hour;
        broken.tm_mday = now->tm_mday, broken.tm_mon = now->tm_mon, broken.tm_year = now->tm_year;
        broken.tm_wday = now->tm_wday, broken.tm_yday = now->tm_yday;
        printf("%d-%d-%d %d:%d:%d wday %d yday %d\n", now->tm_year, now->tm_mon, now->tm_mday, now->tm_hour, now->tm_min,
               now->tm_sec, now->tm_wday, now->tm_yday);
        static const char formats[] = "aAbBdHIjmMpSUwWyY%";
        for (const char* f = formats; *f; ++f) {
            char format[3] = {'%', *f, 0}, text[64];
            CALL(size_t(char*, size_t, const char*, const struct tm*), strftime)(text, sizeof text, format, &broken);
            printf("%s|", text);
        }
        // The standard pads the day with a blank, Windows with a zero.
        if (broken.tm_mday > 9) printf("%s", CALL(char*(const struct tm*), asctime)(&broken));
    }
}

static int format_into(char* text, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
#ifdef _WIN32
    int n = g_modern ? CALL(int(uint64_t, char*, size_t, const char*, void*, va_list), __stdio_common_vsprintf)(
                           kStandardRounding | 2, text, 512, format, NULL, arguments)
                     : CALL(int(char*, const char*, va_list), vsprintf)(text, format, arguments);
#else
    int n = vsprintf(text, format, arguments);
#endif
    va_end(arguments);
    return n;
}

#define FORMAT(...)                              \
    do {                                         \
        char text[512];                          \
        int n = format_into(text, __VA_ARGS__);  \
        printf("%d [%s]\n", n, text);            \
    } while (0)

#ifdef _WIN32
static int scan_modern(const char* input, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = CALL(int(uint64_t, const char*, size_t, const char*, void*, va_list), __stdio_common_vsscanf)(
        2, input, (size_t)-1, format, NULL, arguments);
    va_end(arguments);
    return n;
}
#define SCANNER (g_modern ? scan_modern : CALL(int(const char*, const char*, ...), sscanf))
#else
#define SCANNER sscanf
#endif

static void formats(void) {
    static const char* const integer_formats[] = {"%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%8.3d", "%x", "%X", "%#x", "%o",
                                                  "%#o", "%u", "%.0d", "%+.4d", "%-+8d|", "%08x", "%hd", "%hu", "%c"};
    static const int values[] = {0, 1, -1, 42, -42, 65, 32767, 65536, INT_MAX, INT_MIN};
    for (size_t f = 0; f < sizeof integer_formats / sizeof *integer_formats; ++f)
        for (size_t v = 0; v < sizeof values / sizeof *values; ++v)
            if (strchr(integer_formats[f], 'c') == NULL || values[v] == 65) FORMAT(integer_formats[f], values[v]);
    static const char* const real_formats[] = {"%f", "%.0f", "%.1f", "%.3f", "%10.2f", "%-10.2f|", "%+f", "%#.0f", "%g", "%.3g",
                                               "%#g", "%G", "%.10g", "%010.3f", "% f"};
    for (size_t f = 0; f < sizeof real_formats / sizeof *real_formats; ++f)
        for (size_t v = 0; v < sizeof kValues / sizeof *kValues; ++v)
            // Exponents had three digits at least before C99, and exact ties were rounded away from zero.
            if ((g_modern || (!strpbrk(real_formats[f], "gG") && !strstr(real_formats[f], ".0f") && !strstr(real_formats[f], ".1f"))) && fabs(kValues[v]) > 1e-6 && fabs(kValues[v]) < 1e6)
                FORMAT(real_formats[f], kValues[v]);
    FORMAT("%s %.2s %6s %-6s|", "abc", "abc", "abc", "abc");
    FORMAT("%%|%5c|%-5c|", 'x', 'y');
    FORMAT("%*d %-*d| %.*f", 6, 42, 6, 42, 2, 3.14159);
    FORMAT("%lld %llu %llx", 9223372036854775807LL, 18446744073709551615ULL, 255ULL);
}

static void scans(void) {
    int a = -1, b = -1, n, count;
    unsigned u = 0;
    char text[32] = "", set[32] = "";
    double d = 0;
    float f = 0;
#define SCAN(input, format, ...) (n = SCANNER(input, format, __VA_ARGS__))
    SCAN("12 -7", "%d%d", &a, &b);
    printf("%d %d %d\n", n, a, b);
    SCAN("0x1f 017", "%i %i", &a, &b);
    printf("%d %d %d\n", n, a, b);
    SCAN("ff zz", "%x %x", &u, &u);
    printf("%d %u\n", n, u);
    SCAN("hello world", "%5s%n", text, &count);
    printf("%d %s %d\n", n, text, count);
    SCAN("abc123", "%[a-z]%d", set, &a);
    printf("%d %s %d\n", n, set, a);
    SCAN("3.5e2 .25", "%lf %f", &d, &f);
    printf("%d %g %g\n", n, d, f);
    SCAN("a:b", "%[^:]:%c", set, text);
    printf("%d %s %c\n", n, set, text[0]);
    SCAN("12345", "%2d%*1d%d", &a, &b);
    printf("%d %d %d\n", n, a, b);
    printf("%d\n", SCAN("", "%d", &a));
    printf("%d\n", SCAN("x", "%d", &a));
}

int main(int argc, char** argv) {
    if (argc > 1) g_modern = strcmp(argv[1], "msvcrt.dll") != 0;
#ifdef _WIN32
    g_runtime = LoadLibraryA(argv[1]);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
#endif
    if (g_modern) integers();
    reals();
    mathematics();
    texts();
    characters();
    wide_texts();
    times();
    formats();
    scans();
    return 0;
}
