// Tokens: privileges that stay as adjusted, groups, copies, restrictions, impersonation, AccessCheck.
// "AdjustTokenPrivileges function", "DuplicateTokenEx function", "CreateRestrictedToken function", "AccessCheck function".
#include "check.h"

#include <sddl.h>
#include <stdlib.h>

static DWORD attributes_of(HANDLE token, DWORD privilege) {
    BYTE buffer[2048];
    DWORD size;
    CHECK(GetTokenInformation(token, TokenPrivileges, buffer, sizeof buffer, &size));
    TOKEN_PRIVILEGES* list = (TOKEN_PRIVILEGES*)buffer;
    for (DWORD i = 0; i < list->PrivilegeCount; ++i)
        if (list->Privileges[i].Luid.LowPart == privilege) return list->Privileges[i].Attributes;
    return ~0u;
}

static void privileges(HANDLE token) {
    TOKEN_PRIVILEGES wanted = {1}, previous = {0};
    DWORD size = 0, name_size = 64;
    WCHAR name[64];
    CHECK(LookupPrivilegeValueW(NULL, L"SeShutdownPrivilege", &wanted.Privileges[0].Luid));
    CHECK(LookupPrivilegeNameW(NULL, &wanted.Privileges[0].Luid, name, &name_size));
    CHECK_EQ(wcscmp(name, L"SeShutdownPrivilege"), 0);
    DWORD language;
    name_size = 64;
    CHECK(LookupPrivilegeDisplayNameW(NULL, name, name, &name_size, &language));
    CHECK_EQ(wcscmp(name, L"Shut down the system"), 0);
    DWORD number = wanted.Privileges[0].Luid.LowPart;
    CHECK_EQ(attributes_of(token, number) & SE_PRIVILEGE_ENABLED, 0);
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    CHECK(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof previous, &previous, &size));
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    CHECK_EQ(previous.PrivilegeCount, 1);
    CHECK(attributes_of(token, number) & SE_PRIVILEGE_ENABLED);
    PRIVILEGE_SET needed = {1, PRIVILEGE_SET_ALL_NECESSARY, {{wanted.Privileges[0].Luid, 0}}};
    HANDLE copy;
    BOOL has = FALSE;
    CHECK(DuplicateToken(token, SecurityIdentification, &copy));
    CHECK(PrivilegeCheck(copy, &needed, &has) && has);
    CloseHandle(copy);
    CHECK(AdjustTokenPrivileges(token, FALSE, &previous, 0, NULL, NULL));
    CHECK_EQ(attributes_of(token, number) & SE_PRIVILEGE_ENABLED, 0);
    wanted.Privileges[0].Luid.LowPart = 2;  // SeCreateTokenPrivilege: nobody's
    CHECK(AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
}

static void information(HANDLE token) {
    BYTE buffer[4096], everyone[SECURITY_MAX_SID_SIZE];
    DWORD size, sid_size = sizeof everyone, found = 0;
    CHECK(CreateWellKnownSid(WinWorldSid, NULL, everyone, &sid_size));
    CHECK(GetTokenInformation(token, TokenGroups, buffer, sizeof buffer, &size));
    TOKEN_GROUPS* groups = (TOKEN_GROUPS*)buffer;
    for (DWORD i = 0; i < groups->GroupCount; ++i) {
        CHECK(IsValidSid(groups->Groups[i].Sid));
        found += EqualSid(groups->Groups[i].Sid, everyone);
    }
    CHECK_EQ(found, 1);
    CHECK(GetTokenInformation(token, TokenStatistics, buffer, sizeof buffer, &size));
    CHECK_EQ(size, sizeof(TOKEN_STATISTICS));
    CHECK_EQ(((TOKEN_STATISTICS*)buffer)->TokenType, TokenPrimary);
    CHECK(GetTokenInformation(token, TokenIntegrityLevel, buffer, sizeof buffer, &size));
    PSID label = ((TOKEN_MANDATORY_LABEL*)buffer)->Label.Sid;
    CHECK(*GetSidSubAuthority(label, 0) >= SECURITY_MANDATORY_MEDIUM_RID);
    CHECK(GetTokenInformation(token, TokenDefaultDacl, buffer, sizeof buffer, &size));
    CHECK(IsValidAcl(((TOKEN_DEFAULT_DACL*)buffer)->DefaultDacl));
    CHECK_LASTERROR(GetTokenInformation(token, (TOKEN_INFORMATION_CLASS)999, buffer, sizeof buffer, &size),
                    ERROR_INVALID_PARAMETER);
    BOOL member = FALSE;
    CHECK(CheckTokenMembership(NULL, everyone, &member) && member);
}

static void copies(HANDLE token) {
    HANDLE copy, again, restricted;
    DWORD level, size;
    CHECK(DuplicateTokenEx(token, MAXIMUM_ALLOWED, NULL, SecurityIdentification, TokenImpersonation, &copy));
    CHECK(GetTokenInformation(copy, TokenImpersonationLevel, &level, sizeof level, &size));
    CHECK_EQ(level, SecurityIdentification);
    CHECK_LASTERROR(DuplicateTokenEx(copy, 0, NULL, SecurityImpersonation, TokenImpersonation, &again),
                    ERROR_BAD_IMPERSONATION_LEVEL);
    CHECK_LASTERROR(GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof level, &size),
                    ERROR_INVALID_PARAMETER);
    CloseHandle(copy);

    BYTE everyone[SECURITY_MAX_SID_SIZE];
    DWORD sid_size = sizeof everyone;
    CHECK(CreateWellKnownSid(WinWorldSid, NULL, everyone, &sid_size));
    SID_AND_ATTRIBUTES sids = {everyone, 0};
    CHECK(!IsTokenRestricted(token));
    CHECK(CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 0, NULL, 0, NULL, 1, &sids, &restricted));
    CHECK(IsTokenRestricted(restricted));
    CHECK(attributes_of(restricted, 23) != ~0u);  // SeChangeNotifyPrivilege stays
    CHECK(attributes_of(restricted, 19) == ~0u);
    CloseHandle(restricted);
}

static void impersonation(void) {
    HANDLE token;
    CHECK_LASTERROR(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token), ERROR_NO_TOKEN);
    CHECK(ImpersonateSelf(SecurityImpersonation));
    CHECK(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY | TOKEN_IMPERSONATE, TRUE, &token));
    CHECK(RevertToSelf());
    HANDLE none;
    CHECK_LASTERROR(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &none), ERROR_NO_TOKEN);
    CHECK(SetThreadToken(NULL, token));
    CHECK(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &none));
    CHECK(CloseHandle(none));
    CHECK(SetThreadToken(NULL, NULL));
    CHECK(ImpersonateLoggedOnUser(token));
    CHECK(RevertToSelf());
    CHECK(ImpersonateAnonymousToken(GetCurrentThread()));
    CHECK(RevertToSelf());
    CloseHandle(token);
    CHECK_LASTERROR(LogonUserW(L"nobody", NULL, L"wrong", LOGON32_LOGON_INTERACTIVE, 0, &token), ERROR_LOGON_FAILURE);
}

static DWORD may(const WCHAR* sddl, DWORD wanted, HANDLE token) {
    PSECURITY_DESCRIPTOR descriptor;
    GENERIC_MAPPING mapping = {0x1, 0x2, 0x4, 0xF};
    PRIVILEGE_SET set;
    DWORD set_size = sizeof set, granted = 0;
    BOOL status = FALSE;
    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, NULL));
    CHECK(AccessCheck(descriptor, token, wanted, &mapping, &set, &set_size, &granted, &status));
    LocalFree(descriptor);
    return status ? granted : 0;
}

static void access_check(void) {
    HANDLE primary, token;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &primary));
    CHECK(DuplicateToken(primary, SecurityImpersonation, &token));
    CHECK_EQ(may(L"O:SYG:SYD:(A;;0x3;;;WD)", 0x1, token), 0x1);
    CHECK_EQ(may(L"O:SYG:SYD:(A;;0x3;;;WD)", 0x4, token), 0);
    CHECK_EQ(may(L"O:SYG:SYD:(D;;0x1;;;WD)(A;;0x3;;;WD)", 0x1, token), 0);
    CHECK_EQ(may(L"O:SYG:SYD:(A;;0x3;;;WD)(D;;0x1;;;WD)", 0x1, token), 0x1);
    CHECK_EQ(may(L"O:SYG:SYD:(A;;0x3;;;WD)", MAXIMUM_ALLOWED, token), 0x3);
    CHECK_EQ(may(L"O:SYG:SYD:(A;;0x3;;;SY)", 0x1, token), 0);
    DWORD mask = GENERIC_READ | 0x100;
    GENERIC_MAPPING mapping = {0x1, 0x2, 0x4, 0xF};
    MapGenericMask(&mask, &mapping);
    CHECK_EQ(mask, 0x101);
    CHECK(AreAllAccessesGranted(0x3, 0x1) && !AreAllAccessesGranted(0x1, 0x3) && AreAnyAccessesGranted(0x1, 0x3));
    LUID first, second;
    CHECK(AllocateLocallyUniqueId(&first) && AllocateLocallyUniqueId(&second));
    CHECK(memcmp(&first, &second, sizeof first));
    CloseHandle(token);
    CloseHandle(primary);
}

static void services(void) {
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    DWORD needed, returned = 7, resume = 0;
    CHECK(manager);
    CHECK(!OpenServiceW(manager, L"no such service", SERVICE_QUERY_STATUS));
    CHECK_EQ(GetLastError(), ERROR_SERVICE_DOES_NOT_EXIST);
    CHECK(EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL, NULL, 0, &needed,
                                &returned, &resume, NULL));
    CHECK_EQ(returned, 0);
    CHECK(CloseServiceHandle(manager));
    CHECK_LASTERROR(CloseServiceHandle(manager), ERROR_INVALID_HANDLE);
    SERVICE_TABLE_ENTRYW table[2] = {{0}};
    CHECK_LASTERROR(StartServiceCtrlDispatcherW(table), ERROR_FAILED_SERVICE_CONTROLLER_CONNECT);
}

int main(void) {
    HANDLE token;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    privileges(token);
    information(token);
    copies(token);
    CloseHandle(token);
    impersonation();
    access_check();
    services();
    return check_result();
}
