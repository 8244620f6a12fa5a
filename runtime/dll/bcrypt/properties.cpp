// bcrypt.h: properties of providers, hashes and keys. Doc: "Cryptography Primitive Property Identifiers".
#include <cstring>

#include "abi/status.h"
#include "core/crypto/key_derivation.h"
#include "dll/bcrypt/objects.h"

using namespace bcrypt_objects;
using namespace lsw::crypto;

namespace {

struct Out {
    PUCHAR out;
    ULONG room;
    ULONG* result;
    NTSTATUS put(const void* value, size_t size) const { return give(value, size, out, room, result); }
    NTSTATUS number(ULONG value) const { return put(&value, sizeof value); }
    NTSTATUS text(std::u16string_view value) const {
        std::u16string copy(value);
        return put(copy.c_str(), (copy.size() + 1) * 2);
    }
};

// What a program that allocates the object itself is told to reserve; nothing is kept there.
constexpr ULONG kObjectSize = 382;

struct KeySizes {
    ULONG minimum, maximum, increment;
};

const Provider* provider_in(const Object& object) {
    if (object.provider) return &*object.provider;
    if (object.hash) return &object.hash->provider;
    if (!object.hashes.empty()) return &object.hashes[0].provider;
    if (object.pair) return &object.pair->provider;
    return object.key ? &object.key->provider : nullptr;
}

KeySizes cipher_key_sizes(const Provider& provider) {
    switch (provider.cipher) {
        case CipherFamily::kAes: return {128, 256, 64};
        case CipherFamily::kTripleDes: return provider.name == u"3DES" ? KeySizes{192, 192, 0} : KeySizes{128, 128, 0};
        case CipherFamily::kDes: return {64, 64, 0};
        case CipherFamily::kRc2: return {16, 128, 8};
        case CipherFamily::kRc4: return {8, 512, 8};
        case CipherFamily::kChaCha20: return {256, 256, 0};
    }
    return {};
}

NTSTATUS cipher_property(const Provider& provider, const Key* key, std::u16string_view name, const Out& out) {
    ULONG block = static_cast<ULONG>(block_bytes(provider.cipher));
    if (name == u"ChainingMode") return out.text(name_of(provider));
    if (name == u"BlockLength") return out.number(block);
    if (name == u"BlockSizeList") return out.number(block);
    if (name == u"MessageBlockLength" && key) return out.number(provider.chaining == Chaining::kCfb8 ? 1 : block);
    if (name == u"KeyLengths") {
        KeySizes sizes = cipher_key_sizes(provider);
        return out.put(&sizes, sizeof sizes);
    }
    if (name == u"AuthTagLength" && is_authenticated(provider.chaining)) {
        KeySizes sizes = provider.chaining == Chaining::kCcm                  ? KeySizes{4, 16, 2}
                         : provider.cipher == CipherFamily::kChaCha20 ? KeySizes{16, 16, 0}
                                                                      : KeySizes{12, 16, 1};
        return out.put(&sizes, sizeof sizes);
    }
    if (!key) return STATUS_NOT_SUPPORTED;
    ULONG bits = static_cast<ULONG>(key->secret.size() * 8);
    if (name == u"EffectiveKeyLength" && provider.cipher == CipherFamily::kRc2)
        return out.number(key->effective_bits ? key->effective_bits : bits);
    if (name == u"KeyLength" || name == u"KeyStrength") return out.number(bits);
    if (name == u"IV") return out.put(key->iv.data(), key->iv.size());
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS digest_property(const Provider& provider, std::u16string_view name, const Out& out) {
    if (name == u"HashDigestLength") return out.number(provider.digest->size_bytes);
    if (name == u"HashBlockLength") return out.number(provider.digest->block_bytes);
    if (name == u"IsKeyedHash") return out.number(provider.hmac);
    if (name == u"IsReusableHash") return out.number(provider.reusable);
    if (name == u"MultiObjectLength") {
        const ULONG lengths[2] = {kObjectSize, kObjectSize};  // BCRYPT_MULTI_OBJECT_LENGTH_STRUCT
        return out.put(lengths, sizeof lengths);
    }
    return STATUS_NOT_SUPPORTED;
}

KeySizes pair_key_sizes(const key_blobs::PairAlgorithm& algorithm) {
    switch (algorithm.family) {
        case KeyFamily::kRsa: return {512, 16384, 64};
        case KeyFamily::kDh: return {512, 4096, 64};
        case KeyFamily::kDsa: return {512, 3072, 64};
        default: break;
    }
    return algorithm.curve ? KeySizes{algorithm.curve->bits, algorithm.curve->bits, 0} : KeySizes{160, 521, 1};
}

NTSTATUS pair_property(const Provider& provider, const Pair* pair, std::u16string_view name, const Out& out) {
    const key_blobs::PairAlgorithm& algorithm = provider.pair;
    bool rsa = algorithm.family == KeyFamily::kRsa;
    const Curve* curve = pair && pair->key ? pair->key->curve() : algorithm.curve;
    if (name == u"KeyLengths") {
        KeySizes sizes = pair_key_sizes(algorithm);
        return out.put(&sizes, sizeof sizes);
    }
    if (name == u"PaddingSchemes" && rsa) return out.number(algorithm.encrypts ? 0x1F : 0x15);
    if (name == u"ECCCurveName" && curve) return out.text(curve->name);
    if (!pair) return STATUS_NOT_SUPPORTED;
    ULONG bits = pair->key ? pair->key->bits() : pair->bits;
    if (name == u"KeyLength" || name == u"KeyStrength") return out.number(bits);
    if (name == u"PublicKeyLength") return out.number(bits);
    if (!pair->key) return STATUS_INVALID_HANDLE;
    if (name == u"SignatureLength" && algorithm.signs) return out.number(static_cast<ULONG>(pair->key->signature_bytes()));
    if (name == u"BlockLength" && rsa) return out.number(static_cast<ULONG>(pair->key->block_bytes()));
    if (name == u"DHParameters" && algorithm.family == KeyFamily::kDh) {
        auto blob = key_blobs::export_dh_domain(*pair->key);
        return blob.ok() ? out.put(blob->data(), blob->size()) : blob.status();
    }
    return STATUS_NOT_SUPPORTED;
}

// BCRYPT_*_INTERFACE.
ULONG primitive_type(const Provider& provider) {
    switch (provider.kind) {
        case Provider::Kind::kCipher: return 1;
        case Provider::Kind::kDigest: return 2;
        case Provider::Kind::kPair: return provider.pair.encrypts ? 3 : provider.pair.agrees ? 4 : 5;
        case Provider::Kind::kRandom: return 6;
        case Provider::Kind::kKeyDerivation: return 7;
    }
    return 0;
}

std::u16string_view text_in(PUCHAR input, ULONG size) {
    std::u16string_view text(reinterpret_cast<const char16_t*>(input), size / 2);
    return text.substr(0, text.find(u'\0'));
}

NTSTATUS set_number(PUCHAR input, ULONG size, ULONG& out) {
    if (size < sizeof out) return STATUS_INVALID_PARAMETER;
    memcpy(&out, input, sizeof out);
    return STATUS_SUCCESS;
}

NTSTATUS set_cipher(Provider& provider, Key* key, std::u16string_view name, PUCHAR input, ULONG size) {
    ULONG number = 0;
    if (name == u"ChainingMode") {
        auto chaining = chaining_by_name(text_in(input, size));
        bool stream = block_bytes(provider.cipher) == 1;
        if (stream || !chaining) return stream ? STATUS_NOT_SUPPORTED : STATUS_INVALID_PARAMETER;
        if (is_authenticated(*chaining) && provider.cipher != CipherFamily::kAes) return STATUS_NOT_SUPPORTED;
        provider.chaining = *chaining;
        return STATUS_SUCCESS;
    }
    if (name == u"MessageBlockLength") {
        if (NTSTATUS status = set_number(input, size, number)) return status;
        bool cfb = provider.chaining == Chaining::kCfb8 || provider.chaining == Chaining::kCfbBlock;
        if (!cfb || (number != 1 && number != block_bytes(provider.cipher))) return STATUS_INVALID_PARAMETER;
        provider.chaining = number == 1 ? Chaining::kCfb8 : Chaining::kCfbBlock;
        return STATUS_SUCCESS;
    }
    if (name == u"IV" && key) {
        if (size != block_bytes(provider.cipher)) return STATUS_INVALID_PARAMETER;
        key->iv = copy_of(input, size);
        return STATUS_SUCCESS;
    }
    if (name == u"EffectiveKeyLength" && key && provider.cipher == CipherFamily::kRc2)
        return set_number(input, size, key->effective_bits);
    return STATUS_NOT_SUPPORTED;
}

// HKDF's first step, once the digest is known.
NTSTATUS set_hkdf(Key& key, std::u16string_view name, PUCHAR input, ULONG size) {
    if (name == u"HkdfHashAlgorithm") {
        key.hkdf_digest = digest_by_name(text_in(input, size));
        return key.hkdf_digest ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
    }
    bool ready = name == u"HkdfPrkAndFinalize";
    if (!ready && name != u"HkdfSaltAndFinalize") return STATUS_NOT_SUPPORTED;
    if (!key.hkdf_digest || key.hkdf_key) return STATUS_INVALID_PARAMETER;
    auto secret = bytes_of(key.secret.data(), key.secret.size()), salt = bytes_of(input, size);
    if (ready) return key.hkdf_key = secret, STATUS_SUCCESS;
    auto extracted = hmac_of(*key.hkdf_digest, salt, {secret});
    if (!extracted.ok()) return extracted.status();
    key.hkdf_key = *extracted;
    return STATUS_SUCCESS;
}

NTSTATUS set_pair(Provider& provider, Pair* pair, std::u16string_view name, PUCHAR input, ULONG size) {
    if (name == u"ECCCurveName" && provider.pair.family == KeyFamily::kEc) {
        const Curve* curve = curve_by_name(text_in(input, size));
        if (!curve) return STATUS_NOT_SUPPORTED;
        if (provider.name != u"ECDH" && provider.name != u"ECDSA") return STATUS_NOT_SUPPORTED;
        provider.pair.curve = curve;
        if (pair && !pair->bits) pair->bits = curve->bits;
        return STATUS_SUCCESS;
    }
    if (!pair) return STATUS_NOT_SUPPORTED;
    bool domain = name == u"DHParameters" || name == u"DSAParameters";
    if (name == u"KeyLength") return pair->key ? STATUS_INVALID_HANDLE : set_number(input, size, pair->bits);
    if (!domain || pair->key) return STATUS_NOT_SUPPORTED;
    auto parts = key_blobs::import_domain(provider.pair.family, {input, size});
    if (!parts.ok()) return parts.status();
    if (parts->p.size() * 8 != pair->bits) return STATUS_INVALID_PARAMETER;
    pair->domain = std::move(*parts);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS bcrypt::BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput, ULONG cbOutput,
                                   ULONG* pcbResult, ULONG) {
    if (!pszProperty || !pcbResult) return STATUS_INVALID_PARAMETER;
    std::shared_ptr<Object> object = find(hObject);
    std::optional<Provider> pseudo = object ? std::nullopt : provider_of(hObject);
    const Provider* provider = object ? provider_in(*object) : pseudo ? &*pseudo : nullptr;
    if (!provider) return STATUS_INVALID_HANDLE;
    std::u16string_view name = pszProperty;
    Out out{pbOutput, cbOutput, pcbResult};
    if (name == u"AlgorithmName") return out.text(provider->name);
    if (name == u"PrimitiveType") return out.number(primitive_type(*provider));
    if (name == u"ProviderHandle" && object && !object->provider) return STATUS_NOT_SUPPORTED;
    bool pair = provider->kind == Provider::Kind::kPair;
    if ((name == u"ObjectLength" || name == u"KeyObjectLength") && !pair) return out.number(kObjectSize);
    if (provider->kind == Provider::Kind::kCipher)
        return cipher_property(*provider, object && object->key ? &*object->key : nullptr, name, out);
    if (pair) return pair_property(*provider, object && object->pair ? &*object->pair : nullptr, name, out);
    if (provider->kind != Provider::Kind::kDigest) return STATUS_NOT_SUPPORTED;
    return digest_property(*provider, name, out);
}

NTSTATUS bcrypt::BCryptSetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbInput, ULONG cbInput, ULONG) {
    if (!pszProperty) return STATUS_INVALID_PARAMETER;
    std::shared_ptr<Object> object = find(hObject);
    if (!object) return provider_of(hObject) ? STATUS_ACCESS_DENIED : STATUS_INVALID_HANDLE;
    if (object->hash || object->secret || !provider_in(*object)) return STATUS_NOT_SUPPORTED;
    Key* key = object->key ? &*object->key : nullptr;
    Pair* pair = object->pair ? &*object->pair : nullptr;
    Provider& provider = key ? key->provider : pair ? pair->provider : *object->provider;
    std::u16string_view name = pszProperty;
    if (!pbInput && cbInput) return STATUS_INVALID_PARAMETER;
    if (provider.kind == Provider::Kind::kCipher) return set_cipher(provider, key, name, pbInput, cbInput);
    if (provider.kind == Provider::Kind::kPair) return set_pair(provider, pair, name, pbInput, cbInput);
    if (key && provider.name == u"HKDF") return set_hkdf(*key, name, pbInput, cbInput);
    return STATUS_NOT_SUPPORTED;
}
