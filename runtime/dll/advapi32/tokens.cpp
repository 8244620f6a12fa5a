// processthreadsapi.h and securitybaseapi.h: tokens and privileges.
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/text.h"
#include "core/process/object_lookup.h"
#include "core/runtime.h"
#include "core/security/accounts.h"
#include "core/security/privileges.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

BOOL advapi32::OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle) {
    constexpr DWORD kMaximumAllowed = 0x02000000;
    if (!TokenHandle) return set_last_error(ERROR_NOACCESS), FALSE;
    if (!is_current_process_handle(ProcessHandle)) {
        auto process = object_from_handle(ProcessHandle);
        if (!process.ok()) return set_last_error_from(process.status());
        if (process->object->type() != ObjectType::Process) return set_last_error_from(STATUS_OBJECT_TYPE_MISMATCH);
    }
    DWORD access = DesiredAccess & kMaximumAllowed ? TOKEN_ALL_ACCESS : DesiredAccess & TOKEN_ALL_ACCESS;
    auto handle = runtime().handles.insert(process_token(), access);
    if (!handle.ok()) return set_last_error_from(handle.status());
    *TokenHandle = *handle;
    return TRUE;
}

BOOL advapi32::OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL, PHANDLE TokenHandle) {
    if (TokenHandle) *TokenHandle = nullptr;
    bool own = is_current_thread_handle(ThreadHandle) || kernel32::GetThreadId(ThreadHandle) == kernel32::GetCurrentThreadId();
    Ref<Token> token = own ? thread_token() : nullptr;
    if (!token) return set_last_error_from(STATUS_NO_TOKEN);
    if (token->state().level == TokenLevel::kAnonymous) return set_last_error_from(STATUS_CANT_OPEN_ANONYMOUS);
    auto handle = runtime().handles.insert(std::move(token), DesiredAccess & TOKEN_ALL_ACCESS);
    if (!handle.ok()) return set_last_error_from(handle.status());
    *TokenHandle = *handle;
    return TRUE;
}

BOOL advapi32::AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges, TOKEN_PRIVILEGES* NewState,
                                     DWORD BufferLength, TOKEN_PRIVILEGES* PreviousState, PDWORD ReturnLength) {
    constexpr DWORD kAdjustPrivileges = 0x20;
    auto token = token_of_handle(TokenHandle, kAdjustPrivileges);
    if (!token.ok()) return set_last_error_from(token.status());
    if (!DisableAllPrivileges && !NewState) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::vector<LUID_AND_ATTRIBUTES> wanted;
    if (!DisableAllPrivileges) wanted.assign(NewState->Privileges, NewState->Privileges + NewState->PrivilegeCount);
    PrivilegePlan plan = plan_privileges((*token)->state(), DisableAllPrivileges, wanted);
    if (PreviousState) {
        if (ReturnLength) *ReturnLength = static_cast<DWORD>(plan.previous_bytes());
        if (BufferLength < plan.previous_bytes()) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
        plan.write_previous(PreviousState);
    }
    apply(plan, **token);
    // Success either way; the last error tells whether all were assigned.
    set_last_error(plan.all ? ERROR_SUCCESS : ERROR_NOT_ALL_ASSIGNED);
    return TRUE;
}

BOOL advapi32::GetTokenInformation(HANDLE TokenHandle, DWORD TokenInformationClass, LPVOID TokenInformation,
                                   DWORD TokenInformationLength, PDWORD ReturnLength) {
    auto token = token_of_handle(TokenHandle, TOKEN_QUERY);
    if (!token.ok()) return set_last_error_from(token.status());
    auto bytes = token_information((*token)->state(), TokenInformationClass, TokenInformation);
    if (!bytes.ok()) return set_last_error_from(bytes.status());
    auto size = static_cast<DWORD>(bytes->size());
    if (ReturnLength) *ReturnLength = size;
    if (!TokenInformation || TokenInformationLength < size) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(TokenInformation, bytes->data(), size);
    return TRUE;
}

BOOL advapi32::LookupPrivilegeValueW(LPCWSTR, LPCWSTR lpName, PLUID lpLuid) {
    DWORD value = privilege_by_name(lpName ? lpName : u"");
    if (!value) return set_last_error_from(STATUS_NO_SUCH_PRIVILEGE);
    *lpLuid = {value, 0};
    return TRUE;
}

BOOL advapi32::LookupPrivilegeValueA(LPCSTR, LPCSTR lpName, PLUID lpLuid) {
    return LookupPrivilegeValueW(nullptr, utf16_from_utf8(lpName ? lpName : "").c_str(), lpLuid);
}

BOOL advapi32::GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer) {
    std::u16string name = utf16_from_utf8(linux_user_name(getuid()));
    DWORD room = *pcbBuffer;
    *pcbBuffer = static_cast<DWORD>(name.size() + 1);
    if (!lpBuffer || room < *pcbBuffer) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(lpBuffer, name.c_str(), *pcbBuffer * 2);
    return TRUE;
}

BOOL advapi32::GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer) {
    std::string name = linux_user_name(getuid());
    DWORD room = *pcbBuffer;
    *pcbBuffer = static_cast<DWORD>(name.size() + 1);
    if (!lpBuffer || room < *pcbBuffer) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(lpBuffer, name.c_str(), *pcbBuffer);
    return TRUE;
}
