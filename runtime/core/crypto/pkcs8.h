// Private keys under a password, as PKCS #8 has them.
#pragma once

#include <string>

#include "base/result.h"
#include "core/crypto/openssl.h"

namespace lsw::crypto {

// With PKCS #12's scheme of SHA-1 and triple DES. Errors: STATUS_INVALID_PARAMETER.
Result<ByteVector> encrypt_pkcs8(ByteSpan plain, std::u16string_view password);
Result<ByteVector> decrypt_pkcs8(ByteSpan encrypted, std::u16string_view password);

}  // namespace lsw::crypto
