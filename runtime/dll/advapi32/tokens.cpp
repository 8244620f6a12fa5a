// processthreadsapi.h and securitybaseapi.h: tokens and privileges.
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/name_service.h"
#include "base/text.h"
#include "core/runtime.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

// "Privilege Constants": the value of each is its LUID.
constexpr const char* kPrivileges[] = {
    nullptr, nullptr, "SeCreateTokenPrivilege", "SeAssignPrimaryTokenPrivilege", "SeLockMemoryPrivilege",
    "SeIncreaseQuotaPrivilege", "SeMachineAccountPrivilege", "SeTcbPrivilege", "SeSecurityPrivilege",
    "SeTakeOwnershipPrivilege", "SeLoadDriverPrivilege", "SeSystemProfilePrivilege", "SeSystemtimePrivilege",
    "SeProfileSingleProcessPrivilege", "SeIncreaseBasePriorityPrivilege", "SeCreatePagefilePrivilege",
    "SeCreatePermanentPrivilege", "SeBackupPrivilege", "SeRestorePrivilege", "SeShutdownPrivilege",
    "SeDebugPrivilege", "SeAuditPrivilege", "SeSystemEnvironmentPrivilege", "SeChangeNotifyPrivilege",
    "SeRemoteShutdownPrivilege", "SeUndockPrivilege", "SeSyncAgentPrivilege", "SeEnableDelegationPrivilege",
    "SeManageVolumePrivilege", "SeImpersonatePrivilege", "SeCreateGlobalPrivilege", "SeTrustedCredManAccessPrivilege",
    "SeRelabelPrivilege", "SeIncreaseWorkingSetPrivilege", "SeTimeZonePrivilege", "SeCreateSymbolicLinkPrivilege",
};

// An ordinary user's token holds these; root's holds all but the lock-memory one that large pages need.
bool holds_privilege(DWORD value) {
    constexpr DWORD kLockMemory = 4, kShutdown = 19, kChangeNotify = 23, kUndock = 25, kWorkingSet = 33, kTimeZone = 34,
                    kSymbolicLink = 35;
    if (value == kShutdown || value == kChangeNotify || value == kUndock || value == kWorkingSet ||
        value == kTimeZone || value == kSymbolicLink)
        return true;
    return is_administrator() && value != kLockMemory;
}

// A pointer inside the caller's buffer follows the structure that holds it.
struct TokenUserBuffer {
    SID_AND_ATTRIBUTES user;
    BYTE sid[68];
};

BOOL give(const void* data, DWORD size, LPVOID buffer, DWORD room, PDWORD needed) {
    if (needed) *needed = size;
    if (room < size || !buffer) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(buffer, data, size);
    return TRUE;
}

BOOL give_sid(const std::vector<BYTE>& sid, DWORD attributes, LPVOID buffer, DWORD room, PDWORD needed) {
    TokenUserBuffer out{};
    out.user.Sid = static_cast<BYTE*>(buffer) + offsetof(TokenUserBuffer, sid);
    out.user.Attributes = attributes;
    memcpy(out.sid, sid.data(), sid.size());
    return give(&out, static_cast<DWORD>(offsetof(TokenUserBuffer, sid) + sid.size()), buffer, room, needed);
}

std::string user_name() {
    if (auto user = host_user(getuid())) return user->name;
    return "user" + std::to_string(getuid());
}

}  // namespace

BOOL advapi32::OpenProcessToken(HANDLE, DWORD DesiredAccess, PHANDLE TokenHandle) {
    if (!TokenHandle) return set_last_error(ERROR_NOACCESS), FALSE;
    auto handle = runtime().handles.insert(make_object<Token>(), DesiredAccess & TOKEN_ALL_ACCESS);
    if (!handle.ok()) return set_last_error_from(handle.status());
    *TokenHandle = *handle;
    return TRUE;
}

// No thread impersonates.
BOOL advapi32::OpenThreadToken(HANDLE, DWORD, BOOL, PHANDLE TokenHandle) {
    if (TokenHandle) *TokenHandle = nullptr;
    return set_last_error_from(STATUS_NO_TOKEN);
}

BOOL advapi32::AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges, TOKEN_PRIVILEGES* NewState, DWORD,
                                     TOKEN_PRIVILEGES* PreviousState, PDWORD ReturnLength) {
    auto token = runtime().handles.get<Token>(TokenHandle);
    if (!token.ok()) return set_last_error_from(token.status());
    if (PreviousState) PreviousState->PrivilegeCount = 0;
    if (ReturnLength) *ReturnLength = sizeof(DWORD);
    bool all = true;
    if (!DisableAllPrivileges && NewState)
        for (DWORD i = 0; i < NewState->PrivilegeCount; ++i)
            if (NewState->Privileges[i].Attributes & SE_PRIVILEGE_ENABLED)
                all &= holds_privilege(NewState->Privileges[i].Luid.LowPart);
    // Success either way; the last error tells whether all were assigned.
    set_last_error(all ? ERROR_SUCCESS : ERROR_NOT_ALL_ASSIGNED);
    return TRUE;
}

BOOL advapi32::GetTokenInformation(HANDLE TokenHandle, DWORD TokenInformationClass, LPVOID TokenInformation,
                                   DWORD TokenInformationLength, PDWORD ReturnLength) {
    constexpr DWORD kUser = 1, kOwner = 4, kPrimaryGroup = 5, kType = 8, kSessionId = 12, kElevationType = 18,
                    kElevation = 20, kIntegrityLevel = 25, kIsAppContainer = 29;
    constexpr uintptr_t kFirstPseudo = static_cast<uintptr_t>(-6);  // GetCurrentProcessToken() and its kin
    if (reinterpret_cast<uintptr_t>(TokenHandle) < kFirstPseudo) {
        auto token = runtime().handles.get<Token>(TokenHandle);
        if (!token.ok()) return set_last_error_from(token.status());
    }
    auto number = [&](DWORD value) {
        return give(&value, sizeof value, TokenInformation, TokenInformationLength, ReturnLength);
    };
    switch (TokenInformationClass) {
        case kUser: return give_sid(user_sid(getuid()), 0, TokenInformation, TokenInformationLength, ReturnLength);
        case kOwner:
        case kPrimaryGroup: {
            struct {
                PSID sid;
                BYTE bytes[28];
            } out{static_cast<BYTE*>(TokenInformation) + sizeof(PSID), {}};
            std::vector<BYTE> sid = user_sid(getuid());
            memcpy(out.bytes, sid.data(), sid.size());
            return give(&out, static_cast<DWORD>(sizeof(PSID) + sid.size()), TokenInformation, TokenInformationLength,
                        ReturnLength);
        }
        case kType: return number(1);  // TokenPrimary
        case kSessionId: return number(1);
        case kElevationType: return number(1);  // TokenElevationTypeDefault
        case kElevation: return number(is_administrator());
        case kIsAppContainer: return number(0);
        case kIntegrityLevel: {
            DWORD level = is_administrator() ? 0x3000 : 0x2000;
            return give_sid(make_sid(16, {level}), 0x20, TokenInformation, TokenInformationLength, ReturnLength);
        }
    }
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
}

BOOL advapi32::LookupPrivilegeValueW(LPCWSTR, LPCWSTR lpName, PLUID lpLuid) {
    std::string name = utf8_from_utf16(lpName ? lpName : u"");
    for (DWORD i = 2; i < std::size(kPrivileges); ++i)
        if (equal_ignore_case(std::string_view(kPrivileges[i]), name)) {
            *lpLuid = {i, 0};
            return TRUE;
        }
    return set_last_error_from(STATUS_NO_SUCH_PRIVILEGE);
}

BOOL advapi32::LookupPrivilegeValueA(LPCSTR, LPCSTR lpName, PLUID lpLuid) {
    return LookupPrivilegeValueW(nullptr, utf16_from_utf8(lpName ? lpName : "").c_str(), lpLuid);
}

BOOL advapi32::GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer) {
    std::u16string name = utf16_from_utf8(user_name());
    DWORD room = *pcbBuffer;
    *pcbBuffer = static_cast<DWORD>(name.size() + 1);
    if (!lpBuffer || room < *pcbBuffer) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(lpBuffer, name.c_str(), *pcbBuffer * 2);
    return TRUE;
}

BOOL advapi32::GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer) {
    std::string name = user_name();
    DWORD room = *pcbBuffer;
    *pcbBuffer = static_cast<DWORD>(name.size() + 1);
    if (!lpBuffer || room < *pcbBuffer) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(lpBuffer, name.c_str(), *pcbBuffer);
    return TRUE;
}
