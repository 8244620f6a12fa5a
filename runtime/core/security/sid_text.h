// SIDs as text, "S-1-5-21-…", and back. Doc: "SID string format syntax".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abi/security.h"

namespace lsw {

std::u16string sid_text(const SID& sid);
// Also the two-letter names of well-known SIDs ("BA", "SY", "WD"). Empty for text that is no SID.
std::vector<BYTE> sid_from_text(std::u16string_view text);

}  // namespace lsw
