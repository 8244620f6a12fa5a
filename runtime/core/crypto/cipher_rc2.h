// RC2, which OpenSSL 3 keeps among its legacy algorithms: CBC and ECB over its block function. For PKCS#12 files and messages
// of old programs.
#pragma once

#include "core/crypto/cipher.h"

namespace lsw::crypto {

Result<std::vector<std::byte>> run_rc2(const CipherRequest& request);

}  // namespace lsw::crypto
