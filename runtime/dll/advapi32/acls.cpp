// securitybaseapi.h: lists of access control entries, in the caller's memory.
#include <cstring>

#include "core/security/descriptor.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

BYTE* first_free(ACL* acl) {
    BYTE* at = reinterpret_cast<BYTE*>(acl) + sizeof(ACL);
    for (const AceView& entry : entries_of(acl)) at += entry.size;
    return at;
}

// The entry with this index; behind the last one for indices past it.
BYTE* entry_at(ACL* acl, DWORD index) {
    auto entries = entries_of(acl);
    return index < entries.size() ? const_cast<BYTE*>(entries[index].bytes) : first_free(acl);
}

BOOL insert(ACL* acl, DWORD revision, DWORD index, const void* bytes, DWORD size, WORD count) {
    if (!is_valid_acl(acl)) return fail(ERROR_INVALID_ACL);
    if (revision < 2 || revision > 4) return fail(ERROR_REVISION_MISMATCH);
    BYTE *end = first_free(acl), *at = entry_at(acl, index);
    if (end + size > reinterpret_cast<BYTE*>(acl) + acl->AclSize) return fail(ERROR_ALLOTTED_SPACE_EXCEEDED);
    memmove(at + size, at, static_cast<size_t>(end - at));
    memcpy(at, bytes, size);
    acl->AceCount = static_cast<WORD>(acl->AceCount + count);
    if (revision > acl->AclRevision) acl->AclRevision = static_cast<BYTE>(revision);
    return TRUE;
}

BOOL add(ACL* acl, DWORD revision, BYTE type, DWORD flags, DWORD mask, PSID sid) {
    if (!advapi32::IsValidSid(sid)) return fail(ERROR_INVALID_SID);
    std::vector<BYTE> one = empty_acl();
    append_ace(one, type, static_cast<BYTE>(flags), mask, static_cast<const SID*>(sid));
    return insert(acl, revision, ~0u, one.data() + sizeof(ACL), static_cast<DWORD>(one.size() - sizeof(ACL)), 1);
}

}  // namespace

BOOL advapi32::InitializeAcl(ACL* pAcl, DWORD nAclLength, DWORD dwAclRevision) {
    if (nAclLength < sizeof(ACL)) return fail(ERROR_INSUFFICIENT_BUFFER);
    if (dwAclRevision < 2 || dwAclRevision > 4 || nAclLength > 0xFFFF) return fail(ERROR_INVALID_PARAMETER);
    *pAcl = {.AclRevision = static_cast<BYTE>(dwAclRevision), .Sbz1 = 0,
             .AclSize = static_cast<WORD>(nAclLength & ~3u), .AceCount = 0, .Sbz2 = 0};
    return TRUE;
}

BOOL advapi32::IsValidAcl(ACL* pAcl) { return is_valid_acl(pAcl); }

BOOL advapi32::AddAce(ACL* pAcl, DWORD dwAceRevision, DWORD dwStartingAceIndex, LPVOID pAceList, DWORD nAceListLength) {
    // How many entries the list is: each says its own size.
    WORD count = 0;
    for (DWORD at = 0; at < nAceListLength; ++count) {
        WORD size;
        if (at + 4 > nAceListLength) return fail(ERROR_INVALID_PARAMETER);
        memcpy(&size, static_cast<const BYTE*>(pAceList) + at + 2, sizeof size);
        if (size < 8 || at + size > nAceListLength) return fail(ERROR_INVALID_PARAMETER);
        at += size;
    }
    return insert(pAcl, dwAceRevision, dwStartingAceIndex, pAceList, nAceListLength, count);
}

BOOL advapi32::AddAccessAllowedAce(ACL* pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid) {
    return add(pAcl, dwAceRevision, ACCESS_ALLOWED_ACE_TYPE, 0, AccessMask, pSid);
}

BOOL advapi32::AddAccessAllowedAceEx(ACL* pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask, PSID pSid) {
    return add(pAcl, dwAceRevision, ACCESS_ALLOWED_ACE_TYPE, AceFlags, AccessMask, pSid);
}

BOOL advapi32::AddAccessDeniedAce(ACL* pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid) {
    return add(pAcl, dwAceRevision, ACCESS_DENIED_ACE_TYPE, 0, AccessMask, pSid);
}

BOOL advapi32::AddAccessDeniedAceEx(ACL* pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask, PSID pSid) {
    return add(pAcl, dwAceRevision, ACCESS_DENIED_ACE_TYPE, AceFlags, AccessMask, pSid);
}

BOOL advapi32::DeleteAce(ACL* pAcl, DWORD dwAceIndex) {
    auto entries = entries_of(pAcl);
    if (!is_valid_acl(pAcl)) return fail(ERROR_INVALID_ACL);
    if (dwAceIndex >= entries.size()) return fail(ERROR_INVALID_PARAMETER);
    BYTE *end = first_free(pAcl), *at = const_cast<BYTE*>(entries[dwAceIndex].bytes);
    WORD size = entries[dwAceIndex].size;
    memmove(at, at + size, static_cast<size_t>(end - at - size));
    --pAcl->AceCount;
    return TRUE;
}

BOOL advapi32::GetAce(ACL* pAcl, DWORD dwAceIndex, LPVOID* pAce) {
    auto entries = entries_of(pAcl);
    if (!pAcl || !pAce || dwAceIndex >= entries.size()) return fail(ERROR_INVALID_PARAMETER);
    *pAce = const_cast<BYTE*>(entries[dwAceIndex].bytes);
    return TRUE;
}

// A full list has no free entry, and says so with a null pointer.
BOOL advapi32::FindFirstFreeAce(ACL* pAcl, LPVOID* pAce) {
    if (!is_valid_acl(pAcl)) return fail(ERROR_INVALID_ACL);
    BYTE* at = first_free(pAcl);
    *pAce = at < reinterpret_cast<BYTE*>(pAcl) + pAcl->AclSize ? at : nullptr;
    return TRUE;
}

BOOL advapi32::GetAclInformation(ACL* pAcl, LPVOID pAclInformation, DWORD nAclInformationLength,
                                 DWORD dwAclInformationClass) {
    constexpr DWORD kRevision = 1, kSize = 2;
    if (!is_valid_acl(pAcl)) return fail(ERROR_INVALID_ACL);
    auto used = static_cast<DWORD>(first_free(pAcl) - reinterpret_cast<BYTE*>(pAcl));
    const DWORD size[3] = {pAcl->AceCount, used, pAcl->AclSize - used}, revision[1] = {pAcl->AclRevision};
    bool wants_size = dwAclInformationClass == kSize;
    if (!wants_size && dwAclInformationClass != kRevision) return fail(ERROR_INVALID_PARAMETER);
    DWORD bytes = wants_size ? sizeof size : sizeof revision;
    if (nAclInformationLength < bytes) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pAclInformation, wants_size ? size : revision, bytes);
    return TRUE;
}
