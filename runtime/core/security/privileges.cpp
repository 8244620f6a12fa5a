#include "core/security/privileges.h"

#include "base/text.h"
#include "core/security/token.h"

namespace lsw {
namespace {

struct Privilege {
    const char *name, *display;
};

// "Privilege Constants (Authorization)": name and display name; the place is the LUID, from 2.
constexpr Privilege kPrivileges[] = {
    {"SeCreateTokenPrivilege", "Create a token object"},
    {"SeAssignPrimaryTokenPrivilege", "Replace a process level token"},
    {"SeLockMemoryPrivilege", "Lock pages in memory"},
    {"SeIncreaseQuotaPrivilege", "Adjust memory quotas for a process"},
    {"SeMachineAccountPrivilege", "Add workstations to domain"},
    {"SeTcbPrivilege", "Act as part of the operating system"},
    {"SeSecurityPrivilege", "Manage auditing and security log"},
    {"SeTakeOwnershipPrivilege", "Take ownership of files or other objects"},
    {"SeLoadDriverPrivilege", "Load and unload device drivers"},
    {"SeSystemProfilePrivilege", "Profile system performance"},
    {"SeSystemtimePrivilege", "Change the system time"},
    {"SeProfileSingleProcessPrivilege", "Profile single process"},
    {"SeIncreaseBasePriorityPrivilege", "Increase scheduling priority"},
    {"SeCreatePagefilePrivilege", "Create a pagefile"},
    {"SeCreatePermanentPrivilege", "Create permanent shared objects"},
    {"SeBackupPrivilege", "Back up files and directories"},
    {"SeRestorePrivilege", "Restore files and directories"},
    {"SeShutdownPrivilege", "Shut down the system"},
    {"SeDebugPrivilege", "Debug programs"},
    {"SeAuditPrivilege", "Generate security audits"},
    {"SeSystemEnvironmentPrivilege", "Modify firmware environment values"},
    {"SeChangeNotifyPrivilege", "Bypass traverse checking"},
    {"SeRemoteShutdownPrivilege", "Force shutdown from a remote system"},
    {"SeUndockPrivilege", "Remove computer from docking station"},
    {"SeSyncAgentPrivilege", "Synchronize directory service data"},
    {"SeEnableDelegationPrivilege", "Enable computer and user accounts to be trusted for delegation"},
    {"SeManageVolumePrivilege", "Perform volume maintenance tasks"},
    {"SeImpersonatePrivilege", "Impersonate a client after authentication"},
    {"SeCreateGlobalPrivilege", "Create global objects"},
    {"SeTrustedCredManAccessPrivilege", "Access Credential Manager as a trusted caller"},
    {"SeRelabelPrivilege", "Modify an object label"},
    {"SeIncreaseWorkingSetPrivilege", "Increase a process working set"},
    {"SeTimeZonePrivilege", "Change the time zone"},
    {"SeCreateSymbolicLinkPrivilege", "Create symbolic links"},
    {"SeDelegateSessionUserImpersonatePrivilege",
     "Obtain an impersonation token for another user in the same session"},
};
static_assert(std::size(kPrivileges) == kLastPrivilege - kFirstPrivilege + 1);

constexpr uint64_t bits(std::initializer_list<DWORD> values) {
    uint64_t all = 0;
    for (DWORD value : values) all |= privilege_bit(value);
    return all;
}

}  // namespace

const char* privilege_name(DWORD value) {
    return value >= kFirstPrivilege && value <= kLastPrivilege ? kPrivileges[value - kFirstPrivilege].name : nullptr;
}

const char* privilege_display_name(DWORD value) {
    return value >= kFirstPrivilege && value <= kLastPrivilege ? kPrivileges[value - kFirstPrivilege].display : nullptr;
}

DWORD privilege_by_name(std::u16string_view name) {
    for (DWORD value = kFirstPrivilege; value <= kLastPrivilege; ++value)
        if (equal_ignore_case(utf16_from_utf8(privilege_name(value)), name)) return value;
    return 0;
}

uint64_t held_privileges() {
    // An ordinary user's; symbolic links can be made by everybody on Linux.
    constexpr uint64_t kUser = bits({19, 23, 25, 33, 34, 35});
    // An administrator's: not those of the system itself, and not the one that large pages need.
    constexpr uint64_t kAdministrator =
        bits({5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 20, 22, 24, 28, 29, 30, 36});
    return is_administrator() ? kUser | kAdministrator : kUser;
}

uint64_t default_privileges() { return held_privileges() & bits({23, 29, 30}); }

PrivilegePlan plan_privileges(const TokenState& token, bool disable_all, std::span<const LUID_AND_ATTRIBUTES> wanted) {
    constexpr DWORD kRemoved = 4;
    PrivilegePlan plan{token.enabled, disable_all ? 0 : token.enabled};
    if (disable_all) return plan;
    for (const LUID_AND_ATTRIBUTES& one : wanted) {
        uint64_t bit = one.Luid.HighPart ? 0 : privilege_bit(one.Luid.LowPart) & token.held;
        plan.all &= bit != 0;
        if (one.Attributes & kRemoved) plan.removed |= bit;
        if (one.Attributes & SE_PRIVILEGE_ENABLED && !(one.Attributes & kRemoved)) plan.after |= bit;
        else plan.after &= ~bit;
    }
    return plan;
}

void apply(const PrivilegePlan& plan, Token& token) {
    token.change([&](TokenState& state) { state.enabled = plan.after, state.held &= ~plan.removed; });
}

size_t PrivilegePlan::previous_bytes() const {
    return sizeof(DWORD) + sizeof(LUID_AND_ATTRIBUTES) * static_cast<size_t>(__builtin_popcountll(changed()));
}

void PrivilegePlan::write_previous(TOKEN_PRIVILEGES* out) const {
    DWORD count = 0;
    for (DWORD value = kFirstPrivilege; value <= kLastPrivilege; ++value)
        if (changed() & privilege_bit(value))
            out->Privileges[count++] = {{value, 0}, before & privilege_bit(value) ? SE_PRIVILEGE_ENABLED : 0};
    out->PrivilegeCount = count;
}

}  // namespace lsw
