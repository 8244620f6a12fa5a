// bcrypt.h: agreed secrets and key derivation. Doc: "BCryptDeriveKey function (bcrypt.h)", "BCryptKeyDerivation function".
#include "dll/bcrypt/derivations.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "abi/status.h"
#include "core/crypto/key_derivation.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

// KDF_*.
enum Parameter : ULONG {
    kHashAlgorithm = 0, kPrepend = 1, kAppend = 2, kHmacKey = 3, kTlsLabel = 4, kTlsSeed = 5, kTlsProtocol = 7,
    kAlgorithmId = 8, kPartyU = 9, kPartyV = 10, kPublicInfo = 11, kPrivateInfo = 12, kLabel = 13, kContext = 14,
    kSalt = 15, kIterations = 16, kGeneric = 17, kHkdfSalt = 19, kHkdfInfo = 20,
};

class Parameters {
public:
    explicit Parameters(const BCryptBufferDesc* list) : list_(list) {}
    bool has(ULONG type) const { return find(type) != nullptr; }
    // All of that type, one behind the other.
    ByteVector bytes(ULONG type) const {
        ByteVector out;
        for (ULONG i = 0; list_ && i < list_->cBuffers; ++i) {
            const BCryptBuffer& buffer = list_->pBuffers[i];
            ByteVector more = buffer.BufferType == type ? bytes_of(buffer.pvBuffer, buffer.cbBuffer) : ByteVector();
            out.insert(out.end(), more.begin(), more.end());
        }
        return out;
    }
    // The digest by name; the default where none is asked for. Errors: STATUS_NOT_SUPPORTED.
    Result<const DigestKind*> digest(const char16_t* otherwise) const {
        std::u16string name = otherwise ? otherwise : u"";
        if (const BCryptBuffer* buffer = find(kHashAlgorithm)) {
            name.assign(static_cast<const char16_t*>(buffer->pvBuffer), buffer->cbBuffer / 2);
            name.resize(std::min(name.size(), name.find(u'\0')));
        }
        const DigestKind* kind = digest_by_name(name);
        if (!kind) return Status(name.empty() ? STATUS_INVALID_PARAMETER : STATUS_NOT_SUPPORTED);
        return kind;
    }

private:
    const BCryptBuffer* find(ULONG type) const {
        for (ULONG i = 0; list_ && i < list_->cBuffers; ++i)
            if (list_->pBuffers[i].BufferType == type) return &list_->pBuffers[i];
        return nullptr;
    }
    const BCryptBufferDesc* list_;
};

ByteVector joined(std::initializer_list<ByteVector> pieces) {
    ByteVector out;
    for (const ByteVector& piece : pieces) out.insert(out.end(), piece.begin(), piece.end());
    return out;
}

Result<ByteVector> tls(const Parameters& in, ByteSpan secret, size_t wanted, bool old_only, bool master) {
    ByteVector protocol = in.bytes(kTlsProtocol);
    uint32_t version = 0x0302;
    if (protocol.size() >= sizeof version) memcpy(&version, protocol.data(), sizeof version);
    const DigestKind* kind = nullptr;
    if (!old_only && (version >= 0x0303 || in.has(kHashAlgorithm))) kind = LSW_TRY(in.digest(u"SHA256"));
    constexpr size_t kMasterSecret = 48;
    size_t size = master ? std::min(wanted, kMasterSecret) : wanted;
    return tls_prf(kind, secret, in.bytes(kTlsLabel), in.bytes(kTlsSeed), size);
}

ByteVector concat_info(const Parameters& in) {
    return joined({in.bytes(kAlgorithmId), in.bytes(kPartyU), in.bytes(kPartyV), in.bytes(kPublicInfo),
                   in.bytes(kPrivateInfo)});
}

Result<ByteVector> counter(const Parameters& in, ByteSpan secret, size_t wanted) {
    const DigestKind* kind = LSW_TRY(in.digest(nullptr));
    if (!in.has(kGeneric)) return counter_kdf(*kind, secret, in.bytes(kLabel), in.bytes(kContext), wanted);
    ByteVector both = in.bytes(kGeneric);  // label, a zero, context
    auto zero = std::find(both.begin(), both.end(), 0);
    if (zero == both.end()) return Status(STATUS_INVALID_PARAMETER);
    return counter_kdf(*kind, secret, ByteVector(both.begin(), zero), ByteVector(zero + 1, both.end()), wanted);
}

Result<ByteVector> password(const Parameters& in, const Key& key, size_t wanted) {
    const DigestKind* kind = LSW_TRY(in.digest(nullptr));
    uint64_t iterations = 10000;
    ByteVector given = in.bytes(kIterations), salt = in.bytes(kSalt);
    if (given.size() == sizeof iterations) memcpy(&iterations, given.data(), sizeof iterations);
    if (!iterations || iterations > 0x7FFF'FFFF) return Status(STATUS_INVALID_PARAMETER);
    auto out = LSW_TRY(pbkdf2(*kind, key.secret, std::as_bytes(std::span(salt)), static_cast<unsigned>(iterations), wanted));
    return bytes_of(out.data(), out.size());
}

Result<ByteVector> from_key(const Key& key, const Parameters& in, size_t wanted) {
    std::u16string_view name = key.provider.name;
    ByteVector secret = bytes_of(key.secret.data(), key.secret.size());
    if (name == u"PBKDF2") return password(in, key, wanted);
    if (name == u"SP800_108_CTR_HMAC") return counter(in, secret, wanted);
    if (name == u"SP800_56A_CONCAT") {
        ByteVector info = in.has(kGeneric) ? in.bytes(kGeneric) : concat_info(in);
        return concat_kdf(*LSW_TRY(in.digest(nullptr)), secret, info, wanted);
    }
    if (name == u"CAPI_KDF") {
        const DigestKind* kind = LSW_TRY(in.digest(nullptr));
        return capi_kdf(*kind, LSW_TRY(digest_of(*kind, {secret})), wanted, false);
    }
    if (name == u"TLS1_1_KDF") return tls(in, secret, wanted, true, false);
    if (name == u"TLS1_2_KDF") return tls(in, secret, wanted, false, false);
    if (name != u"HKDF" || !key.hkdf_key) return Status(STATUS_INVALID_PARAMETER);
    return hkdf_expand(*key.hkdf_digest, *key.hkdf_key, in.bytes(kHkdfInfo), wanted);
}

}  // namespace

namespace derivations {

Result<ByteVector> from_secret(ByteSpan secret, LPCWSTR kdf, const BCryptBufferDesc* parameters, ULONG flags, size_t wanted) {
    constexpr ULONG kSecretIsHmacKey = 1;  // KDF_USE_SECRET_AS_HMAC_KEY_FLAG
    if (!kdf) return Status(STATUS_INVALID_PARAMETER);
    std::u16string_view name = kdf;
    Parameters in(parameters);
    ByteVector before = in.bytes(kPrepend), after = in.bytes(kAppend);
    if (name == u"TRUNCATE") return ByteVector(secret.rbegin(), secret.rend());  // little-endian
    if (name == u"HASH") return digest_of(*LSW_TRY(in.digest(u"SHA1")), {before, secret, after});
    if (name == u"HMAC") {
        ByteVector key = in.bytes(kHmacKey);
        ByteSpan used = flags & kSecretIsHmacKey ? secret : ByteSpan(key);
        return hmac_of(*LSW_TRY(in.digest(u"SHA1")), used, {before, secret, after});
    }
    if (name == u"TLS_PRF") return tls(in, secret, wanted, false, true);
    if (name == u"SP800_56A_CONCAT") {
        if (!in.has(kAlgorithmId) || !in.has(kPartyU) || !in.has(kPartyV)) return Status(STATUS_INVALID_PARAMETER);
        const DigestKind* kind = LSW_TRY(in.digest(u"SHA1"));
        return concat_kdf(*kind, secret, concat_info(in), std::min<size_t>(wanted, kind->size_bytes));
    }
    if (name == u"HKDF") {
        const DigestKind* kind = LSW_TRY(in.digest(nullptr));
        return hkdf_expand(*kind, LSW_TRY(hmac_of(*kind, in.bytes(kHkdfSalt), {secret})), in.bytes(kHkdfInfo), wanted);
    }
    return Status(STATUS_NOT_SUPPORTED);
}

}  // namespace derivations

NTSTATUS bcrypt::BCryptSecretAgreement(BCRYPT_HANDLE hPrivKey, BCRYPT_HANDLE hPubKey, BCRYPT_HANDLE* phAgreedSecret,
                                       ULONG dwFlags) {
    std::shared_ptr<Object> own = find(hPrivKey), other = find(hPubKey);
    if (!own || !own->pair || !own->pair->key || !other || !other->pair || !other->pair->key) return STATUS_INVALID_HANDLE;
    if (!phAgreedSecret || dwFlags) return STATUS_INVALID_PARAMETER;
    if (!own->pair->provider.pair.agrees || !other->pair->provider.pair.agrees) return STATUS_NOT_SUPPORTED;
    auto secret = own->pair->key->agree(*other->pair->key);
    if (!secret.ok()) return secret.status();
    Object object;
    object.secret.emplace(Secret{std::move(*secret)});
    *phAgreedSecret = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptDestroySecret(BCRYPT_HANDLE hSecret) {
    std::shared_ptr<Object> object = find(hSecret);
    return object && object->secret && remove(hSecret) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS bcrypt::BCryptDeriveKey(BCRYPT_HANDLE hSharedSecret, LPCWSTR pwszKDF, const BCryptBufferDesc* pParameterList,
                                 PUCHAR pbDerivedKey, ULONG cbDerivedKey, ULONG* pcbResult, ULONG dwFlags) {
    std::shared_ptr<Object> object = find(hSharedSecret);
    if (!object || !object->secret) return STATUS_INVALID_HANDLE;
    if (!pcbResult) return STATUS_INVALID_PARAMETER;
    constexpr size_t kMost = 48;  // the size that functions without one of their own are asked for
    size_t wanted = pbDerivedKey ? cbDerivedKey : kMost;
    auto key = derivations::from_secret(object->secret->value, pwszKDF, pParameterList, dwFlags, wanted);
    if (!key.ok()) return key.status();
    if (pbDerivedKey && key->size() > cbDerivedKey) key->resize(cbDerivedKey);
    return give(*key, pbDerivedKey, cbDerivedKey, pcbResult);
}

NTSTATUS bcrypt::BCryptKeyDerivation(BCRYPT_HANDLE hKey, const BCryptBufferDesc* pParameterList, PUCHAR pbDerivedKey,
                                     ULONG cbDerivedKey, ULONG* pcbResult, ULONG) {
    std::shared_ptr<Object> object = find(hKey);
    if (!object || !object->key) return STATUS_INVALID_HANDLE;
    if (!pcbResult || !pbDerivedKey) return STATUS_INVALID_PARAMETER;
    if (object->key->provider.kind != Provider::Kind::kKeyDerivation) return STATUS_NOT_SUPPORTED;
    auto key = from_key(*object->key, Parameters(pParameterList), cbDerivedKey);
    return key.ok() ? give(*key, pbDerivedKey, cbDerivedKey, pcbResult) : key.status();
}

NTSTATUS bcrypt::BCryptDeriveKeyCapi(BCRYPT_HANDLE hHash, BCRYPT_HANDLE hTargetAlg, PUCHAR pbDerivedKey, ULONG cbDerivedKey,
                                     ULONG) {
    std::shared_ptr<Object> object = find(hHash);
    if (!object || !object->hash || object->hash->finished) return STATUS_INVALID_HANDLE;
    if (!pbDerivedKey || !cbDerivedKey) return STATUS_INVALID_PARAMETER;
    auto target = hTargetAlg ? provider_of(hTargetAlg) : std::nullopt;
    auto value = object->hash->digest->finish();
    if (!value.ok()) return value.status();
    object->hash->finished = true;
    bool aes = target && target->kind == Provider::Kind::kCipher && target->cipher == CipherFamily::kAes;
    auto key = capi_kdf(*object->hash->provider.digest, bytes_of(value->data(), value->size()), cbDerivedKey, aes);
    if (!key.ok()) return key.status();
    memcpy(pbDerivedKey, key->data(), cbDerivedKey);
    return STATUS_SUCCESS;
}
