#include "core/security/descriptor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "core/security/token.h"

namespace lsw {
namespace {

constexpr BYTE kMostSubAuthorities = 15;
constexpr ACCESS_MASK kFileAll = 0x1F01FF, kFileRead = 0x120089, kFileWrite = 0x120116, kFileExecute = 0x1200A0;

std::vector<BYTE> copy_acl(const ACL* acl) {
    auto* bytes = reinterpret_cast<const BYTE*>(acl);
    return {bytes, bytes + acl->AclSize};
}

// Who may change a file's mode may do everything to it, as far as Windows' rights tell: that is the owner.
ACCESS_MASK mask_of(unsigned bits) {
    if (bits == 7) return kFileAll & ~0xC0000u & ~0x40u;  // all but changing the DACL, the owner, the children
    return (bits & 4 ? kFileRead : 0) | (bits & 2 ? kFileWrite | 0x10000 : 0) | (bits & 1 ? kFileExecute : 0);
}

const SID* as_sid(const std::vector<BYTE>& bytes) { return reinterpret_cast<const SID*>(bytes.data()); }

}  // namespace

std::vector<BYTE> sid_bytes(const SID* sid) {
    auto* bytes = reinterpret_cast<const BYTE*>(sid);
    return {bytes, bytes + sid_length(sid)};
}

std::vector<BYTE> everyone_sid() { return make_sid(1, {0}); }

// Groups get numbers that no user has; root's is the administrators' group.
std::vector<BYTE> group_sid(unsigned gid) {
    if (gid == 0) return make_sid(5, {32, 544});
    return make_sid(5, {21, 0x4C535700, 0x4C535701, 0x4C535703, 1000 + gid});
}

Result<SecurityParts> read_descriptor(const void* descriptor) {
    auto* head = static_cast<const SECURITY_DESCRIPTOR_RELATIVE*>(descriptor);
    if (!head || head->Revision != 1) return Status(STATUS_INVALID_SECURITY_DESCR);
    SecurityParts out;
    out.control = head->Control & static_cast<WORD>(~SE_SELF_RELATIVE);
    const void *owner, *group, *sacl, *dacl;
    if (head->Control & SE_SELF_RELATIVE) {
        auto* bytes = static_cast<const BYTE*>(descriptor);
        auto at = [&](DWORD offset) -> const void* { return offset ? bytes + offset : nullptr; };
        owner = at(head->Owner), group = at(head->Group), sacl = at(head->Sacl), dacl = at(head->Dacl);
    } else {
        auto* absolute = static_cast<const SECURITY_DESCRIPTOR*>(descriptor);
        owner = absolute->Owner, group = absolute->Group, sacl = absolute->Sacl, dacl = absolute->Dacl;
    }
    for (const void* sid : {owner, group})
        if (sid && static_cast<const SID*>(sid)->SubAuthorityCount > kMostSubAuthorities)
            return Status(STATUS_INVALID_SECURITY_DESCR);
    if (owner) out.owner = sid_bytes(static_cast<const SID*>(owner));
    if (group) out.group = sid_bytes(static_cast<const SID*>(group));
    if (head->Control & SE_DACL_PRESENT && dacl) out.dacl = copy_acl(static_cast<const ACL*>(dacl));
    if (head->Control & SE_SACL_PRESENT && sacl) out.sacl = copy_acl(static_cast<const ACL*>(sacl));
    return out;
}

std::vector<BYTE> self_relative(const SecurityParts& parts) {
    std::vector<BYTE> out(sizeof(SECURITY_DESCRIPTOR_RELATIVE));
    SECURITY_DESCRIPTOR_RELATIVE head{.Revision = 1,
                                      .Control = static_cast<WORD>(parts.control | SE_SELF_RELATIVE)};
    auto place = [&](const std::vector<BYTE>& bytes) {
        if (bytes.empty()) return DWORD{0};
        auto offset = static_cast<DWORD>(out.size());
        out.insert(out.end(), bytes.begin(), bytes.end());
        out.resize((out.size() + 3) & ~size_t{3});
        return offset;
    };
    head.Sacl = place(parts.sacl);
    head.Dacl = place(parts.dacl);
    head.Owner = place(parts.owner);
    head.Group = place(parts.group);
    memcpy(out.data(), &head, sizeof head);
    return out;
}

std::vector<AceView> entries_of(const ACL* acl) {
    std::vector<AceView> out;
    auto* bytes = reinterpret_cast<const BYTE*>(acl);
    size_t at = sizeof(ACL);
    for (WORD i = 0; acl && i < acl->AceCount && at + 4 <= acl->AclSize; ++i) {
        AceView entry{bytes[at], bytes[at + 1], 0, nullptr, bytes + at, 0};
        memcpy(&entry.size, bytes + at + 2, sizeof entry.size);
        if (entry.size < 8 || at + entry.size > acl->AclSize) break;
        memcpy(&entry.mask, bytes + at + 4, sizeof entry.mask);
        bool plain = entry.type <= SYSTEM_AUDIT_ACE_TYPE || entry.type == SYSTEM_MANDATORY_LABEL_ACE_TYPE;
        auto* sid = reinterpret_cast<const SID*>(bytes + at + 8);
        if (plain && entry.size >= 16 && 8 + sid_length(sid) <= entry.size) entry.sid = sid;
        out.push_back(entry);
        at += entry.size;
    }
    return out;
}

bool is_valid_acl(const ACL* acl) {
    return acl && acl->AclRevision >= 2 && acl->AclRevision <= 4 && acl->AclSize >= sizeof(ACL) &&
           entries_of(acl).size() == acl->AceCount;
}

std::vector<BYTE> empty_acl() {
    std::vector<BYTE> out(sizeof(ACL));
    ACL head{.AclRevision = kAclRevision, .Sbz1 = 0, .AclSize = sizeof(ACL), .AceCount = 0, .Sbz2 = 0};
    memcpy(out.data(), &head, sizeof head);
    return out;
}

void append_ace(std::vector<BYTE>& acl, const AceView& entry) {
    acl.insert(acl.end(), entry.bytes, entry.bytes + entry.size);
    auto* head = reinterpret_cast<ACL*>(acl.data());
    head->AclSize = static_cast<WORD>(acl.size());
    ++head->AceCount;
}

void append_ace(std::vector<BYTE>& acl, BYTE type, BYTE flags, ACCESS_MASK mask, const SID* sid) {
    std::vector<BYTE> bytes(8 + sid_length(sid));
    auto size = static_cast<WORD>(bytes.size());
    bytes[0] = type;
    bytes[1] = flags;
    memcpy(&bytes[2], &size, sizeof size);
    memcpy(&bytes[4], &mask, sizeof mask);
    memcpy(&bytes[8], sid, sid_length(sid));
    append_ace(acl, AceView{type, flags, mask, nullptr, bytes.data(), size});
}

SecurityParts descriptor_of_file(const struct stat& info) {
    SecurityParts out;
    out.control = SE_DACL_PRESENT;
    out.owner = user_sid(info.st_uid);
    out.group = group_sid(info.st_gid);
    out.dacl = empty_acl();
    append_ace(out.dacl, ACCESS_ALLOWED_ACE_TYPE, 0, kFileAll, as_sid(out.owner));
    unsigned group = info.st_mode >> 3 & 7, others = info.st_mode & 7;
    if (group) append_ace(out.dacl, ACCESS_ALLOWED_ACE_TYPE, 0, mask_of(group), as_sid(out.group));
    if (others) append_ace(out.dacl, ACCESS_ALLOWED_ACE_TYPE, 0, mask_of(others), as_sid(everyone_sid()));
    return out;
}

SecurityParts default_descriptor() {
    SecurityParts out;
    out.control = SE_DACL_PRESENT;
    out.owner = user_sid(getuid());
    out.group = user_sid(getuid());
    out.dacl = empty_acl();
    append_ace(out.dacl, ACCESS_ALLOWED_ACE_TYPE, 0, kFileAll, as_sid(out.owner));
    append_ace(out.dacl, ACCESS_ALLOWED_ACE_TYPE, 0, kFileAll, as_sid(make_sid(5, {18})));
    return out;
}

}  // namespace lsw
