// winbase.h, securitybaseapi.h: accounts, their names and their SIDs. Doc: "LookupAccountSidW function (winbase.h)",
// "LookupAccountNameW function (winbase.h)", "CreateWellKnownSid function (securitybaseapi.h)".
#include "core/security/accounts.h"

#include <cstring>

#include "base/text_as.h"
#include "core/security/privileges.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

const SID* as_sid(PSID sid) { return static_cast<const SID*>(sid); }
BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// `size` counts characters: what is needed with the zero when it does not fit, what was written without it when it does.
template <class Char>
bool fits(const std::basic_string<Char>& text, const Char* buffer, DWORD size) {
    return buffer && size > text.size();
}

template <class Char>
void put(const std::basic_string<Char>& text, Char* buffer, LPDWORD size, bool fit) {
    if (!size) return;
    *size = static_cast<DWORD>(text.size() + (fit ? 0 : 1));
    if (fit) memcpy(buffer, text.c_str(), (text.size() + 1) * sizeof(Char));
}

template <class Char>
BOOL lookup_sid(PSID sid, Char* name, LPDWORD name_size, Char* domain, LPDWORD domain_size, DWORD* use) {
    if (!sid || !name_size || !domain_size || !use) return fail(ERROR_INVALID_PARAMETER);
    if (!advapi32::IsValidSid(sid)) return fail(ERROR_INVALID_SID);
    auto account = account_of_sid(as_sid(sid));
    if (!account) return fail(ERROR_NONE_MAPPED);
    auto account_name = text_as<Char>(account->name), account_domain = text_as<Char>(account->domain);
    bool fit = fits(account_name, name, *name_size) && fits(account_domain, domain, *domain_size);
    put(account_name, name, name_size, fit);
    put(account_domain, domain, domain_size, fit);
    if (!fit) return fail(ERROR_INSUFFICIENT_BUFFER);
    *use = static_cast<DWORD>(account->use);
    return TRUE;
}

template <class Char>
BOOL lookup_name(std::u16string_view name, PSID sid, LPDWORD sid_size, Char* domain, LPDWORD domain_size, DWORD* use) {
    if (!sid_size || !domain_size || !use) return fail(ERROR_INVALID_PARAMETER);
    auto account = account_by_name(name);
    if (!account) return fail(ERROR_NONE_MAPPED);
    auto account_domain = text_as<Char>(account->domain);
    bool fit = sid && *sid_size >= account->sid.size() && fits(account_domain, domain, *domain_size);
    *sid_size = static_cast<DWORD>(account->sid.size());
    put(account_domain, domain, domain_size, fit);
    if (!fit) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(sid, account->sid.data(), account->sid.size());
    *use = static_cast<DWORD>(account->use);
    return TRUE;
}

template <class Char>
BOOL give_name(const char* text, Char* buffer, LPDWORD size) {
    if (!text) return set_last_error_from(STATUS_NO_SUCH_PRIVILEGE);
    if (!size) return fail(ERROR_INVALID_PARAMETER);
    auto name = text_as<Char>(utf16_from_utf8(text));
    bool fit = fits(name, buffer, *size);
    put(name, buffer, size, fit);
    return fit ? TRUE : fail(ERROR_INSUFFICIENT_BUFFER);
}

// The SID without its last part where it is an account's of a domain: S-1-5-21-a-b-c-…
bool is_of_domain(const SID* sid) {
    return sid->SubAuthorityCount >= 4 && sid->IdentifierAuthority.Value[5] == 5 && sid->SubAuthority[0] == 21;
}

constexpr size_t kDomainSidBytes = 8 + 4 * 4;

}  // namespace

BOOL advapi32::LookupAccountSidW(LPCWSTR, PSID Sid, LPWSTR Name, LPDWORD cchName, LPWSTR ReferencedDomainName,
                                 LPDWORD cchReferencedDomainName, DWORD* peUse) {
    return lookup_sid(Sid, Name, cchName, ReferencedDomainName, cchReferencedDomainName, peUse);
}

BOOL advapi32::LookupAccountSidA(LPCSTR, PSID Sid, LPSTR Name, LPDWORD cchName, LPSTR ReferencedDomainName,
                                 LPDWORD cchReferencedDomainName, DWORD* peUse) {
    return lookup_sid(Sid, Name, cchName, ReferencedDomainName, cchReferencedDomainName, peUse);
}

BOOL advapi32::LookupAccountNameW(LPCWSTR, LPCWSTR lpAccountName, PSID Sid, LPDWORD cbSid, LPWSTR ReferencedDomainName,
                                  LPDWORD cchReferencedDomainName, DWORD* peUse) {
    // Without a name, the domain of the machine itself is meant.
    std::u16string name = lpAccountName ? std::u16string(lpAccountName) : machine_name();
    return lookup_name(name, Sid, cbSid, ReferencedDomainName, cchReferencedDomainName, peUse);
}

BOOL advapi32::LookupAccountNameA(LPCSTR, LPCSTR lpAccountName, PSID Sid, LPDWORD cbSid, LPSTR ReferencedDomainName,
                                  LPDWORD cchReferencedDomainName, DWORD* peUse) {
    std::u16string name = lpAccountName ? utf16_from_utf8(lpAccountName) : machine_name();
    return lookup_name(name, Sid, cbSid, ReferencedDomainName, cchReferencedDomainName, peUse);
}

BOOL advapi32::LookupPrivilegeNameW(LPCWSTR, PLUID lpLuid, LPWSTR lpName, LPDWORD cchName) {
    return give_name(lpLuid->HighPart ? nullptr : privilege_name(lpLuid->LowPart), lpName, cchName);
}

BOOL advapi32::LookupPrivilegeNameA(LPCSTR, PLUID lpLuid, LPSTR lpName, LPDWORD cchName) {
    return give_name(lpLuid->HighPart ? nullptr : privilege_name(lpLuid->LowPart), lpName, cchName);
}

BOOL advapi32::LookupPrivilegeDisplayNameW(LPCWSTR, LPCWSTR lpName, LPWSTR lpDisplayName, LPDWORD cchDisplayName,
                                           LPDWORD lpLanguageId) {
    constexpr DWORD kEnglish = 0x409;
    DWORD value = lpName ? privilege_by_name(lpName) : 0;
    if (!give_name(privilege_display_name(value), lpDisplayName, cchDisplayName)) return FALSE;
    if (lpLanguageId) *lpLanguageId = kEnglish;
    return TRUE;
}

BOOL advapi32::CreateWellKnownSid(DWORD WellKnownSidType, PSID DomainSid, PSID pSid, DWORD* cbSid) {
    if (!cbSid) return fail(ERROR_INVALID_PARAMETER);
    std::vector<BYTE> sid = well_known_sid(WellKnownSidType, as_sid(DomainSid));
    if (sid.empty()) return fail(ERROR_INVALID_PARAMETER);
    DWORD room = *cbSid;
    *cbSid = static_cast<DWORD>(sid.size());
    if (!pSid || room < sid.size()) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pSid, sid.data(), sid.size());
    return TRUE;
}

BOOL advapi32::IsWellKnownSid(PSID pSid, DWORD WellKnownSidType) {
    const SID* sid = as_sid(pSid);
    if (!IsValidSid(pSid)) return FALSE;
    if (is_of_domain(sid) && sid->SubAuthorityCount == 5) {
        // Of any domain: compared with that kind of account in the SID's own.
        BYTE domain[kDomainSidBytes];
        memcpy(domain, sid, sizeof domain);
        domain[1] = 4;
        return same_sid(sid, well_known_sid(WellKnownSidType, as_sid(domain)));
    }
    constexpr DWORD kLogonIds = 21;
    if (WellKnownSidType == kLogonIds && sid->SubAuthorityCount == 3)
        return sid->IdentifierAuthority.Value[5] == 5 && sid->SubAuthority[0] == 5;
    return same_sid(sid, well_known_sid(WellKnownSidType, nullptr));
}

BOOL advapi32::GetWindowsAccountDomainSid(PSID pSid, PSID pDomainSid, DWORD* cbDomainSid) {
    if (!IsValidSid(pSid)) return fail(ERROR_INVALID_SID);
    if (!cbDomainSid) return fail(ERROR_INVALID_PARAMETER);
    if (!is_of_domain(as_sid(pSid))) return fail(ERROR_NON_ACCOUNT_SID);
    DWORD room = *cbDomainSid;
    *cbDomainSid = kDomainSidBytes;
    if (!pDomainSid) return fail(ERROR_INVALID_PARAMETER);
    if (room < kDomainSidBytes) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pDomainSid, pSid, kDomainSidBytes);
    static_cast<SID*>(pDomainSid)->SubAuthorityCount = 4;
    return TRUE;
}

BOOL advapi32::EqualDomainSid(PSID pSid1, PSID pSid2, BOOL* pfEqual) {
    if (!pfEqual) return fail(ERROR_INVALID_PARAMETER);
    if (!IsValidSid(pSid1) || !IsValidSid(pSid2)) return fail(ERROR_INVALID_SID);
    BYTE first[kDomainSidBytes], second[kDomainSidBytes];
    DWORD size = sizeof first;
    if (!GetWindowsAccountDomainSid(pSid1, first, &size) || !GetWindowsAccountDomainSid(pSid2, second, &size)) return FALSE;
    *pfEqual = memcmp(first, second, sizeof first) == 0;
    return TRUE;
}

BOOL advapi32::EqualPrefixSid(PSID pSid1, PSID pSid2) {
    const SID *first = as_sid(pSid1), *second = as_sid(pSid2);
    if (first->SubAuthorityCount != second->SubAuthorityCount || first->Revision != second->Revision) return FALSE;
    size_t parts = first->SubAuthorityCount ? first->SubAuthorityCount - 1u : 0;
    return memcmp(&first->IdentifierAuthority, &second->IdentifierAuthority, 6 + 4 * parts) == 0;
}
