// Keys as bytes: the blobs of bcrypt.h and ncrypt.h, and those of the old CryptoAPI. Doc: "BCRYPT_RSAKEY_BLOB structure",
// "BCRYPT_ECCKEY_BLOB structure", "Base Provider Key BLOBs".
#pragma once

#include <optional>
#include <string>

#include "core/crypto/public_key.h"
#include "dll/bcrypt/bcrypt.h"

namespace key_blobs {

using lsw::Result;
using lsw::crypto::ByteSpan;
using lsw::crypto::ByteVector;
using lsw::crypto::Curve;
using lsw::crypto::KeyFamily;
using lsw::crypto::KeyParts;
using lsw::crypto::PublicKey;

// What an algorithm's name says of its keys: "ECDH_P256".
struct PairAlgorithm {
    KeyFamily family;
    const Curve* curve = nullptr;  // null: any, or none
    bool agrees = false, signs = false, encrypts = false;
};
std::optional<PairAlgorithm> pair_algorithm(std::u16string_view name);

// The name that ncrypt's keys have: "ECDSA_P256" rather than "ECDSA" with a curve.
std::u16string algorithm_name(const PublicKey& key, bool agrees);

// Errors: STATUS_NOT_SUPPORTED for a kind of blob the key has not.
Result<ByteVector> export_blob(const PublicKey& key, bool agrees, std::u16string_view type);
// Curve: of a blob that does not say. Errors: STATUS_NOT_SUPPORTED, STATUS_INVALID_PARAMETER.
Result<PublicKey::Ref> import_blob(KeyFamily family, const Curve* curve, std::u16string_view type, ByteSpan blob);
// By the blob's magic number alone. `agrees`: whether it is a key of ECDH.
Result<PublicKey::Ref> import_any(ByteSpan blob, bool* agrees);

// PUBLICKEYBLOB and PRIVATEKEYBLOB of RSA.
Result<ByteVector> export_capi(const PublicKey& key, bool with_private, unsigned algorithm);
Result<PublicKey::Ref> import_capi(ByteSpan blob, unsigned* algorithm);

// The numbers of BCRYPT_DH_PARAMETER_HEADER and BCRYPT_DSA_PARAMETER_HEADER(_V2).
Result<KeyParts> import_domain(KeyFamily family, ByteSpan blob);
Result<ByteVector> export_dh_domain(const PublicKey& key);

}  // namespace key_blobs
