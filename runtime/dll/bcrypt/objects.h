// What bcrypt.dll's handles stand for: providers, hashes, keys and secrets, found in one table by value. A wrong handle is
// refused.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/crypto/digest.h"
#include "dll/bcrypt/key_blobs.h"

namespace bcrypt_objects {

// An algorithm, as its name and the flags of opening it say.
struct Provider {
    enum class Kind { kRandom, kDigest, kCipher, kKeyDerivation, kPair } kind;
    std::u16string name;
    const lsw::crypto::DigestKind* digest = nullptr;
    lsw::crypto::CipherFamily cipher{};
    lsw::crypto::Chaining chaining = lsw::crypto::Chaining::kCbc;
    bool hmac = false, reusable = false;
    key_blobs::PairAlgorithm pair{};
};

struct Hash {
    Provider provider;
    std::unique_ptr<lsw::crypto::Digest> digest;
    bool finished = false;
};

// A key of a cipher or of a derivation function.
struct Key {
    Provider provider;
    std::vector<std::byte> secret;
    std::vector<std::byte> iv;                    // the property
    unsigned effective_bits = 0;                  // RC2
    std::optional<lsw::crypto::Rc4> stream;       // RC4's state
    const lsw::crypto::DigestKind* hkdf_digest = nullptr;
    std::optional<key_blobs::ByteVector> hkdf_key;  // once finalized
};

// A key of an asymmetric algorithm; without `key` until it is finalized.
struct Pair {
    Provider provider;
    unsigned bits = 0;
    key_blobs::KeyParts domain;
    key_blobs::PublicKey::Ref key;
};

struct Secret {
    key_blobs::ByteVector value;
};

// Calls of a chain (BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG) of one key, by the address of their context.
struct Chains {
    std::mutex lock;
    std::map<PUCHAR, std::unique_ptr<lsw::crypto::GcmStream>> streams;
};

struct Object {
    std::optional<Provider> provider;
    std::optional<Hash> hash;
    std::vector<Hash> hashes;  // of a multi-hash
    std::optional<Key> key;
    std::optional<Pair> pair;
    std::optional<Secret> secret;
    std::unique_ptr<Chains> chains = std::make_unique<Chains>();
};

BCRYPT_HANDLE add(Object object);
std::shared_ptr<Object> find(BCRYPT_HANDLE handle);
bool remove(BCRYPT_HANDLE handle);

// By name; nullopt for an unknown one.
std::optional<Provider> provider_by_name(std::u16string_view name, ULONG flags);
// The provider of a handle or pseudo-handle (BCRYPT_SHA256_ALG_HANDLE, …).
std::optional<Provider> provider_of(BCRYPT_HANDLE handle);

// "ChainingModeCBC" and its kind; nullopt for what is unknown.
std::optional<lsw::crypto::Chaining> chaining_by_name(std::u16string_view name);
std::u16string_view name_of(const Provider& provider);

inline std::span<const std::byte> span_of(const void* data, size_t size) {
    return {static_cast<const std::byte*>(data), size};
}
inline std::vector<std::byte> copy_of(const void* data, size_t size) {
    auto from = span_of(data, data ? size : 0);
    return {from.begin(), from.end()};
}
inline key_blobs::ByteVector bytes_of(const void* data, size_t size) {
    const auto* at = static_cast<const uint8_t*>(data);
    return data ? key_blobs::ByteVector(at, at + size) : key_blobs::ByteVector();
}

// The usual protocol for results: no buffer asks for the size. Errors: STATUS_BUFFER_TOO_SMALL.
NTSTATUS give(const void* value, size_t size, PUCHAR out, ULONG room, ULONG* result);
inline NTSTATUS give(key_blobs::ByteSpan value, PUCHAR out, ULONG room, ULONG* result) {
    return give(value.data(), value.size(), out, room, result);
}

}  // namespace bcrypt_objects
