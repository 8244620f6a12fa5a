// Key derivation as bcrypt.h and ncrypt.h describe it: parameters in lists of buffers.
#pragma once

#include "core/crypto/openssl.h"
#include "base/result.h"
#include "dll/bcrypt/bcrypt.h"

namespace derivations {

// Errors: STATUS_NOT_SUPPORTED for an unknown function, STATUS_INVALID_PARAMETER for parameters missing or wrong.
// `wanted`: how many bytes the caller has room for; the result is as long, or shorter where the function gives less.
lsw::Result<lsw::crypto::ByteVector> from_secret(lsw::crypto::ByteSpan secret, LPCWSTR kdf, const BCryptBufferDesc* parameters,
                                                 ULONG flags, size_t wanted);

}  // namespace derivations
