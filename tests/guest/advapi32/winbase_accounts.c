// Accounts and SIDs: the own user there and back, well-known names, buffers too small. "LookupAccountSidW function
// (winbase.h)", "LookupAccountNameW function (winbase.h)", "Well-known SIDs".
// flags: -ladvapi32 -lsecur32 -lnetapi32
#define SECURITY_WIN32
#include "check.h"

#include <lm.h>
#include <sddl.h>
#include <security.h>

static BYTE user_bytes[256];
static PSID user_sid;

static void own_user(void) {
    HANDLE token;
    DWORD size = 0;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    CHECK_LASTERROR(GetTokenInformation(token, TokenUser, NULL, 0, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size > sizeof(TOKEN_USER) && size <= sizeof user_bytes);
    CHECK(GetTokenInformation(token, TokenUser, user_bytes, size, &size));
    user_sid = ((TOKEN_USER*)user_bytes)->User.Sid;
    CHECK(IsValidSid(user_sid));
    CloseHandle(token);
}

static void there_and_back(void) {
    WCHAR name[256], domain[256], own[256], computer[256], both[520];
    DWORD name_size = 256, domain_size = 256, own_size = 256, computer_size = 256;
    SID_NAME_USE use;
    CHECK(LookupAccountSidW(NULL, user_sid, name, &name_size, domain, &domain_size, &use));
    CHECK_EQ(use, SidTypeUser);
    CHECK_EQ(name_size, wcslen(name));
    CHECK(GetUserNameW(own, &own_size));
    CHECK_EQ(wcscmp(name, own), 0);
    CHECK(GetComputerNameW(computer, &computer_size));
    CHECK_EQ(_wcsicmp(domain, computer), 0);

    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD sid_size = sizeof sid;
    domain_size = 256;
    CHECK(LookupAccountNameW(NULL, name, sid, &sid_size, domain, &domain_size, &use));
    CHECK(EqualSid(sid, user_sid));
    CHECK_EQ(sid_size, GetLengthSid(user_sid));
    wcscpy(both, computer);
    wcscat(both, L"\\");
    wcscat(both, name);
    sid_size = sizeof sid, domain_size = 256;
    CHECK(LookupAccountNameW(NULL, both, sid, &sid_size, domain, &domain_size, &use));
    CHECK(EqualSid(sid, user_sid));

    WCHAR sam[520];
    ULONG sam_size = 520;
    CHECK(GetUserNameExW(NameSamCompatible, sam, &sam_size));
    CHECK_EQ(_wcsicmp(sam, both), 0);
    CHECK_EQ(sam_size, wcslen(sam));
    sam_size = 520;
    CHECK(TranslateNameW(both, NameSamCompatible, NameSamCompatible, sam, &sam_size));

    CHAR narrow[256], narrow_domain[256];
    DWORD narrow_size = 256, narrow_domain_size = 256;
    CHECK(LookupAccountSidA(NULL, user_sid, narrow, &narrow_size, narrow_domain, &narrow_domain_size, &use));
    CHECK_EQ(narrow_size, strlen(narrow));
}

static void small_buffers(void) {
    WCHAR name[2], domain[256];
    DWORD name_size = 1, domain_size = 0;
    SID_NAME_USE use;
    CHECK_LASTERROR(LookupAccountSidW(NULL, user_sid, NULL, &name_size, NULL, &domain_size, &use),
                    ERROR_INSUFFICIENT_BUFFER);
    CHECK(name_size > 1 && domain_size > 1);
    name_size = 1, domain_size = 256;
    CHECK_LASTERROR(LookupAccountSidW(NULL, user_sid, name, &name_size, domain, &domain_size, &use),
                    ERROR_INSUFFICIENT_BUFFER);
}

static void known(const WCHAR* text, const WCHAR* want, const WCHAR* want_domain, SID_NAME_USE want_use) {
    PSID sid;
    WCHAR name[256], domain[256];
    DWORD name_size = 256, domain_size = 256;
    SID_NAME_USE use;
    CHECK(ConvertStringSidToSidW(text, &sid));
    CHECK(LookupAccountSidW(NULL, sid, name, &name_size, domain, &domain_size, &use));
    CHECK_EQ(wcscmp(name, want), 0);
    CHECK_EQ(wcscmp(domain, want_domain), 0);
    CHECK_EQ(use, want_use);
    BYTE back[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof back;
    domain_size = 256;
    CHECK(LookupAccountNameW(NULL, want, back, &size, domain, &domain_size, &use));
    CHECK(EqualSid(sid, back));
    LocalFree(sid);
}

static void well_known(void) {
    known(L"S-1-1-0", L"Everyone", L"", SidTypeWellKnownGroup);
    known(L"S-1-5-18", L"SYSTEM", L"NT AUTHORITY", SidTypeWellKnownGroup);
    known(L"S-1-5-32-544", L"Administrators", L"BUILTIN", SidTypeAlias);
    known(L"S-1-16-8192", L"Medium Mandatory Level", L"Mandatory Label", SidTypeLabel);
    PSID unknown;
    WCHAR name[64], domain[64];
    DWORD name_size = 64, domain_size = 64, size;
    SID_NAME_USE use;
    CHECK(ConvertStringSidToSidW(L"S-1-5-21-1-2-3-4", &unknown));
    CHECK_LASTERROR(LookupAccountSidW(NULL, unknown, name, &name_size, domain, &domain_size, &use), ERROR_NONE_MAPPED);
    BYTE sid[SECURITY_MAX_SID_SIZE];
    size = sizeof sid;
    CHECK_LASTERROR(LookupAccountNameW(NULL, L"no such account", sid, &size, domain, &domain_size, &use), ERROR_NONE_MAPPED);

    size = 0;
    CHECK_LASTERROR(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, NULL, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(size, 16);
    size = sizeof sid;
    CHECK(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size));
    CHECK(IsWellKnownSid(sid, WinBuiltinAdministratorsSid));
    CHECK(!IsWellKnownSid(sid, WinBuiltinUsersSid));
    size = sizeof sid;
    CHECK(CreateWellKnownSid(WinLocalSystemSid, NULL, sid, &size));
    LPWSTR text;
    CHECK(ConvertSidToStringSidW(sid, &text));
    CHECK_EQ(wcscmp(text, L"S-1-5-18"), 0);
    LocalFree(text);

    BOOL equal = FALSE;
    BYTE of_domain[SECURITY_MAX_SID_SIZE];
    size = sizeof of_domain;
    CHECK(GetWindowsAccountDomainSid(unknown, of_domain, &size));
    CHECK_EQ(*GetSidSubAuthorityCount(of_domain), 4);
    CHECK_LASTERROR(GetWindowsAccountDomainSid(sid, of_domain, &size), ERROR_NON_ACCOUNT_SID);
    CHECK(EqualDomainSid(unknown, unknown, &equal) && equal);
    CHECK(EqualPrefixSid(unknown, unknown));
    LocalFree(unknown);
}

static void users(void) {
    WCHAR name[256];
    DWORD size = 256, read = 0, total = 0;
    CHECK(GetUserNameW(name, &size));
    LPBYTE info = NULL;
    CHECK_EQ(NetUserGetInfo(NULL, name, 23, &info), NERR_Success);
    CHECK_EQ(wcscmp(((USER_INFO_23*)info)->usri23_name, name), 0);
    CHECK(EqualSid(((USER_INFO_23*)info)->usri23_user_sid, user_sid));
    CHECK_EQ(NetApiBufferFree(info), NERR_Success);
    CHECK_EQ(NetUserGetInfo(NULL, name, 4, &info), NERR_Success);
    CHECK_EQ(((USER_INFO_4*)info)->usri4_primary_group_id, 513);
    CHECK_EQ(wcscmp(((USER_INFO_4*)info)->usri4_logon_server, L"\\\\*"), 0);
    NetApiBufferFree(info);
    CHECK_EQ(NetUserGetInfo(NULL, L"nobody of that name", 10, &info), NERR_UserNotFound);
    CHECK_EQ(NetUserGetInfo(NULL, name, 77, &info), ERROR_INVALID_LEVEL);
    CHECK_EQ(NetUserGetLocalGroups(NULL, name, 0, LG_INCLUDE_INDIRECT, &info, MAX_PREFERRED_LENGTH, &read, &total), 0);
    CHECK(read >= 1 && read == total);
    CHECK_EQ(wcscmp(((LOCALGROUP_USERS_INFO_0*)info)[0].lgrui0_name, L"Users"), 0);
    NetApiBufferFree(info);
    CHECK_EQ(NetShareAdd(NULL, 2, info, NULL), NERR_ServerNotStarted);
    CHECK_EQ(NetShareDel(NULL, name, 0), NERR_ServerNotStarted);
    CHECK_EQ(NetShareEnum(NULL, 1, &info, MAX_PREFERRED_LENGTH, &read, &total, NULL), NERR_ServerNotStarted);
    CHECK_EQ(NetUseEnum(NULL, 0, &info, MAX_PREFERRED_LENGTH, &read, &total, NULL), NERR_Success);
    CHECK_EQ(read, 0);
    CHECK_EQ(NetApiBufferAllocate(10, (LPVOID*)&info), NERR_Success);
    NetApiBufferFree(info);
}

int main(void) {
    own_user();
    there_and_back();
    small_buffers();
    well_known();
    users();
    return check_result();
}
