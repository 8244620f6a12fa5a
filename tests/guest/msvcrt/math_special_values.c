// What the functions of math.h give for zeros, infinities, NaNs and arguments out of their domain or range, in both
// precisions; errno, and the handler of __setusermatherr, which may put its own result in its place. "Math error handling",
// "_matherr", "__setusermatherr", and the tables of special values on the pages of each function.
// link: static ucrt
// flags: -fno-builtin
#include <float.h>
#include <math.h>

#include "crt_function.h"

static int same(double a, double b) { return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b); }

typedef double(__cdecl* F1)(double);
typedef float(__cdecl* F1f)(float);
typedef double(__cdecl* F2)(double, double);
typedef float(__cdecl* F2f)(float, float);

static void check_value(const char* name, double x, double y, double got, double want, int error, int want_error) {
    check_count++;
    if ((same(got, want) || fabs(got - want) <= 4e-7 * fabs(want)) && error == want_error) return;
    check_fail(name, 0, "");
    fprintf(stderr, "(%g, %g) = %.17g errno %d, expected %.17g errno %d\n", x, y, got, error, want, want_error);
}

struct row1 {
    const char *name, *single;
    double x, want;
    int error;
};
#define ROW(name, x, want, error) {#name, #name "f", x, want, error}
static const struct row1 rows1[] = {
    ROW(acos, 1, 0, 0), ROW(acos, 2, NAN, EDOM), ROW(acos, NAN, NAN, 0), ROW(asin, -0.0, -0.0, 0),
    ROW(asin, -2, NAN, EDOM), ROW(atan, INFINITY, 1.5707963267948966, 0), ROW(cos, INFINITY, NAN, EDOM),
    ROW(sin, -INFINITY, NAN, EDOM), ROW(tan, INFINITY, NAN, EDOM), ROW(sin, -0.0, -0.0, 0), ROW(cos, 0, 1, 0),
    ROW(exp, -INFINITY, 0, 0), ROW(exp, INFINITY, INFINITY, 0), ROW(exp, 1000, INFINITY, ERANGE),
    ROW(log, 0, -INFINITY, ERANGE), ROW(log, -1, NAN, EDOM), ROW(log, -INFINITY, NAN, EDOM),
    ROW(log, INFINITY, INFINITY, 0), ROW(log10, 0, -INFINITY, ERANGE), ROW(log10, 1000, 3, 0),
    ROW(log10, -INFINITY, NAN, EDOM), ROW(sinh, 1000, INFINITY, ERANGE), ROW(sinh, -1000, -INFINITY, ERANGE),
    ROW(cosh, 1000, INFINITY, ERANGE), ROW(cosh, -INFINITY, INFINITY, 0), ROW(tanh, -INFINITY, -1, 0),
    ROW(tanh, 0.5, 0.46211715726000976, 0), ROW(acosh, 0.5, NAN, EDOM), ROW(acosh, 1, 0, 0),
    ROW(asinh, -INFINITY, -INFINITY, 0), ROW(asinh, 1, 0.88137358701954302, 0), ROW(atanh, 1, INFINITY, ERANGE),
    ROW(atanh, 2, NAN, EDOM), ROW(atanh, 0.5, 0.54930614433405485, 0), ROW(cbrt, -27, -3, 0),
    ROW(cbrt, -INFINITY, -INFINITY, 0), ROW(erf, INFINITY, 1, 0), ROW(erf, 0.5, 0.52049987781304654, 0),
    ROW(erfc, -INFINITY, 2, 0), ROW(erfc, 0.5, 0.47950012218695346, 0), ROW(exp2, 10, 1024, 0),
    ROW(exp2, 5000, INFINITY, ERANGE), ROW(expm1, -INFINITY, -1, 0), ROW(expm1, 1, 1.7182818284590453, 0),
    ROW(lgamma, 10, 12.801827480081469, 0), ROW(lgamma, 0, INFINITY, ERANGE), ROW(lgamma, -INFINITY, INFINITY, 0),
    ROW(log1p, -1, -INFINITY, ERANGE), ROW(log1p, -2, NAN, EDOM), ROW(log1p, 1, 0.69314718055994529, 0),
    ROW(log2, 8, 3, 0), ROW(log2, 0, -INFINITY, ERANGE), ROW(log2, -1, NAN, EDOM), ROW(tgamma, 5, 24, 0),
    ROW(tgamma, 1000, INFINITY, ERANGE), ROW(tgamma, -1, NAN, EDOM), ROW(ceil, -0.5, -0.0, 0), ROW(ceil, 1.25, 2, 0),
    ROW(floor, -0.5, -1, 0), ROW(floor, -0.0, -0.0, 0), ROW(sqrt, -1, NAN, EDOM), ROW(sqrt, -0.0, -0.0, 0),
    ROW(sqrt, INFINITY, INFINITY, 0), ROW(fabs, -INFINITY, INFINITY, 0), ROW(fabs, -0.0, 0, 0), ROW(trunc, -1.75, -1, 0),
    ROW(rint, 2.5, 2, 0), ROW(rint, -0.25, -0.0, 0), ROW(nearbyint, 3.5, 4, 0), ROW(round, 2.5, 3, 0),
    ROW(round, -2.5, -3, 0), ROW(logb, 0, -INFINITY, ERANGE), ROW(logb, 1024, 10, 0), ROW(logb, -INFINITY, INFINITY, 0),
    ROW(_logb, 0.25, -2, 0), ROW(_chgsign, 2, -2, 0), ROW(_chgsign, 0, -0.0, 0),
};

struct row2 {
    const char *name, *single;
    double x, y, want;
    int error;
};
#define ROW2(name, x, y, want, error) {#name, #name "f", x, y, want, error}
static const struct row2 rows2[] = {
    ROW2(atan2, 0, -1, 3.1415926535897931, 0), ROW2(atan2, -0.0, -0.0, -3.1415926535897931, 0),
    ROW2(atan2, INFINITY, -INFINITY, 2.3561944901923448, 0), ROW2(pow, 0, -1, INFINITY, ERANGE),
    ROW2(pow, -2, 0.5, NAN, EDOM), ROW2(pow, NAN, 0, 1, 0), ROW2(pow, 1, NAN, 1, 0), ROW2(pow, -2, 3, -8, 0),
    ROW2(pow, -1, INFINITY, 1, 0), ROW2(pow, 10, 400, INFINITY, ERANGE), ROW2(pow, 0.5, -INFINITY, INFINITY, 0),
    ROW2(fmod, -7.5, 2, -1.5, 0), ROW2(fmod, 1, 0, NAN, EDOM), ROW2(fmod, 3, INFINITY, 3, 0),
    ROW2(hypot, 3, -4, 5, 0), ROW2(hypot, -INFINITY, NAN, INFINITY, 0), ROW2(_hypot, 5, 12, 13, 0),
    ROW2(remainder, 7, 4, -1, 0), ROW2(remainder, 1, 0, NAN, EDOM), ROW2(remainder, INFINITY, 1, NAN, EDOM),
    ROW2(fdim, 5, 3, 2, 0), ROW2(fdim, 3, 5, 0, 0), ROW2(fdim, NAN, 5, NAN, 0), ROW2(fmax, NAN, 2, 2, 0),
    ROW2(fmin, 2, NAN, 2, 0), ROW2(fmin, -INFINITY, 2, -INFINITY, 0), ROW2(copysign, 3, -0.0, -3, 0),
    ROW2(_copysign, -3, 1, 3, 0), ROW2(nextafter, 1, 1, 1, 0), ROW2(_nextafter, 2, 2, 2, 0),
};

static void tables(void) {
    HMODULE module = LoadLibraryA(CRT_DLL);
    for (size_t i = 0; i < sizeof rows1 / sizeof *rows1; i++) {
        const struct row1* row = &rows1[i];
        F1 wide = (F1)(void*)GetProcAddress(module, row->name);
        F1f single = (F1f)(void*)GetProcAddress(module, row->single);
        if (!CHECK(wide && single)) {
            fprintf(stderr, "  %s\n", row->name);
            continue;
        }
        errno = 0;
        double got = wide(row->x);
        check_value(row->name, row->x, 0, got, row->want, errno, row->error);
        errno = 0;
        got = single((float)row->x);
        check_value(row->single, row->x, 0, got, row->want, errno, row->error);
    }
    for (size_t i = 0; i < sizeof rows2 / sizeof *rows2; i++) {
        const struct row2* row = &rows2[i];
        F2 wide = (F2)(void*)GetProcAddress(module, row->name);
        F2f single = (F2f)(void*)GetProcAddress(module, row->single);
        if (!CHECK(wide && single)) continue;
        errno = 0;
        double got = wide(row->x, row->y);
        check_value(row->name, row->x, row->y, got, row->want, errno, row->error);
        errno = 0;
        got = single((float)row->x, (float)row->y);
        check_value(row->single, row->x, row->y, got, row->want, errno, row->error);
    }
}

static void whole_numbers(void) {
    CHECK_EQ(CRT(int, ilogb, (double))(1024), 10);
    CHECK_EQ(CRT(int, ilogbf, (float))(0.25f), -2);
    CHECK_EQ(CRT(int, ilogb, (double))(NAN), INT32_MAX);
    CHECK_EQ(CRT(int, ilogb, (double))(0), INT32_MIN);
    CHECK_EQ(CRT(int, ilogbf, (float))(INFINITY), INT32_MAX);
    CHECK_ERRNO(CRT(long, lrint, (double))(2.5), 2, 0, 0);
    CHECK_ERRNO(CRT(long, lrintf, (float))(-3.5f), -4, 0, 0);
    CHECK_ERRNO(CRT(long, lround, (double))(2.5), 3, 0, 0);
    CHECK_ERRNO(CRT(long, lroundf, (float))(-2.5f), -3, 0, 0);
    CHECK_ERRNO(CRT(long, lround, (double))(3e9), 0, EDOM, 0);
    CHECK_ERRNO(CRT(long long, llrint, (double))(-2.5), -2, 0, 0);
    CHECK_ERRNO(CRT(long long, llrintf, (float))(8388609.0f), 8388609, 0, 0);
    CHECK_ERRNO(CRT(long long, llround, (double))(1e15 + 0.5), 1000000000000001, 0, 0);
    CHECK_ERRNO(CRT(long long, llroundf, (float))(0.5f), 1, 0, 0);
    CHECK_ERRNO(CRT(long long, llround, (double))(INFINITY), 0, EDOM, 0);
    CHECK_ERRNO(CRT(long long, llrint, (double))(1e19), 0, EDOM, 0);
    CHECK_ERRNO(CRT(long long, llrint, (double))(-0x1p63), INT64_MIN, 0, 0);

    int exponent = 0, quotient = 0;
    double whole;
    float whole_single;
    CHECK(CRT(double, frexp, (double, int*))(-12, &exponent) == -0.75 && exponent == 4);
    CHECK(CRT(double, modf, (double, double*))(-3.25, &whole) == -0.25 && whole == -3);
    CHECK(CRT(float, modff, (float, float*))(3.5f, &whole_single) == 0.5f && whole_single == 3);
    CHECK(same(CRT(double, modf, (double, double*))(-INFINITY, &whole), -0.0) && whole == -INFINITY);
    CHECK(CRT(double, ldexp, (double, int))(0.75, 4) == 12);
    CHECK(CRT(double, scalbn, (double, int))(1, -1074) == 0x1p-1074);
    CHECK(CRT(float, scalbnf, (float, int))(1, 100) == 0x1p100f);
    CHECK(CRT(double, scalbln, (double, long))(3, 2) == 12);
    CHECK(CRT(float, scalblnf, (float, long))(3, -1) == 1.5f);
    CHECK(CRT(double, _scalb, (double, long))(3, 3) == 24);
    CHECK(CRT(float, _scalbf, (float, long))(3, 3) == 24);
    CHECK(CRT(double, remquo, (double, double, int*))(-7, 2, &quotient) == 1 && quotient == -4);
    CHECK(CRT(float, remquof, (float, float, int*))(7, 2, &quotient) == -1 && quotient == 4);
    CHECK(CRT(double, fma, (double, double, double))(0x1p27 + 1, 0x1p27 - 1, -0x1p54) == -1);
    CHECK(CRT(float, fmaf, (float, float, float))(2, 3, 4) == 10);
    CHECK(CRT(double, nextafter, (double, double))(1, 2) == 1 + DBL_EPSILON);
    CHECK(CRT(float, nextafterf, (float, float))(1, 0) == 1 - FLT_EPSILON / 2);
    CHECK(CRT(double, nexttoward, (double, double))(0, 1) == 0x1p-1074);
    CHECK(CRT(float, nexttowardf, (float, double))(0, -1) == -0x1p-149f);
    CHECK(isnan(CRT(double, nan, (const char*))("")) && isnan(CRT(float, nanf, (const char*))("1")));
    CHECK_EQ(CRT(int, _finitef, (float))(INFINITY), 0);
    CHECK(CRT(int, _isnanf, (float))(NAN));
}

static void bessel(void) {
    CHECK(fabs(CRT(double, _j0, (double))(1) - 0.76519768655796655) < 1e-14);
    CHECK(fabs(CRT(double, _j1, (double))(1) - 0.44005058574493352) < 1e-14);
    CHECK(fabs(CRT(double, _jn, (int, double))(2, 1) - 0.11490348493190047) < 1e-14);
    CHECK(fabs(CRT(double, _y0, (double))(1) - 0.088256964215676958) < 1e-14);
    CHECK(fabs(CRT(double, _y1, (double))(1) + 0.78121282130028871) < 1e-14);
    CHECK(fabs(CRT(double, _yn, (int, double))(2, 1) + 1.6506826068162543) < 1e-14);
    errno = 0;
    CHECK(isnan(CRT(double, _y0, (double))(-1)));
    CHECK_EQ(errno, EDOM);
}

static void classes(void) {
    static const struct {
        double x;
        int fpclass;
        short dclass;
    } rows[] = {{1, _FPCLASS_PN, -1},           {-1, _FPCLASS_NN, -1},      {0, _FPCLASS_PZ, 0},
                {-0.0, _FPCLASS_NZ, 0},         {0x1p-1060, _FPCLASS_PD, -2}, {-0x1p-1060, _FPCLASS_ND, -2},
                {INFINITY, _FPCLASS_PINF, 1},   {-INFINITY, _FPCLASS_NINF, 1}, {NAN, _FPCLASS_QNAN, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double x = rows[i].x;
        CHECK_EQ(CRT(int, _fpclass, (double))(x), rows[i].fpclass);
        CHECK_EQ(CRT(short, _dclass, (double))(x), rows[i].dclass);
        CHECK_EQ(CRT(short, _ldclass, (double))(x), rows[i].dclass);
        CHECK_EQ(CRT(short, _dtest, (double*))(&x), rows[i].dclass);
        CHECK_EQ(CRT(short, _ldtest, (double*))(&x), rows[i].dclass);
        CHECK_EQ(!CRT(int, _dsign, (double))(x), !signbit(x));
        CHECK_EQ(!CRT(int, _ldsign, (double))(x), !signbit(x));
    }
    float tiny = -0x1p-140f;
    CHECK_EQ(CRT(int, _fpclassf, (float))(tiny), _FPCLASS_ND);
    CHECK_EQ(CRT(short, _fdclass, (float))(tiny), -2);
    CHECK_EQ(CRT(short, _fdtest, (float*))(&tiny), -2);
    CHECK(CRT(int, _fdsign, (float))(tiny) != 0);
    CHECK_EQ(CRT(int, _dpcomp, (double, double))(1, 2), 1);    // _FP_LT
    CHECK_EQ(CRT(int, _ldpcomp, (double, double))(2, 2), 2);   // _FP_EQ
    CHECK_EQ(CRT(int, _fdpcomp, (float, float))(3, 2), 4);     // _FP_GT
    CHECK_EQ(CRT(int, _dpcomp, (double, double))(NAN, 2), 0);
}

static struct _exception seen;
static int answer;
static int __cdecl on_error(struct _exception* error) {
    seen = *error;
    error->retval = 77;
    return answer;
}

static void handler(void) {
    CRT(void, __setusermatherr, (int(__cdecl*)(struct _exception*)))(on_error);
    errno = 0;
    answer = 1;  // "the error is dealt with": its result counts, and errno stays
    CHECK(CRT(double, log, (double))(-1) == 77);
    CHECK_EQ(errno, 0);
    CHECK_EQ(seen.type, _DOMAIN);
    CHECK_STR(seen.name, "log");
    CHECK(seen.arg1 == -1 && isnan(seen.retval));
    answer = 0;
    CHECK(CRT(double, pow, (double, double))(0, -1) == INFINITY);
    CHECK_EQ(errno, ERANGE);
    CHECK_EQ(seen.type, _SING);
    CHECK_STR(seen.name, "pow");
    CHECK(seen.arg1 == 0 && seen.arg2 == -1 && seen.retval == INFINITY);
    CHECK(CRT(double, exp, (double))(1000) == INFINITY);
    CHECK_EQ(seen.type, _OVERFLOW);
    seen.type = 0;
    CHECK(CRT(double, exp, (double))(1) > 2.7);
    CHECK_EQ(seen.type, 0);
    CRT(void, __setusermatherr, (int(__cdecl*)(struct _exception*)))(NULL);
}

int main(void) {
    tables();
    whole_numbers();
    bessel();
    classes();
    handler();
    return check_result();
}
