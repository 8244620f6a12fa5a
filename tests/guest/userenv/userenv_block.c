// flags: -luserenv -lshell32
// A copy of the environment: complete, ended by an empty string, and the caller's to give back.
// The user's folders do not depend on the program's own variables.
// Expectations: "CreateEnvironmentBlock function (userenv.h)", "GetUserProfileDirectoryW function (userenv.h)".
#include <windows.h>
#include <shlobj.h>
#include <userenv.h>

#include "check.h"

static int has(const WCHAR* block, const WCHAR* start) {
    for (; *block; block += wcslen(block) + 1)
        if (wcsncmp(block, start, wcslen(start)) == 0) return 1;
    return 0;
}

static void folders_without_variables(void) {
    WCHAR before[MAX_PATH], after[MAX_PATH], folder[MAX_PATH];
    DWORD size = MAX_PATH;
    HANDLE token;
    CHECK(GetEnvironmentVariableW(L"USERPROFILE", before, MAX_PATH) > 3);
    CHECK(SetEnvironmentVariableW(L"USERPROFILE", NULL));
    CHECK(SetEnvironmentVariableW(L"LOCALAPPDATA", NULL));
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_READ, &token));
    CHECK(GetUserProfileDirectoryW(token, after, &size));
    CHECK(wcscmp(before, after) == 0);
    CHECK_EQ(size, wcslen(after) + 1);
    CHECK_EQ(SHGetFolderPathW(NULL, CSIDL_LOCAL_APPDATA, NULL, 0, folder), S_OK);
    CHECK(wcsncmp(folder, before, wcslen(before)) == 0);
    void* block = NULL;
    CHECK(CreateEnvironmentBlock(&block, token, FALSE));
    CHECK(has(block, L"USERPROFILE="));
    CHECK(has(block, L"SystemRoot="));
    CHECK(!has(block, L"LSW_TEST_BLOCK="));
    CHECK(DestroyEnvironmentBlock(block));
    CloseHandle(token);
}

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
    folders_without_variables();
    return check_result();
}
