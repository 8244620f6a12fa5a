// complex.h of the universal C runtime: complex numbers are structures of two parts there.
#include <cmath>
#include <complex>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

namespace {

using clib::_Dcomplex;
using clib::_Fcomplex;

__complex__ double value(_Dcomplex z) {
    __complex__ double parts;
    __real__ parts = z._Val[0];
    __imag__ parts = z._Val[1];
    return parts;
}
__complex__ float value(_Fcomplex z) {
    __complex__ float parts;
    __real__ parts = z._Val[0];
    __imag__ parts = z._Val[1];
    return parts;
}
_Dcomplex packed(__complex__ double z) { return {{__real__ z, __imag__ z}}; }
_Fcomplex packed(__complex__ float z) { return {{__real__ z, __imag__ z}}; }

}  // namespace

#define LSW_COMPLEX(name)                                                                      \
    clib::_Dcomplex clib::name(_Dcomplex z) { return packed(__builtin_##name(value(z))); }     \
    clib::_Fcomplex clib::name##f(_Fcomplex z) { return packed(__builtin_##name##f(value(z))); }
#define LSW_REAL_OF_COMPLEX(name)                                                  \
    double clib::name(_Dcomplex z) { return __builtin_##name(value(z)); }          \
    float clib::name##f(_Fcomplex z) { return __builtin_##name##f(value(z)); }

LSW_COMPLEX(cacos)
LSW_COMPLEX(cacosh)
LSW_COMPLEX(casin)
LSW_COMPLEX(casinh)
LSW_COMPLEX(catan)
LSW_COMPLEX(catanh)
LSW_COMPLEX(ccos)
LSW_COMPLEX(ccosh)
LSW_COMPLEX(cexp)
LSW_COMPLEX(clog)
LSW_COMPLEX(conj)
LSW_COMPLEX(cproj)
LSW_COMPLEX(csin)
LSW_COMPLEX(csinh)
LSW_COMPLEX(csqrt)
LSW_COMPLEX(ctan)
LSW_COMPLEX(ctanh)
LSW_REAL_OF_COMPLEX(cabs)
LSW_REAL_OF_COMPLEX(carg)
LSW_REAL_OF_COMPLEX(cimag)
LSW_REAL_OF_COMPLEX(creal)

clib::_Dcomplex clib::clog10(_Dcomplex z) {
    _Dcomplex log = packed(__builtin_clog(value(z)));
    return {{log._Val[0] / M_LN10, log._Val[1] / M_LN10}};
}
clib::_Fcomplex clib::clog10f(_Fcomplex z) {
    _Fcomplex log = packed(__builtin_clogf(value(z)));
    constexpr float kLn10 = static_cast<float>(M_LN10);
    return {{log._Val[0] / kLn10, log._Val[1] / kLn10}};
}
clib::_Dcomplex clib::cpow(_Dcomplex z, _Dcomplex power) { return packed(__builtin_cpow(value(z), value(power))); }
clib::_Fcomplex clib::cpowf(_Fcomplex z, _Fcomplex power) { return packed(__builtin_cpowf(value(z), value(power))); }
double clib::norm(_Dcomplex z) { return z._Val[0] * z._Val[0] + z._Val[1] * z._Val[1]; }
float clib::normf(_Fcomplex z) { return z._Val[0] * z._Val[0] + z._Val[1] * z._Val[1]; }
clib::_Dcomplex clib::_Cbuild(double real, double imaginary) { return {{real, imaginary}}; }
clib::_Fcomplex clib::_FCbuild(float real, float imaginary) { return {{real, imaginary}}; }
clib::_Dcomplex clib::_Cmulcc(_Dcomplex a, _Dcomplex b) { return packed(value(a) * value(b)); }
clib::_Fcomplex clib::_FCmulcc(_Fcomplex a, _Fcomplex b) { return packed(value(a) * value(b)); }
clib::_Dcomplex clib::_Cmulcr(_Dcomplex a, double b) { return {{a._Val[0] * b, a._Val[1] * b}}; }
clib::_Fcomplex clib::_FCmulcr(_Fcomplex a, float b) { return {{a._Val[0] * b, a._Val[1] * b}}; }
