// float.h and fenv.h: the control and status of floating point, which on x64 is MXCSR.
// Doc: "_control87, _controlfp, __control87_2", "_clear87, _clearfp", "fegetround, fesetround".
#include <xmmintrin.h>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

struct Bit {
    unsigned windows;  // _EM_*, _SW_*
    unsigned status;   // in MXCSR; the mask is seven places higher
};
constexpr Bit kExceptions[] = {{0x1, 0x20}, {0x2, 0x10}, {0x4, 0x8}, {0x8, 0x4}, {0x10, 0x1}, {0x80000, 0x2}};
constexpr unsigned kMaskShift = 7;
constexpr unsigned kDenormalMask = 0x80000;

constexpr unsigned kRounding = 0x300, kDenormals = 0x03000000, kExceptionMasks = 0x0008001F;
constexpr unsigned kDenormalsAreZero = 0x40, kFlushToZero = 0x8000, kStatusBits = 0x3F;
constexpr unsigned kDefaultControl = 0x1F80;  // all masked, to nearest
constexpr unsigned kFlush = 0x01000000, kFlushOperands = 0x02000000, kFlushResults = 0x03000000;

unsigned status_from(unsigned mxcsr) {
    unsigned status = 0;
    for (const Bit& bit : kExceptions)
        if (mxcsr & bit.status) status |= bit.windows;
    return status;
}

unsigned status_bits(unsigned windows) {
    unsigned bits = 0;
    for (const Bit& bit : kExceptions)
        if (windows & bit.windows) bits |= bit.status;
    return bits;
}

unsigned control_from(unsigned mxcsr) {
    unsigned control = status_from(mxcsr >> kMaskShift) | (mxcsr >> 13 & 3) << 8;
    bool operands = mxcsr & kDenormalsAreZero, results = mxcsr & kFlushToZero;
    if (operands || results) control |= operands && results ? kFlush : operands ? kFlushOperands : kFlushResults;
    return control;
}

unsigned mxcsr_from(unsigned control) {
    unsigned mxcsr = status_bits(control) << kMaskShift | (control >> 8 & 3) << 13;
    unsigned denormals = control & kDenormals;
    if (denormals == kFlush || denormals == kFlushOperands) mxcsr |= kDenormalsAreZero;
    if (denormals == kFlush || denormals == kFlushResults) mxcsr |= kFlushToZero;
    return mxcsr;
}

unsigned change_control(unsigned values, unsigned mask) {
    unsigned mxcsr = _mm_getcsr();
    unsigned control = control_from(mxcsr);
    mask &= kRounding | kDenormals | kExceptionMasks;
    if (!mask) return control;
    control = (control & ~mask) | (values & mask);
    _mm_setcsr((mxcsr & kStatusBits) | mxcsr_from(control));
    return control;
}

constexpr unsigned kAllExceptions = 0x1F;  // FE_ALL_EXCEPT of ucrt's fenv.h

}  // namespace

unsigned clib::_control87(unsigned values, unsigned mask) { return change_control(values, mask); }

unsigned clib::_controlfp(unsigned values, unsigned mask) { return change_control(values, mask & ~kDenormalMask); }

errno_t clib::_controlfp_s(unsigned* current, unsigned values, unsigned mask) {
    constexpr unsigned kKnown = 0x030F031F;
    if (values & mask & ~kKnown) {
        if (current) *current = control_from(_mm_getcsr());
        return invalid();
    }
    unsigned control = _controlfp(values, mask);
    if (current) *current = control;
    return 0;
}

void clib::_set_controlfp(unsigned values, unsigned mask) { _controlfp(values, mask); }

unsigned clib::_statusfp() { return status_from(_mm_getcsr()); }

unsigned clib::_clearfp() {
    unsigned mxcsr = _mm_getcsr();
    _mm_setcsr(mxcsr & ~kStatusBits);
    return status_from(mxcsr);
}

void clib::_fpreset() {
    _mm_setcsr(kDefaultControl);
    asm volatile("fninit");
}

int clib::fegetround() { return static_cast<int>(control_from(_mm_getcsr()) & kRounding); }

int clib::fesetround(int mode) {
    if (static_cast<unsigned>(mode) & ~kRounding) return 1;
    change_control(static_cast<unsigned>(mode), kRounding);
    return 0;
}

int clib::feclearexcept(int exceptions) {
    _mm_setcsr(_mm_getcsr() & ~status_bits(static_cast<unsigned>(exceptions) & kAllExceptions));
    return 0;
}

int clib::fetestexcept(int exceptions) {
    return static_cast<int>(status_from(_mm_getcsr()) & static_cast<unsigned>(exceptions) & kAllExceptions);
}

int clib::feraiseexcept(int exceptions) {
    _mm_setcsr(_mm_getcsr() | status_bits(static_cast<unsigned>(exceptions) & kAllExceptions));
    return 0;
}

int clib::fegetexceptflag(fexcept_t* flags, int exceptions) {
    *flags = static_cast<fexcept_t>(fetestexcept(exceptions));
    return 0;
}

int clib::fesetexceptflag(const fexcept_t* flags, int exceptions) {
    feclearexcept(exceptions);
    _mm_setcsr(_mm_getcsr() | status_bits(*flags & static_cast<unsigned>(exceptions)));
    return 0;
}

int clib::fegetenv(fenv_t* env) {
    unsigned mxcsr = _mm_getcsr();
    *env = {control_from(mxcsr), status_from(mxcsr)};
    return 0;
}

int clib::fesetenv(const fenv_t* env) {
    _mm_setcsr(mxcsr_from(env->_Fe_ctl) | status_bits(env->_Fe_stat));
    return 0;
}

int clib::feholdexcept(fenv_t* env) {
    fegetenv(env);
    _mm_setcsr((_mm_getcsr() | kDefaultControl) & ~kStatusBits);
    return 0;
}

int clib::feupdateenv(const fenv_t* env) {
    unsigned raised = _mm_getcsr() & kStatusBits;
    fesetenv(env);
    _mm_setcsr(_mm_getcsr() | raised);
    return 0;
}

int clib::__fpe_flt_rounds() {
    constexpr int kFltRounds[] = {1, 3, 2, 0};  // to nearest, down, up, to zero
    return kFltRounds[_mm_getcsr() >> 13 & 3];
}
