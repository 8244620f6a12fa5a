// math.h. The values are those of Linux' libm; errors set errno as Windows does: EDOM for a NaN that the arguments do not
// explain, ERANGE for an infinity ("Math error handling"). Neither convention keeps long double: its functions are
// double's here, as for MSVC; mingw programs bring their own.
#include <cmath>
#include <cstring>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

enum MathError { kDomain = 1, kSingularity = 2, kOverflow = 3 };  // math.h: _DOMAIN, _SING, _OVERFLOW

// "_matherr", "__setusermatherr": the program's handler may give another result, and then there is no error.
[[gnu::noinline, gnu::cold]] double report(MathError type, const char* name, double x, double y, double result) {
    if (auto handler = modes().math_error) {
        clib::_exception error{type, const_cast<char*>(name), x, y, result};
        if (handler(&error)) return error.retval;
    }
    guest_errno() = type == kDomain ? kEDOM : kERANGE;
    return result;
}

template <class T>
[[gnu::noinline, gnu::cold]] T report_result(const char* name, T result, T x, T y, bool pole) {
    MathError type = std::isnan(result) ? kDomain : pole ? kSingularity : kOverflow;
    return static_cast<T>(report(type, name, x, y, result));
}

// NaN is an error unless an argument was one already, infinity unless an argument was infinite.
template <class T>
[[gnu::always_inline]] inline T checked(const char* name, T result, T x, bool pole = false) {
    if (!std::isfinite(result) && (std::isfinite(x) || (std::isnan(result) && !std::isnan(x)))) [[unlikely]]
        return report_result<T>(name, result, x, 0, pole);
    return result;
}

template <class T>
[[gnu::always_inline]] inline T checked(const char* name, T result, T x, T y) {
    if (!std::isfinite(result) && ((std::isfinite(x) && std::isfinite(y)) ||
                                   (std::isnan(result) && !std::isnan(x) && !std::isnan(y)))) [[unlikely]]
        return report_result(name, result, x, y, x == 0);
    return result;
}

}  // namespace

#define LSW_CHECKED_1(name)                                                   \
    double clib::name(double x) { return checked(#name, ::name(x), x); }      \
    float clib::name##f(float x) { return checked(#name "f", ::name##f(x), x); }
#define LSW_CHECKED_POLE_1(name, at)                                                \
    double clib::name(double x) { return checked(#name, ::name(x), x, x == at); }   \
    float clib::name##f(float x) { return checked(#name "f", ::name##f(x), x, x == at); }
#define LSW_PLAIN_1(name)                              \
    double clib::name(double x) { return ::name(x); }  \
    float clib::name##f(float x) { return ::name##f(x); }
#define LSW_CHECKED_2(name)                                                         \
    double clib::name(double x, double y) { return checked(#name, ::name(x, y), x, y); } \
    float clib::name##f(float x, float y) { return checked(#name "f", ::name##f(x, y), x, y); }
#define LSW_PLAIN_2(name)                                          \
    double clib::name(double x, double y) { return ::name(x, y); } \
    float clib::name##f(float x, float y) { return ::name##f(x, y); }

LSW_CHECKED_1(acos)
LSW_CHECKED_1(asin)
LSW_PLAIN_1(atan)
LSW_CHECKED_1(cos)
LSW_CHECKED_1(sin)
LSW_CHECKED_1(tan)
LSW_CHECKED_1(exp)
LSW_CHECKED_POLE_1(log, 0)
LSW_CHECKED_POLE_1(log10, 0)
LSW_CHECKED_1(sinh)
LSW_CHECKED_1(cosh)
LSW_PLAIN_1(tanh)
LSW_CHECKED_1(acosh)
LSW_PLAIN_1(asinh)
LSW_CHECKED_1(atanh)
LSW_PLAIN_1(cbrt)
LSW_PLAIN_1(erf)
LSW_PLAIN_1(erfc)
LSW_CHECKED_1(exp2)
LSW_CHECKED_1(expm1)
LSW_CHECKED_1(lgamma)
LSW_CHECKED_POLE_1(log1p, -1)
LSW_CHECKED_POLE_1(log2, 0)
LSW_CHECKED_1(tgamma)
LSW_PLAIN_1(ceil)
LSW_PLAIN_1(floor)
LSW_CHECKED_1(sqrt)
LSW_PLAIN_1(fabs)
LSW_PLAIN_1(trunc)
LSW_PLAIN_1(rint)
LSW_PLAIN_1(nearbyint)
LSW_PLAIN_1(round)
LSW_CHECKED_POLE_1(logb, 0)
LSW_PLAIN_2(atan2)
LSW_CHECKED_2(pow)
LSW_CHECKED_2(fmod)
LSW_CHECKED_2(hypot)
LSW_CHECKED_2(remainder)
LSW_CHECKED_2(fdim)
LSW_PLAIN_2(fmax)
LSW_PLAIN_2(fmin)
LSW_PLAIN_2(copysign)
LSW_CHECKED_2(nextafter)

double clib::frexp(double x, int* exponent) { return ::frexp(x, exponent); }
double clib::ldexp(double x, int exponent) { return checked("ldexp", ::ldexp(x, exponent), x, double(exponent)); }
double clib::modf(double x, double* whole) { return ::modf(x, whole); }
float clib::modff(float x, float* whole) { return ::modff(x, whole); }
double clib::fma(double x, double y, double z) { return ::fma(x, y, z); }
float clib::fmaf(float x, float y, float z) { return ::fmaf(x, y, z); }
double clib::scalbn(double x, int exponent) { return checked("scalbn", ::scalbn(x, exponent), x); }
float clib::scalbnf(float x, int exponent) { return checked("scalbnf", ::scalbnf(x, exponent), x); }
double clib::scalbln(double x, LONG exponent) { return checked("scalbln", ::scalbln(x, exponent), x); }
float clib::scalblnf(float x, LONG exponent) { return checked("scalblnf", ::scalblnf(x, exponent), x); }
// FP_ILOGBNAN is INT_MAX there.
int clib::ilogb(double x) { return std::isnan(x) ? INT32_MAX : ::ilogb(x); }
int clib::ilogbf(float x) { return std::isnan(x) ? INT32_MAX : ::ilogbf(x); }
double clib::remquo(double x, double y, int* quotient) { return checked("remquo", ::remquo(x, y, quotient), x, y); }
float clib::remquof(float x, float y, int* quotient) { return checked("remquof", ::remquof(x, y, quotient), x, y); }
double clib::nexttoward(double x, double y) { return checked("nexttoward", ::nextafter(x, y), x, y); }
float clib::nexttowardf(float x, double y) {
    return checked("nexttowardf", ::nexttowardf(x, static_cast<long double>(y)), x, static_cast<float>(y));
}
double clib::nan(const char* tag) { return ::nan(tag); }
float clib::nanf(const char* tag) { return ::nanf(tag); }

namespace {

// long has 32 bits there; a value beyond them is a domain error.
template <class T>
[[gnu::always_inline]] inline LONG narrowed(const char* name, long long value, T x) {
    if (!std::isfinite(x) || value > INT32_MAX || value < INT32_MIN) [[unlikely]] {
        report(kDomain, name, x, 0, 0);
        return 0;
    }
    return static_cast<LONG>(value);
}

template <class T>
[[gnu::always_inline]] inline LONGLONG fitting(const char* name, long long value, T x) {
    if (!(std::fabs(x) < T(0x1p63)) && x != T(-0x1p63)) [[unlikely]] {
        report(kDomain, name, x, 0, 0);
        return 0;
    }
    return value;
}

}  // namespace

LONG clib::lrint(double x) { return narrowed("lrint", ::llrint(x), x); }
LONG clib::lrintf(float x) { return narrowed("lrintf", ::llrintf(x), x); }
LONG clib::lround(double x) { return narrowed("lround", ::llround(x), x); }
LONG clib::lroundf(float x) { return narrowed("lroundf", ::llroundf(x), x); }
LONGLONG clib::llrint(double x) { return fitting("llrint", ::llrint(x), x); }
LONGLONG clib::llrintf(float x) { return fitting("llrintf", ::llrintf(x), x); }
LONGLONG clib::llround(double x) { return fitting("llround", ::llround(x), x); }
LONGLONG clib::llroundf(float x) { return fitting("llroundf", ::llroundf(x), x); }

double clib::_chgsign(double x) { return -x; }
float clib::_chgsignf(float x) { return -x; }
double clib::_copysign(double x, double y) { return ::copysign(x, y); }
float clib::_copysignf(float x, float y) { return ::copysignf(x, y); }
double clib::_logb(double x) { return checked("_logb", ::logb(x), x, x == 0); }
float clib::_logbf(float x) { return checked("_logbf", ::logbf(x), x, x == 0); }
double clib::_nextafter(double x, double y) { return checked("_nextafter", ::nextafter(x, y), x, y); }
float clib::_nextafterf(float x, float y) { return checked("_nextafterf", ::nextafterf(x, y), x, y); }
double clib::_scalb(double x, LONG exponent) { return checked("_scalb", ::scalbn(x, exponent), x); }
float clib::_scalbf(float x, LONG exponent) { return checked("_scalbf", ::scalbnf(x, exponent), x); }
double clib::_hypot(double x, double y) { return checked("_hypot", ::hypot(x, y), x, y); }
float clib::_hypotf(float x, float y) { return checked("_hypotf", ::hypotf(x, y), x, y); }
double clib::_cabs(_complex z) { return checked("_cabs", ::hypot(z.x, z.y), z.x, z.y); }
double clib::_j0(double x) { return ::j0(x); }
double clib::_j1(double x) { return ::j1(x); }
double clib::_jn(int order, double x) { return ::jn(order, x); }
double clib::_y0(double x) { return checked("_y0", ::y0(x), x); }
double clib::_y1(double x) { return checked("_y1", ::y1(x), x); }
double clib::_yn(int order, double x) { return checked("_yn", ::yn(order, x), x); }

int clib::_finite(double x) { return std::isfinite(x); }
int clib::_finitef(float x) { return std::isfinite(x); }
int clib::_isnan(double x) { return std::isnan(x); }
int clib::_isnanf(float x) { return std::isnan(x); }

namespace {

// float.h: _FPCLASS_*
template <class T>
int class_of(T x, bool is_signalling) {
    bool negative = std::signbit(x);
    switch (std::fpclassify(x)) {
        case FP_NAN: return is_signalling ? 0x1 : 0x2;
        case FP_INFINITE: return negative ? 0x4 : 0x200;
        case FP_ZERO: return negative ? 0x20 : 0x40;
        case FP_SUBNORMAL: return negative ? 0x10 : 0x80;
        default: return negative ? 0x8 : 0x100;
    }
}

// math.h: _NANCODE, _INFCODE, _FINITE, _DENORM and 0
template <class T>
short code_of(T x) {
    switch (std::fpclassify(x)) {
        case FP_NAN: return 2;
        case FP_INFINITE: return 1;
        case FP_ZERO: return 0;
        case FP_SUBNORMAL: return -2;
        default: return -1;
    }
}

// _FP_LT, _FP_EQ, _FP_GT, or 0 for unordered
template <class T>
int order_of(T x, T y) {
    return x < y ? 1 : x == y ? 2 : x > y ? 4 : 0;
}

}  // namespace

int clib::_fpclass(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return class_of(x, !(bits >> 51 & 1));
}
int clib::_fpclassf(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return class_of(x, !(bits >> 22 & 1));
}
short clib::_dclass(double x) { return code_of(x); }
short clib::_fdclass(float x) { return code_of(x); }
short clib::_dtest(double* x) { return code_of(*x); }
short clib::_fdtest(float* x) { return code_of(*x); }
int clib::_dsign(double x) { return std::signbit(x) ? 0x8000 : 0; }
int clib::_fdsign(float x) { return std::signbit(x) ? 0x8000 : 0; }
int clib::_dpcomp(double x, double y) { return order_of(x, y); }
int clib::_fdpcomp(float x, float y) { return order_of(x, y); }
int clib::_get_FMA3_enable() { return 1; }
int clib::_set_FMA3_enable(int) { return 1; }
