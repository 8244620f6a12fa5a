// stdlib.h: random numbers, integer arithmetic, rotations. Number conversions are in the input and output half.
#include <sys/random.h>

#include <bit>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

thread_local ULONG t_random = 1;  // a thread that never called srand gets the sequence of srand(1)

}  // namespace

// "rand": a linear congruential generator whose sequence programs have come to rely on.
int clib::rand() {
    t_random = t_random * 214013 + 2531011;
    return static_cast<int>(t_random >> 16 & 0x7FFF);
}

void clib::srand(unsigned seed) { t_random = seed; }

errno_t clib::rand_s(unsigned* value) {
    if (!value) return invalid();
    unsigned number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) return guest_errno() = kENOMEM;
    *value = number;
    return 0;
}

int clib::abs(int n) { return n < 0 ? static_cast<int>(0u - static_cast<unsigned>(n)) : n; }

LONG clib::labs(LONG n) { return abs(n); }

LONGLONG clib::llabs(LONGLONG n) { return n < 0 ? static_cast<LONGLONG>(0ull - static_cast<ULONGLONG>(n)) : n; }

LONGLONG clib::_abs64(LONGLONG n) { return llabs(n); }

clib::div_t clib::div(int a, int b) { return {a / b, a % b}; }

clib::ldiv_t clib::ldiv(LONG a, LONG b) { return {a / b, a % b}; }

clib::lldiv_t clib::lldiv(LONGLONG a, LONGLONG b) { return {a / b, a % b}; }

unsigned clib::_rotl(unsigned value, int shift) { return std::rotl(value, shift); }

unsigned clib::_rotr(unsigned value, int shift) { return std::rotr(value, shift); }

ULONG clib::_lrotl(ULONG value, int shift) { return std::rotl(value, shift); }

ULONG clib::_lrotr(ULONG value, int shift) { return std::rotr(value, shift); }

ULONGLONG clib::_rotl64(ULONGLONG value, int shift) { return std::rotl(value, shift); }

ULONGLONG clib::_rotr64(ULONGLONG value, int shift) { return std::rotr(value, shift); }

USHORT clib::_byteswap_ushort(USHORT value) { return __builtin_bswap16(value); }

ULONG clib::_byteswap_ulong(ULONG value) { return __builtin_bswap32(value); }

ULONGLONG clib::_byteswap_uint64(ULONGLONG value) { return __builtin_bswap64(value); }
