// securitybaseapi.h: SIDs and security descriptors.
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "core/memory/heap.h"
#include "core/path/linux_names.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

constexpr BYTE kMostSubAuthorities = 15;

const SID* as_sid(PSID sid) { return static_cast<const SID*>(sid); }

}  // namespace

BOOL advapi32::IsValidSid(PSID pSid) {
    return pSid && as_sid(pSid)->Revision == 1 && as_sid(pSid)->SubAuthorityCount <= kMostSubAuthorities;
}

DWORD advapi32::GetLengthSid(PSID pSid) { return static_cast<DWORD>(sid_length(as_sid(pSid))); }

DWORD advapi32::GetSidLengthRequired(UCHAR nSubAuthorityCount) { return 8 + 4u * nSubAuthorityCount; }

BOOL advapi32::InitializeSid(PSID Sid, SID_IDENTIFIER_AUTHORITY* pIdentifierAuthority, BYTE nSubAuthorityCount) {
    if (nSubAuthorityCount > kMostSubAuthorities) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto* sid = static_cast<SID*>(Sid);
    memset(sid, 0, 8 + 4u * nSubAuthorityCount);
    sid->Revision = 1;
    sid->SubAuthorityCount = nSubAuthorityCount;
    sid->IdentifierAuthority = *pIdentifierAuthority;
    return TRUE;
}

PDWORD advapi32::GetSidSubAuthority(PSID pSid, DWORD nSubAuthority) {
    return &static_cast<SID*>(pSid)->SubAuthority[nSubAuthority];
}

PUCHAR advapi32::GetSidSubAuthorityCount(PSID pSid) { return &static_cast<SID*>(pSid)->SubAuthorityCount; }

BOOL advapi32::CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid) {
    size_t length = sid_length(as_sid(pSourceSid));
    if (nDestinationSidLength < length) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(pDestinationSid, pSourceSid, length);
    return TRUE;
}

BOOL advapi32::EqualSid(PSID pSid1, PSID pSid2) {
    size_t length = sid_length(as_sid(pSid1));
    return length == sid_length(as_sid(pSid2)) && memcmp(pSid1, pSid2, length) == 0;
}

BOOL advapi32::AllocateAndInitializeSid(SID_IDENTIFIER_AUTHORITY* pIdentifierAuthority, BYTE nSubAuthorityCount,
                                        DWORD nSubAuthority0, DWORD nSubAuthority1, DWORD nSubAuthority2,
                                        DWORD nSubAuthority3, DWORD nSubAuthority4, DWORD nSubAuthority5,
                                        DWORD nSubAuthority6, DWORD nSubAuthority7, PSID* pSid) {
    if (nSubAuthorityCount == 0 || nSubAuthorityCount > 8) return set_last_error(ERROR_INVALID_SID), FALSE;
    auto* sid = static_cast<SID*>(process_heap().allocate(8 + 4u * nSubAuthorityCount, true));
    if (!sid) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), FALSE;
    InitializeSid(sid, pIdentifierAuthority, nSubAuthorityCount);
    DWORD parts[8] = {nSubAuthority0, nSubAuthority1, nSubAuthority2, nSubAuthority3,
                      nSubAuthority4, nSubAuthority5, nSubAuthority6, nSubAuthority7};
    memcpy(sid->SubAuthority, parts, 4u * nSubAuthorityCount);
    *pSid = sid;
    return TRUE;
}

PVOID advapi32::FreeSid(PSID pSid) { return process_heap().release(pSid) ? nullptr : pSid; }

BOOL advapi32::CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember) {
    constexpr DWORD kEnabled = 4;
    Result<Ref<Token>> token = process_token();
    if (TokenHandle) token = token_of_handle(TokenHandle, TOKEN_QUERY);
    else if (thread_token()) token = thread_token();
    if (!token.ok()) return set_last_error_from(token.status());
    TokenState state = (*token)->state();
    if (TokenHandle && state.primary) return set_last_error(ERROR_NO_IMPERSONATION_TOKEN), FALSE;
    *IsMember = !state.anonymous && same_sid(as_sid(SidToCheck), user_sid(getuid()));
    for (const TokenGroup& group : token_groups(state))
        if (group.attributes & kEnabled && same_sid(as_sid(SidToCheck), group.sid)) *IsMember = TRUE;
    return TRUE;
}

BOOL advapi32::InitializeSecurityDescriptor(PVOID pSecurityDescriptor, DWORD dwRevision) {
    if (dwRevision != 1) return set_last_error(ERROR_UNKNOWN_REVISION), FALSE;
    *static_cast<SECURITY_DESCRIPTOR*>(pSecurityDescriptor) = {.Revision = 1};
    return TRUE;
}

BOOL advapi32::SetSecurityDescriptorDacl(PVOID pSecurityDescriptor, BOOL bDaclPresent, ACL* pDacl, BOOL) {
    auto* descriptor = static_cast<SECURITY_DESCRIPTOR*>(pSecurityDescriptor);
    if (descriptor->Control & SE_SELF_RELATIVE) return set_last_error(ERROR_INVALID_SECURITY_DESCR), FALSE;
    descriptor->Control = static_cast<WORD>(bDaclPresent ? descriptor->Control | SE_DACL_PRESENT
                                                         : descriptor->Control & ~SE_DACL_PRESENT);
    descriptor->Dacl = bDaclPresent ? pDacl : nullptr;
    return TRUE;
}

BOOL advapi32::GetFileSecurityW(LPCWSTR lpFileName, DWORD RequestedInformation, PVOID pSecurityDescriptor,
                                DWORD nLength, LPDWORD lpnLengthNeeded) {
    constexpr DWORD kOwner = 1, kGroup = 2, kDacl = 4;
    struct stat info;
    if (stat(linux_path_from_dos(lpFileName).c_str(), &info) != 0) return set_last_error_from(status_from_errno(errno));
    std::vector<BYTE> owner = user_sid(info.st_uid), group = user_sid(info.st_gid);
    // The descriptor, then owner and group; a present but null DACL allows everyone.
    SECURITY_DESCRIPTOR_RELATIVE head{.Revision = 1, .Control = SE_SELF_RELATIVE};
    DWORD size = sizeof head;
    if (RequestedInformation & kOwner) head.Owner = size, size += static_cast<DWORD>(owner.size());
    if (RequestedInformation & kGroup) head.Group = size, size += static_cast<DWORD>(group.size());
    if (RequestedInformation & kDacl) head.Control |= SE_DACL_PRESENT;
    if (lpnLengthNeeded) *lpnLengthNeeded = size;
    if (nLength < size) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    auto* out = static_cast<BYTE*>(pSecurityDescriptor);
    memcpy(out, &head, sizeof head);
    if (head.Owner) memcpy(out + head.Owner, owner.data(), owner.size());
    if (head.Group) memcpy(out + head.Group, group.data(), group.size());
    return TRUE;
}

BOOL advapi32::SetFileSecurityW(LPCWSTR lpFileName, DWORD, PVOID) {
    if (access(linux_path_from_dos(lpFileName).c_str(), F_OK) == 0) return TRUE;
    return set_last_error_from(status_from_errno(errno));
}
