// ncrypt.h: properties of the provider and of keys. Doc: "Key Storage Property Identifiers".
#include <cstring>

#include "dll/ncrypt/objects.h"

using namespace ncrypt_objects;
using namespace lsw::crypto;

namespace {

struct Out {
    PBYTE out;
    DWORD room;
    DWORD* result;
    SECURITY_STATUS put(const void* value, size_t size) const { return give(value, size, out, room, result); }
    SECURITY_STATUS number(DWORD value) const { return put(&value, sizeof value); }
    SECURITY_STATUS text(std::u16string_view value) const {
        std::u16string copy(value);
        return put(copy.c_str(), (copy.size() + 1) * 2);
    }
};

constexpr DWORD kSoftware = 2, kVersion = 0x10000;

SECURITY_STATUS provider_property(std::u16string_view name, const Out& out) {
    if (name == u"Name") return out.text(kProviderName);
    if (name == u"Impl Type") return out.number(kSoftware);
    if (name == u"Version") return out.number(kVersion);
    if (name == u"Max Name Length") return out.number(512);
    if (name == u"Use Context") return kNotFound;
    return kNotSupported;
}

std::u16string_view group_name(const Object& key) {
    switch (key.pair.family) {
        case KeyFamily::kRsa: return u"RSA";
        case KeyFamily::kDh: return u"DH";
        case KeyFamily::kDsa: return u"DSA";
        default: return key.pair.agrees ? u"ECDH" : u"ECDSA";
    }
}

struct Lengths {  // NCRYPT_SUPPORTED_LENGTHS
    DWORD minimum, maximum, increment, normal;
};
Lengths lengths_of(const Object& key) {
    switch (key.pair.family) {
        case KeyFamily::kRsa: return {512, 16384, 8, 2048};
        case KeyFamily::kDh: return {512, 4096, 64, 1024};
        case KeyFamily::kDsa: return {512, 3072, 64, 1024};
        default: return {key.bits, key.bits, 0, key.bits};
    }
}

SECURITY_STATUS key_property(const Object& key, std::u16string_view name, const Out& out) {
    if (auto own = key.properties.find(name); own != key.properties.end()) return out.put(own->second.data(), own->second.size());
    if (name == u"Algorithm Name" || name == u"AlgorithmName") return out.text(key.algorithm);
    if (name == u"Algorithm Group") return out.text(group_name(key));
    if (name == u"Length") return out.number(key.key ? key.key->bits() : key.bits);
    if (name == u"PublicKeyLength") return out.number(key.key ? key.key->bits() : key.bits);
    if (name == u"Export Policy") return out.number(key.export_policy);
    if (name == u"Key Usage") return out.number(key.usage);
    if (name == u"Key Type") return out.number(key.flags & 0x20);
    if (name == u"Impl Type") return out.number(kSoftware);
    if (name == u"Name" || name == u"Unique Name") return key.name.empty() ? kNotSupported : out.text(key.name);
    if (name == u"Lengths") {
        Lengths lengths = lengths_of(key);
        return out.put(&lengths, sizeof lengths);
    }
    if (name == u"Provider Handle") {
        auto provider = std::make_shared<Object>();
        provider->kind = Object::Kind::kProvider;
        NCRYPT_HANDLE handle = out.out && out.room >= sizeof handle ? add(provider) : 0;
        return out.put(&handle, sizeof handle);
    }
    const Curve* curve = key.key ? key.key->curve() : key.pair.curve;
    if (name == u"ECCCurveName" && curve) return out.text(curve->name);
    if (!key.key) return kNotFound;
    if (name == u"Block Length") return out.number(static_cast<DWORD>(key.key->block_bytes()));
    if (name == u"SignatureLength" && key.pair.signs) return out.number(static_cast<DWORD>(key.key->signature_bytes()));
    return kNotFound;
}

SECURITY_STATUS set_number(DWORD& to, const PBYTE input, DWORD size) {
    if (!input || size < sizeof to) return kInvalidParameter;
    memcpy(&to, input, sizeof to);
    return 0;
}

}  // namespace

SECURITY_STATUS ncrypt::NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbOutput, DWORD cbOutput,
                                          DWORD* pcbResult, DWORD) {
    auto object = find_any(hObject);
    if (!object) return kInvalidHandle;
    if (!pszProperty || !pcbResult) return kInvalidParameter;
    Out out{pbOutput, cbOutput, pcbResult};
    if (object->kind == Object::Kind::kProvider) return provider_property(pszProperty, out);
    return object->kind == Object::Kind::kKey ? key_property(*object, pszProperty, out) : kNotSupported;
}

SECURITY_STATUS ncrypt::NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbInput, DWORD cbInput,
                                          DWORD dwFlags) {
    constexpr DWORD kPersistOnly = 0x40000000;
    auto object = find_any(hObject);
    if (!object) return kInvalidHandle;
    if (!pszProperty || (!pbInput && cbInput)) return kInvalidParameter;
    if (object->kind != Object::Kind::kKey) return kNotSupported;
    std::u16string_view name = pszProperty;
    bool own = dwFlags & kPersistOnly;
    if (!own && name == u"Length") {
        if (object->key || object->pair.curve) return object->key ? kBadKeyState : kNotSupported;
        DWORD bits = 0;
        if (SECURITY_STATUS status = set_number(bits, pbInput, cbInput)) return status;
        Lengths lengths = lengths_of(*object);
        if (bits < lengths.minimum || bits > lengths.maximum) return kNotSupported;
        object->bits = bits;
        return 0;
    }
    if (!own && name == u"Export Policy") return set_number(object->export_policy, pbInput, cbInput);
    if (!own && name == u"Key Usage") return set_number(object->usage, pbInput, cbInput);
    if (!own && name == u"ECCCurveName") {
        std::u16string_view text(reinterpret_cast<const char16_t*>(pbInput), cbInput / 2);
        const Curve* curve = curve_by_name(text.substr(0, text.find(u'\0')));
        if (!curve || object->pair.family != KeyFamily::kEc) return kNotSupported;
        object->pair.curve = curve, object->bits = curve->bits;
        return 0;
    }
    object->properties.insert_or_assign(std::u16string(name), key_blobs::ByteVector(pbInput, pbInput + cbInput));
    return 0;
}
