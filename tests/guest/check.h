// Checks for Windows test programs in C and C++. A failed check prints file:line, the expression and
// both values, and the program goes on; end main with `return check_result();`.
//
// Only stdio is used, and only when something fails or at the end: a program that tests one DLL should
// not need much of another to say so.
#ifndef LSW_TESTS_GUEST_CHECK_H
#define LSW_TESTS_GUEST_CHECK_H

#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

// How this program's printf spells a 64-bit integer: msvcrt's own has no "ll".
#if defined(_UCRT) || (defined(__USE_MINGW_ANSI_STDIO) && __USE_MINGW_ANSI_STDIO)
#define CHECK_LL "ll"
#else
#define CHECK_LL "I64"
#endif

static volatile LONG check_failures;
static volatile LONG check_count;

static inline int check_fail(const char* file, int line, const char* what) {
    InterlockedIncrement(&check_failures);
    fprintf(stderr, "%s:%d: %s", file, line, what);
    return 0;
}

static inline int check_true(int ok, const char* file, int line, const char* expression) {
    DWORD error = GetLastError();
    InterlockedIncrement(&check_count);
    if (!ok) {
        check_fail(file, line, expression);
        fprintf(stderr, ": is false (last error %lu)\n", (unsigned long)error);
    }
    SetLastError(error);
    return ok;
}

static inline int check_equal(long long got, long long want, const char* file, int line,
                              const char* got_text, const char* want_text) {
    DWORD error = GetLastError();
    InterlockedIncrement(&check_count);
    if (got != want) {
        check_fail(file, line, got_text);
        fprintf(stderr, " is %" CHECK_LL "d (0x%" CHECK_LL "x), expected %s = %" CHECK_LL "d (0x%" CHECK_LL
                "x); last error %lu\n", got, got, want_text, want, want, (unsigned long)error);
    }
    SetLastError(error);
    return got == want;
}

static inline int check_string(const char* got, const char* want, const char* file, int line,
                               const char* got_text) {
    int same = got && want ? strcmp(got, want) == 0 : got == want;
    InterlockedIncrement(&check_count);
    if (!same) {
        check_fail(file, line, got_text);
        fprintf(stderr, " is \"%s\", expected \"%s\"\n", got ? got : "(null)", want ? want : "(null)");
    }
    return same;
}

static inline void check_print_wide(const wchar_t* s) {
    if (!s) fputs("(null)", stderr);
    for (; s && *s; s++) {
        if (*s >= 32 && *s < 127) {
            fputc(*s, stderr);
        } else {
            fprintf(stderr, "\\u%04x", (unsigned)*s);
        }
    }
}

static inline int check_wide(const wchar_t* got, const wchar_t* want, const char* file, int line,
                             const char* got_text) {
    int same = got && want ? wcscmp(got, want) == 0 : got == want;
    InterlockedIncrement(&check_count);
    if (!same) {
        check_fail(file, line, got_text);
        fputs(" is \"", stderr);
        check_print_wide(got);
        fputs("\", expected \"", stderr);
        check_print_wide(want);
        fputs("\"\n", stderr);
    }
    return same;
}

// Each is an expression that tells whether the check held, and leaves the last error as it was.
#define CHECK(e) check_true(!!(e), __FILE__, __LINE__, #e)
#define CHECK_EQ(got, want) \
    check_equal((long long)(got), (long long)(want), __FILE__, __LINE__, #got, #want)
#define CHECK_STR(got, want) check_string((got), (want), __FILE__, __LINE__, #got)
#define CHECK_WSTR(got, want) check_wide((got), (want), __FILE__, __LINE__, #got)

// The call must fail (be false) with this last error.
#define CHECK_LASTERROR(call, want)                                                             \
    do {                                                                                        \
        SetLastError(0xdeadbeef);                                                               \
        int check_failed_ = !(call);                                                            \
        check_true(check_failed_, __FILE__, __LINE__, "fails: " #call);                         \
        check_equal(GetLastError(), (want), __FILE__, __LINE__, "last error after " #call, #want); \
    } while (0)

// For what this machine cannot test: say why, and count as skipped.
#define CHECK_SKIP(reason)          \
    do {                            \
        printf("skipped: %s\n", reason); \
        fflush(stdout);             \
        ExitProcess(77);            \
    } while (0)

static inline int check_result(void) {
    if (check_failures) {
        fprintf(stderr, "%ld of %ld checks failed\n", check_failures, check_count);
        return 1;
    }
    printf("%ld checks passed\n", check_count);
    return 0;
}

#endif
