// The block and stream ciphers of bcrypt.dll and the CryptoAPI in their chaining modes, on OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace lsw::crypto {

// kTripleDes takes 16 bytes (the first key is the third, too) or 24.
// kChaCha20 is ChaCha20-Poly1305, whose chaining is kGcm.
enum class CipherFamily { kAes, kTripleDes, kDes, kRc2, kRc4, kChaCha20 };
enum class Chaining { kCbc, kEcb, kCfb8, kGcm, kCcm, kCfbBlock };

struct CipherRequest {
    CipherFamily family;
    Chaining chaining;
    bool encrypt;
    bool pad;  // PKCS#7
    std::span<const std::byte> key;
    std::span<const std::byte> input;
    std::span<std::byte> iv;                   // CBC and CFB: the last block goes back there; GCM, CCM: the nonce
    std::span<const std::byte> authenticated;  // GCM, CCM
    std::span<std::byte> tag;                  // GCM, CCM: written when encrypting, compared when decrypting
    unsigned effective_bits = 0;               // RC2; 0: as many as the key has
};

inline size_t block_bytes(CipherFamily family) {
    bool stream = family == CipherFamily::kRc4 || family == CipherFamily::kChaCha20;
    return family == CipherFamily::kAes ? 16 : stream ? 1 : 8;
}
bool key_size_fits(CipherFamily family, size_t bytes);
inline bool is_authenticated(Chaining chaining) { return chaining == Chaining::kGcm || chaining == Chaining::kCcm; }

// Errors: STATUS_NOT_SUPPORTED for a mode the family has not; STATUS_INVALID_BUFFER_SIZE for a partial block without
// padding; STATUS_AUTH_TAG_MISMATCH.
Result<std::vector<std::byte>> run_cipher(const CipherRequest& request);

// AES-GCM in pieces.
class GcmStream {
public:
    static Result<std::unique_ptr<GcmStream>> create(std::span<const std::byte> key, std::span<const std::byte> nonce,
                                                     bool encrypt);
    ~GcmStream();
    void authenticate(std::span<const std::byte> data);
    std::vector<std::byte> update(std::span<const std::byte> input);
    // Writes or compares the tag. Errors: STATUS_AUTH_TAG_MISMATCH.
    Result<void> finish(std::span<std::byte> tag);

private:
    GcmStream(void* context, bool encrypt) : context_(context), encrypt_(encrypt) {}
    void* context_;
    bool encrypt_;
};

// RC4's generator; the same call encrypts and decrypts.
class Rc4 {
public:
    explicit Rc4(std::span<const std::byte> key);
    void apply(std::span<const std::byte> input, std::byte* output);

private:
    std::array<uint8_t, 256> state_;
    uint8_t i_ = 0, j_ = 0;
};

// RFC 3394. Errors: STATUS_INVALID_PARAMETER for sizes it does not take or a wrong key.
Result<std::vector<std::byte>> wrap_key(std::span<const std::byte> key, std::span<const std::byte> secret);
Result<std::vector<std::byte>> unwrap_key(std::span<const std::byte> key, std::span<const std::byte> wrapped);

}  // namespace lsw::crypto
