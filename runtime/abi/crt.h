// Types of the C runtimes' functions as Windows programs lay them out: long is 32 bits, wchar_t 16, time_t 64.
// They stand in the namespace of the functions, since Linux' headers have other types of the same names.
// Doc: "C runtime library reference", "Standard types".
#pragma once

#include "abi/types.h"

using errno_t = int;  // no such type in Linux' headers

namespace clib {

using _PVFV = void(WINAPI*)();
using _PIFV = int(WINAPI*)();
using _onexit_t = int(WINAPI*)();
using _beginthread_proc_type = void(WINAPI*)(void*);
using _beginthreadex_proc_type = unsigned(WINAPI*)(void*);
using _invalid_parameter_handler = void(WINAPI*)(const WCHAR*, const WCHAR*, const WCHAR*, unsigned, uintptr_t);
using _PNH = int(WINAPI*)(size_t);
using _purecall_handler = void(WINAPI*)();
using terminate_handler = void(WINAPI*)();
using _signal_handler = void(WINAPI*)(int);
using _tls_callback_type = void(WINAPI*)(void*, ULONG, void*);
using _compare = int(WINAPI*)(const void*, const void*);
using _compare_s = int(WINAPI*)(void*, const void*, const void*);

using __time32_t = int32_t;
using __time64_t = int64_t;
using wint_t = uint16_t;
using wctype_t = uint16_t;
using clock_t = int32_t;
using mbstate_t = ULONG;  // 8 bytes for MSVC, 4 for mingw programs: only the first 4 are used

struct _onexit_table_t {
    _PVFV* _first;
    _PVFV* _last;
    _PVFV* _end;
};

struct _startupinfo {
    int newmode;
};

struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
static_assert(sizeof(tm) == 36);

struct div_t {
    int quot, rem;
};
struct ldiv_t {
    LONG quot, rem;
};
struct lldiv_t {
    LONGLONG quot, rem;
};

struct lconv {
    char *decimal_point, *thousands_sep, *grouping, *int_curr_symbol, *currency_symbol, *mon_decimal_point,
        *mon_thousands_sep, *mon_grouping, *positive_sign, *negative_sign;
    char int_frac_digits, frac_digits, p_cs_precedes, p_sep_by_space, n_cs_precedes, n_sep_by_space, p_sign_posn,
        n_sign_posn;
    WCHAR *_W_decimal_point, *_W_thousands_sep, *_W_int_curr_symbol, *_W_currency_symbol, *_W_mon_decimal_point,
        *_W_mon_thousands_sep, *_W_positive_sign, *_W_negative_sign;
};
static_assert(sizeof(lconv) == 152);

// What _create_locale gives. Programs look into neither pointer in practice.
struct __crt_locale_pointers {
    void* locinfo;
    void* mbcinfo;
};
using _locale_t = __crt_locale_pointers*;

struct timespec32 {
    int32_t tv_sec;
    LONG tv_nsec;
};
struct timespec64 {
    int64_t tv_sec;
    LONG tv_nsec;
};
struct timeb32 {
    int32_t time;
    USHORT millitm;
    SHORT timezone, dstflag;
};
struct timeb64 {
    int64_t time;
    USHORT millitm;
    SHORT timezone, dstflag;
};

struct _exception {  // math.h, for __setusermatherr
    int type;
    char* name;
    double arg1, arg2, retval;
};
using _usermatherr = int(WINAPI*)(_exception*);

struct _complex {  // math.h, for _cabs
    double x, y;
};
struct _Dcomplex {
    double _Val[2];
};
struct _Fcomplex {
    float _Val[2];
};

struct fenv_t {
    ULONG _Fe_ctl, _Fe_stat;
};
using fexcept_t = ULONG;

}  // namespace clib
