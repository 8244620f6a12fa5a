// Functions of the C runtime's DLL itself, msvcrt.dll or ucrtbase.dll as the program is linked: mingw's headers and static
// parts replace many of them. CRT(errno_t, wcsnlen_s, (…))(…) calls one with its own type.
#ifndef LSW_TESTS_GUEST_CRT_FUNCTION_H
#define LSW_TESTS_GUEST_CRT_FUNCTION_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"

#ifdef _UCRT
#define CRT_DLL "ucrtbase.dll"
#define CRT_IS_UCRT 1
#else
#define CRT_DLL "msvcrt.dll"
#define CRT_IS_UCRT 0
#endif

static long long crt_absent(void) { return -77777; }

static inline void* crt_function(const char* name) {
    static HMODULE module;
    if (!module) module = LoadLibraryA(CRT_DLL);
    FARPROC function = GetProcAddress(module, name);
    if (!function) {
        check_fail(CRT_DLL, 0, name);
        fprintf(stderr, " is not exported\n");
    }
    return function ? (void*)(uintptr_t)function : (void*)(uintptr_t)crt_absent;
}

#define CRT(result, name, parameters) ((result(__cdecl*) parameters)crt_function(#name))

typedef void(__cdecl* crt_invalid_handler)(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t);
static int crt_invalid_count;
static void crt_on_invalid(const wchar_t* expression, const wchar_t* function, const wchar_t* file, unsigned line,
                           uintptr_t reserved) {
    crt_invalid_count++;
}

// Invalid parameters are counted from here on, and end nothing.
static inline void crt_count_invalid(void) {
    if (CRT_IS_UCRT)
        CRT(crt_invalid_handler, _set_invalid_parameter_handler, (crt_invalid_handler))(crt_on_invalid);
}

// The call gives `want`, sets errno to `error` (0: leaves it alone), and tells the handler when `told` (ucrt has one).
#define CHECK_ERRNO(call, want, error, told)                                                                         \
    do {                                                                                                             \
        errno = 0;                                                                                                   \
        crt_invalid_count = 0;                                                                                       \
        long long crt_got_ = (long long)(call);                                                                      \
        int crt_error_ = errno, crt_told_ = crt_invalid_count;                                                       \
        check_equal(crt_got_, (long long)(want), __FILE__, __LINE__, #call, #want);                                  \
        check_equal(crt_error_, error, __FILE__, __LINE__, "errno after " #call, #error);                            \
        if (CRT_IS_UCRT) check_equal(crt_told_, told, __FILE__, __LINE__, "handler calls by " #call, #told);          \
    } while (0)

#endif
