// Digests and HMACs, as bcrypt.dll and advapi32's CryptoAPI offer them, on the host's OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lsw::crypto {

struct DigestKind {
    std::u16string_view name;  // BCRYPT_*_ALGORITHM
    const char* host_name;
    unsigned size_bytes;
    unsigned block_bytes;
    unsigned calg;       // CryptoAPI's ALG_ID
    unsigned pseudo;     // BCRYPT_*_ALG_HANDLE
    unsigned hmac_pseudo;  // BCRYPT_HMAC_*_ALG_HANDLE
};

const DigestKind* digest_by_name(std::u16string_view name);
const DigestKind* digest_by_calg(unsigned calg);
const DigestKind* digest_by_pseudo_handle(uintptr_t handle, bool* hmac);

class Digest {
public:
    // With a key (which may be empty) an HMAC. Errors: STATUS_NOT_SUPPORTED where the host lacks the algorithm.
    static Result<std::unique_ptr<Digest>> create(const DigestKind& kind);
    static Result<std::unique_ptr<Digest>> create_hmac(const DigestKind& kind, std::span<const std::byte> key);

    ~Digest();
    Result<void> update(std::span<const std::byte> data);
    // Ends the digest; a reusable one starts over with reset().
    Result<std::vector<std::byte>> finish();
    Result<void> reset();
    Result<std::unique_ptr<Digest>> duplicate() const;
    const DigestKind& kind() const { return kind_; }

private:
    Digest(const DigestKind& kind, void* context) : kind_(kind), context_(context) {}
    Result<void> begin();

    const DigestKind& kind_;
    void* context_;
    bool hmac_ = false;
    std::vector<std::byte> pad_key_;  // an HMAC's key, one block long
};

// PBKDF2 with HMAC. Errors: STATUS_NOT_SUPPORTED.
Result<std::vector<std::byte>> pbkdf2(const DigestKind& kind, std::span<const std::byte> password,
                                      std::span<const std::byte> salt, unsigned iterations, size_t size_bytes);

}  // namespace lsw::crypto
