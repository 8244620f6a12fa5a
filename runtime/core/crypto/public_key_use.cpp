// What keys are used for: signatures, encryption, agreement.
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstring>

#include "core/crypto/public_key.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

int host_padding(Padding kind) {
    switch (kind) {
        case Padding::kPkcs1: return RSA_PKCS1_PADDING;
        case Padding::kOaep: return RSA_PKCS1_OAEP_PADDING;
        case Padding::kPss: return RSA_PKCS1_PSS_PADDING;
        case Padding::kNone: break;
    }
    return RSA_NO_PADDING;
}

bool set_padding(EVP_PKEY_CTX* context, const PaddingChoice& padding) {
    if (OSSL(EVP_PKEY_CTX_set_rsa_padding)(context, host_padding(padding.kind)) != 1) return false;
    const EVP_MD* digest = padding.digest.empty() ? nullptr : OSSL(EVP_get_digestbyname)(padding.digest.c_str());
    if (!padding.digest.empty() && !digest) return false;
    if (padding.kind == Padding::kOaep) {
        if (digest && OSSL(EVP_PKEY_CTX_set_rsa_oaep_md)(context, digest) != 1) return false;
        if (digest && OSSL(EVP_PKEY_CTX_set_rsa_mgf1_md)(context, digest) != 1) return false;
        if (padding.label.empty()) return true;
        void* label = OSSL(CRYPTO_malloc)(padding.label.size(), "", 0);  // becomes the context's
        memcpy(label, padding.label.data(), padding.label.size());
        return OSSL(EVP_PKEY_CTX_set0_rsa_oaep_label)(context, label, static_cast<int>(padding.label.size())) == 1;
    }
    if (padding.kind == Padding::kNone) return true;
    if (digest && OSSL(EVP_PKEY_CTX_set_signature_md)(context, digest) != 1) return false;
    return padding.kind != Padding::kPss || OSSL(EVP_PKEY_CTX_set_rsa_pss_saltlen)(context, padding.salt_bytes) == 1;
}

// DER with two numbers and r with s behind, both of one size.
ByteVector plain_signature(ByteSpan der, size_t half) {
    const unsigned char* at = der.data();
    ECDSA_SIG* signature = OSSL(d2i_ECDSA_SIG)(nullptr, &at, static_cast<long>(der.size()));
    if (!signature) return {};
    ByteVector out = bytes_from(OSSL(ECDSA_SIG_get0_r)(signature), half), s = bytes_from(OSSL(ECDSA_SIG_get0_s)(signature), half);
    OSSL(ECDSA_SIG_free)(signature);
    out.insert(out.end(), s.begin(), s.end());
    return out;
}

ByteVector der_signature(ByteSpan plain) {
    size_t half = plain.size() / 2;
    ECDSA_SIG* signature = OSSL(ECDSA_SIG_new)();
    OSSL(ECDSA_SIG_set0)(signature, number_from(plain.first(half)).release(), number_from(plain.subspan(half)).release());
    unsigned char* der = nullptr;
    int size = OSSL(i2d_ECDSA_SIG)(signature, &der);
    ByteVector out;
    if (size > 0) out.assign(der, der + size);
    OSSL(CRYPTO_free)(der, "", 0);
    OSSL(ECDSA_SIG_free)(signature);
    return out;
}

using Transform = int (*)(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t);

Result<ByteVector> transform(EVP_PKEY* key, int (*begin)(EVP_PKEY_CTX*), Transform function, ByteSpan in,
                             const PaddingChoice* padding) {
    KeyContext context(OSSL(EVP_PKEY_CTX_new_from_pkey)(nullptr, key, nullptr));
    if (!context || begin(context.get()) != 1) return Status(STATUS_INVALID_PARAMETER);
    if (padding && !set_padding(context.get(), *padding)) return Status(STATUS_INVALID_PARAMETER);
    size_t size = 0;
    if (function(context.get(), nullptr, &size, in.data(), in.size()) != 1) return Status(STATUS_INVALID_PARAMETER);
    ByteVector out(size);
    if (function(context.get(), out.data(), &size, in.data(), in.size()) != 1) return Status(STATUS_INVALID_PARAMETER);
    out.resize(size);
    return out;
}

template <class T, class Work>
Result<T> on_stack(Work work) {
    Result<T> result = Status(STATUS_NOT_SUPPORTED);
    on_host_stack([&] { result = work(), OSSL(ERR_clear_error)(); });
    return result;
}

}  // namespace

Result<ByteVector> PublicKey::sign(ByteSpan hash, const PaddingChoice& padding) const {
    return on_stack<ByteVector>([&]() -> Result<ByteVector> {
        bool rsa = family_ == KeyFamily::kRsa;
        auto der = LSW_TRY(transform(key_, OSSL(EVP_PKEY_sign_init), OSSL(EVP_PKEY_sign), hash, rsa ? &padding : nullptr));
        return rsa ? der : plain_signature(der, signature_bytes() / 2);
    });
}

Result<void> PublicKey::verify(ByteSpan hash, ByteSpan signature, const PaddingChoice& padding) const {
    return on_stack<void>([&]() -> Result<void> {
        bool rsa = family_ == KeyFamily::kRsa;
        if (signature.size() != signature_bytes()) return Status(kInvalidSignature);
        ByteVector der = rsa ? ByteVector(signature.begin(), signature.end()) : der_signature(signature);
        KeyContext context(OSSL(EVP_PKEY_CTX_new_from_pkey)(nullptr, key_, nullptr));
        if (!context || OSSL(EVP_PKEY_verify_init)(context.get()) != 1 || (rsa && !set_padding(context.get(), padding)))
            return Status(STATUS_INVALID_PARAMETER);
        int good = OSSL(EVP_PKEY_verify)(context.get(), der.data(), der.size(), hash.data(), hash.size());
        return good == 1 ? Status() : Status(kInvalidSignature);
    });
}

Result<ByteVector> PublicKey::encrypt(ByteSpan plain, const PaddingChoice& padding) const {
    return on_stack<ByteVector>([&] {
        return transform(key_, OSSL(EVP_PKEY_encrypt_init), OSSL(EVP_PKEY_encrypt), plain, &padding);
    });
}

Result<ByteVector> PublicKey::decrypt(ByteSpan cipher, const PaddingChoice& padding) const {
    return on_stack<ByteVector>([&] {
        return transform(key_, OSSL(EVP_PKEY_decrypt_init), OSSL(EVP_PKEY_decrypt), cipher, &padding);
    });
}

Result<ByteVector> PublicKey::agree_inside(const PublicKey& other) const {
    KeyContext context(OSSL(EVP_PKEY_CTX_new_from_pkey)(nullptr, key_, nullptr));
    size_t size = 0;
    if (!context || OSSL(EVP_PKEY_derive_init)(context.get()) != 1 ||
        OSSL(EVP_PKEY_derive_set_peer)(context.get(), other.key_) != 1 ||
        OSSL(EVP_PKEY_derive)(context.get(), nullptr, &size) != 1)
        return Status(STATUS_INVALID_PARAMETER);
    ByteVector out(size);
    if (OSSL(EVP_PKEY_derive)(context.get(), out.data(), &size) != 1) return Status(STATUS_INVALID_PARAMETER);
    out.resize(size);
    if (family_ == KeyFamily::kDh && out.size() < block_bytes()) out.insert(out.begin(), block_bytes() - out.size(), 0);
    return out;
}

Result<ByteVector> PublicKey::agree(const PublicKey& other) const {
    if (family_ != other.family_ || curve_ != other.curve_ || !private_) return Status(STATUS_INVALID_PARAMETER);
    return on_stack<ByteVector>([&] { return agree_inside(other); });
}

}  // namespace lsw::crypto
