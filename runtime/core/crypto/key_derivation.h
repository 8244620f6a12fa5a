// Keys out of secrets: the derivation functions of bcrypt.dll and the CryptoAPI, built on digests. Doc: "BCryptDeriveKey
// function (bcrypt.h)", NIST SP 800-56A and 800-108, RFC 5869, RFC 2246 and 5246.
#pragma once

#include <initializer_list>

#include "core/crypto/digest.h"
#include "core/crypto/openssl.h"

namespace lsw::crypto {

Result<ByteVector> digest_of(const DigestKind& kind, std::initializer_list<ByteSpan> pieces);
Result<ByteVector> hmac_of(const DigestKind& kind, ByteSpan key, std::initializer_list<ByteSpan> pieces);

// SP 800-56A: digests of a counter, the secret and what else is agreed on, as long as needed.
Result<ByteVector> concat_kdf(const DigestKind& kind, ByteSpan secret, ByteSpan other, size_t size);
// SP 800-108 in counter mode with HMAC.
Result<ByteVector> counter_kdf(const DigestKind& kind, ByteSpan key, ByteSpan label, ByteSpan context, size_t size);
// TLS 1.2's function; without a digest that of TLS 1.0, from MD5 and SHA-1.
Result<ByteVector> tls_prf(const DigestKind* kind, ByteSpan secret, ByteSpan label, ByteSpan seed, size_t size);
Result<ByteVector> hkdf_expand(const DigestKind& kind, ByteSpan pseudo_random_key, ByteSpan info, size_t size);
// CryptDeriveKey's: a digest's value stretched to at most two digests.
Result<ByteVector> capi_kdf(const DigestKind& kind, ByteSpan digest, size_t size, bool stretch_always);

}  // namespace lsw::crypto
