// The string forms of SIDs and security descriptors ("Security Descriptor String Format").
#pragma once

#include <string>
#include <string_view>

#include "core/security/descriptor.h"

namespace lsw {

std::string string_from_sid(const SID* sid);
// S-R-I-S…, or a two-letter alias. Empty when it is neither.
std::vector<BYTE> sid_from_string(std::string_view text);

// `which`: 1 owner, 2 group, 4 DACL, 8 SACL, 0x10 label.
std::string string_from_descriptor(const SecurityParts& parts, DWORD which);
// Errors: STATUS_INVALID_SID, STATUS_INVALID_ACL, STATUS_INVALID_PARAMETER.
Result<SecurityParts> descriptor_from_string(std::string_view text);

}  // namespace lsw
