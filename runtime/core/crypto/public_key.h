// Key pairs and public keys of RSA, elliptic curves, Diffie-Hellman and DSA: made, taken apart and used, on OpenSSL. Numbers
// are big-endian. What a key blob looks like is the business of who calls (dll/bcrypt, dll/ncrypt, dll/advapi32).
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "core/crypto/openssl.h"

namespace lsw::crypto {

inline constexpr NTSTATUS kInvalidSignature = static_cast<NTSTATUS>(0xC000A000);  // STATUS_INVALID_SIGNATURE

enum class KeyFamily { kRsa, kEc, kX25519, kDh, kDsa };

struct Curve {
    const char16_t* name;    // as Windows has it: "nistP256"
    const char* host_name;   // as OpenSSL has it; null for curve25519
    unsigned bits;
};
const Curve* curve_by_name(std::u16string_view name);
const Curve* curve_by_host_name(std::string_view name);
std::span<const Curve> curves();

// The numbers of a key; what a public key or a family has not is empty.
struct KeyParts {
    ByteVector n, e, d, p, q, dp, dq, qinv;  // RSA; p, q, and `g`, `y`, `x` are those of DH and DSA
    ByteVector g, y, x;
    ByteVector point_x, point_y, secret;     // curves: of the field's size
};

enum class Padding { kNone, kPkcs1, kOaep, kPss };
struct PaddingChoice {
    Padding kind = Padding::kNone;
    std::string digest;   // OpenSSL's name; PKCS1 signatures: may be empty, for none
    ByteVector label;     // OAEP
    int salt_bytes = 0;   // PSS
};

class PublicKey {
public:
    using Ref = std::shared_ptr<const PublicKey>;

    static Result<Ref> generate_rsa(unsigned bits);
    static Result<Ref> generate_on_curve(const Curve& curve);
    // With p and g (DSA: and q) of `domain`, or new ones of that many bits where they are empty.
    static Result<Ref> generate_discrete(KeyFamily family, unsigned bits, const KeyParts& domain);

    // Private where the private numbers are there. RSA: n and e, and for a private key p and q; the rest is computed. Curves: the
    // point, which is computed when it is all zero and the secret is there. Errors: STATUS_INVALID_PARAMETER for no key.
    static Result<Ref> from_parts(KeyFamily family, const Curve* curve, const KeyParts& parts);
    // PKCS#8 and SubjectPublicKeyInfo.
    static Result<Ref> from_pkcs8(ByteSpan der);
    static Result<Ref> from_public_info(ByteSpan der);
    ByteVector to_pkcs8() const;
    ByteVector to_public_info() const;

    ~PublicKey();
    KeyParts parts() const;
    KeyFamily family() const { return family_; }
    const Curve* curve() const { return curve_; }
    unsigned bits() const { return bits_; }
    bool has_private() const { return private_; }
    // Of a signature as Windows has it, of an RSA block, of an agreed secret.
    size_t signature_bytes() const;
    size_t block_bytes() const { return (bits_ + 7) / 8; }

    // RSA: a block; EC and DSA: r and s, one after the other.
    Result<ByteVector> sign(ByteSpan hash, const PaddingChoice& padding) const;
    // Errors: kInvalidSignature.
    Result<void> verify(ByteSpan hash, ByteSpan signature, const PaddingChoice& padding) const;
    Result<ByteVector> encrypt(ByteSpan plain, const PaddingChoice& padding) const;
    Result<ByteVector> decrypt(ByteSpan cipher, const PaddingChoice& padding) const;
    // The shared secret with the other's public key; big-endian (X25519: as RFC 7748 has it).
    Result<ByteVector> agree(const PublicKey& other) const;

private:
    PublicKey() = default;
    static Result<Ref> wrap(EVP_PKEY* key);
    static Result<EVP_PKEY*> build_ec(const Curve& curve, const KeyParts& parts);
    Result<ByteVector> agree_inside(const PublicKey& other) const;

    EVP_PKEY* key_ = nullptr;
    KeyFamily family_{};
    const Curve* curve_ = nullptr;
    unsigned bits_ = 0, subgroup_bytes_ = 0;
    bool private_ = false;
};

}  // namespace lsw::crypto
