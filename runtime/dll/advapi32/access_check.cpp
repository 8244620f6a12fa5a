// securitybaseapi.h: who may do what, by a descriptor. Doc: "AccessCheck function (securitybaseapi.h)",
// "How AccessCheck Works"; the order of the list decides.
#include <algorithm>

#include "core/runtime.h"
#include "core/security/descriptor.h"
#include "core/security/privileges.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

constexpr DWORD kGenericAll = 0x10000000, kGenericExecute = 0x20000000, kGenericWrite = 0x40000000,
                kGenericRead = 0x80000000, kMaximumAllowed = 0x02000000, kSystemSecurity = 0x01000000;
constexpr DWORD kReadControl = 0x20000, kWriteDac = 0x40000, kWriteOwner = 0x80000;

struct PrivilegeSet {
    DWORD PrivilegeCount, Control;
    LUID_AND_ATTRIBUTES Privilege[1];
};
static_assert(sizeof(PrivilegeSet) == 20);

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

DWORD mapped(DWORD mask, const GENERIC_MAPPING& mapping) {
    if (mask & kGenericRead) mask |= mapping.GenericRead;
    if (mask & kGenericWrite) mask |= mapping.GenericWrite;
    if (mask & kGenericExecute) mask |= mapping.GenericExecute;
    if (mask & kGenericAll) mask |= mapping.GenericAll;
    return mask & ~(kGenericRead | kGenericWrite | kGenericExecute | kGenericAll);
}

// The identities that a list is compared with: those that allow, and those that only ever deny.
struct Identities {
    std::vector<std::vector<BYTE>> allow, deny;
};

Identities identities_of(const TokenState& token) {
    constexpr DWORD kDenyOnly = 0x10, kIntegrity = 0x20;
    Identities out;
    auto bytes = token_information(token, 1, nullptr);
    out.allow.push_back(token.anonymous ? make_sid(5, {7}) : std::vector<BYTE>(bytes->begin() + 16, bytes->end()));
    for (const TokenGroup& group : token_groups(token)) {
        if (group.attributes & kIntegrity) continue;
        (group.attributes & kDenyOnly ? out.deny : out.allow).push_back(group.sid);
    }
    // The user's own SID was padded; its length says where it ends.
    out.allow[0].resize(sid_length(reinterpret_cast<const SID*>(out.allow[0].data())));
    out.deny.insert(out.deny.end(), out.allow.begin(), out.allow.end());
    return out;
}

bool has(const std::vector<std::vector<BYTE>>& sids, const SID* sid) {
    return std::any_of(sids.begin(), sids.end(), [sid](const auto& one) { return same_sid(sid, one); });
}

// What the list gives: all that it allows when the maximum is asked for.
DWORD granted_by(const SecurityParts& parts, const Identities& who, DWORD wanted, bool maximum,
                 const GENERIC_MAPPING& mapping) {
    bool has_list = parts.control & SE_DACL_PRESENT && !parts.dacl.empty();
    if (!has_list) return maximum ? mapping.GenericAll | wanted : wanted;
    constexpr BYTE kInheritOnly = 8;
    DWORD granted = 0, denied = 0;
    if (has(who.allow, reinterpret_cast<const SID*>(parts.owner.data()))) granted |= kReadControl | kWriteDac;
    for (const AceView& entry : entries_of(reinterpret_cast<const ACL*>(parts.dacl.data()))) {
        if (!entry.sid || entry.flags & kInheritOnly) continue;
        DWORD mask = mapped(entry.mask, mapping);
        if (entry.type == ACCESS_DENIED_ACE_TYPE && has(who.deny, entry.sid)) denied |= mask & ~granted;
        if (entry.type == ACCESS_ALLOWED_ACE_TYPE && has(who.allow, entry.sid)) granted |= mask & ~denied;
    }
    return granted & ~denied;
}

}  // namespace

void advapi32::MapGenericMask(PDWORD AccessMask, GENERIC_MAPPING* GenericMapping) {
    *AccessMask = mapped(*AccessMask, *GenericMapping);
}

BOOL advapi32::AreAllAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess) {
    return (GrantedAccess & DesiredAccess) == DesiredAccess;
}

BOOL advapi32::AreAnyAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess) {
    return (GrantedAccess & DesiredAccess) != 0;
}

BOOL advapi32::AllocateLocallyUniqueId(PLUID Luid) {
    *Luid = Token::next_luid();
    return TRUE;
}

BOOL advapi32::PrivilegeCheck(HANDLE ClientToken, PVOID RequiredPrivileges, LPBOOL pfResult) {
    constexpr DWORD kAllNecessary = 1, kUsedForAccess = 0x80000000;
    auto token = token_of_handle(ClientToken, TOKEN_QUERY);
    if (!token.ok()) return set_last_error_from(token.status());
    auto* set = static_cast<PrivilegeSet*>(RequiredPrivileges);
    uint64_t enabled = (*token)->state().enabled;
    DWORD found = 0;
    for (DWORD i = 0; i < set->PrivilegeCount; ++i)
        if (enabled & privilege_bit(set->Privilege[i].Luid.LowPart)) {
            set->Privilege[i].Attributes |= kUsedForAccess;
            ++found;
        }
    *pfResult = set->Control & kAllNecessary ? found == set->PrivilegeCount : found != 0;
    return TRUE;
}

BOOL advapi32::AccessCheck(PVOID pSecurityDescriptor, HANDLE ClientToken, DWORD DesiredAccess, GENERIC_MAPPING* GenericMapping,
                           PVOID PrivilegeSet, LPDWORD PrivilegeSetLength, LPDWORD GrantedAccess, LPBOOL AccessStatus) {
    constexpr DWORD kTakeOwnership = 9, kSecurity = 8;
    auto token = token_of_handle(ClientToken, TOKEN_QUERY);
    if (!token.ok()) return set_last_error_from(token.status());
    TokenState state = (*token)->state();
    if (state.primary) return fail(ERROR_NO_IMPERSONATION_TOKEN);
    if (state.level < TokenLevel::kIdentification) return fail(ERROR_BAD_IMPERSONATION_LEVEL);
    if (DesiredAccess & (kGenericAll | kGenericExecute | kGenericWrite | kGenericRead)) return fail(ERROR_GENERIC_NOT_MAPPED);
    auto parts = read_descriptor(pSecurityDescriptor);
    if (!parts.ok() || parts->owner.empty() || parts->group.empty()) return fail(ERROR_INVALID_SECURITY_DESCR);
    if (!PrivilegeSetLength || *PrivilegeSetLength < sizeof(::PrivilegeSet) || !PrivilegeSet) {
        if (PrivilegeSetLength) *PrivilegeSetLength = sizeof(::PrivilegeSet);
        return fail(ERROR_INSUFFICIENT_BUFFER);
    }
    *static_cast<::PrivilegeSet*>(PrivilegeSet) = {};
    bool maximum = DesiredAccess & kMaximumAllowed;
    DWORD wanted = DesiredAccess & ~kMaximumAllowed;
    Identities who = identities_of(state);
    DWORD granted = granted_by(*parts, who, wanted, maximum, *GenericMapping);
    if (!state.restricting.empty())  // both the user and one of the restricting SIDs must be allowed
        granted &= granted_by(*parts, {state.restricting, state.restricting}, wanted, maximum, *GenericMapping);
    granted &= ~kSystemSecurity;  // comes from the privilege alone
    if (state.enabled & privilege_bit(kTakeOwnership)) granted |= wanted & kWriteOwner;
    if (state.enabled & privilege_bit(kSecurity)) granted |= wanted & kSystemSecurity;
    bool allowed = (granted & wanted) == wanted && (!maximum || granted != 0);
    *GrantedAccess = !allowed ? 0 : maximum ? granted : wanted;
    *AccessStatus = allowed;
    if (!allowed) set_last_error(ERROR_ACCESS_DENIED);
    return TRUE;
}
