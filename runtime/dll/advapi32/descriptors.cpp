// securitybaseapi.h: the parts of security descriptors, in both forms.
#include <cstring>

#include "core/security/descriptor.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

constexpr WORD kOwnerDefaulted = 1, kGroupDefaulted = 2, kDaclDefaulted = 8, kSaclDefaulted = 0x20;

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// Where the parts are, whichever form it is.
struct Pointers {
    WORD control = 0;
    void *owner = nullptr, *group = nullptr, *sacl = nullptr, *dacl = nullptr;
};

bool locate(PVOID descriptor, Pointers& out) {
    auto* head = static_cast<SECURITY_DESCRIPTOR_RELATIVE*>(descriptor);
    if (!head || head->Revision != 1) return set_last_error(ERROR_INVALID_SECURITY_DESCR), false;
    out.control = head->Control;
    if (head->Control & SE_SELF_RELATIVE) {
        auto at = [&](DWORD offset) -> void* { return offset ? static_cast<BYTE*>(descriptor) + offset : nullptr; };
        out.owner = at(head->Owner), out.group = at(head->Group), out.sacl = at(head->Sacl), out.dacl = at(head->Dacl);
    } else {
        auto* absolute = static_cast<SECURITY_DESCRIPTOR*>(descriptor);
        out.owner = absolute->Owner, out.group = absolute->Group;
        out.sacl = absolute->Sacl, out.dacl = absolute->Dacl;
    }
    return true;
}

SECURITY_DESCRIPTOR* absolute_form(PVOID descriptor) {
    auto* out = static_cast<SECURITY_DESCRIPTOR*>(descriptor);
    if (!out || out->Revision != 1 || out->Control & SE_SELF_RELATIVE)
        return set_last_error(ERROR_INVALID_SECURITY_DESCR), nullptr;
    return out;
}

void set_bit(WORD& control, WORD bit, bool on) { control = static_cast<WORD>(on ? control | bit : control & ~bit); }

}  // namespace

BOOL advapi32::IsValidSecurityDescriptor(PVOID pSecurityDescriptor) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    bool sids = (!parts.owner || IsValidSid(parts.owner)) && (!parts.group || IsValidSid(parts.group));
    bool acls = (!parts.dacl || is_valid_acl(static_cast<ACL*>(parts.dacl))) &&
                (!parts.sacl || is_valid_acl(static_cast<ACL*>(parts.sacl)));
    return sids && acls;
}

DWORD advapi32::GetSecurityDescriptorLength(PVOID pSecurityDescriptor) {
    auto parts = read_descriptor(pSecurityDescriptor);
    return parts.ok() ? static_cast<DWORD>(self_relative(*parts).size()) : 0;
}

BOOL advapi32::GetSecurityDescriptorControl(PVOID pSecurityDescriptor, WORD* pControl, LPDWORD lpdwRevision) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    *pControl = parts.control;
    *lpdwRevision = 1;
    return TRUE;
}

BOOL advapi32::SetSecurityDescriptorControl(PVOID pSecurityDescriptor, WORD ControlBitsOfInterest, WORD ControlBitsToSet) {
    constexpr WORD kSettable = 0x3F00;  // inheritance and protection
    if (ControlBitsOfInterest & ~kSettable || ControlBitsToSet & ~ControlBitsOfInterest)
        return fail(ERROR_INVALID_PARAMETER);
    auto* head = static_cast<SECURITY_DESCRIPTOR_RELATIVE*>(pSecurityDescriptor);
    head->Control = static_cast<WORD>((head->Control & ~ControlBitsOfInterest) | ControlBitsToSet);
    return TRUE;
}

BOOL advapi32::GetSecurityDescriptorOwner(PVOID pSecurityDescriptor, PSID* pOwner, LPBOOL lpbOwnerDefaulted) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    *pOwner = parts.owner;
    if (lpbOwnerDefaulted) *lpbOwnerDefaulted = (parts.control & kOwnerDefaulted) != 0;
    return TRUE;
}

BOOL advapi32::GetSecurityDescriptorGroup(PVOID pSecurityDescriptor, PSID* pGroup, LPBOOL lpbGroupDefaulted) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    *pGroup = parts.group;
    if (lpbGroupDefaulted) *lpbGroupDefaulted = (parts.control & kGroupDefaulted) != 0;
    return TRUE;
}

BOOL advapi32::GetSecurityDescriptorDacl(PVOID pSecurityDescriptor, LPBOOL lpbDaclPresent, ACL** pDacl,
                                         LPBOOL lpbDaclDefaulted) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    *lpbDaclPresent = (parts.control & SE_DACL_PRESENT) != 0;
    if (!*lpbDaclPresent) return TRUE;
    *pDacl = static_cast<ACL*>(parts.dacl);
    if (lpbDaclDefaulted) *lpbDaclDefaulted = (parts.control & kDaclDefaulted) != 0;
    return TRUE;
}

BOOL advapi32::GetSecurityDescriptorSacl(PVOID pSecurityDescriptor, LPBOOL lpbSaclPresent, ACL** pSacl,
                                         LPBOOL lpbSaclDefaulted) {
    Pointers parts;
    if (!locate(pSecurityDescriptor, parts)) return FALSE;
    *lpbSaclPresent = (parts.control & SE_SACL_PRESENT) != 0;
    if (!*lpbSaclPresent) return TRUE;
    *pSacl = static_cast<ACL*>(parts.sacl);
    if (lpbSaclDefaulted) *lpbSaclDefaulted = (parts.control & kSaclDefaulted) != 0;
    return TRUE;
}

BOOL advapi32::SetSecurityDescriptorOwner(PVOID pSecurityDescriptor, PSID pOwner, BOOL bOwnerDefaulted) {
    auto* descriptor = absolute_form(pSecurityDescriptor);
    if (!descriptor) return FALSE;
    descriptor->Owner = pOwner;
    set_bit(descriptor->Control, kOwnerDefaulted, bOwnerDefaulted);
    return TRUE;
}

BOOL advapi32::SetSecurityDescriptorGroup(PVOID pSecurityDescriptor, PSID pGroup, BOOL bGroupDefaulted) {
    auto* descriptor = absolute_form(pSecurityDescriptor);
    if (!descriptor) return FALSE;
    descriptor->Group = pGroup;
    set_bit(descriptor->Control, kGroupDefaulted, bGroupDefaulted);
    return TRUE;
}

BOOL advapi32::SetSecurityDescriptorSacl(PVOID pSecurityDescriptor, BOOL bSaclPresent, ACL* pSacl, BOOL bSaclDefaulted) {
    auto* descriptor = absolute_form(pSecurityDescriptor);
    if (!descriptor) return FALSE;
    set_bit(descriptor->Control, SE_SACL_PRESENT, bSaclPresent);
    set_bit(descriptor->Control, kSaclDefaulted, bSaclPresent && bSaclDefaulted);
    descriptor->Sacl = bSaclPresent ? pSacl : nullptr;
    return TRUE;
}

BOOL advapi32::MakeSelfRelativeSD(PVOID pAbsoluteSecurityDescriptor, PVOID pSelfRelativeSecurityDescriptor,
                                  LPDWORD lpdwBufferLength) {
    if (!absolute_form(pAbsoluteSecurityDescriptor)) return fail(ERROR_BAD_DESCRIPTOR_FORMAT);
    auto parts = read_descriptor(pAbsoluteSecurityDescriptor);
    if (!parts.ok()) return set_last_error_from(parts.status());
    std::vector<BYTE> bytes = self_relative(*parts);
    DWORD room = *lpdwBufferLength;
    *lpdwBufferLength = static_cast<DWORD>(bytes.size());
    if (!pSelfRelativeSecurityDescriptor || room < bytes.size()) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pSelfRelativeSecurityDescriptor, bytes.data(), bytes.size());
    return TRUE;
}

SID_IDENTIFIER_AUTHORITY* advapi32::GetSidIdentifierAuthority(PSID pSid) {
    return &static_cast<SID*>(pSid)->IdentifierAuthority;
}
