// Services for tokens; what a token is: core/security. Doc: "NtQueryInformationToken function (ntifs.h)".
#include "dll/ntdll/tokens.h"

#include <cstring>

#include "abi/status.h"
#include "core/process/object_lookup.h"
#include "core/security/privileges.h"
#include "core/security/token.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kDuplicate = 0x2, kAdjustPrivileges = 0x20, kMaximumAllowed = 0x02000000;

ACCESS_MASK granted(ACCESS_MASK wanted) {
    return wanted & kMaximumAllowed ? TOKEN_ALL_ACCESS : wanted & TOKEN_ALL_ACCESS;
}

SECURITY_QUALITY_OF_SERVICE quality_of(const OBJECT_ATTRIBUTES* attributes) {
    if (attributes && attributes->SecurityQualityOfService)
        return *static_cast<const SECURITY_QUALITY_OF_SERVICE*>(attributes->SecurityQualityOfService);
    return {};
}

}  // namespace

NTSTATUS ntdll::NtOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, PHANDLE TokenHandle) {
    if (!is_current_process_handle(ProcessHandle)) {
        auto process = object_from_handle(ProcessHandle);
        if (!process.ok()) return process.status();
        if (process->object->type() != ObjectType::Process) return STATUS_OBJECT_TYPE_MISMATCH;
    }
    return give_handle(TokenHandle, process_token(), granted(DesiredAccess), nullptr);
}

NTSTATUS ntdll::NtOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG, PHANDLE TokenHandle) {
    return NtOpenProcessToken(ProcessHandle, DesiredAccess, TokenHandle);
}

NTSTATUS ntdll::NtOpenThreadToken(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN, PHANDLE TokenHandle) {
    Ref<Token> token = is_current_thread_handle(ThreadHandle) ? thread_token() : nullptr;
    if (!token) return STATUS_NO_TOKEN;
    if (token->state().level == TokenLevel::kAnonymous) return STATUS_CANT_OPEN_ANONYMOUS;
    return give_handle(TokenHandle, std::move(token), granted(DesiredAccess), nullptr);
}

NTSTATUS ntdll::NtOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf, ULONG,
                                    PHANDLE TokenHandle) {
    return NtOpenThreadToken(ThreadHandle, DesiredAccess, OpenAsSelf, TokenHandle);
}

NTSTATUS ntdll::NtQueryInformationToken(HANDLE TokenHandle, ULONG TokenInformationClass, PVOID TokenInformation,
                                        ULONG TokenInformationLength, PULONG ReturnLength) {
    auto token = token_of_handle(TokenHandle, TOKEN_QUERY);
    if (!token.ok()) return token.status();
    auto bytes = token_information((*token)->state(), TokenInformationClass, TokenInformation);
    if (!bytes.ok()) return bytes.status();
    if (ReturnLength) *ReturnLength = static_cast<ULONG>(bytes->size());
    if (!TokenInformation || TokenInformationLength < bytes->size()) return STATUS_BUFFER_TOO_SMALL;
    memcpy(TokenInformation, bytes->data(), bytes->size());
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges, PVOID NewState,
                                        ULONG BufferLength, PVOID PreviousState, PULONG ReturnLength) {
    auto token = token_of_handle(TokenHandle, kAdjustPrivileges);
    if (!token.ok()) return token.status();
    if (!DisableAllPrivileges && !NewState) return STATUS_INVALID_PARAMETER;
    std::vector<LUID_AND_ATTRIBUTES> wanted;
    if (!DisableAllPrivileges) {
        auto* list = static_cast<const TOKEN_PRIVILEGES*>(NewState);
        wanted.assign(list->Privileges, list->Privileges + list->PrivilegeCount);
    }
    PrivilegePlan plan = plan_privileges((*token)->state(), DisableAllPrivileges, wanted);
    if (PreviousState) {
        if (ReturnLength) *ReturnLength = static_cast<ULONG>(plan.previous_bytes());
        if (BufferLength < plan.previous_bytes()) return STATUS_BUFFER_TOO_SMALL;
        plan.write_previous(static_cast<TOKEN_PRIVILEGES*>(PreviousState));
    }
    apply(plan, **token);
    return plan.all ? STATUS_SUCCESS : STATUS_NOT_ALL_ASSIGNED;
}

NTSTATUS ntdll::NtDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                                 BOOLEAN, ULONG TokenType, PHANDLE NewTokenHandle) {
    constexpr ULONG kPrimary = 1, kImpersonation = 2;
    if (TokenType != kPrimary && TokenType != kImpersonation) return STATUS_INVALID_PARAMETER;
    auto token = token_of_handle(ExistingTokenHandle, kDuplicate);
    if (!token.ok()) return token.status();
    auto level = static_cast<TokenLevel>(quality_of(ObjectAttributes).ImpersonationLevel);
    auto copy = duplicate_token(**token, TokenType == kPrimary, level);
    if (!copy.ok()) return copy.status();
    ACCESS_MASK access = DesiredAccess ? granted(DesiredAccess) : TOKEN_ALL_ACCESS;
    return give_handle(NewTokenHandle, std::move(*copy), access, ObjectAttributes);
}

NTSTATUS ntdll::RtlAdjustPrivilege(ULONG Privilege, BOOLEAN Enable, BOOLEAN CurrentThread, BOOLEAN* Enabled) {
    Ref<Token> token = CurrentThread ? thread_token() : process_token();
    if (!token) return STATUS_NO_TOKEN;
    LUID_AND_ATTRIBUTES wanted{{Privilege, 0}, Enable ? SE_PRIVILEGE_ENABLED : 0};
    PrivilegePlan plan = plan_privileges(token->state(), false, {&wanted, 1});
    if (!plan.all) return STATUS_PRIVILEGE_NOT_HELD;
    if (Enabled) *Enabled = (plan.before & privilege_bit(Privilege)) != 0;
    apply(plan, *token);
    return STATUS_SUCCESS;
}
