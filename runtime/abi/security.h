// Security structures (winnt.h): SIDs, ACLs, descriptors, tokens.
#pragma once

#include "abi/types.h"

struct SID_IDENTIFIER_AUTHORITY {
    BYTE Value[6];
};

struct SID {
    BYTE Revision;
    BYTE SubAuthorityCount;
    SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
    DWORD SubAuthority[1];
};
static_assert(sizeof(SID) == 12);

struct SID_AND_ATTRIBUTES {
    PSID Sid;
    DWORD Attributes;
};

struct LUID_AND_ATTRIBUTES {
    LUID Luid;
    DWORD Attributes;
};
static_assert(sizeof(LUID_AND_ATTRIBUTES) == 12);

struct TOKEN_PRIVILEGES {
    DWORD PrivilegeCount;
    LUID_AND_ATTRIBUTES Privileges[1];
};

struct ACL {
    BYTE AclRevision;
    BYTE Sbz1;
    WORD AclSize;
    WORD AceCount;
    WORD Sbz2;
};
static_assert(sizeof(ACL) == 8);

struct SECURITY_DESCRIPTOR {
    BYTE Revision;
    BYTE Sbz1;
    WORD Control;
    PSID Owner;
    PSID Group;
    ACL* Sacl;
    ACL* Dacl;
};
static_assert(sizeof(SECURITY_DESCRIPTOR) == 40);

// Self-relative form: offsets in bytes from the start.
struct SECURITY_DESCRIPTOR_RELATIVE {
    BYTE Revision;
    BYTE Sbz1;
    WORD Control;
    DWORD Owner;
    DWORD Group;
    DWORD Sacl;
    DWORD Dacl;
};
static_assert(sizeof(SECURITY_DESCRIPTOR_RELATIVE) == 20);

struct SECURITY_QUALITY_OF_SERVICE {
    DWORD Length, ImpersonationLevel;
    BOOLEAN ContextTrackingMode, EffectiveOnly;
};

struct GENERIC_MAPPING {
    ACCESS_MASK GenericRead, GenericWrite, GenericExecute, GenericAll;
};

inline constexpr WORD SE_DACL_PRESENT = 0x4;
inline constexpr WORD SE_SELF_RELATIVE = 0x8000;
inline constexpr DWORD SE_PRIVILEGE_ENABLED = 0x2;
inline constexpr DWORD TOKEN_QUERY = 0x8;
inline constexpr DWORD TOKEN_ALL_ACCESS = 0xF01FF;
