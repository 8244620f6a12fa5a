// Variables are inherited from the caller, changed, removed, expanded and listed.
// "GetEnvironmentVariable function (processenv.h)", "SetEnvironmentVariable function (processenv.h)",
// "ExpandEnvironmentStringsA function (processenv.h)".
// env: LSW_TEST_INHERITED=from outside
#include "check.h"

static int listed(const wchar_t* want) {
    wchar_t* block = GetEnvironmentStringsW();
    int found = 0;
    for (wchar_t* p = block; *p; p += wcslen(p) + 1) found |= wcscmp(p, want) == 0;
    FreeEnvironmentStringsW(block);
    return found;
}

int main(void) {
    char value[64];
    CHECK_EQ(GetEnvironmentVariableA("LSW_TEST_INHERITED", value, sizeof value), 12);
    CHECK_STR(value, "from outside");
    CHECK_EQ(GetEnvironmentVariableA("lsw_test_inherited", value, sizeof value), 12);
    // Too small a buffer: the size needed, with the terminator.
    CHECK_EQ(GetEnvironmentVariableA("LSW_TEST_INHERITED", value, 5), 13);

    CHECK(SetEnvironmentVariableW(L"LSW_TEST_NEW", L"w\x00e4rt"));
    CHECK(listed(L"LSW_TEST_NEW=w\x00e4rt"));
    wchar_t wide[64];
    CHECK_EQ(GetEnvironmentVariableW(L"LSW_TEST_NEW", wide, 64), 4);
    CHECK_WSTR(wide, L"w\x00e4rt");
    CHECK(SetEnvironmentVariableW(L"LSW_TEST_NEW", NULL));
    CHECK_LASTERROR(GetEnvironmentVariableW(L"LSW_TEST_NEW", wide, 64), ERROR_ENVVAR_NOT_FOUND);
    CHECK(!listed(L"LSW_TEST_NEW=w\x00e4rt"));

    CHECK_EQ(ExpandEnvironmentStringsA("<%LSW_TEST_INHERITED%|%LSW_NONE%>", value, sizeof value), 26);
    CHECK_STR(value, "<from outside|%LSW_NONE%>");

    // What every Windows program may rely on.
    static const char* const always[] = {"SystemRoot", "windir", "TEMP", "TMP", "PATH", "PATHEXT",
                                         "ComSpec", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
                                         "SystemDrive", "NUMBER_OF_PROCESSORS", "OS"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        if (!CHECK(GetEnvironmentVariableA(always[i], NULL, 0) > 1)) fprintf(stderr, "  %s\n", always[i]);
    }
    return check_result();
}
