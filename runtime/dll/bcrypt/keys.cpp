// bcrypt.h: symmetric keys. Doc: "BCryptEncrypt function (bcrypt.h)", "BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO structure".
#include <cstring>

#include "abi/status.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

struct AuthenticatedCipherModeInfo {
    ULONG cbSize, dwInfoVersion;
    PUCHAR pbNonce;
    ULONG cbNonce;
    PUCHAR pbAuthData;
    ULONG cbAuthData;
    PUCHAR pbTag;
    ULONG cbTag;
    PUCHAR pbMacContext;
    ULONG cbMacContext, cbAAD;
    ULONGLONG cbData;
    ULONG dwFlags;
};
static_assert(sizeof(AuthenticatedCipherModeInfo) == 88);

constexpr ULONG kBlockPadding = 1, kChained = 1;  // BCRYPT_BLOCK_PADDING, BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG

std::vector<std::byte> copy_of(const void* data, size_t size) {
    std::vector<std::byte> copy(size);
    if (size) memcpy(copy.data(), data, size);
    return copy;
}

struct Call {
    PUCHAR input;
    ULONG input_size;
    const AuthenticatedCipherModeInfo* authenticated;
    PUCHAR iv;
    ULONG iv_size;
    PUCHAR output;
    ULONG room;
    ULONG* result;
    ULONG flags;
};

// The size of the output when it is known beforehand: always when encrypting, an upper bound when decrypting.
ULONG output_size(const Key& key, const Call& call, bool encrypt) {
    ULONG block = static_cast<ULONG>(block_bytes(key.provider.cipher));
    bool grows = encrypt && (call.flags & kBlockPadding) && key.provider.chaining != Chaining::kGcm;
    return grows ? (call.input_size / block + 1) * block : call.input_size;
}

NTSTATUS transform(BCRYPT_HANDLE handle, const Call& call, bool encrypt) {
    std::shared_ptr<Object> object = find(handle);
    if (!object || !object->key) return STATUS_INVALID_HANDLE;
    if (!call.result) return STATUS_INVALID_PARAMETER;
    const Key& key = *object->key;
    bool gcm = key.provider.chaining == Chaining::kGcm;
    size_t block = block_bytes(key.provider.cipher);
    if (gcm && (!call.authenticated || call.authenticated->cbSize != sizeof(AuthenticatedCipherModeInfo)))
        return STATUS_INVALID_PARAMETER;
    if (gcm && (call.authenticated->dwFlags & kChained)) return STATUS_NOT_SUPPORTED;
    *call.result = output_size(key, call, encrypt);
    if (!call.output) return STATUS_SUCCESS;
    bool whole_blocks = key.provider.chaining == Chaining::kCbc || key.provider.chaining == Chaining::kEcb;
    bool pads = (call.flags & kBlockPadding) && whole_blocks;
    if (whole_blocks && call.input_size % block && !(pads && encrypt)) return STATUS_INVALID_BUFFER_SIZE;
    if (encrypt && call.room < *call.result) return STATUS_BUFFER_TOO_SMALL;

    std::vector<std::byte> input = copy_of(call.input, call.input_size), iv, more, tag;
    if (gcm) {
        iv = copy_of(call.authenticated->pbNonce, call.authenticated->cbNonce);
        more = copy_of(call.authenticated->pbAuthData, call.authenticated->cbAuthData);
        tag = copy_of(call.authenticated->pbTag, call.authenticated->cbTag);
    } else if (key.provider.chaining != Chaining::kEcb) {
        if (call.iv && call.iv_size != block) return STATUS_INVALID_PARAMETER;
        iv = call.iv ? copy_of(call.iv, block) : std::vector<std::byte>(block);
    }
    auto output = run_cipher({key.provider.cipher, key.provider.chaining, encrypt, pads, key.secret, input, iv, more, tag});
    if (!output.ok()) return output.status();
    *call.result = static_cast<ULONG>(output->size());
    if (call.room < output->size()) return STATUS_BUFFER_TOO_SMALL;
    memcpy(call.output, output->data(), output->size());
    if (gcm && encrypt) memcpy(call.authenticated->pbTag, tag.data(), tag.size());
    if (!gcm && call.iv && !iv.empty()) memcpy(call.iv, iv.data(), iv.size());
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS bcrypt::BCryptGenerateSymmetricKey(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE* phKey, PUCHAR, ULONG, PUCHAR pbSecret,
                                            ULONG cbSecret, ULONG) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!phKey || !pbSecret) return STATUS_INVALID_PARAMETER;
    Object object;
    if (provider->kind == Provider::Kind::kCipher) {
        bool aes = provider->cipher == CipherFamily::kAes;
        if (aes ? cbSecret != 16 && cbSecret != 24 && cbSecret != 32 : cbSecret != 24) return STATUS_INVALID_PARAMETER;
    } else if (provider->kind != Provider::Kind::kKeyDerivation) {
        return STATUS_NOT_SUPPORTED;
    }
    object.key.emplace(Key{*provider, copy_of(pbSecret, cbSecret)});
    *phKey = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptDuplicateKey(BCRYPT_HANDLE hKey, BCRYPT_HANDLE* phNewKey, PUCHAR, ULONG, ULONG) {
    std::shared_ptr<Object> object = find(hKey);
    if (!object || !object->key) return STATUS_INVALID_HANDLE;
    if (!phNewKey) return STATUS_INVALID_PARAMETER;
    Object copy;
    copy.key = object->key;
    *phNewKey = add(std::move(copy));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptEncrypt(BCRYPT_HANDLE hKey, PUCHAR pbInput, ULONG cbInput, void* pPaddingInfo, PUCHAR pbIV,
                               ULONG cbIV, PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
    auto info = static_cast<const AuthenticatedCipherModeInfo*>(pPaddingInfo);
    return transform(hKey, {pbInput, cbInput, info, pbIV, cbIV, pbOutput, cbOutput, pcbResult, dwFlags}, true);
}

NTSTATUS bcrypt::BCryptDecrypt(BCRYPT_HANDLE hKey, PUCHAR pbInput, ULONG cbInput, void* pPaddingInfo, PUCHAR pbIV,
                               ULONG cbIV, PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
    auto info = static_cast<const AuthenticatedCipherModeInfo*>(pPaddingInfo);
    return transform(hKey, {pbInput, cbInput, info, pbIV, cbIV, pbOutput, cbOutput, pcbResult, dwFlags}, false);
}

NTSTATUS bcrypt::BCryptDestroyKey(BCRYPT_HANDLE hKey) {
    std::shared_ptr<Object> object = find(hKey);
    return object && object->key && remove(hKey) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}
