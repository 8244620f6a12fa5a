// Security descriptors as values: read from either form, written self-relative; lists of access control entries; what a
// Linux file's owner, group and mode are as a descriptor. Nothing here decides about access: Linux does.
#pragma once

#include <string>
#include <vector>

#include "abi/security.h"
#include "base/result.h"

struct stat;

namespace lsw {

struct SecurityParts {
    WORD control = 0;  // SE_DACL_PRESENT says that there is a DACL; without bytes it is the null DACL: everyone, everything
    std::vector<BYTE> owner, group, dacl, sacl;
};

// Errors: STATUS_INVALID_SECURITY_DESCR.
Result<SecurityParts> read_descriptor(const void* descriptor);
std::vector<BYTE> self_relative(const SecurityParts& parts);

inline constexpr WORD SE_SACL_PRESENT = 0x10;
inline constexpr BYTE kAclRevision = 2;

struct AceView {
    BYTE type, flags;
    ACCESS_MASK mask;
    const SID* sid;  // null for entries of a kind without one right behind the mask
    const BYTE* bytes;
    WORD size;
};
inline constexpr BYTE ACCESS_ALLOWED_ACE_TYPE = 0, ACCESS_DENIED_ACE_TYPE = 1, SYSTEM_AUDIT_ACE_TYPE = 2,
                      SYSTEM_MANDATORY_LABEL_ACE_TYPE = 0x11;
inline constexpr BYTE INHERITED_ACE = 0x10;

// Nothing more to see after the first malformed entry.
std::vector<AceView> entries_of(const ACL* acl);
bool is_valid_acl(const ACL* acl);
std::vector<BYTE> empty_acl();
void append_ace(std::vector<BYTE>& acl, BYTE type, BYTE flags, ACCESS_MASK mask, const SID* sid);
void append_ace(std::vector<BYTE>& acl, const AceView& entry);

std::vector<BYTE> sid_bytes(const SID* sid);
std::vector<BYTE> everyone_sid();
std::vector<BYTE> group_sid(unsigned gid);

// Owner, group and a DACL that says of each class what its mode bits allow.
SecurityParts descriptor_of_file(const struct stat& info);
// Of an object without a file: the user and the system may do everything.
SecurityParts default_descriptor();

}  // namespace lsw
