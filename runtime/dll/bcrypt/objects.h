// What bcrypt.dll's handles stand for: providers, hashes and keys, found in one table by value. A wrong handle is refused.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/crypto/digest.h"
#include "dll/bcrypt/bcrypt.h"

namespace bcrypt_objects {

// An algorithm: one of `digest`, `cipher`, or neither (random numbers, PBKDF2).
struct Provider {
    enum class Kind { kRandom, kDigest, kCipher, kKeyDerivation } kind;
    std::u16string name;
    const lsw::crypto::DigestKind* digest = nullptr;
    lsw::crypto::CipherFamily cipher{};
    lsw::crypto::Chaining chaining = lsw::crypto::Chaining::kCbc;
    bool hmac = false, reusable = false;
};

struct Hash {
    Provider provider;
    std::unique_ptr<lsw::crypto::Digest> digest;
    bool finished = false;
};

struct Key {
    Provider provider;
    std::vector<std::byte> secret;
};

struct Object {
    std::optional<Provider> provider;
    std::optional<Hash> hash;
    std::optional<Key> key;
};

BCRYPT_HANDLE add(Object object);
std::shared_ptr<Object> find(BCRYPT_HANDLE handle);
bool remove(BCRYPT_HANDLE handle);

// The provider of a handle or pseudo-handle (BCRYPT_SHA256_ALG_HANDLE, …).
std::optional<Provider> provider_of(BCRYPT_HANDLE handle);

// "ChainingModeCBC" and its kind; nullopt for what is unknown.
std::optional<lsw::crypto::Chaining> chaining_by_name(std::u16string_view name);
std::u16string_view name_of(lsw::crypto::Chaining chaining);

inline std::span<const std::byte> span_of(const void* data, size_t size) {
    return {static_cast<const std::byte*>(data), size};
}

}  // namespace bcrypt_objects
