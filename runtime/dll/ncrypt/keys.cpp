// ncrypt.h: keys made, kept, opened, imported and exported. Doc: "NCryptCreatePersistedKey function (ncrypt.h)".
#include <cstring>

#include "core/crypto/key_store.h"
#include "core/crypto/pkcs8.h"
#include "dll/ncrypt/objects.h"

using namespace ncrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

constexpr DWORD kOverwrite = 0x80, kDoNotFinalize = 0x400, kAllowExport = 1, kAllowPlaintextExport = 2;

Result<PublicKey::Ref> generate(const Object& object) {
    const key_blobs::PairAlgorithm& pair = object.pair;
    if (pair.family == KeyFamily::kRsa) return PublicKey::generate_rsa(object.bits ? object.bits : 2048);
    if (pair.family != KeyFamily::kEc) return PublicKey::generate_discrete(pair.family, object.bits, {});
    if (!pair.curve) return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::generate_on_curve(*pair.curve);
}

SECURITY_STATUS keep(Object& object, bool replace) {
    if (object.name.empty()) return 0;
    StoredKey stored{object.name, object.algorithm, object.export_policy, object.usage, object.spec, object.key->to_pkcs8()};
    auto saved = save_key(group_of(object.flags), stored, replace);
    object.persisted = saved.ok();
    return from_status(saved.status());
}

const BCryptBuffer* parameter(const NCryptBufferDesc* list, ULONG type) {
    for (ULONG i = 0; list && i < list->cBuffers; ++i)
        if (list->pBuffers[i].BufferType == type) return &list->pBuffers[i];
    return nullptr;
}

std::u16string text_of(const BCryptBuffer* buffer) {
    if (!buffer) return {};
    std::u16string text(static_cast<const char16_t*>(buffer->pvBuffer), buffer->cbBuffer / 2);
    text.resize(std::min(text.size(), text.find(u'\0')));
    return text;
}

constexpr ULONG kPkcsKeyName = 45, kPkcsSecret = 46;

struct Imported {
    PublicKey::Ref key;
    bool agrees = false;
};

Result<Imported> import_key(std::u16string_view type, const NCryptBufferDesc* parameters, ByteSpan data) {
    Imported out;
    if (type == u"PKCS8_PRIVATEKEY") {
        const BCryptBuffer* secret = parameter(parameters, kPkcsSecret);
        ByteVector plain(data.begin(), data.end());
        if (secret) plain = LSW_TRY(decrypt_pkcs8(data, text_of(secret)));
        out.key = LSW_TRY(PublicKey::from_pkcs8(plain));
        out.agrees = out.key->family() == KeyFamily::kX25519 || out.key->family() == KeyFamily::kDh;
        return out;
    }
    if (type.starts_with(u"CAPI")) {
        out.key = LSW_TRY(key_blobs::import_capi(data, nullptr));
        return out;
    }
    if (type.find(u"BLOB") == type.npos || type.starts_with(u"ECCFULL")) return Status(STATUS_NOT_SUPPORTED);
    const BCryptBuffer* curve_name = parameter(parameters, 60);  // NCRYPTBUFFER_ECC_CURVE_NAME
    const Curve* curve = curve_name ? curve_by_name(text_of(curve_name)) : nullptr;
    if (curve) {
        uint32_t magic = 0;
        if (data.size() >= sizeof magic) memcpy(&magic, data.data(), sizeof magic);
        out.agrees = (magic >> 16 & 0xFF) == 0x4B || (magic & 0x00FFFFFF) == 0x4B4345;
        out.key = LSW_TRY(key_blobs::import_blob(KeyFamily::kEc, curve, type, data));
        return out;
    }
    out.key = LSW_TRY(key_blobs::import_any(data, &out.agrees));
    return out;
}

std::shared_ptr<Object> object_of(const Imported& imported) {
    auto object = std::make_shared<Object>();
    object->kind = Object::Kind::kKey;
    object->key = imported.key;
    object->algorithm = key_blobs::algorithm_name(*imported.key, imported.agrees);
    object->pair = *key_blobs::pair_algorithm(object->algorithm);
    object->pair.curve = imported.key->curve();
    object->bits = imported.key->bits();
    return object;
}

}  // namespace

SECURITY_STATUS ncrypt::NCryptCreatePersistedKey(NCRYPT_HANDLE hProvider, NCRYPT_HANDLE* phKey, LPCWSTR pszAlgId,
                                                 LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!phKey || !pszAlgId) return kInvalidParameter;
    auto pair = key_blobs::pair_algorithm(pszAlgId);
    if (!pair) return kNotSupported;
    auto object = std::make_shared<Object>();
    object->kind = Object::Kind::kKey;
    object->algorithm = pszAlgId;
    object->pair = *pair;
    object->name = pszKeyName ? pszKeyName : u"";
    object->spec = dwLegacyKeySpec;
    object->flags = dwFlags;
    object->bits = pair->curve ? pair->curve->bits : pair->family == KeyFamily::kEc ? 0 : 1024;
    if (pair->family == KeyFamily::kRsa) object->bits = 2048;
    if (pszKeyName && !(dwFlags & kOverwrite) && load_key(group_of(dwFlags), pszKeyName).ok()) return kExists;
    *phKey = add(std::move(object));
    return 0;
}

SECURITY_STATUS ncrypt::NCryptFinalizeKey(NCRYPT_HANDLE hKey, DWORD) {
    auto object = find(hKey, Object::Kind::kKey);
    if (!object) return kInvalidHandle;
    if (!object->key) {
        auto key = generate(*object);
        if (!key.ok()) return from_status(key.status());
        object->key = *key;
    } else if (object->persisted || !(object->flags & kDoNotFinalize)) {
        return kInvalidHandle;  // it is finalized
    }
    object->flags &= ~kDoNotFinalize;
    return keep(*object, object->flags & kOverwrite);
}

SECURITY_STATUS ncrypt::NCryptOpenKey(NCRYPT_HANDLE hProvider, NCRYPT_HANDLE* phKey, LPCWSTR pszKeyName, DWORD,
                                      DWORD dwFlags) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!phKey || !pszKeyName) return kInvalidParameter;
    auto stored = load_key(group_of(dwFlags), pszKeyName);
    if (!stored.ok()) return kBadKeyset;
    auto key = PublicKey::from_pkcs8(stored->pkcs8);
    if (!key.ok()) return kBadKeyset;
    auto object = object_of({*key, stored->algorithm.starts_with(u"ECDH")});
    object->algorithm = stored->algorithm;
    object->name = stored->name;
    object->export_policy = stored->export_policy, object->usage = stored->usage, object->spec = stored->spec;
    object->flags = dwFlags;
    object->persisted = true;
    *phKey = add(std::move(object));
    return 0;
}

SECURITY_STATUS ncrypt::NCryptDeleteKey(NCRYPT_HANDLE hKey, DWORD) {
    auto object = find(hKey, Object::Kind::kKey);
    if (!object) return kInvalidHandle;
    if (object->persisted) {
        auto deleted = delete_key(group_of(object->flags), object->name);
        if (!deleted.ok()) return from_status(deleted.status());
    }
    remove(hKey);
    return 0;
}

SECURITY_STATUS ncrypt::NCryptImportKey(NCRYPT_HANDLE hProvider, NCRYPT_HANDLE, LPCWSTR pszBlobType,
                                        NCryptBufferDesc* pParameterList, NCRYPT_HANDLE* phKey, PBYTE pbData, DWORD cbData,
                                        DWORD dwFlags) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!pszBlobType || !phKey || !pbData) return kInvalidParameter;
    ByteVector data(pbData, pbData + cbData);
    auto imported = import_key(pszBlobType, pParameterList, data);
    if (!imported.ok()) return imported.status() == STATUS_NOT_SUPPORTED ? kNotSupported : kInvalidParameter;
    auto object = object_of(*imported);
    object->name = text_of(parameter(pParameterList, kPkcsKeyName));
    object->flags = dwFlags;
    bool secret = object->key->has_private();
    // A key that a program brings may be taken out again until the key is made permanent.
    object->export_policy = object->name.empty() ? kAllowExport | kAllowPlaintextExport : 0;
    if (secret && !(dwFlags & kDoNotFinalize))
        if (SECURITY_STATUS status = keep(*object, dwFlags & kOverwrite)) return status;
    *phKey = add(std::move(object));
    return 0;
}

SECURITY_STATUS ncrypt::NCryptExportKey(NCRYPT_HANDLE hKey, NCRYPT_HANDLE, LPCWSTR pszBlobType,
                                        NCryptBufferDesc* pParameterList, PBYTE pbOutput, DWORD cbOutput, DWORD* pcbResult,
                                        DWORD) {
    auto object = find(hKey, Object::Kind::kKey);
    if (!object) return kInvalidHandle;
    if (!pszBlobType || !pcbResult) return kInvalidParameter;
    if (!object->key) return kBadKeyState;
    std::u16string_view type = pszBlobType;
    bool pkcs8 = type == u"PKCS8_PRIVATEKEY", secret = pkcs8 || type.find(u"PRIVATE") != type.npos;
    const BCryptBuffer* password = parameter(pParameterList, kPkcsSecret);
    DWORD needed = pkcs8 && password ? kAllowExport | kAllowPlaintextExport : kAllowPlaintextExport;
    if (secret && object->key->has_private() && !(object->export_policy & needed)) return kNotSupported;
    if (pkcs8 && !object->key->has_private()) return kNotSupported;
    Result<ByteVector> blob = Status(STATUS_NOT_SUPPORTED);
    if (!pkcs8) blob = key_blobs::export_blob(*object->key, object->pair.agrees, type);
    else if (password) blob = encrypt_pkcs8(object->key->to_pkcs8(), text_of(password));
    else blob = object->key->to_pkcs8();
    return blob.ok() ? give(blob->data(), blob->size(), pbOutput, cbOutput, pcbResult) : from_status(blob.status());
}

BOOL ncrypt::NCryptIsKeyHandle(NCRYPT_HANDLE hKey) { return find(hKey, Object::Kind::kKey) != nullptr; }
