// ncrypt.h: the provider and what it can. Doc: "NCryptOpenStorageProvider function (ncrypt.h)". Buffers are of the process heap
// and freed by NCryptFreeBuffer.
#include <cstring>
#include <iterator>

#include "core/crypto/key_store.h"
#include "core/memory/heap.h"
#include "dll/ncrypt/objects.h"

using namespace ncrypt_objects;
using namespace lsw;

namespace {

constexpr const char16_t* kAlgorithms[] = {u"RSA",        u"DH",         u"DSA",        u"ECDH_P256",  u"ECDH_P384",
                                           u"ECDH_P521",  u"ECDH",       u"ECDSA_P256", u"ECDSA_P384", u"ECDSA_P521",
                                           u"ECDSA"};

// A structure and its texts in one block.
template <class Row>
Row* allocate(size_t rows, size_t text_units, char16_t** text) {
    void* block = process_heap().allocate(rows * sizeof(Row) + text_units * sizeof(char16_t), false);
    *text = block ? reinterpret_cast<char16_t*>(static_cast<char*>(block) + rows * sizeof(Row)) : nullptr;
    return static_cast<Row*>(block);
}


}  // namespace

SECURITY_STATUS ncrypt::NCryptOpenStorageProvider(NCRYPT_HANDLE* phProvider, LPCWSTR pszProviderName, DWORD) {
    if (!phProvider) return kInvalidParameter;
    if (pszProviderName && std::u16string_view(pszProviderName) != kProviderName) return kNotFound;
    auto provider = std::make_shared<Object>();
    provider->kind = Object::Kind::kProvider;
    provider->name = kProviderName;
    *phProvider = add(std::move(provider));
    return 0;
}

SECURITY_STATUS ncrypt::NCryptEnumStorageProviders(DWORD* pdwProviderCount, NCryptProviderName** ppProviderList, DWORD) {
    if (!pdwProviderCount || !ppProviderList) return kInvalidParameter;
    char16_t* text = nullptr;
    auto* out = allocate<NCryptProviderName>(1, std::size(kProviderName), &text);
    if (!out) return kNoMemory;
    memcpy(text, kProviderName, sizeof kProviderName);
    *out = {text, nullptr};
    *ppProviderList = out;
    *pdwProviderCount = 1;
    return 0;
}

SECURITY_STATUS ncrypt::NCryptEnumAlgorithms(NCRYPT_HANDLE hProvider, DWORD dwAlgOperations, DWORD* pdwAlgCount,
                                             NCryptAlgorithmName** ppAlgList, DWORD) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!pdwAlgCount || !ppAlgList) return kInvalidParameter;
    char16_t* text = nullptr;
    auto* out = allocate<NCryptAlgorithmName>(std::size(kAlgorithms), 0, &text);
    if (!out) return kNoMemory;
    DWORD count = 0;
    for (const char16_t* name : kAlgorithms) {
        auto algorithm = *key_blobs::pair_algorithm(name);
        DWORD operations = (algorithm.encrypts ? 4 : 0) | (algorithm.agrees ? 8 : 0) | (algorithm.signs ? 0x10 : 0);
        if (dwAlgOperations && !(operations & dwAlgOperations)) continue;
        out[count++] = {const_cast<LPWSTR>(name), algorithm.encrypts ? 3U : algorithm.agrees ? 4U : 5U, operations, 0};
    }
    *pdwAlgCount = count;
    *ppAlgList = out;
    return 0;
}

SECURITY_STATUS ncrypt::NCryptIsAlgSupported(NCRYPT_HANDLE hProvider, LPCWSTR pszAlgId, DWORD) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!pszAlgId) return kInvalidParameter;
    return key_blobs::pair_algorithm(pszAlgId) ? 0 : kNotSupported;
}

SECURITY_STATUS ncrypt::NCryptEnumKeys(NCRYPT_HANDLE hProvider, LPCWSTR, NCryptKeyName** ppKeyName, PVOID* ppEnumState,
                                       DWORD dwFlags) {
    if (!find(hProvider, Object::Kind::kProvider)) return kInvalidHandle;
    if (!ppKeyName || !ppEnumState) return kInvalidParameter;
    // The state is the program's to free, by NCryptFreeBuffer: a plain block with the place in the list.
    auto* place = static_cast<size_t*>(*ppEnumState);
    if (!place && !(*ppEnumState = place = static_cast<size_t*>(process_heap().allocate(sizeof *place, true)))) return kNoMemory;
    auto keys = crypto::list_keys(group_of(dwFlags));
    if (*place >= keys.size()) return kNoMoreItems;
    const crypto::StoredKey& key = keys[(*place)++];
    char16_t* text = nullptr;
    auto* out = allocate<NCryptKeyName>(1, key.name.size() + key.algorithm.size() + 2, &text);
    if (!out) return kNoMemory;
    char16_t* algorithm = text + key.name.size() + 1;
    memcpy(text, key.name.c_str(), (key.name.size() + 1) * 2);
    memcpy(algorithm, key.algorithm.c_str(), (key.algorithm.size() + 1) * 2);
    *out = {text, algorithm, key.spec, dwFlags & 0x20};
    *ppKeyName = out;
    return 0;
}

SECURITY_STATUS ncrypt::NCryptFreeBuffer(PVOID pvInput) {
    return process_heap().release(pvInput) ? 0 : kInvalidParameter;
}

SECURITY_STATUS ncrypt::NCryptFreeObject(NCRYPT_HANDLE hObject) { return remove(hObject) ? 0 : kInvalidHandle; }
