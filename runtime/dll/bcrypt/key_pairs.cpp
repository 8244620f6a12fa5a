// bcrypt.h: asymmetric keys and signatures. Doc: "BCryptGenerateKeyPair function (bcrypt.h)", "BCryptSignHash function".
#include "abi/status.h"
#include "dll/bcrypt/objects.h"
#include "dll/bcrypt/paddings.h"

using namespace bcrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

bool length_fits(const key_blobs::PairAlgorithm& algorithm, ULONG bits) {
    switch (algorithm.family) {
        case KeyFamily::kRsa: return bits >= 512 && bits <= 16384 && bits % 64 == 0;
        case KeyFamily::kDh: return bits >= 512 && bits <= 4096 && bits % 64 == 0;
        case KeyFamily::kDsa: return bits >= 512 && bits <= 3072 && bits % 64 == 0;
        default: return !algorithm.curve || !bits || bits == algorithm.curve->bits;
    }
}

Result<PublicKey::Ref> generate(const Pair& pair) {
    const key_blobs::PairAlgorithm& algorithm = pair.provider.pair;
    if (algorithm.family == KeyFamily::kRsa) return PublicKey::generate_rsa(pair.bits);
    if (algorithm.family != KeyFamily::kEc) return PublicKey::generate_discrete(algorithm.family, pair.bits, pair.domain);
    if (!algorithm.curve) return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::generate_on_curve(*algorithm.curve);
}

NTSTATUS signing_key(BCRYPT_HANDLE handle, std::shared_ptr<Object>& out) {
    out = find(handle);
    if (!out || !out->pair || !out->pair->key) return STATUS_INVALID_HANDLE;
    return out->pair->provider.pair.signs ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

Result<PaddingChoice> signature_padding(const Pair& pair, ULONG flags, const void* info) {
    if (pair.key->family() != KeyFamily::kRsa) return PaddingChoice();
    return paddings::for_signature(flags, info);
}

}  // namespace

NTSTATUS bcrypt::BCryptGenerateKeyPair(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE* phKey, ULONG dwLength, ULONG dwFlags) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!phKey || dwFlags) return STATUS_INVALID_PARAMETER;
    if (provider->kind != Provider::Kind::kPair) return STATUS_NOT_SUPPORTED;
    if (!length_fits(provider->pair, dwLength)) return STATUS_INVALID_PARAMETER;
    if (!dwLength && provider->pair.curve) dwLength = provider->pair.curve->bits;
    Object object;
    object.pair.emplace(Pair{*provider, dwLength, {}, nullptr});
    *phKey = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptFinalizeKeyPair(BCRYPT_HANDLE hKey, ULONG dwFlags) {
    std::shared_ptr<Object> object = find(hKey);
    if (!object || !object->pair) return STATUS_INVALID_HANDLE;
    if (dwFlags) return STATUS_INVALID_PARAMETER;
    if (object->pair->key) return STATUS_INVALID_HANDLE;
    auto key = generate(*object->pair);
    if (!key.ok()) return key.status();
    object->pair->key = std::move(*key);
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptImportKeyPair(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE, LPCWSTR pszBlobType, BCRYPT_HANDLE* phKey,
                                     PUCHAR pbInput, ULONG cbInput, ULONG) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!pszBlobType || !phKey || !pbInput) return STATUS_INVALID_PARAMETER;
    if (provider->kind != Provider::Kind::kPair) return STATUS_NOT_SUPPORTED;
    auto key = key_blobs::import_blob(provider->pair.family, provider->pair.curve, pszBlobType, bytes_of(pbInput, cbInput));
    if (!key.ok()) return key.status();
    Object object;
    object.pair.emplace(Pair{*provider, (*key)->bits(), {}, *key});
    *phKey = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptSignHash(BCRYPT_HANDLE hKey, void* pPaddingInfo, PUCHAR pbInput, ULONG cbInput, PUCHAR pbOutput,
                                ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
    std::shared_ptr<Object> object;
    if (NTSTATUS status = signing_key(hKey, object)) return status;
    if (!pcbResult || !pbInput) return STATUS_INVALID_PARAMETER;
    const Pair& pair = *object->pair;
    auto padding = signature_padding(pair, dwFlags, pPaddingInfo);
    if (!padding.ok()) return padding.status();
    *pcbResult = static_cast<ULONG>(pair.key->signature_bytes());
    if (!pair.key->has_private()) return STATUS_INVALID_PARAMETER;
    if (!pbOutput) return STATUS_SUCCESS;
    if (cbOutput < *pcbResult) return STATUS_BUFFER_TOO_SMALL;
    auto signature = pair.key->sign(bytes_of(pbInput, cbInput), *padding);
    return signature.ok() ? give(*signature, pbOutput, cbOutput, pcbResult) : signature.status();
}

NTSTATUS bcrypt::BCryptVerifySignature(BCRYPT_HANDLE hKey, void* pPaddingInfo, PUCHAR pbHash, ULONG cbHash,
                                       PUCHAR pbSignature, ULONG cbSignature, ULONG dwFlags) {
    std::shared_ptr<Object> object;
    if (NTSTATUS status = signing_key(hKey, object)) return status;
    if (!pbHash || !pbSignature) return STATUS_INVALID_PARAMETER;
    auto padding = signature_padding(*object->pair, dwFlags, pPaddingInfo);
    if (!padding.ok()) return padding.status();
    return object->pair->key->verify(bytes_of(pbHash, cbHash), bytes_of(pbSignature, cbSignature), *padding).status();
}
