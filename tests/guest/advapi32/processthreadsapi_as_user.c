// Processes started with a token, which is the own user's; nobody's password is known. "CreateProcessAsUserW function",
// "CreateProcessWithLogonW function".
#include "check.h"

static DWORD run(int how, HANDLE token) {
    WCHAR self[MAX_PATH], line[MAX_PATH + 16];
    char narrow_self[MAX_PATH], narrow_line[MAX_PATH + 16];
    GetModuleFileNameW(NULL, self, MAX_PATH);
    GetModuleFileNameA(NULL, narrow_self, MAX_PATH);
    swprintf(line, MAX_PATH + 16, L"\"%ls\" child", self);
    sprintf(narrow_line, "\"%s\" child", narrow_self);
    STARTUPINFOW startup = {sizeof startup};
    STARTUPINFOA narrow_startup = {sizeof narrow_startup};
    PROCESS_INFORMATION made = {0};
    BOOL done = how == 0   ? CreateProcessAsUserW(token, self, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &made)
                : how == 1 ? CreateProcessAsUserA(token, narrow_self, narrow_line, NULL, NULL, FALSE, 0, NULL, NULL,
                                                  &narrow_startup, &made)
                           : CreateProcessWithTokenW(token, 0, self, line, 0, NULL, NULL, &startup, &made);
    DWORD code = ~0u;
    CHECK(done);
    if (!done) return code;
    WaitForSingleObject(made.hProcess, 20000);
    GetExitCodeProcess(made.hProcess, &code);
    CloseHandle(made.hProcess);
    CloseHandle(made.hThread);
    return code;
}

static DWORD own_integrity(void) {
    HANDLE token;
    BYTE buffer[128];
    DWORD size;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    CHECK(GetTokenInformation(token, TokenIntegrityLevel, buffer, sizeof buffer, &size));
    CloseHandle(token);
    return *GetSidSubAuthority(((TOKEN_MANDATORY_LABEL*)buffer)->Label.Sid, 0);
}

int main(int argc, char** argv) {
    BOOL member = TRUE;
    BYTE users[SECURITY_MAX_SID_SIZE];
    DWORD users_size = sizeof users;
    CHECK(CreateWellKnownSid(WinBuiltinUsersSid, NULL, users, &users_size));
    CHECK(CheckTokenMembership(NULL, users, &member));
    if (argc > 1 && !member) return 33;
    if (argc > 1) return own_integrity() == SECURITY_MANDATORY_LOW_RID ? 32 : 31;
    HANDLE token, copy;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    CHECK(DuplicateTokenEx(token, 0, NULL, SecurityImpersonation, TokenPrimary, &copy));
    for (int how = 0; how < 3; ++how) CHECK_EQ(run(how, copy), 31);
    // A child has the integrity of the token it is started with.
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD sid_size = sizeof sid;
    CHECK(CreateWellKnownSid(WinLowLabelSid, NULL, sid, &sid_size));
    TOKEN_MANDATORY_LABEL label = {{sid, SE_GROUP_INTEGRITY}};
    CHECK(SetTokenInformation(copy, TokenIntegrityLevel, &label, sizeof label));
    CHECK_EQ(run(0, copy), 32);
    CHECK_EQ(run(0, token), 31);
    // A group that may only deny is none that the child is a member of.
    HANDLE restricted;
    SID_AND_ATTRIBUTES denied = {users, 0};
    CHECK(member);
    CHECK(CreateRestrictedToken(token, 0, 1, &denied, 0, NULL, 0, NULL, &restricted));
    CHECK_EQ(run(0, restricted), 33);
    CloseHandle(restricted);
    STARTUPINFOW startup = {sizeof startup};
    PROCESS_INFORMATION made;
    WCHAR line[] = L"cmd.exe /c exit";
    CHECK_LASTERROR(CreateProcessWithLogonW(L"nobody", NULL, L"wrong", 0, NULL, line, 0, NULL, NULL, &startup, &made),
                    ERROR_LOGON_FAILURE);
    CHECK_LASTERROR(CreateProcessAsUserW((HANDLE)0x12344, NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &made),
                    ERROR_INVALID_HANDLE);
    CloseHandle(copy);
    CloseHandle(token);
    return check_result();
}
