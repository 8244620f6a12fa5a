// securitybaseapi.h: tokens made of others, threads that act with one, and other users' processes.
// Doc: "CreateRestrictedToken function (securitybaseapi.h)", "ImpersonateSelf function (securitybaseapi.h)".
#include <cstring>

#include "core/process/object_lookup.h"
#include "core/runtime.h"
#include "core/security/privileges.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kDuplicate = 0x2, kImpersonate = 0x4, kAdjustDefault = 0x80, kMaximumAllowed = 0x02000000;
constexpr DWORD kAccessBits = 0x1F01FF;

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

BOOL give(Ref<Token> token, DWORD access, bool inherit, PHANDLE handle) {
    auto made = runtime().handles.insert(std::move(token), access, inherit);
    if (!made.ok()) return set_last_error_from(made.status());
    *handle = *made;
    return TRUE;
}

std::vector<std::vector<BYTE>> sids_of(const SID_AND_ATTRIBUTES* list, DWORD count) {
    std::vector<std::vector<BYTE>> sids;
    for (DWORD i = 0; i < count; ++i) {
        auto* raw = static_cast<const BYTE*>(list[i].Sid);
        sids.emplace_back(raw, raw + sid_length(reinterpret_cast<const SID*>(raw)));
    }
    return sids;
}

// Only its own thread's token can be set.
bool is_own_thread(HANDLE thread) {
    return thread == reinterpret_cast<HANDLE>(intptr_t{-2}) ||
           kernel32::GetThreadId(thread) == kernel32::GetCurrentThreadId();
}

bool give_to_next_child(HANDLE handle) {
    if (!handle) return true;
    auto token = token_of_handle(handle, TOKEN_QUERY);
    if (!token.ok()) return set_last_error_from(token.status()), false;
    if (!(*token)->state().primary) return set_last_error(ERROR_BAD_TOKEN_TYPE), false;
    set_child_token(std::move(*token));
    return true;
}

BOOL impersonate(Result<Ref<Token>> token) {
    if (!token.ok()) return set_last_error_from(token.status());
    set_thread_token(std::move(*token));
    return TRUE;
}

}  // namespace

BOOL advapi32::DuplicateTokenEx(HANDLE hExistingToken, DWORD dwDesiredAccess, LPSECURITY_ATTRIBUTES lpTokenAttributes,
                                DWORD ImpersonationLevel, DWORD TokenType, PHANDLE phNewToken) {
    constexpr DWORD kPrimary = 1, kImpersonation = 2;
    if (!phNewToken || (TokenType != kPrimary && TokenType != kImpersonation) || ImpersonationLevel > 3)
        return fail(ERROR_INVALID_PARAMETER);
    auto token = token_of_handle(hExistingToken, kDuplicate);
    if (!token.ok()) return set_last_error_from(token.status());
    auto copy = duplicate_token(**token, TokenType == kPrimary, static_cast<TokenLevel>(ImpersonationLevel));
    if (!copy.ok()) return set_last_error_from(copy.status());
    // 0 asks for the access of the existing handle, which for tokens of ours is everything.
    DWORD access = dwDesiredAccess == 0 || dwDesiredAccess & kMaximumAllowed ? TOKEN_ALL_ACCESS : dwDesiredAccess;
    bool inherit = lpTokenAttributes && lpTokenAttributes->bInheritHandle;
    return give(std::move(*copy), access & kAccessBits, inherit, phNewToken);
}

BOOL advapi32::DuplicateToken(HANDLE ExistingTokenHandle, DWORD ImpersonationLevel, PHANDLE DuplicateTokenHandle) {
    constexpr DWORD kQueryAndImpersonate = 0xC, kImpersonation = 2;
    return DuplicateTokenEx(ExistingTokenHandle, kQueryAndImpersonate, nullptr, ImpersonationLevel, kImpersonation,
                            DuplicateTokenHandle);
}

BOOL advapi32::CreateRestrictedToken(HANDLE ExistingTokenHandle, DWORD Flags, DWORD DisableSidCount,
                                     SID_AND_ATTRIBUTES* SidsToDisable, DWORD DeletePrivilegeCount,
                                     LUID_AND_ATTRIBUTES* PrivilegesToDelete, DWORD RestrictedSidCount,
                                     SID_AND_ATTRIBUTES* SidsToRestrict, PHANDLE NewTokenHandle) {
    constexpr DWORD kDisableMaxPrivilege = 1, kSandboxInert = 2, kLuaToken = 4, kChangeNotify = 23;
    if (!NewTokenHandle || (DisableSidCount && !SidsToDisable) || (DeletePrivilegeCount && !PrivilegesToDelete) ||
        (RestrictedSidCount && !SidsToRestrict))
        return fail(ERROR_INVALID_PARAMETER);
    auto token = token_of_handle(ExistingTokenHandle, kDuplicate);
    if (!token.ok()) return set_last_error_from(token.status());
    TokenState state = (*token)->state();
    for (auto& sid : sids_of(SidsToDisable, DisableSidCount)) state.deny_only.push_back(std::move(sid));
    for (auto& sid : sids_of(SidsToRestrict, RestrictedSidCount)) state.restricting.push_back(std::move(sid));
    for (DWORD i = 0; i < DeletePrivilegeCount; ++i) state.held &= ~privilege_bit(PrivilegesToDelete[i].Luid.LowPart);
    if (Flags & kDisableMaxPrivilege) state.held &= privilege_bit(kChangeNotify);
    if (Flags & kLuaToken) {
        state.deny_only.push_back(make_sid(5, {32, 544}));
        state.held &= privilege_bit(19) | privilege_bit(kChangeNotify) | privilege_bit(25) | privilege_bit(33) |
                      privilege_bit(34);
        state.integrity = std::min<DWORD>(state.integrity, 0x2000);
    }
    state.sandbox_inert |= (Flags & kSandboxInert) != 0;
    state.enabled &= state.held;
    return give(make_object<Token>(std::move(state)), TOKEN_ALL_ACCESS, false, NewTokenHandle);
}

BOOL advapi32::IsTokenRestricted(HANDLE TokenHandle) {
    auto token = token_of_handle(TokenHandle, 0);
    if (!token.ok()) return set_last_error_from(token.status());
    set_last_error(ERROR_SUCCESS);
    return !(*token)->state().restricting.empty();
}

BOOL advapi32::SetTokenInformation(HANDLE TokenHandle, DWORD TokenInformationClass, LPVOID TokenInformation,
                                   DWORD TokenInformationLength) {
    constexpr DWORD kOwner = 4, kPrimaryGroup = 5, kDefaultDacl = 6, kSessionId = 12, kIntegrityLevel = 25;
    auto token = token_of_handle(TokenHandle, kAdjustDefault);
    if (!token.ok()) return set_last_error_from(token.status());
    switch (TokenInformationClass) {
        case kOwner:
        case kPrimaryGroup:
        case kDefaultDacl: return TokenInformationLength < sizeof(PVOID) ? fail(ERROR_BAD_LENGTH) : TRUE;
        case kSessionId: return set_last_error_from(STATUS_PRIVILEGE_NOT_HELD);
        case kIntegrityLevel: {
            if (TokenInformationLength < sizeof(SID_AND_ATTRIBUTES)) return fail(ERROR_BAD_LENGTH);
            auto* sid = static_cast<const SID*>(static_cast<const SID_AND_ATTRIBUTES*>(TokenInformation)->Sid);
            if (!sid || sid->IdentifierAuthority.Value[5] != 16 || sid->SubAuthorityCount != 1) return fail(ERROR_INVALID_SID);
            DWORD level = sid->SubAuthority[0];
            bool raises = level > (*token)->state().integrity;
            if (raises) return set_last_error_from(STATUS_PRIVILEGE_NOT_HELD);
            (*token)->change([level](TokenState& state) { state.integrity = level; });
            return TRUE;
        }
    }
    return fail(ERROR_INVALID_PARAMETER);
}

BOOL advapi32::AdjustTokenGroups(HANDLE TokenHandle, BOOL, PVOID, DWORD, PVOID PreviousState, PDWORD ReturnLength) {
    auto token = token_of_handle(TokenHandle, 0x40);
    if (!token.ok()) return set_last_error_from(token.status());
    if (ReturnLength) *ReturnLength = sizeof(DWORD);
    if (PreviousState) *static_cast<DWORD*>(PreviousState) = 0;
    set_last_error(ERROR_SUCCESS);
    return TRUE;
}

BOOL advapi32::ImpersonateSelf(DWORD ImpersonationLevel) {
    if (ImpersonationLevel > 3) return fail(ERROR_BAD_IMPERSONATION_LEVEL);
    return impersonate(duplicate_token(*process_token(), false, static_cast<TokenLevel>(ImpersonationLevel)));
}

BOOL advapi32::ImpersonateLoggedOnUser(HANDLE hToken) {
    auto token = token_of_handle(hToken, TOKEN_QUERY);
    if (!token.ok()) return set_last_error_from(token.status());
    if (!(*token)->state().primary) return impersonate(std::move(token));
    return impersonate(duplicate_token(**token, false, TokenLevel::kImpersonation));
}

BOOL advapi32::ImpersonateAnonymousToken(HANDLE ThreadHandle) {
    if (!is_own_thread(ThreadHandle)) return fail(ERROR_ACCESS_DENIED);
    TokenState state;
    state.primary = false;
    state.level = TokenLevel::kImpersonation;
    state.anonymous = true;
    state.integrity = 0;
    return impersonate(make_object<Token>(std::move(state)));
}

BOOL advapi32::RevertToSelf() {
    set_thread_token(nullptr);
    return TRUE;
}

BOOL advapi32::SetThreadToken(PHANDLE Thread, HANDLE Token) {
    if (Thread && !is_own_thread(*Thread)) return fail(ERROR_ACCESS_DENIED);
    if (!Token) return RevertToSelf();
    auto token = token_of_handle(Token, kImpersonate);
    if (!token.ok()) return set_last_error_from(token.status());
    if ((*token)->state().primary) return fail(ERROR_BAD_TOKEN_TYPE);
    set_thread_token(std::move(*token));
    return TRUE;
}

BOOL advapi32::LogonUserW(LPCWSTR, LPCWSTR, LPCWSTR, DWORD, DWORD, PHANDLE phToken) {
    if (!phToken) return fail(ERROR_INVALID_PARAMETER);
    *phToken = nullptr;
    return fail(ERROR_LOGON_FAILURE);
}

BOOL advapi32::LogonUserA(LPCSTR, LPCSTR, LPCSTR, DWORD, DWORD, PHANDLE phToken) {
    return LogonUserW(nullptr, nullptr, nullptr, 0, 0, phToken);
}

BOOL advapi32::CreateProcessAsUserW(HANDLE hToken, LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                                    LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                                    BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment,
                                    LPCWSTR lpCurrentDirectory, STARTUPINFOW* lpStartupInfo,
                                    LPPROCESS_INFORMATION lpProcessInformation) {
    if (!give_to_next_child(hToken)) return FALSE;
    return kernel32::CreateProcessW(lpApplicationName, lpCommandLine, lpProcessAttributes, lpThreadAttributes,
                                    bInheritHandles, dwCreationFlags, lpEnvironment, lpCurrentDirectory, lpStartupInfo,
                                    lpProcessInformation);
}

BOOL advapi32::CreateProcessAsUserA(HANDLE hToken, LPCSTR lpApplicationName, LPSTR lpCommandLine,
                                    LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                                    BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment,
                                    LPCSTR lpCurrentDirectory, STARTUPINFOA* lpStartupInfo,
                                    LPPROCESS_INFORMATION lpProcessInformation) {
    if (!give_to_next_child(hToken)) return FALSE;
    return kernel32::CreateProcessA(lpApplicationName, lpCommandLine, lpProcessAttributes, lpThreadAttributes,
                                    bInheritHandles, dwCreationFlags, lpEnvironment, lpCurrentDirectory, lpStartupInfo,
                                    lpProcessInformation);
}

BOOL advapi32::CreateProcessWithTokenW(HANDLE hToken, DWORD, LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                                       DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                                       STARTUPINFOW* lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation) {
    return CreateProcessAsUserW(hToken, lpApplicationName, lpCommandLine, nullptr, nullptr, FALSE, dwCreationFlags,
                                lpEnvironment, lpCurrentDirectory, lpStartupInfo, lpProcessInformation);
}

BOOL advapi32::CreateProcessWithLogonW(LPCWSTR, LPCWSTR, LPCWSTR, DWORD, LPCWSTR, LPWSTR, DWORD, LPVOID, LPCWSTR,
                                       STARTUPINFOW*, LPPROCESS_INFORMATION) {
    return fail(ERROR_LOGON_FAILURE);
}
