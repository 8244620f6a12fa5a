// bcrypt.h: what there is. Doc: "BCryptEnumAlgorithms function (bcrypt.h)". Buffers are of the process heap and freed by
// BCryptFreeBuffer.
#include <cstring>

#include "abi/status.h"
#include "core/memory/heap.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;

namespace {

constexpr const char16_t* kNames[] = {
    u"3DES", u"3DES_112", u"AES", u"CAPI_KDF", u"CHACHA20_POLY1305", u"DES", u"DH", u"DSA", u"ECDH", u"ECDH_P256",
    u"ECDH_P384", u"ECDH_P521", u"ECDSA", u"ECDSA_P256", u"ECDSA_P384", u"ECDSA_P521", u"HKDF", u"MD4", u"MD5", u"PBKDF2",
    u"RC2", u"RC4", u"RNG", u"RSA", u"RSA_SIGN", u"SHA1", u"SHA256", u"SHA384", u"SHA512", u"SP800_108_CTR_HMAC",
    u"SP800_56A_CONCAT", u"TLS1_1_KDF", u"TLS1_2_KDF",
};
constexpr char16_t kProvider[] = u"Microsoft Primitive Provider";

// The interface and the operations (BCRYPT_*_INTERFACE, BCRYPT_*_OPERATION) of an algorithm.
struct Use {
    ULONG dwClass, operations;
};
Use use_of(const Provider& provider) {
    switch (provider.kind) {
        case Provider::Kind::kCipher: return {1, 1};
        case Provider::Kind::kDigest: return {2, 2};
        case Provider::Kind::kRandom: return {6, 0x20};
        case Provider::Kind::kKeyDerivation: return {7, 0x40};
        case Provider::Kind::kPair: break;
    }
    if (provider.pair.encrypts) return {3, 4 | 0x10};
    return provider.pair.agrees ? Use{4, 8} : Use{5, 0x10};
}

}  // namespace

NTSTATUS bcrypt::BCryptEnumAlgorithms(ULONG dwAlgOperations, ULONG* pAlgCount, BCRYPT_ALGORITHM_IDENTIFIER** ppAlgList,
                                      ULONG dwFlags) {
    constexpr ULONG kAllOperations = 0x7F;
    if (!dwAlgOperations || (dwAlgOperations & ~kAllOperations) || !pAlgCount || !ppAlgList || dwFlags)
        return STATUS_INVALID_PARAMETER;
    std::vector<BCRYPT_ALGORITHM_IDENTIFIER> list;
    for (const char16_t* name : kNames) {
        Use use = use_of(*provider_by_name(name, 0));
        if (use.operations & dwAlgOperations) list.push_back({const_cast<LPWSTR>(name), use.dwClass, 0});
    }
    auto* out = static_cast<BCRYPT_ALGORITHM_IDENTIFIER*>(lsw::process_heap().allocate(list.size() * sizeof list[0] + 1, false));
    if (!out) return STATUS_NO_MEMORY;
    std::copy(list.begin(), list.end(), out);
    *pAlgCount = static_cast<ULONG>(list.size());
    *ppAlgList = out;
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptEnumProviders(LPCWSTR pszAlgId, ULONG* pImplCount, BCRYPT_PROVIDER_NAME** ppImplList, ULONG) {
    if (!pszAlgId || !pImplCount || !ppImplList) return STATUS_INVALID_PARAMETER;
    if (!provider_by_name(pszAlgId, 0)) return STATUS_NOT_FOUND;
    auto* out = static_cast<BCRYPT_PROVIDER_NAME*>(lsw::process_heap().allocate(sizeof(BCRYPT_PROVIDER_NAME), false));
    if (!out) return STATUS_NO_MEMORY;
    out->pszProviderName = const_cast<LPWSTR>(kProvider);
    *pImplCount = 1;
    *ppImplList = out;
    return STATUS_SUCCESS;
}

void bcrypt::BCryptFreeBuffer(PVOID pvBuffer) { lsw::process_heap().release(pvBuffer); }
