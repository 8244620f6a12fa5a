// The environment of C programs and the process's: who sees whose changes. "_putenv", "getenv_s", "_dupenv_s".
// link: static ucrt
#include <errno.h>
#include <stdlib.h>

#include "check.h"

int main(void) {
    CHECK(getenv("Path") != NULL && getenv("PATH") == getenv("Path"));  // names have no case
    CHECK(getenv("LSW_TEST_NOT_SET") == NULL);
    CHECK_EQ(_putenv("LSW_TEST_A=one"), 0);
    CHECK_STR(getenv("lsw_test_a"), "one");
    CHECK_WSTR(_wgetenv(L"LSW_TEST_A"), L"one");
    wchar_t value[16];
    CHECK_EQ(GetEnvironmentVariableW(L"LSW_TEST_A", value, 16), 3);
    CHECK_EQ(_wputenv(L"LSW_TEST_A=\x4E2D"), 0);
    CHECK_STR(getenv("LSW_TEST_A"), "\xE4\xB8\xAD");
    CHECK_EQ(_putenv_s("LSW_TEST_A", ""), 0);
    CHECK(getenv("LSW_TEST_A") == NULL);
    CHECK_EQ(GetEnvironmentVariableW(L"LSW_TEST_A", value, 16), 0);
    CHECK_EQ(_putenv("NOEQUALS"), -1);

    SetEnvironmentVariableW(L"LSW_TEST_B", L"unseen");  // not by the C runtime's own table
    CHECK(getenv("LSW_TEST_B") == NULL);

    _putenv("LSW_TEST_C=four");
#ifdef _UCRT  // not in mingw's msvcrt
    char buffer[4];
    size_t needed = 0;
    CHECK_EQ(getenv_s(&needed, NULL, 0, "LSW_TEST_C"), 0);
    CHECK_EQ(needed, 5);
    CHECK_EQ(getenv_s(&needed, buffer, sizeof buffer, "LSW_TEST_C"), ERANGE);
    char* copy = NULL;
    CHECK_EQ(_dupenv_s(&copy, &needed, "LSW_TEST_C"), 0);
    CHECK_STR(copy, "four");
    free(copy);
#endif
    int found = 0;
    for (char** at = _environ; *at; at++)
        if (strcmp(*at, "LSW_TEST_C=four") == 0) found = 1;
    CHECK(found);
    return check_result();
}
