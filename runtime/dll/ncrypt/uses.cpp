// ncrypt.h: signatures, encryption, agreement. Doc: "NCryptSignHash function (ncrypt.h)".
#include "dll/bcrypt/derivations.h"
#include "dll/bcrypt/paddings.h"
#include "dll/ncrypt/objects.h"

using namespace ncrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

ByteVector copy(const PBYTE data, DWORD size) { return data ? ByteVector(data, data + size) : ByteVector(); }

SECURITY_STATUS usable(NCRYPT_HANDLE handle, std::shared_ptr<Object>& out) {
    out = find(handle, Object::Kind::kKey);
    if (!out) return kInvalidHandle;
    return out->key ? 0 : kBadKeyState;
}

Result<PaddingChoice> signature_padding(const Object& object, DWORD flags, const void* info) {
    if (object.pair.family != KeyFamily::kRsa) return PaddingChoice();
    return paddings::for_signature(flags, info);
}

SECURITY_STATUS transform(NCRYPT_HANDLE handle, const ByteVector& input, const void* info, PBYTE out, DWORD room,
                          DWORD* result, DWORD flags, bool encrypt) {
    std::shared_ptr<Object> object;
    if (SECURITY_STATUS status = usable(handle, object)) return status;
    if (!result) return kInvalidParameter;
    if (!object->pair.encrypts) return kNotSupported;
    auto padding = paddings::for_encryption(flags, info);
    if (!padding.ok()) return from_status(padding.status());
    if (!encrypt && !object->key->has_private()) return kPermission;
    *result = static_cast<DWORD>(object->key->block_bytes());
    if (!out) return 0;
    auto output = encrypt ? object->key->encrypt(input, *padding) : object->key->decrypt(input, *padding);
    return output.ok() ? give(output->data(), output->size(), out, room, result) : from_status(output.status());
}

}  // namespace

SECURITY_STATUS ncrypt::NCryptSignHash(NCRYPT_HANDLE hKey, void* pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue,
                                       PBYTE pbSignature, DWORD cbSignature, DWORD* pcbResult, DWORD dwFlags) {
    std::shared_ptr<Object> object;
    if (SECURITY_STATUS status = usable(hKey, object)) return status;
    if (!pcbResult || !pbHashValue) return kInvalidParameter;
    if (!object->pair.signs) return kNotSupported;
    auto padding = signature_padding(*object, dwFlags, pPaddingInfo);
    if (!padding.ok()) return from_status(padding.status());
    if (!object->key->has_private()) return kPermission;
    *pcbResult = static_cast<DWORD>(object->key->signature_bytes());
    if (!pbSignature) return 0;
    if (cbSignature < *pcbResult) return kBufferTooSmall;
    auto signature = object->key->sign(copy(pbHashValue, cbHashValue), *padding);
    if (!signature.ok()) return from_status(signature.status());
    return give(signature->data(), signature->size(), pbSignature, cbSignature, pcbResult);
}

SECURITY_STATUS ncrypt::NCryptVerifySignature(NCRYPT_HANDLE hKey, void* pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue,
                                              PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags) {
    std::shared_ptr<Object> object;
    if (SECURITY_STATUS status = usable(hKey, object)) return status;
    if (!pbHashValue || !pbSignature) return kInvalidParameter;
    if (!object->pair.signs) return kNotSupported;
    auto padding = signature_padding(*object, dwFlags, pPaddingInfo);
    if (!padding.ok()) return from_status(padding.status());
    auto good = object->key->verify(copy(pbHashValue, cbHashValue), copy(pbSignature, cbSignature), *padding);
    return from_status(good.status());
}

SECURITY_STATUS ncrypt::NCryptEncrypt(NCRYPT_HANDLE hKey, PBYTE pbInput, DWORD cbInput, void* pPaddingInfo, PBYTE pbOutput,
                                      DWORD cbOutput, DWORD* pcbResult, DWORD dwFlags) {
    return transform(hKey, copy(pbInput, cbInput), pPaddingInfo, pbOutput, cbOutput, pcbResult, dwFlags, true);
}

SECURITY_STATUS ncrypt::NCryptDecrypt(NCRYPT_HANDLE hKey, PBYTE pbInput, DWORD cbInput, void* pPaddingInfo, PBYTE pbOutput,
                                      DWORD cbOutput, DWORD* pcbResult, DWORD dwFlags) {
    return transform(hKey, copy(pbInput, cbInput), pPaddingInfo, pbOutput, cbOutput, pcbResult, dwFlags, false);
}

SECURITY_STATUS ncrypt::NCryptSecretAgreement(NCRYPT_HANDLE hPrivKey, NCRYPT_HANDLE hPubKey, NCRYPT_HANDLE* phAgreedSecret,
                                              DWORD) {
    std::shared_ptr<Object> own, other;
    if (SECURITY_STATUS status = usable(hPrivKey, own)) return status;
    if (SECURITY_STATUS status = usable(hPubKey, other)) return status;
    if (!phAgreedSecret) return kInvalidParameter;
    if (!own->pair.agrees || !other->pair.agrees) return kNotSupported;
    auto value = own->key->agree(*other->key);
    if (!value.ok()) return from_status(value.status());
    auto secret = std::make_shared<Object>();
    secret->kind = Object::Kind::kSecret;
    secret->secret = std::move(*value);
    *phAgreedSecret = add(std::move(secret));
    return 0;
}

SECURITY_STATUS ncrypt::NCryptDeriveKey(NCRYPT_HANDLE hSharedSecret, LPCWSTR pwszKDF, NCryptBufferDesc* pParameterList,
                                        PBYTE pbDerivedKey, DWORD cbDerivedKey, DWORD* pcbResult, ULONG dwFlags) {
    auto object = find(hSharedSecret, Object::Kind::kSecret);
    if (!object) return kInvalidHandle;
    if (!pcbResult) return kInvalidParameter;
    constexpr size_t kMost = 48;
    size_t wanted = pbDerivedKey ? cbDerivedKey : kMost;
    auto key = derivations::from_secret(object->secret, pwszKDF, pParameterList, dwFlags, wanted);
    if (!key.ok()) return from_status(key.status());
    if (pbDerivedKey && key->size() > cbDerivedKey) key->resize(cbDerivedKey);
    return give(key->data(), key->size(), pbDerivedKey, cbDerivedKey, pcbResult);
}
