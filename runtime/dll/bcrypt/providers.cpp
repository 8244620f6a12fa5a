// bcrypt.h: algorithm providers and properties. Doc: "CNG Algorithm Identifiers", "Cryptography Primitive Property Identifiers".
#include <cstring>

#include "abi/status.h"
#include "base/random.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;
using namespace lsw::crypto;

namespace {

constexpr ULONG kUseSystemPreferredRng = 2, kHmacFlag = 8, kReusableFlag = 0x20;

NTSTATUS put(const void* value, ULONG size, PUCHAR out, ULONG room, ULONG* needed) {
    *needed = size;
    if (!out) return STATUS_SUCCESS;
    if (room < size) return STATUS_BUFFER_TOO_SMALL;
    memcpy(out, value, size);
    return STATUS_SUCCESS;
}

NTSTATUS put_text(std::u16string_view text, PUCHAR out, ULONG room, ULONG* needed) {
    std::u16string value(text);
    return put(value.c_str(), static_cast<ULONG>((value.size() + 1) * 2), out, room, needed);
}

// What a program that allocates the object itself is told to reserve; nothing is kept there.
constexpr ULONG kObjectSize = 382;

struct KeySizes {
    ULONG minimum, maximum, increment;
};
struct TagSizes {
    ULONG minimum = 12, maximum = 16, increment = 1;
};

const Provider* provider_in(const Object& object) {
    if (object.provider) return &*object.provider;
    if (object.hash) return &object.hash->provider;
    return object.key ? &object.key->provider : nullptr;
}

NTSTATUS cipher_property(const Provider& provider, const Key* key, std::u16string_view name, PUCHAR out, ULONG room,
                         ULONG* needed) {
    ULONG block = static_cast<ULONG>(block_bytes(provider.cipher));
    bool aes = provider.cipher == CipherFamily::kAes;
    if (name == u"ChainingMode") return put_text(name_of(provider.chaining), out, room, needed);
    if (name == u"BlockLength") return put(&block, sizeof block, out, room, needed);
    if (name == u"KeyLengths") {
        KeySizes sizes = aes ? KeySizes{128, 256, 64} : KeySizes{192, 192, 0};
        return put(&sizes, sizeof sizes, out, room, needed);
    }
    if (name == u"AuthTagLength" && provider.chaining == Chaining::kGcm) {
        TagSizes sizes;
        return put(&sizes, sizeof sizes, out, room, needed);
    }
    if ((name == u"KeyLength" || name == u"KeyStrength") && key) {
        ULONG bits = static_cast<ULONG>(key->secret.size() * 8);
        return put(&bits, sizeof bits, out, room, needed);
    }
    return STATUS_NOT_SUPPORTED;
}

}  // namespace

NTSTATUS bcrypt::BCryptGenRandom(BCRYPT_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer, ULONG dwFlags) {
    if (!hAlgorithm && !(dwFlags & kUseSystemPreferredRng)) return STATUS_INVALID_HANDLE;
    if (hAlgorithm) {
        auto provider = provider_of(hAlgorithm);
        if (!provider || provider->kind != Provider::Kind::kRandom) return STATUS_INVALID_HANDLE;
    }
    if (!pbBuffer && cbBuffer) return STATUS_INVALID_PARAMETER;
    lsw::fill_random(pbBuffer, cbBuffer);
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptOpenAlgorithmProvider(BCRYPT_HANDLE* phAlgorithm, LPCWSTR pszAlgId, LPCWSTR, ULONG dwFlags) {
    if (!phAlgorithm || !pszAlgId) return STATUS_INVALID_PARAMETER;
    *phAlgorithm = nullptr;
    Object object;
    Provider& provider = object.provider.emplace();
    provider.name = pszAlgId;
    provider.hmac = dwFlags & kHmacFlag;
    provider.reusable = dwFlags & kReusableFlag;
    if (provider.name == u"RNG" || provider.name == u"FIPS186DSARNG" || provider.name == u"DUALECRNG") {
        provider.kind = Provider::Kind::kRandom;
    } else if (provider.name == u"PBKDF2") {
        provider.kind = Provider::Kind::kKeyDerivation;
    } else if (provider.name == u"AES" || provider.name == u"3DES") {
        provider.kind = Provider::Kind::kCipher;
        provider.cipher = provider.name == u"AES" ? CipherFamily::kAes : CipherFamily::kTripleDes;
    } else if ((provider.digest = digest_by_name(provider.name))) {
        provider.kind = Provider::Kind::kDigest;
    } else {
        return STATUS_NOT_FOUND;
    }
    *phAlgorithm = add(std::move(object));
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptCloseAlgorithmProvider(BCRYPT_HANDLE hAlgorithm, ULONG) {
    std::shared_ptr<Object> object = find(hAlgorithm);
    return object && object->provider && remove(hAlgorithm) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS bcrypt::BCryptGetFipsAlgorithmMode(BOOLEAN* pfEnabled) {
    if (!pfEnabled) return STATUS_INVALID_PARAMETER;
    *pfEnabled = FALSE;
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput, ULONG cbOutput,
                                   ULONG* pcbResult, ULONG) {
    if (!pszProperty || !pcbResult) return STATUS_INVALID_PARAMETER;
    std::shared_ptr<Object> object = find(hObject);
    std::optional<Provider> pseudo = object ? std::nullopt : provider_of(hObject);
    const Provider* provider = object ? provider_in(*object) : pseudo ? &*pseudo : nullptr;
    if (!provider) return STATUS_INVALID_HANDLE;
    std::u16string_view name = pszProperty;
    if (name == u"AlgorithmName") return put_text(provider->name, pbOutput, cbOutput, pcbResult);
    if (name == u"ObjectLength") return put(&kObjectSize, sizeof kObjectSize, pbOutput, cbOutput, pcbResult);
    if (provider->kind == Provider::Kind::kCipher)
        return cipher_property(*provider, object && object->key ? &*object->key : nullptr, name, pbOutput, cbOutput,
                               pcbResult);
    if (provider->kind != Provider::Kind::kDigest) return STATUS_NOT_SUPPORTED;
    ULONG size = provider->digest->size_bytes, block = provider->digest->block_bytes;
    if (name == u"HashDigestLength") return put(&size, sizeof size, pbOutput, cbOutput, pcbResult);
    if (name == u"HashBlockLength") return put(&block, sizeof block, pbOutput, cbOutput, pcbResult);
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS bcrypt::BCryptSetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbInput, ULONG cbInput, ULONG) {
    if (!pszProperty) return STATUS_INVALID_PARAMETER;
    std::shared_ptr<Object> object = find(hObject);
    if (!object) return STATUS_INVALID_HANDLE;
    if (object->hash || std::u16string_view(pszProperty) != u"ChainingMode") return STATUS_NOT_SUPPORTED;
    Provider& provider = object->provider ? *object->provider : object->key->provider;
    if (provider.kind != Provider::Kind::kCipher) return STATUS_NOT_SUPPORTED;
    std::u16string_view name(reinterpret_cast<const char16_t*>(pbInput), cbInput / 2);
    auto chaining = chaining_by_name(name.substr(0, name.find(u'\0')));
    if (!chaining) return STATUS_NOT_SUPPORTED;
    provider.chaining = *chaining;
    return STATUS_SUCCESS;
}
