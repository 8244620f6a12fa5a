// aclapi.h: the security of files and other objects, and lists made of "explicit entries".
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/name_service.h"
#include "base/text.h"
#include "core/io/io_object.h"
#include "core/path/linux_names.h"
#include "core/runtime.h"
#include "core/security/descriptor.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"
#include "dll/advapi32/local_copy.h"

using namespace lsw;

namespace {

constexpr DWORD kFileObject = 1;
constexpr DWORD kOwner = 1, kGroup = 2, kDacl = 4;

// accctrl.h
struct TRUSTEE {
    TRUSTEE* pMultipleTrustee;
    DWORD MultipleTrusteeOperation, TrusteeForm, TrusteeType;
    void* ptstrName;
};
struct EXPLICIT_ACCESS {
    DWORD grfAccessPermissions, grfAccessMode, grfInheritance;
    TRUSTEE Trustee;
};
static_assert(sizeof(EXPLICIT_ACCESS) == 48);
enum AccessMode : DWORD { kNotUsed, kGrant, kSet, kDeny, kRevoke };

// A descriptor with what was asked for; its parts are pointers into it.
DWORD give(SecurityParts parts, DWORD wanted, PSID* owner, PSID* group, ACL** dacl, ACL** sacl, PVOID* descriptor) {
    if (!descriptor) return ERROR_INVALID_PARAMETER;
    if (!(wanted & kOwner)) parts.owner.clear();
    if (!(wanted & kGroup)) parts.group.clear();
    if (!(wanted & kDacl)) parts.dacl.clear(), parts.control &= static_cast<WORD>(~SE_DACL_PRESENT);
    std::vector<BYTE> bytes = self_relative(parts);
    BYTE* copy;
    if (!give_local(bytes.data(), bytes.size(), descriptor)) return ERROR_NOT_ENOUGH_MEMORY;
    copy = static_cast<BYTE*>(*descriptor);
    auto& head = *reinterpret_cast<const SECURITY_DESCRIPTOR_RELATIVE*>(copy);
    auto at = [&](DWORD offset) -> void* { return offset ? copy + offset : nullptr; };
    if (owner && wanted & kOwner) *owner = at(head.Owner);
    if (group && wanted & kGroup) *group = at(head.Group);
    if (dacl && wanted & kDacl) *dacl = static_cast<ACL*>(at(head.Dacl));
    if (sacl) *sacl = nullptr;
    return ERROR_SUCCESS;
}

// "Everyone", "CURRENT_USER", the built-in groups, and this machine's users; a domain before a backslash is skipped.
std::vector<BYTE> sid_of_name(std::string name) {
    name.erase(0, name.find_last_of('\\') + 1);
    auto is = [&](std::string_view other) { return equal_ignore_case(std::string_view(name), other); };
    if (is("Everyone")) return everyone_sid();
    if (is("CURRENT_USER")) return user_sid(getuid());
    if (is("SYSTEM")) return make_sid(5, {18});
    if (is("Authenticated Users")) return make_sid(5, {11});
    if (is("Administrators")) return make_sid(5, {32, 544});
    if (is("Users")) return make_sid(5, {32, 545});
    auto user = host_user(name);
    return user ? user_sid(user->id) : std::vector<BYTE>();
}

std::vector<BYTE> sid_of(const TRUSTEE& trustee, bool wide) {
    constexpr DWORD kIsSid = 0, kIsName = 1;
    if (trustee.TrusteeForm == kIsSid && advapi32::IsValidSid(trustee.ptstrName))
        return sid_bytes(static_cast<const SID*>(trustee.ptstrName));
    if (trustee.TrusteeForm != kIsName || !trustee.ptstrName) return {};
    return sid_of_name(wide ? utf8_from_utf16(static_cast<const WCHAR*>(trustee.ptstrName))
                            : static_cast<const char*>(trustee.ptstrName));
}

struct Entry {
    BYTE type, flags;
    ACCESS_MASK mask;
    std::vector<BYTE> sid;
};

// "SetEntriesInAclW function": denying entries come first, then allowing ones, then what was inherited.
void apply(const EXPLICIT_ACCESS& wanted, const std::vector<BYTE>& sid, std::vector<Entry>& entries) {
    auto flags = static_cast<BYTE>(wanted.grfInheritance & 0x1F);
    bool removes = wanted.grfAccessMode == kSet || wanted.grfAccessMode == kRevoke;
    if (removes)
        std::erase_if(entries, [&](const Entry& entry) { return entry.sid == sid && !(entry.flags & INHERITED_ACE); });
    if (wanted.grfAccessMode == kRevoke || wanted.grfAccessMode == kNotUsed) return;
    BYTE type = wanted.grfAccessMode == kDeny ? ACCESS_DENIED_ACE_TYPE : ACCESS_ALLOWED_ACE_TYPE;
    for (Entry& entry : entries)
        if (entry.type == type && entry.flags == flags && entry.sid == sid) {
            entry.mask |= wanted.grfAccessPermissions;
            return;
        }
    auto place = entries.begin();
    auto before = [&](const Entry& entry) {
        return !(entry.flags & INHERITED_ACE) && entry.type == ACCESS_DENIED_ACE_TYPE && type != ACCESS_DENIED_ACE_TYPE;
    };
    while (place != entries.end() && before(*place)) ++place;
    entries.insert(place, {type, flags, wanted.grfAccessPermissions, sid});
}

DWORD set_entries(ULONG count, const void* list, ACL* old, ACL** out, bool wide) {
    if (!out || (count && !list)) return ERROR_INVALID_PARAMETER;
    if (old && !is_valid_acl(old)) return ERROR_INVALID_ACL;
    std::vector<Entry> entries;
    for (const AceView& entry : entries_of(old))
        if (entry.sid) entries.push_back({entry.type, entry.flags, entry.mask, sid_bytes(entry.sid)});
    auto* wanted = static_cast<const EXPLICIT_ACCESS*>(list);
    for (ULONG i = 0; i < count; ++i) {
        if (wanted[i].grfAccessMode > kRevoke) return ERROR_INVALID_PARAMETER;
        std::vector<BYTE> sid = sid_of(wanted[i].Trustee, wide);
        if (sid.empty()) return wanted[i].Trustee.TrusteeForm == 1 ? ERROR_NONE_MAPPED : ERROR_INVALID_PARAMETER;
        apply(wanted[i], sid, entries);
    }
    std::vector<BYTE> acl = empty_acl();
    for (const Entry& entry : entries)
        append_ace(acl, entry.type, entry.flags, entry.mask, reinterpret_cast<const SID*>(entry.sid.data()));
    return give_local(acl.data(), acl.size(), out) ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

DWORD check_file(LPCWSTR name, DWORD type, struct stat& info) {
    if (!name || !*name) return ERROR_INVALID_PARAMETER;
    if (type != kFileObject) return ERROR_CALL_NOT_IMPLEMENTED;
    if (stat(linux_path_from_dos(name).c_str(), &info) == 0) return ERROR_SUCCESS;
    return win32_from_status(status_from_errno(errno));
}

}  // namespace

DWORD advapi32::GetNamedSecurityInfoW(LPCWSTR pObjectName, DWORD ObjectType, DWORD SecurityInfo, PSID* ppsidOwner,
                                      PSID* ppsidGroup, ACL** ppDacl, ACL** ppSacl, PVOID* ppSecurityDescriptor) {
    struct stat info;
    if (DWORD error = check_file(pObjectName, ObjectType, info)) return error;
    return give(descriptor_of_file(info), SecurityInfo, ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor);
}

DWORD advapi32::GetNamedSecurityInfoA(LPCSTR pObjectName, DWORD ObjectType, DWORD SecurityInfo, PSID* ppsidOwner,
                                      PSID* ppsidGroup, ACL** ppDacl, ACL** ppSacl, PVOID* ppSecurityDescriptor) {
    return GetNamedSecurityInfoW(utf16_from_utf8(pObjectName ? pObjectName : "").c_str(), ObjectType, SecurityInfo,
                                 ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor);
}

DWORD advapi32::GetSecurityInfo(HANDLE handle, DWORD, DWORD SecurityInfo, PSID* ppsidOwner, PSID* ppsidGroup,
                                ACL** ppDacl, ACL** ppSacl, PVOID* ppSecurityDescriptor) {
    SecurityParts parts = default_descriptor();
    auto pseudo = reinterpret_cast<intptr_t>(handle);
    if (pseudo >= 0 || pseudo < -6) {
        auto entry = runtime().handles.lookup(handle);
        if (!entry.ok()) return ERROR_INVALID_HANDLE;
        struct stat info;
        bool is_file = entry->object->type() == ObjectType::File;
        auto* io = is_file ? static_cast<IoObject*>(entry->object.get()) : nullptr;
        if (io && io->as_file() && fstat(io->fd(), &info) == 0) parts = descriptor_of_file(info);
    }
    return give(std::move(parts), SecurityInfo, ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor);
}

DWORD advapi32::SetNamedSecurityInfoW(LPWSTR pObjectName, DWORD ObjectType, DWORD, PSID, PSID, ACL*, ACL*) {
    struct stat info;
    return check_file(pObjectName, ObjectType, info);
}

DWORD advapi32::SetNamedSecurityInfoA(LPSTR pObjectName, DWORD ObjectType, DWORD SecurityInfo, PSID psidOwner,
                                      PSID psidGroup, ACL* pDacl, ACL* pSacl) {
    std::u16string name = utf16_from_utf8(pObjectName ? pObjectName : "");
    return SetNamedSecurityInfoW(name.data(), ObjectType, SecurityInfo, psidOwner, psidGroup, pDacl, pSacl);
}

DWORD advapi32::SetSecurityInfo(HANDLE handle, DWORD, DWORD, PSID, PSID, ACL*, ACL*) {
    auto pseudo = reinterpret_cast<intptr_t>(handle);
    if (pseudo < 0 && pseudo >= -6) return ERROR_SUCCESS;
    return runtime().handles.lookup(handle).ok() ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

DWORD advapi32::SetEntriesInAclW(ULONG cCountOfExplicitEntries, const void* pListOfExplicitEntries, ACL* OldAcl,
                                 ACL** NewAcl) {
    return set_entries(cCountOfExplicitEntries, pListOfExplicitEntries, OldAcl, NewAcl, true);
}

DWORD advapi32::SetEntriesInAclA(ULONG cCountOfExplicitEntries, const void* pListOfExplicitEntries, ACL* OldAcl,
                                 ACL** NewAcl) {
    return set_entries(cCountOfExplicitEntries, pListOfExplicitEntries, OldAcl, NewAcl, false);
}
