// The token services behind advapi32. "NtQueryInformationToken function (ntifs.h)", "ZwAdjustPrivilegesToken",
// "NtDuplicateToken function (ntifs.h)".
// flags: -lntdll
#include "check.h"

#include <ntstatus.h>
#include <winternl.h>

NTSTATUS NTAPI NtOpenProcessToken(HANDLE process, ACCESS_MASK access, PHANDLE token);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE token, ULONG kind, PVOID out, ULONG room, PULONG size);
NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE token, BOOLEAN none, TOKEN_PRIVILEGES* wanted, ULONG room,
                                       TOKEN_PRIVILEGES* before, PULONG size);
NTSTATUS NTAPI NtDuplicateToken(HANDLE token, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, BOOLEAN effective,
                                ULONG kind, PHANDLE copy);
NTSTATUS NTAPI RtlAdjustPrivilege(ULONG privilege, BOOLEAN enable, BOOLEAN thread, BOOLEAN* before);

int main(void) {
    HANDLE token, copy;
    ULONG size = 0, kind = 0;
    BYTE buffer[512];
    CHECK_EQ(NtOpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token), 0);
    CHECK_EQ(NtQueryInformationToken(token, TokenUser, NULL, 0, &size), STATUS_BUFFER_TOO_SMALL);
    CHECK(size > 0 && size <= sizeof buffer);
    CHECK_EQ(NtQueryInformationToken(token, TokenUser, buffer, sizeof buffer, &size), 0);
    CHECK(IsValidSid(((TOKEN_USER*)buffer)->User.Sid));
    CHECK_EQ(NtQueryInformationToken(token, 999, buffer, sizeof buffer, &size), STATUS_INVALID_INFO_CLASS);

    BOOLEAN before = 9;
    CHECK_EQ(RtlAdjustPrivilege(19, TRUE, FALSE, &before), 0);  // SeShutdownPrivilege
    CHECK_EQ(before, FALSE);
    CHECK_EQ(RtlAdjustPrivilege(19, FALSE, FALSE, &before), 0);
    CHECK_EQ(before, TRUE);
    CHECK_EQ(RtlAdjustPrivilege(2, TRUE, FALSE, &before), STATUS_PRIVILEGE_NOT_HELD);
    CHECK_EQ(RtlAdjustPrivilege(19, TRUE, TRUE, &before), STATUS_NO_TOKEN);

    TOKEN_PRIVILEGES wanted = {1, {{{2, 0}, SE_PRIVILEGE_ENABLED}}}, was;
    CHECK_EQ(NtAdjustPrivilegesToken(token, FALSE, &wanted, 0, NULL, NULL), STATUS_NOT_ALL_ASSIGNED);
    wanted.Privileges[0].Luid.LowPart = 19;
    CHECK_EQ(NtAdjustPrivilegesToken(token, FALSE, &wanted, sizeof was, &was, &size), 0);
    CHECK_EQ(was.PrivilegeCount, 1);
    CHECK_EQ(NtAdjustPrivilegesToken(token, FALSE, NULL, 0, NULL, NULL), STATUS_INVALID_PARAMETER);

    CHECK_EQ(NtDuplicateToken(token, 0, NULL, FALSE, TokenPrimary, &copy), 0);
    CHECK_EQ(NtQueryInformationToken(copy, TokenType, &kind, sizeof kind, &size), 0);
    CHECK_EQ(kind, TokenPrimary);
    CHECK_EQ(NtDuplicateToken(token, 0, NULL, FALSE, 7, &copy), STATUS_INVALID_PARAMETER);

    // A token goes down in integrity, never up.
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD sid_size = sizeof sid;
    CHECK(CreateWellKnownSid(WinLowLabelSid, NULL, sid, &sid_size));
    TOKEN_MANDATORY_LABEL label = {{sid, SE_GROUP_INTEGRITY}};
    CHECK(SetTokenInformation(copy, TokenIntegrityLevel, &label, sizeof label));
    CHECK_EQ(NtQueryInformationToken(copy, TokenIntegrityLevel, buffer, sizeof buffer, &size), 0);
    CHECK(EqualSid(((TOKEN_MANDATORY_LABEL*)buffer)->Label.Sid, sid));
    sid_size = sizeof sid;
    CHECK(CreateWellKnownSid(WinSystemLabelSid, NULL, sid, &sid_size));
    CHECK_LASTERROR(SetTokenInformation(copy, TokenIntegrityLevel, &label, sizeof label), ERROR_PRIVILEGE_NOT_HELD);
    TOKEN_GROUPS none = {0};
    CHECK(AdjustTokenGroups(copy, FALSE, &none, 0, NULL, NULL));
    CloseHandle(copy);
    CloseHandle(token);
    return check_result();
}
