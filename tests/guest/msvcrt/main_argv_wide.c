// wmain gets the arguments and the environment as UTF-16. "Using wmain", "_wenviron".
// link: static ucrt
// flags: -municode
// args: plain 'two words' 'ünïcödé'
#include <stdlib.h>

#include "check.h"

int wmain(int argc, wchar_t** argv) {
    CHECK_EQ(argc, 4);
    CHECK_WSTR(argv[1], L"plain");
    CHECK_WSTR(argv[2], L"two words");
    CHECK_WSTR(argv[3], L"\xFCn\xEF" L"c\xF6" L"d\xE9");
    CHECK(argv[4] == NULL);
    CHECK(_wgetenv(L"path") != NULL);
    int found = 0;
    for (wchar_t** at = _wenviron; *at; at++) found += _wcsnicmp(*at, L"Path=", 5) == 0;
    CHECK_EQ(found, 1);
    return check_result();
}
