// Long double's functions, which are double's there; complex.h; fenv.h and the control word; integers of stdlib.h.
// "Math and floating-point support", "_controlfp_s", "feraiseexcept", "cpow, cpowf, cpowl", "_rotl64", "imaxdiv".
// link: static ucrt
// flags: -fno-builtin
#include <float.h>
#include <math.h>

#include "crt_function.h"

static void long_doubles(void) {
    static const char* const ones[] = {
        "acoshl", "asinhl", "atanhl", "cbrtl", "ceill", "erfcl", "erfl", "exp2l", "expm1l", "fabsl", "floorl", "lgammal",
        "log1pl", "log2l", "logbl", "nearbyintl", "rintl", "roundl", "sqrtl", "tgammal", "truncl",
    };
    static const char* const twos[] = {"copysignl", "fdiml", "fmaxl", "fminl", "hypotl", "nextafterl", "remainderl"};
    HMODULE module = LoadLibraryA(CRT_DLL);
    char plain[32];
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
        strcpy(plain, ones[i]);
        plain[strlen(plain) - 1] = 0;
        double(__cdecl * a)(double) = (void*)GetProcAddress(module, ones[i]);
        double(__cdecl * b)(double) = (void*)GetProcAddress(module, plain);
        if (!CHECK(a && b)) continue;
        double x = i == 0 ? 1.75 : 0.375;
        if (!CHECK(a(x) == b(x))) fprintf(stderr, "  %s\n", ones[i]);
    }
    for (size_t i = 0; i < sizeof twos / sizeof *twos; i++) {
        strcpy(plain, twos[i]);
        plain[strlen(plain) - 1] = 0;
        double(__cdecl * a)(double, double) = (void*)GetProcAddress(module, twos[i]);
        double(__cdecl * b)(double, double) = (void*)GetProcAddress(module, plain);
        if (CHECK(a && b)) CHECK(a(7.5, -2) == b(7.5, -2));
    }
    int quotient;
    CHECK(CRT(double, fmal, (double, double, double))(2, 3, 1) == 7);
    CHECK_EQ(CRT(int, ilogbl, (double))(9), 3);
    CHECK_EQ(CRT(long, lrintl, (double))(2.5), 2);
    CHECK_EQ(CRT(long, lroundl, (double))(2.5), 3);
    CHECK_EQ(CRT(long long, llrintl, (double))(-2.5), -2);
    CHECK_EQ(CRT(long long, llroundl, (double))(-2.5), -3);
    CHECK(isnan(CRT(double, nanl, (const char*))("")));
    CHECK(CRT(double, nexttowardl, (double, double))(1, 2) == 1 + DBL_EPSILON);
    CHECK(CRT(double, remquol, (double, double, int*))(7, 2, &quotient) == -1 && quotient == 4);
    CHECK(CRT(double, scalbnl, (double, int))(3, 2) == 12 && CRT(double, scalblnl, (double, long))(3, 2) == 12);
}

typedef struct {
    double re, im;
} Z;
typedef struct {
    float re, im;
} Zf;

static int near_to(double a, double b) { return fabs(a - b) <= 1e-5 * (1 + fabs(b)); }

static void complex_numbers(void) {
    static const struct {
        const char* name;
        double re, im, want_re, want_im;
    } rows[] = {
        {"cacos", 0.5, 0.25, 1.0691875, -0.2813961}, {"cacosh", 0.5, 0.25, 0.2813961, 1.0691875},
        {"casin", 0.5, 0.25, 0.5016089, 0.2813961},  {"casinh", 0.5, 0.25, 0.4926757, 0.2243285},
        {"catan", 0.5, 0.25, 0.4842545, 0.2005866},  {"catanh", 0.5, 0.25, 0.5003700, 0.3143981},
        {"ccos", 0.5, 0.25, 0.9051488, -0.1211123},  {"ccosh", 0.5, 0.25, 1.0925701, 0.1289206},
        {"cexp", 0.5, 0.25, 1.5974656, 0.4078978},   {"clog", 3, 4, 1.6094379, 0.9272952},
        {"clog10", 3, 4, 0.69897, 0.4027192},        {"conj", 3, 4, 3, -4},
        {"cproj", 3, 4, 3, 4},                       {"csin", 0.5, 0.25, 0.4944860, 0.2216946},
        {"csinh", 0.5, 0.25, 0.5048955, 0.2789772},  {"csqrt", 3, 4, 2, 1},
        {"ctan", 0.5, 0.25, 0.5045007, 0.3124207},   {"ctanh", 0.5, 0.25, 0.4854880, 0.1980540},
    };
    HMODULE module = LoadLibraryA(CRT_DLL);
    char name[32];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int kind = 0; kind < 3; kind++) {
            sprintf(name, "%s%s", rows[i].name, kind == 0 ? "" : kind == 1 ? "f" : "l");
            void* function = (void*)GetProcAddress(module, name);
            if (!CHECK(function != NULL)) continue;
            Z got;
            if (kind == 1) {
                // Eight bytes go through a general register, sixteen by address.
                Zf single = ((Zf(__cdecl*)(Zf))function)((Zf){(float)rows[i].re, (float)rows[i].im});
                got = (Z){single.re, single.im};
            } else {
                got = ((Z(__cdecl*)(Z))function)((Z){rows[i].re, rows[i].im});
            }
            if (!CHECK(near_to(got.re, rows[i].want_re) && near_to(got.im, rows[i].want_im)))
                fprintf(stderr, "  %s gives %g %g\n", name, got.re, got.im);
        }
    }
    Z a = {3, 4}, b = {1, -2};
    Zf c = {3, 4}, d = {1, -2};
    CHECK(CRT(double, cabsl, (Z))(a) == 5 && CRT(float, cabsf, (Zf))(c) == 5);
    CHECK(near_to(CRT(double, carg, (Z))(a), 0.9272952) && near_to(CRT(double, cargl, (Z))(a), 0.9272952));
    CHECK(near_to(CRT(float, cargf, (Zf))(c), 0.9272952));
    CHECK(CRT(double, creal, (Z))(a) == 3 && CRT(double, cimag, (Z))(a) == 4);
    CHECK(CRT(double, creall, (Z))(a) == 3 && CRT(double, cimagl, (Z))(a) == 4);
    CHECK(CRT(float, crealf, (Zf))(c) == 3 && CRT(float, cimagf, (Zf))(c) == 4);
    CHECK(CRT(double, norm, (Z))(a) == 25 && CRT(double, norml, (Z))(a) == 25 && CRT(float, normf, (Zf))(c) == 25);
    Z power = CRT(Z, cpow, (Z, Z))(a, (Z){2, 0});
    CHECK(near_to(power.re, -7) && near_to(power.im, 24));
    power = CRT(Z, cpowl, (Z, Z))(a, (Z){2, 0});
    CHECK(near_to(power.re, -7) && near_to(power.im, 24));
    Zf power_single = CRT(Zf, cpowf, (Zf, Zf))(c, (Zf){2, 0});
    CHECK(near_to(power_single.re, -7) && near_to(power_single.im, 24));
    Z product = CRT(Z, _Cmulcc, (Z, Z))(a, b);
    CHECK(product.re == 11 && product.im == -2);
    product = CRT(Z, _LCmulcc, (Z, Z))(a, b);
    CHECK(product.re == 11 && product.im == -2);
    product = CRT(Z, _Cmulcr, (Z, double))(a, 2);
    CHECK(product.re == 6 && product.im == 8);
    product = CRT(Z, _LCmulcr, (Z, double))(a, 2);
    CHECK(product.re == 6 && product.im == 8);
    Zf small = CRT(Zf, _FCmulcc, (Zf, Zf))(c, d);
    CHECK(small.re == 11 && small.im == -2);
    small = CRT(Zf, _FCmulcr, (Zf, float))(c, 2);
    CHECK(small.re == 6 && small.im == 8);
    product = CRT(Z, _Cbuild, (double, double))(1, 2);
    CHECK(product.re == 1 && product.im == 2);
    product = CRT(Z, _LCbuild, (double, double))(1, 2);
    CHECK(product.re == 1 && product.im == 2);
    small = CRT(Zf, _FCbuild, (float, float))(1, 2);
    CHECK(small.re == 1 && small.im == 2);
}

static void environment(void) {
    enum { kInexact = 1, kUnderflow = 2, kOverflow = 4, kDivide = 8, kInvalid = 16, kAll = 31 };  // ucrt's fenv.h
    struct {
        unsigned control, status;
    } saved, held;
    unsigned short flags;
    CHECK_EQ(CRT(int, fegetenv, (void*))(&saved), 0);
    CHECK_EQ(CRT(int, feclearexcept, (int))(kAll), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kAll), 0);
    CHECK_EQ(CRT(int, feraiseexcept, (int))(kDivide | kOverflow), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kAll) & (kDivide | kOverflow | kInvalid), kDivide | kOverflow);
    CHECK_EQ(CRT(int, fegetexceptflag, (void*, int))(&flags, kDivide), 0);
    CHECK_EQ(CRT(int, feclearexcept, (int))(kDivide), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kDivide), 0);
    CHECK_EQ(CRT(int, fesetexceptflag, (const void*, int))(&flags, kDivide), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kDivide), kDivide);
    CHECK_EQ(CRT(int, feholdexcept, (void*))(&held), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kAll), 0);
    CRT(int, feraiseexcept, (int))(kInvalid);
    CHECK_EQ(CRT(int, feupdateenv, (const void*))(&held), 0);
    CHECK_EQ(CRT(int, fetestexcept, (int))(kInvalid | kDivide), kInvalid | kDivide);
    CHECK_EQ(CRT(int, fesetenv, (const void*))(&saved), 0);

    unsigned control = 0;
    CHECK_EQ(CRT(int, _controlfp_s, (unsigned*, unsigned, unsigned))(&control, _RC_UP, _MCW_RC), 0);
    CHECK_EQ(control & _MCW_RC, _RC_UP);
    CHECK_EQ(CRT(int, __fpe_flt_rounds, (void))(), 2);
    CHECK(CRT(double, rint, (double))(1.25) == 2);
    CRT(void, _set_controlfp, (unsigned, unsigned))(_RC_DOWN, _MCW_RC);
    CHECK(CRT(double, rint, (double))(1.75) == 1);
    CHECK_EQ(CRT(unsigned, _control87, (unsigned, unsigned))(0, 0) & _MCW_RC, _RC_DOWN);
    CRT(void, _fpreset, (void))();
    CHECK_EQ(CRT(unsigned, _control87, (unsigned, unsigned))(0, 0) & (_MCW_RC | _MCW_EM), _MCW_EM);
}

static void whole_numbers(void) {
    typedef struct {
        long quot, rem;
    } Div;
    typedef struct {
        long long quot, rem;
    } Div64;
    Div pair = CRT(Div, ldiv, (long, long))(-7, 2);
    CHECK(pair.quot == -3 && pair.rem == -1);
    Div64 wide = CRT(Div64, imaxdiv, (long long, long long))(-70000000000, 3);
    CHECK(wide.quot == -23333333333 && wide.rem == -1);
    CHECK_EQ(CRT(long long, imaxabs, (long long))(-5000000000), 5000000000);
    CHECK_EQ(CRT(long long, _abs64, (long long))(-5000000000), 5000000000);
    CHECK_EQ(CRT(unsigned, _rotr, (unsigned, int))(0x80000001, 4), 0x18000000);
    CHECK_EQ(CRT(unsigned long, _lrotl, (unsigned long, int))(0x80000001, 36), 0x18);
    CHECK_EQ(CRT(unsigned long, _lrotr, (unsigned long, int))(1, 1), 0x80000000);
    CHECK_EQ(CRT(unsigned long long, _rotl64, (unsigned long long, int))(0x8000000000000001, 1), 3);
    CHECK_EQ(CRT(unsigned long long, _rotr64, (unsigned long long, int))(3, 65), 0x8000000000000001);
    CHECK_EQ(CRT(unsigned short, _byteswap_ushort, (unsigned short))(0x1234), 0x3412);
    CHECK_EQ(CRT(unsigned long long, _byteswap_uint64, (unsigned long long))(0x0102030405060708), 0x0807060504030201);
    unsigned random = 0;
    CHECK_EQ(CRT(int, rand_s, (unsigned*))(&random), 0);
    CHECK_ERRNO(CRT(int, rand_s, (unsigned*))(NULL), EINVAL, EINVAL, 1);
}

int main(void) {
    crt_count_invalid();
    long_doubles();
    complex_numbers();
    environment();
    whole_numbers();
    return check_result();
}
