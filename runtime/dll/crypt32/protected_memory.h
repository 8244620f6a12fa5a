// Memory that is unreadable while it is not used: CryptProtectMemory, and advapi32's RtlEncryptMemory.
#pragma once

#include "abi/types.h"

namespace protected_memory {

// In place, in blocks of 16 bytes. Returns the error.
DWORD transform(void* data, DWORD size, DWORD flags, bool encrypt);

}  // namespace protected_memory
