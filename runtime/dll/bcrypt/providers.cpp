// bcrypt.h: algorithm providers and random numbers. Doc: "CNG Algorithm Identifiers".
#include <cstring>

#include "abi/status.h"
#include "base/random.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;

NTSTATUS bcrypt::BCryptGenRandom(BCRYPT_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer, ULONG dwFlags) {
    constexpr ULONG kUseSystemPreferredRng = 2;
    if (!hAlgorithm && !(dwFlags & kUseSystemPreferredRng)) return STATUS_INVALID_HANDLE;
    if (hAlgorithm && (dwFlags & kUseSystemPreferredRng)) return STATUS_INVALID_HANDLE;
    if (hAlgorithm) {
        auto provider = provider_of(hAlgorithm);
        if (!provider || provider->kind != Provider::Kind::kRandom) return STATUS_INVALID_HANDLE;
    }
    if (!pbBuffer && cbBuffer) return STATUS_INVALID_PARAMETER;
    lsw::fill_random(pbBuffer, cbBuffer);
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptOpenAlgorithmProvider(BCRYPT_HANDLE* phAlgorithm, LPCWSTR pszAlgId, LPCWSTR pszImplementation,
                                             ULONG dwFlags) {
    constexpr ULONG kKnownFlags = 0x1 | 0x8 | 0x10 | 0x20 | 0x40;  // dispatch, HMAC, CAPI AES, reusable, multi-hash
    constexpr std::u16string_view kImplementation = u"Microsoft Primitive Provider";
    if (!phAlgorithm || !pszAlgId || (dwFlags & ~kKnownFlags)) return STATUS_INVALID_PARAMETER;
    *phAlgorithm = nullptr;
    if (pszImplementation && kImplementation != pszImplementation) return STATUS_NOT_FOUND;
    Object object;
    object.provider = provider_by_name(pszAlgId, dwFlags);
    if (!object.provider) return STATUS_NOT_FOUND;
    *phAlgorithm = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptCloseAlgorithmProvider(BCRYPT_HANDLE hAlgorithm, ULONG) {
    std::shared_ptr<Object> object = find(hAlgorithm);
    if (!object && provider_of(hAlgorithm)) return STATUS_SUCCESS;  // a pseudo-handle
    return object && object->provider && remove(hAlgorithm) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS bcrypt::BCryptGetFipsAlgorithmMode(BOOLEAN* pfEnabled) {
    if (!pfEnabled) return STATUS_INVALID_PARAMETER;
    *pfEnabled = FALSE;
    return STATUS_SUCCESS;
}
