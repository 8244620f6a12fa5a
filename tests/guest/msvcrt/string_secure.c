// The functions that know the size of their target: what they store and return when it does not fit.
// "strcpy_s", "strncpy_s", "strcat_s", "memcpy_s", "Parameter validation", "_set_invalid_parameter_handler".
// link: static ucrt
// flags: -DMINGW_HAS_SECURE_API=1
#define __STDC_WANT_SECURE_LIB__ 1
#include <errno.h>
#include <stdlib.h>

#include "check.h"

// msvcrt.dll has no _set_invalid_parameter_handler; mingw's stand-in calls nobody.
#ifdef _UCRT
#define CHECK_HANDLED(n) CHECK_EQ(handled, n)
#else
#define CHECK_HANDLED(n) (void)handled
#endif

static int handled;
static void on_invalid(const wchar_t* expression, const wchar_t* function, const wchar_t* file, unsigned line,
                       uintptr_t reserved) {
    handled++;
}

int main(void) {
    _set_invalid_parameter_handler(on_invalid);
    char small[4] = "old";
    CHECK_EQ(strcpy_s(small, sizeof small, "abc"), 0);
    CHECK_STR(small, "abc");
    CHECK_HANDLED(0);
    CHECK_EQ(strcpy_s(small, sizeof small, "abcd"), ERANGE);
    CHECK_STR(small, "");
    CHECK_HANDLED(1);
    CHECK_EQ(strcpy_s(small, 0, "a"), EINVAL);
    CHECK_EQ(strcpy_s(NULL, 4, "a"), EINVAL);
    CHECK_HANDLED(3);
    CHECK_EQ(errno, EINVAL);

    CHECK_EQ(strncpy_s(small, sizeof small, "abcdef", 3), 0);
    CHECK_STR(small, "abc");
    CHECK_EQ(strncpy_s(small, sizeof small, "abcdef", _TRUNCATE), STRUNCATE);
    CHECK_STR(small, "abc");
    CHECK_HANDLED(3);
    CHECK_EQ(strncpy_s(small, sizeof small, "abcdef", 4), ERANGE);
    CHECK_HANDLED(4);

    char text[8] = "ab";
    CHECK_EQ(strcat_s(text, sizeof text, "cdefg"), 0);
    CHECK_STR(text, "abcdefg");
    CHECK_EQ(strcat_s(text, sizeof text, "h"), ERANGE);
    CHECK_STR(text, "");
    strcpy(text, "abcd");
    CHECK_EQ(strncat_s(text, sizeof text, "efgh", _TRUNCATE), STRUNCATE);
    CHECK_STR(text, "abcdefg");

    wchar_t wide[4];
    CHECK_EQ(wcscpy_s(wide, 4, L"abc"), 0);
    CHECK_WSTR(wide, L"abc");
    CHECK_EQ(wcscpy_s(wide, 4, L"abcd"), ERANGE);
    CHECK_EQ(wide[0], 0);

    handled = 0;
    memset(text, 'x', sizeof text);
    CHECK_EQ(memcpy_s(text, 4, "12345678", 8), ERANGE);
    CHECK_EQ(memcmp(text, "\0\0\0\0xxxx", 8), 0);
    CHECK_EQ(memmove_s(text, 8, "12345678", 8), 0);
    CHECK_HANDLED(1);

    _set_invalid_parameter_handler(NULL);
    return check_result();
}
