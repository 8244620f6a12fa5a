// math.h and float.h: exact values, special values, classes, rounding modes and their errors in errno.
// "Floating-point support", "_controlfp_s", "_fpclass", "fmod", "modf".
// link: static ucrt
// flags: -fno-builtin
#include <errno.h>
#include <float.h>
#include <math.h>

#include "check.h"

static volatile double zero = 0.0, one = 1.0, two = 2.0, three = 3.0;

int main(void) {
    CHECK(sqrt(two) == 1.4142135623730951);
    CHECK(pow(two, 10.0) == 1024.0);
    CHECK(floor(-2.5) == -3.0 && ceil(-2.5) == -2.0);
    CHECK(fmod(-7.5, 2.0) == -1.5);
    double whole;
    CHECK(modf(-3.25, &whole) == -0.25 && whole == -3.0);
    int exponent;
    CHECK(frexp(12.0, &exponent) == 0.75 && exponent == 4);
    CHECK(ldexp(0.75, 4) == 12.0);
    CHECK(atan2(0.0, -one) == 3.141592653589793);
    CHECK(fabs(sin(one) - 0.8414709848078965) < 1e-15);
    CHECK(fabs(exp(one) - 2.718281828459045) < 1e-15);
    CHECK(log10(1000.0) == 3.0);
    CHECK(_hypot(3.0, 4.0) == 5.0);
    CHECK(_copysign(1.0, -zero) == -1.0);
    CHECK(_nextafter(1.0, 2.0) > 1.0);
    CHECK(_logb(1024.0) == 10.0);

    errno = 0;
    CHECK(_isnan(sqrt(-one)));
    CHECK_EQ(errno, EDOM);
    errno = 0;
    CHECK(exp(1000.0) == HUGE_VAL);
    CHECK_EQ(errno, ERANGE);
    errno = 0;
    CHECK(log(zero) == -HUGE_VAL);
    CHECK_EQ(errno, ERANGE);

    CHECK_EQ(_fpclass(one / zero), _FPCLASS_PINF);
    CHECK_EQ(_fpclass(-zero), _FPCLASS_NZ);
    CHECK_EQ(_fpclass(-DBL_MIN / 2), _FPCLASS_ND);
    CHECK_EQ(_fpclass(-one), _FPCLASS_NN);
    CHECK_EQ(_fpclass(zero / zero), _FPCLASS_QNAN);
    CHECK(!_finite(one / zero) && _finite(one));

    unsigned old = _controlfp(0, 0);
    CHECK_EQ(old & _MCW_RC, _RC_NEAR);
    CHECK_EQ(old & _MCW_EM, _MCW_EM);
    _controlfp(_RC_UP, _MCW_RC);
    volatile double up = one / three;
    _controlfp(_RC_DOWN, _MCW_RC);
    volatile double down = one / three;
    _controlfp(_RC_NEAR, _MCW_RC);
    CHECK(up > down);
    CHECK_EQ(_controlfp(0, 0), old);
    _clearfp();
    volatile double inexact = one / three;
    CHECK(inexact > 0 && (_statusfp() & _EM_INEXACT));
    volatile double divided = one / zero;
    CHECK(divided > 0 && (_clearfp() & _EM_ZERODIVIDE));
    CHECK_EQ(_statusfp(), 0);
    return check_result();
}
