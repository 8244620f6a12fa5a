// flags: -luserenv
// A copy of the environment: complete, ended by an empty string, and the caller's to give back.
// Expectations: "CreateEnvironmentBlock function (userenv.h)".
#include <windows.h>
#include <userenv.h>

#include "check.h"

int main(void) {
    CHECK(SetEnvironmentVariableW(L"LSW_TEST_BLOCK", L"42"));
    void* block = NULL;
    CHECK(CreateEnvironmentBlock(&block, NULL, TRUE));
    int found = 0, strings = 0;
    for (const WCHAR* at = block; *at; at += wcslen(at) + 1, ++strings)
        if (wcscmp(at, L"LSW_TEST_BLOCK=42") == 0) found = 1;
    CHECK(found);
    CHECK(strings > 5);
    CHECK(DestroyEnvironmentBlock(block));
    return check_result();
}
