// bcrypt.h: hashes, HMACs and PBKDF2. Doc: "BCryptCreateHash function (bcrypt.h)" and its neighbours.
#include <cstring>

#include "abi/status.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;
using namespace lsw;
using namespace lsw::crypto;

namespace {

Result<std::unique_ptr<Digest>> make_digest(const Provider& provider, PUCHAR secret, ULONG size) {
    if (provider.hmac) return Digest::create_hmac(*provider.digest, span_of(secret, size));
    return Digest::create(*provider.digest);
}

}  // namespace

NTSTATUS bcrypt::BCryptCreateHash(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE* phHash, PUCHAR, ULONG, PUCHAR pbSecret,
                                  ULONG cbSecret, ULONG dwFlags) {
    constexpr ULONG kReusable = 0x20;
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!phHash || provider->kind != Provider::Kind::kDigest) return STATUS_INVALID_PARAMETER;
    auto digest = make_digest(*provider, pbSecret, cbSecret);
    if (!digest.ok()) return digest.status();
    Object object;
    object.hash.emplace(Hash{*provider, std::move(*digest), false});
    object.hash->provider.reusable |= (dwFlags & kReusable) != 0;
    *phHash = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptHashData(BCRYPT_HANDLE hHash, PUCHAR pbInput, ULONG cbInput, ULONG) {
    std::shared_ptr<Object> object = find(hHash);
    if (!object || !object->hash) return STATUS_INVALID_HANDLE;
    if (object->hash->finished) return STATUS_INVALID_HANDLE;
    return object->hash->digest->update(span_of(pbInput, cbInput)).status();
}

NTSTATUS bcrypt::BCryptFinishHash(BCRYPT_HANDLE hHash, PUCHAR pbOutput, ULONG cbOutput, ULONG) {
    std::shared_ptr<Object> object = find(hHash);
    if (!object || !object->hash || object->hash->finished) return STATUS_INVALID_HANDLE;
    Hash& hash = *object->hash;
    if (!pbOutput || cbOutput != hash.provider.digest->size_bytes) return STATUS_INVALID_PARAMETER;
    auto value = hash.digest->finish();
    if (!value.ok()) return value.status();
    memcpy(pbOutput, value->data(), cbOutput);
    if (hash.provider.reusable) return hash.digest->reset().status();
    hash.finished = true;
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptDuplicateHash(BCRYPT_HANDLE hHash, BCRYPT_HANDLE* phNewHash, PUCHAR, ULONG, ULONG) {
    std::shared_ptr<Object> object = find(hHash);
    if (!object || !object->hash) return STATUS_INVALID_HANDLE;
    if (!phNewHash) return STATUS_INVALID_PARAMETER;
    auto digest = object->hash->digest->duplicate();
    if (!digest.ok()) return digest.status();
    Object copy;
    copy.hash.emplace(Hash{object->hash->provider, std::move(*digest), object->hash->finished});
    *phNewHash = add(std::move(copy));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptCreateMultiHash(BCRYPT_HANDLE hAlgorithm, BCRYPT_HANDLE* phHash, ULONG nHashes, PUCHAR, ULONG,
                                       PUCHAR pbSecret, ULONG cbSecret, ULONG) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (!phHash || !nHashes || provider->kind != Provider::Kind::kDigest) return STATUS_INVALID_PARAMETER;
    Object object;
    for (ULONG i = 0; i < nHashes; ++i) {
        auto digest = make_digest(*provider, pbSecret, cbSecret);
        if (!digest.ok()) return digest.status();
        object.hashes.push_back(Hash{*provider, std::move(*digest), false});
    }
    *phHash = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptProcessMultiOperations(BCRYPT_HANDLE hObject, ULONG operationType, PVOID pOperations,
                                              ULONG cbOperations, ULONG) {
    constexpr ULONG kHashOperations = 1, kHashData = 1, kFinish = 2;
    std::shared_ptr<Object> object = find(hObject);
    if (!object || object->hashes.empty()) return STATUS_INVALID_HANDLE;
    if (operationType != kHashOperations || cbOperations % sizeof(BCRYPT_MULTI_HASH_OPERATION)) return STATUS_INVALID_PARAMETER;
    auto* operations = static_cast<const BCRYPT_MULTI_HASH_OPERATION*>(pOperations);
    for (size_t i = 0; i < cbOperations / sizeof *operations; ++i) {
        const BCRYPT_MULTI_HASH_OPERATION& operation = operations[i];
        if (operation.iHash >= object->hashes.size()) return STATUS_INVALID_PARAMETER;
        Hash& hash = object->hashes[operation.iHash];
        if (operation.hashOperation == kHashData) {
            auto done = hash.digest->update(span_of(operation.pbBuffer, operation.cbBuffer));
            if (!done.ok()) return done.status();
        } else if (operation.hashOperation == kFinish && operation.cbBuffer == hash.provider.digest->size_bytes) {
            auto value = hash.digest->finish();
            if (!value.ok()) return value.status();
            memcpy(operation.pbBuffer, value->data(), value->size());
            auto again = hash.digest->reset();  // multi-hash objects are reusable
            if (!again.ok()) return again.status();
        } else {
            return STATUS_INVALID_PARAMETER;
        }
    }
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptDestroyHash(BCRYPT_HANDLE hHash) {
    std::shared_ptr<Object> object = find(hHash);
    return object && (object->hash || !object->hashes.empty()) && remove(hHash) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS bcrypt::BCryptHash(BCRYPT_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret, PUCHAR pbInput, ULONG cbInput,
                            PUCHAR pbOutput, ULONG cbOutput) {
    auto provider = provider_of(hAlgorithm);
    if (!provider) return STATUS_INVALID_HANDLE;
    if (provider->kind != Provider::Kind::kDigest || cbOutput != provider->digest->size_bytes)
        return STATUS_INVALID_PARAMETER;
    auto digest = make_digest(*provider, pbSecret, cbSecret);
    if (!digest.ok()) return digest.status();
    auto updated = (*digest)->update(span_of(pbInput, cbInput));
    if (!updated.ok()) return updated.status();
    auto value = (*digest)->finish();
    if (!value.ok()) return value.status();
    memcpy(pbOutput, value->data(), cbOutput);
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptDeriveKeyPBKDF2(BCRYPT_HANDLE hPrf, PUCHAR pbPassword, ULONG cbPassword, PUCHAR pbSalt,
                                       ULONG cbSalt, ULONGLONG cIterations, PUCHAR pbDerivedKey, ULONG cbDerivedKey,
                                       ULONG) {
    auto provider = provider_of(hPrf);
    if (!provider) return STATUS_INVALID_HANDLE;
    constexpr ULONGLONG kMostIterations = 0x7FFF'FFFF;
    if (provider->kind != Provider::Kind::kDigest || !provider->hmac || !cIterations || cIterations > kMostIterations)
        return STATUS_INVALID_PARAMETER;
    std::vector<std::byte> password(cbPassword), salt(cbSalt);
    if (cbPassword) memcpy(password.data(), pbPassword, cbPassword);
    if (cbSalt) memcpy(salt.data(), pbSalt, cbSalt);
    auto key = pbkdf2(*provider->digest, password, salt, static_cast<unsigned>(cIterations), cbDerivedKey);
    if (!key.ok()) return key.status();
    memcpy(pbDerivedKey, key->data(), cbDerivedKey);
    return STATUS_SUCCESS;
}
