// How RSA pads, from the flags and structures that bcrypt.h and ncrypt.h share. Doc: "BCRYPT_OAEP_PADDING_INFO structure".
#pragma once

#include "core/crypto/public_key.h"
#include "dll/bcrypt/bcrypt.h"

namespace paddings {

// Errors: STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED for a digest that is unknown.
lsw::Result<lsw::crypto::PaddingChoice> for_encryption(ULONG flags, const void* info);
lsw::Result<lsw::crypto::PaddingChoice> for_signature(ULONG flags, const void* info);

}  // namespace paddings
