// sddl.h: SIDs and security descriptors as text. The format is in core/security/sddl.
#include "core/security/sddl.h"

#include <cstring>

#include "base/text.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"
#include "dll/advapi32/local_copy.h"

using namespace lsw;

BOOL advapi32::ConvertSidToStringSidW(PSID Sid, LPWSTR* StringSid) {
    if (!StringSid) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (!IsValidSid(Sid)) return set_last_error(ERROR_INVALID_SID), FALSE;
    std::u16string text = utf16_from_utf8(string_from_sid(static_cast<const SID*>(Sid)));
    return give_local(text.c_str(), (text.size() + 1) * sizeof(WCHAR), StringSid);
}

BOOL advapi32::ConvertSidToStringSidA(PSID Sid, LPSTR* StringSid) {
    if (!StringSid) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (!IsValidSid(Sid)) return set_last_error(ERROR_INVALID_SID), FALSE;
    std::string text = string_from_sid(static_cast<const SID*>(Sid));
    return give_local(text.c_str(), text.size() + 1, StringSid);
}

BOOL advapi32::ConvertStringSidToSidA(LPCSTR StringSid, PSID* Sid) {
    if (!StringSid || !Sid) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::vector<BYTE> sid = sid_from_string(StringSid);
    if (sid.empty()) return set_last_error(ERROR_INVALID_SID), FALSE;
    return give_local(sid.data(), sid.size(), Sid);
}

BOOL advapi32::ConvertStringSidToSidW(LPCWSTR StringSid, PSID* Sid) {
    if (!StringSid) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return ConvertStringSidToSidA(utf8_from_utf16(StringSid).c_str(), Sid);
}

BOOL advapi32::ConvertSecurityDescriptorToStringSecurityDescriptorW(PVOID SecurityDescriptor,
                                                                    DWORD RequestedStringSDRevision,
                                                                    DWORD SecurityInformation,
                                                                    LPWSTR* StringSecurityDescriptor,
                                                                    PULONG StringSecurityDescriptorLen) {
    if (RequestedStringSDRevision != 1) return set_last_error(ERROR_UNKNOWN_REVISION), FALSE;
    auto parts = read_descriptor(SecurityDescriptor);
    if (!parts.ok()) return set_last_error_from(parts.status());
    std::u16string text = utf16_from_utf8(string_from_descriptor(*parts, SecurityInformation));
    if (StringSecurityDescriptorLen) *StringSecurityDescriptorLen = static_cast<ULONG>(text.size() + 1);
    return give_local(text.c_str(), (text.size() + 1) * sizeof(WCHAR), StringSecurityDescriptor);
}

BOOL advapi32::ConvertSecurityDescriptorToStringSecurityDescriptorA(PVOID SecurityDescriptor,
                                                                    DWORD RequestedStringSDRevision,
                                                                    DWORD SecurityInformation,
                                                                    LPSTR* StringSecurityDescriptor,
                                                                    PULONG StringSecurityDescriptorLen) {
    if (RequestedStringSDRevision != 1) return set_last_error(ERROR_UNKNOWN_REVISION), FALSE;
    auto parts = read_descriptor(SecurityDescriptor);
    if (!parts.ok()) return set_last_error_from(parts.status());
    std::string text = string_from_descriptor(*parts, SecurityInformation);
    if (StringSecurityDescriptorLen) *StringSecurityDescriptorLen = static_cast<ULONG>(text.size() + 1);
    return give_local(text.c_str(), text.size() + 1, StringSecurityDescriptor);
}

BOOL advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorA(LPCSTR StringSecurityDescriptor,
                                                                    DWORD StringSDRevision, PVOID* SecurityDescriptor,
                                                                    PULONG SecurityDescriptorSize) {
    if (!StringSecurityDescriptor || !SecurityDescriptor) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (StringSDRevision != 1) return set_last_error(ERROR_UNKNOWN_REVISION), FALSE;
    auto parts = descriptor_from_string(StringSecurityDescriptor);
    if (!parts.ok()) return set_last_error_from(parts.status());
    std::vector<BYTE> bytes = self_relative(*parts);
    if (SecurityDescriptorSize) *SecurityDescriptorSize = static_cast<ULONG>(bytes.size());
    return give_local(bytes.data(), bytes.size(), SecurityDescriptor);
}

BOOL advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(LPCWSTR StringSecurityDescriptor,
                                                                    DWORD StringSDRevision, PVOID* SecurityDescriptor,
                                                                    PULONG SecurityDescriptorSize) {
    if (!StringSecurityDescriptor) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return ConvertStringSecurityDescriptorToSecurityDescriptorA(utf8_from_utf16(StringSecurityDescriptor).c_str(),
                                                                StringSDRevision, SecurityDescriptor,
                                                                SecurityDescriptorSize);
}
