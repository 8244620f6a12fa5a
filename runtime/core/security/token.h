// Token: who the process is. The Linux user becomes a local account's SID, S-1-5-21-…-(1000 + uid); root is an
// administrator (elevated, high integrity), everybody else a plain user.
#pragma once

#include <vector>

#include "abi/security.h"
#include "object/object.h"

namespace lsw {

class Token : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Token;
    Token() : Object(kType) {}
};

// SID bytes, ready to copy out.
std::vector<BYTE> make_sid(BYTE authority, std::initializer_list<DWORD> parts);
std::vector<BYTE> user_sid(unsigned uid);
bool is_administrator();

inline size_t sid_length(const SID* sid) { return 8 + size_t{4} * sid->SubAuthorityCount; }

}  // namespace lsw
