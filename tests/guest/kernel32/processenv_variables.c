// Environment variables: what every Windows process has, case, sizes, expansion.
// Expectations: "GetEnvironmentVariable function", "ExpandEnvironmentStringsW function", "Environment Variables".
#include "check.h"

int main(void) {
    char value[512];
    const char* names[] = {"SystemRoot", "windir", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ComSpec",
                           "PATHEXT", "Path", "USERNAME", "COMPUTERNAME", "NUMBER_OF_PROCESSORS", "ProgramFiles",
                           "ProgramData", "SystemDrive", "HOMEDRIVE", "HOMEPATH", "OS", "PROCESSOR_ARCHITECTURE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!CHECK(GetEnvironmentVariableA(names[i], value, sizeof value) > 0)) fprintf(stderr, "%s\n", names[i]);
    CHECK(GetEnvironmentVariableA("systemROOT", value, sizeof value));
    CHECK_STR(value, "C:\\Windows");
    CHECK_EQ(GetEnvironmentVariableA("windir", value, 4), 11);

    CHECK(SetEnvironmentVariableA("LSW_One", "first"));
    CHECK(SetEnvironmentVariableA("lsw_ONE", "second"));
    CHECK_EQ(GetEnvironmentVariableA("LSW_ONE", value, sizeof value), 6);
    CHECK_STR(value, "second");
    CHECK_EQ(ExpandEnvironmentStringsA("<%lsw_one%|%none%|50%>", value, sizeof value), 20);
    CHECK_STR(value, "<second|%none%|50%>");
    CHECK(SetEnvironmentVariableA("LSW_ONE", ""));
    SetLastError(1);
    CHECK_EQ(GetEnvironmentVariableA("LSW_ONE", value, sizeof value), 0);
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    CHECK(SetEnvironmentVariableA("LSW_ONE", NULL));
    CHECK_LASTERROR(GetEnvironmentVariableA("LSW_ONE", value, sizeof value), ERROR_ENVVAR_NOT_FOUND);
    CHECK_LASTERROR(SetEnvironmentVariableA("a=b", "c"), ERROR_INVALID_PARAMETER);

    WCHAR* block = GetEnvironmentStringsW();
    WCHAR* last = NULL;
    for (WCHAR* at = block; *at; at += wcslen(at) + 1) {
        if (last && *last != L'=') CHECK(CompareStringOrdinal(last, 1, at, 1, TRUE) != CSTR_GREATER_THAN);
        CHECK(wcschr(at + 1, L'=') != NULL);
        last = at;
    }
    CHECK(FreeEnvironmentStringsW(block));
    return check_result();
}
