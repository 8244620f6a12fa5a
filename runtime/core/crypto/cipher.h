// AES and triple DES in the chaining modes of bcrypt.dll, on the host's OpenSSL.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace lsw::crypto {

enum class CipherFamily { kAes, kTripleDes };
enum class Chaining { kCbc, kEcb, kCfb8, kGcm };

struct CipherRequest {
    CipherFamily family;
    Chaining chaining;
    bool encrypt;
    bool pad;  // PKCS#7
    std::span<const std::byte> key;
    std::span<const std::byte> input;
    std::span<std::byte> iv;                   // CBC and CFB: the last block goes back there; GCM: the nonce
    std::span<const std::byte> authenticated;  // GCM
    std::span<std::byte> tag;                  // GCM: written when encrypting, compared when decrypting
};

inline size_t block_bytes(CipherFamily family) { return family == CipherFamily::kAes ? 16 : 8; }

// Errors: STATUS_NOT_SUPPORTED for a key size the family has not; STATUS_INVALID_BUFFER_SIZE for a partial block without
// padding; STATUS_AUTH_TAG_MISMATCH.
Result<std::vector<std::byte>> run_cipher(const CipherRequest& request);

}  // namespace lsw::crypto
