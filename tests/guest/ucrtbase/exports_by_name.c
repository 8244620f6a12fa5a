// Functions that only the universal C runtime exports, called through GetProcAddress with the types MSVC gives them:
// mingw programs bring their own. "mbrtoc16, mbrtoc32", "c16rtomb, c32rtomb", "fesetround", "csqrt", "_dclass",
// "_register_onexit_function", "timespec_get", "lldiv".
// flags: -fno-builtin
#include <stdint.h>

#include "check.h"

static HMODULE ucrt;
#define GET(type, name, parameters) \
    type(__cdecl* name) parameters = (type(__cdecl*) parameters)(void*)GetProcAddress(ucrt, #name); \
    if (!CHECK(name != NULL)) return

typedef struct {
    unsigned long pending;
    unsigned short count, kind;
} state;

static void characters(void) {
    GET(size_t, mbrtoc16, (uint16_t*, const char*, size_t, state*));
    GET(size_t, c16rtomb, (char*, uint16_t, state*));
    GET(size_t, mbrtoc32, (uint32_t*, const char*, size_t, state*));
    state in = {0}, out = {0};
    uint16_t unit = 0;
    const char* smile = "\xF0\x9F\x98\x80";
    CHECK_EQ(mbrtoc16(&unit, smile, 2, &in), (size_t)-2);  // the rest comes with the next call
    CHECK_EQ(mbrtoc16(&unit, smile + 2, 2, &in), 2);
    CHECK_EQ(unit, 0xD83D);
    CHECK_EQ(mbrtoc16(&unit, "", 1, &in), (size_t)-3);
    CHECK_EQ(unit, 0xDE00);
    CHECK_EQ(mbrtoc16(&unit, "\xFF", 1, &in), (size_t)-1);
    char bytes[8];
    CHECK_EQ(c16rtomb(bytes, 0xD83D, &out), 0);
    CHECK_EQ(c16rtomb(bytes, 0xDE00, &out), 4);
    CHECK_EQ(memcmp(bytes, smile, 4), 0);
    uint32_t point = 0;
    state fresh = {0};
    CHECK_EQ(mbrtoc32(&point, "\xE4\xB8\xAD", 3, &fresh), 3);
    CHECK_EQ(point, 0x4E2D);
}

typedef struct {
    double part[2];
} dcomplex;
typedef struct {
    float part[2];
} fcomplex;
typedef struct {
    long long quot, rem;
} lldiv_result;

static void numbers(void) {
    GET(dcomplex, csqrt, (dcomplex));
    GET(fcomplex, conjf, (fcomplex));
    GET(double, cabs, (dcomplex));
    dcomplex minus_four = {{-4, 0}}, root = csqrt(minus_four);
    CHECK(root.part[0] == 0 && root.part[1] == 2);
    fcomplex turned = conjf((fcomplex){{1, 2}});
    CHECK(turned.part[0] == 1 && turned.part[1] == -2);
    CHECK(cabs((dcomplex){{3, 4}}) == 5);
    GET(lldiv_result, lldiv, (long long, long long));
    lldiv_result parts = lldiv(-7000000000ll, 3);
    CHECK(parts.quot == -2333333333ll && parts.rem == -1);
    GET(short, _dclass, (double));
    CHECK_EQ(_dclass(0.0), 0);
    CHECK_EQ(_dclass(1.5), -1);
    CHECK_EQ(_dclass(1e-310), -2);
    CHECK_EQ(_dclass(1e308 * 10), 1);
    GET(int, fesetround, (int));
    GET(int, fegetround, (void));
    GET(double, rint, (double));
    CHECK_EQ(fegetround(), 0);
    CHECK_EQ(fesetround(0x200), 0);  // FE_UPWARD
    CHECK(rint(1.25) == 2.0);
    CHECK_EQ(fegetround(), 0x200);
    CHECK_EQ(fesetround(0), 0);
    CHECK(rint(1.25) == 1.0);
}

typedef struct {
    void *first, *last, *end;
} onexit_table;
static int order[2], called;
static int on_exit_a(void) { return order[called++] = 1; }
static int on_exit_b(void) { return order[called++] = 2; }

static void tables(void) {
    GET(int, _initialize_onexit_table, (onexit_table*));
    GET(int, _register_onexit_function, (onexit_table*, int(__cdecl*)(void)));
    GET(int, _execute_onexit_table, (onexit_table*));
    onexit_table table = {0};
    CHECK_EQ(_initialize_onexit_table(&table), 0);
    CHECK_EQ(_register_onexit_function(&table, on_exit_a), 0);
    CHECK_EQ(_register_onexit_function(&table, on_exit_b), 0);
    CHECK_EQ(_execute_onexit_table(&table), 0);
    CHECK(called == 2 && order[0] == 2 && order[1] == 1);
    struct {
        long long seconds;
        long nanoseconds;
    } now = {0};
    GET(int, _timespec64_get, (void*, int));
    CHECK_EQ(_timespec64_get(&now, 1), 1);
    CHECK(now.seconds > 1600000000 && now.nanoseconds >= 0 && now.nanoseconds < 1000000000);
}

int main(void) {
    ucrt = LoadLibraryW(L"ucrtbase.dll");
    if (!CHECK(ucrt != NULL)) return check_result();
    CHECK(GetModuleHandleW(L"api-ms-win-crt-runtime-l1-1-0.dll") == ucrt);
    characters();
    numbers();
    tables();
    return check_result();
}
