// bcrypt.h: symmetric keys, and encryption with any key. Doc: "BCryptEncrypt function (bcrypt.h)",
// "BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO structure".
#include <cstring>

#include "abi/status.h"
#include "dll/bcrypt/objects.h"
#include "dll/bcrypt/paddings.h"

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

constexpr ULONG kBlockPadding = 1, kChained = 1, kInProgress = 2;  // BCRYPT_BLOCK_PADDING, BCRYPT_AUTH_MODE_…_FLAG

struct Call {
    PUCHAR input;
    ULONG input_size;
    void* info;
    PUCHAR iv;
    ULONG iv_size;
    PUCHAR output;
    ULONG room;
    ULONG* result;
    ULONG flags;
    bool encrypt;
};

// The size of the output when it is known beforehand: always when encrypting, an upper bound when decrypting.
ULONG output_size(const Key& key, const Call& call) {
    ULONG block = static_cast<ULONG>(block_bytes(key.provider.cipher));
    bool grows = call.encrypt && (call.flags & kBlockPadding) && block > 1 && !is_authenticated(key.provider.chaining);
    return grows ? (call.input_size / block + 1) * block : call.input_size;
}

bool tag_size_fits(const Provider& provider, ULONG size) {
    if (provider.chaining == Chaining::kCcm) return size >= 4 && size <= 16 && size % 2 == 0;
    return size <= 16 && size >= (provider.cipher == CipherFamily::kChaCha20 ? 16 : 12);
}

NTSTATUS give_output(const Call& call, const std::vector<std::byte>& output) {
    return give(output.data(), output.size(), call.output, call.room, call.result);
}

// One call of a chain: the context is found again by the buffer that the program lends for it.
NTSTATUS run_chained(Object& object, const Call& call, AuthenticatedCipherModeInfo& info) {
    const Key& key = *object.key;
    if (key.provider.chaining != Chaining::kGcm || key.provider.cipher != CipherFamily::kAes) return STATUS_NOT_SUPPORTED;
    if (!info.pbMacContext) return STATUS_INVALID_PARAMETER;
    auto nonce = copy_of(info.pbNonce, info.cbNonce), more = copy_of(info.pbAuthData, info.cbAuthData),
         input = copy_of(call.input, call.input_size), tag = copy_of(info.pbTag, info.cbTag);
    bool last = !(info.dwFlags & kInProgress);
    std::lock_guard held(object.chains->lock);
    auto& stream = object.chains->streams[info.pbMacContext];
    if (!stream || (!info.cbAAD && !info.cbData)) {
        auto made = GcmStream::create(key.secret, nonce, call.encrypt);
        if (!made.ok()) return made.status();
        stream = std::move(*made);
    }
    if (!more.empty()) stream->authenticate(more);
    auto output = stream->update(input);
    info.cbAAD += info.cbAuthData;
    info.cbData += call.input_size;
    Result<void> ended;
    if (last) {
        ended = stream->finish(tag);
        object.chains->streams.erase(info.pbMacContext);
        if (call.encrypt && info.pbTag) memcpy(info.pbTag, tag.data(), tag.size());
    }
    return ended.ok() ? give_output(call, output) : ended.status();
}

NTSTATUS run_authenticated(Object& object, const Call& call) {
    const Key& key = *object.key;
    auto* info = static_cast<AuthenticatedCipherModeInfo*>(call.info);
    if (!info || info->cbSize != sizeof *info || !info->pbNonce) return STATUS_INVALID_PARAMETER;
    *call.result = call.input_size;
    bool chained = info->dwFlags & kChained;
    if (!call.output && (call.input_size || !chained) && (!info->pbTag || call.input_size)) return STATUS_SUCCESS;
    if (call.output && call.room < call.input_size) return STATUS_BUFFER_TOO_SMALL;
    bool ccm = key.provider.chaining == Chaining::kCcm;
    if (ccm ? info->cbNonce < 7 || info->cbNonce > 13 : info->cbNonce != 12) return STATUS_INVALID_PARAMETER;
    if (chained) return run_chained(object, call, *info);
    if (!info->pbTag || !tag_size_fits(key.provider, info->cbTag)) return STATUS_INVALID_PARAMETER;
    auto input = copy_of(call.input, call.input_size), nonce = copy_of(info->pbNonce, info->cbNonce),
         more = copy_of(info->pbAuthData, info->cbAuthData), tag = copy_of(info->pbTag, info->cbTag);
    auto output = run_cipher(
        {key.provider.cipher, key.provider.chaining, call.encrypt, false, key.secret, input, nonce, more, tag});
    if (!output.ok()) return output.status();
    if (call.encrypt) memcpy(info->pbTag, tag.data(), tag.size());
    return give_output(call, *output);
}

NTSTATUS run_stream(Key& key, const Call& call) {
    *call.result = call.input_size;
    if (!call.output) return STATUS_SUCCESS;
    if (call.room < call.input_size) return STATUS_BUFFER_TOO_SMALL;
    auto data = copy_of(call.input, call.input_size);
    if (!key.stream) key.stream.emplace(key.secret);
    key.stream->apply(data, data.data());
    return give_output(call, data);
}

NTSTATUS run_blocks(Key& key, const Call& call) {
    Chaining chaining = key.provider.chaining;
    size_t block = block_bytes(key.provider.cipher);
    bool whole_blocks = chaining == Chaining::kCbc || chaining == Chaining::kEcb;
    bool pads = call.flags & kBlockPadding;
    *call.result = output_size(key, call);
    size_t unit = chaining == Chaining::kCfb8 ? 1 : block;
    if (call.input_size % unit && !(pads && call.encrypt)) return STATUS_INVALID_BUFFER_SIZE;
    if (!call.output) return STATUS_SUCCESS;
    if (call.encrypt && call.room < *call.result) return STATUS_BUFFER_TOO_SMALL;
    auto input = copy_of(call.input, call.input_size), iv = key.iv;
    iv.resize(block);
    if (chaining == Chaining::kEcb) {
        iv.clear();
    } else if (call.iv) {
        if (call.iv_size != block) return STATUS_INVALID_PARAMETER;
        iv = copy_of(call.iv, block);
    }
    bool filled = pads && !whole_blocks;  // CFB is padded here: the library does that for CBC and ECB alone
    if (filled && call.encrypt) input.resize(*call.result, static_cast<std::byte>(*call.result - call.input_size));
    auto output = run_cipher({key.provider.cipher, chaining, call.encrypt, pads && whole_blocks, key.secret, input, iv, {}, {},
                              key.effective_bits});
    if (!output.ok()) return output.status();
    if (filled && !call.encrypt) {
        size_t count = output->empty() ? 0 : static_cast<size_t>(output->back());
        if (!count || count > output->size()) return STATUS_DATA_ERROR;
        output->resize(output->size() - count);
    }
    *call.result = static_cast<ULONG>(output->size());
    if (call.room < output->size()) return STATUS_BUFFER_TOO_SMALL;
    if (call.iv && !iv.empty()) memcpy(call.iv, iv.data(), iv.size());
    return give_output(call, *output);
}

// RSA: one block, whatever fits into it.
NTSTATUS run_pair(const Pair& pair, const Call& call) {
    if (!pair.key) return STATUS_INVALID_HANDLE;
    if (!pair.provider.pair.encrypts) return STATUS_NOT_SUPPORTED;
    auto padding = paddings::for_encryption(call.flags, call.info);
    if (!padding.ok()) return padding.status();
    *call.result = static_cast<ULONG>(pair.key->block_bytes());
    if (!call.encrypt && !pair.key->has_private()) return STATUS_INVALID_PARAMETER;
    if (!call.output) return STATUS_SUCCESS;
    if (call.encrypt && call.room < *call.result) return STATUS_BUFFER_TOO_SMALL;
    auto input = bytes_of(call.input, call.input_size);
    auto output = call.encrypt ? pair.key->encrypt(input, *padding) : pair.key->decrypt(input, *padding);
    return output.ok() ? give(*output, call.output, call.room, call.result) : output.status();
}

NTSTATUS transform(BCRYPT_HANDLE handle, const Call& call) {
    std::shared_ptr<Object> object = find(handle);
    if (!object || (!object->key && !object->pair)) return STATUS_INVALID_HANDLE;
    if (!call.result || (!call.input && call.input_size)) return STATUS_INVALID_PARAMETER;
    if (object->pair) return run_pair(*object->pair, call);
    Key& key = *object->key;
    if (key.provider.kind != Provider::Kind::kCipher) return STATUS_NOT_SUPPORTED;
    if (key.provider.cipher == CipherFamily::kRc4) return run_stream(key, call);
    return is_authenticated(key.provider.chaining) ? run_authenticated(*object, call) : run_blocks(key, call);
}

constexpr ULONG kKeyDataMagic = 0x4D42444B;  // BCRYPT_KEY_DATA_BLOB_MAGIC

}  // namespace

NTSTATUS bcrypt::BCryptGenerateSymmetricKey(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE* phKey, PUCHAR, ULONG, PUCHAR pbSecret,
                                            ULONG cbSecret, ULONG) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!phKey || (!pbSecret && cbSecret)) return STATUS_INVALID_PARAMETER;
    Object object;
    if (provider->kind == Provider::Kind::kCipher) {
        size_t size = cbSecret;
        if (provider->name == u"3DES" && size > 24) size = 24;
        if (provider->cipher == CipherFamily::kAes && size > 32) size = 32;
        bool short_of = provider->name == u"3DES" ? size != 24 : !key_size_fits(provider->cipher, size);
        if (!pbSecret || short_of) return STATUS_INVALID_PARAMETER;
        cbSecret = static_cast<ULONG>(size);
    } else if (provider->kind != Provider::Kind::kKeyDerivation) {
        return STATUS_NOT_SUPPORTED;
    }
    object.key.emplace(Key{*provider, copy_of(pbSecret, cbSecret), {}, 0, {}, nullptr, {}});
    *phKey = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptImportKey(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE hImportKey, LPCWSTR pszBlobType,
                                 BCRYPT_HANDLE* phKey, PUCHAR, ULONG, PUCHAR pbInput, ULONG cbInput, ULONG) {
    if (!pszBlobType || !phKey || !pbInput) return STATUS_INVALID_PARAMETER;
    if (!provider_of(hAlgorithm)) return STATUS_INVALID_HANDLE;
    std::u16string_view type = pszBlobType;
    auto blob = copy_of(pbInput, cbInput);
    if (type == u"Rfc3565KeyWrapBlob") {
        std::shared_ptr<Object> wrapping = find(hImportKey);
        if (!wrapping || !wrapping->key) return STATUS_INVALID_HANDLE;
        auto secret = unwrap_key(wrapping->key->secret, blob);
        if (!secret.ok()) return STATUS_INVALID_PARAMETER;
        return BCryptGenerateSymmetricKey(hAlgorithm, phKey, nullptr, 0, reinterpret_cast<PUCHAR>(secret->data()),
                                          static_cast<ULONG>(secret->size()), 0);
    }
    if (type != u"KeyDataBlob" && type != u"OpaqueKeyBlob") return STATUS_NOT_SUPPORTED;
    ULONG header[3];  // BCRYPT_KEY_DATA_BLOB_HEADER: magic, version, size
    if (blob.size() < sizeof header) return STATUS_BUFFER_TOO_SMALL;
    memcpy(header, blob.data(), sizeof header);
    if (header[0] != kKeyDataMagic || header[1] != 1 || header[2] > blob.size() - sizeof header) return STATUS_INVALID_PARAMETER;
    return BCryptGenerateSymmetricKey(hAlgorithm, phKey, nullptr, 0, reinterpret_cast<PUCHAR>(blob.data()) + sizeof header,
                                      header[2], 0);
}

NTSTATUS bcrypt::BCryptDuplicateKey(BCRYPT_HANDLE hKey, BCRYPT_HANDLE* phNewKey, PUCHAR, ULONG, ULONG) {
    std::shared_ptr<Object> object = find(hKey);
    if (!object || (!object->key && !object->pair)) return STATUS_INVALID_HANDLE;
    if (!phNewKey) return STATUS_INVALID_PARAMETER;
    Object copy;
    copy.key = object->key;
    copy.pair = object->pair;
    *phNewKey = add(std::move(copy));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptExportKey(BCRYPT_HANDLE hKey, BCRYPT_HANDLE hExportKey, LPCWSTR pszBlobType, PUCHAR pbOutput,
                                 ULONG cbOutput, ULONG* pcbResult, ULONG) {
    std::shared_ptr<Object> object = find(hKey);
    if (!object || (!object->key && !object->pair)) return STATUS_INVALID_HANDLE;
    if (!pszBlobType || !pcbResult) return STATUS_INVALID_PARAMETER;
    std::u16string_view type = pszBlobType;
    if (object->pair) {
        const Pair& pair = *object->pair;
        if (!pair.key) return STATUS_INVALID_HANDLE;
        auto blob = key_blobs::export_blob(*pair.key, pair.provider.pair.agrees, type);
        return blob.ok() ? give(*blob, pbOutput, cbOutput, pcbResult) : blob.status();
    }
    if (type == u"Rfc3565KeyWrapBlob") {
        std::shared_ptr<Object> wrapping = find(hExportKey);
        if (!wrapping || !wrapping->key) return STATUS_INVALID_HANDLE;
        auto wrapped = wrap_key(wrapping->key->secret, object->key->secret);
        return wrapped.ok() ? give(wrapped->data(), wrapped->size(), pbOutput, cbOutput, pcbResult) : wrapped.status();
    }
    if (type != u"KeyDataBlob" && type != u"OpaqueKeyBlob") return STATUS_NOT_SUPPORTED;
    const std::vector<std::byte>& secret = object->key->secret;
    const ULONG header[3] = {kKeyDataMagic, 1, static_cast<ULONG>(secret.size())};
    std::vector<std::byte> blob = copy_of(header, sizeof header);
    blob.insert(blob.end(), secret.begin(), secret.end());
    return give(blob.data(), blob.size(), pbOutput, cbOutput, pcbResult);
}

NTSTATUS bcrypt::BCryptEncrypt(BCRYPT_HANDLE hKey, PUCHAR pbInput, ULONG cbInput, void* pPaddingInfo, PUCHAR pbIV,
                               ULONG cbIV, PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
    return transform(hKey, {pbInput, cbInput, pPaddingInfo, pbIV, cbIV, pbOutput, cbOutput, pcbResult, dwFlags, true});
}

NTSTATUS bcrypt::BCryptDecrypt(BCRYPT_HANDLE hKey, PUCHAR pbInput, ULONG cbInput, void* pPaddingInfo, PUCHAR pbIV,
                               ULONG cbIV, PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
    return transform(hKey, {pbInput, cbInput, pPaddingInfo, pbIV, cbIV, pbOutput, cbOutput, pcbResult, dwFlags, false});
}

NTSTATUS bcrypt::BCryptDestroyKey(BCRYPT_HANDLE hKey) {
    std::shared_ptr<Object> object = find(hKey);
    return object && (object->key || object->pair) && remove(hKey) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}
