#include "dll/bcrypt/objects.h"

#include <cstring>
#include <iterator>
#include <unordered_map>

using namespace lsw::crypto;

namespace bcrypt_objects {
namespace {

struct Table {
    std::mutex lock;
    std::unordered_map<uintptr_t, std::shared_ptr<Object>> objects;
    uintptr_t next = 0x10000;  // above every pseudo-handle
};

Table& table() {
    static Table instance;
    return instance;
}

// In the order of Chaining.
constexpr std::u16string_view kChainingNames[] = {u"ChainingModeCBC", u"ChainingModeECB", u"ChainingModeCFB",
                                                  u"ChainingModeGCM", u"ChainingModeCCM", u"ChainingModeCFB"};

struct CipherName {
    std::u16string_view name;
    CipherFamily family;
    uintptr_t pseudo_handles;  // CBC's; ECB and CFB follow, and CCM and GCM of AES
};
constexpr CipherName kCiphers[] = {
    {u"AES", CipherFamily::kAes, 0x1A1},           {u"3DES", CipherFamily::kTripleDes, 0x141},
    {u"3DES_112", CipherFamily::kTripleDes, 0x171}, {u"DES", CipherFamily::kDes, 0x1F1},
    {u"RC2", CipherFamily::kRc2, 0x251},           {u"RC4", CipherFamily::kRc4, 0x71},
    {u"CHACHA20_POLY1305", CipherFamily::kChaCha20, 0x3A1},
};

// "CNG Algorithm Pseudo-handles": what is neither a digest nor a cipher.
struct PseudoHandle {
    uintptr_t value;
    std::u16string_view name;
};
constexpr PseudoHandle kPseudoHandles[] = {
    {0x81, u"RNG"},         {0xE1, u"RSA"},          {0xF1, u"ECDSA"},
    {0x281, u"DH"},         {0x291, u"ECDH"},        {0x2A1, u"ECDH_P256"},
    {0x2B1, u"ECDH_P384"},  {0x2C1, u"ECDH_P521"},   {0x2D1, u"DSA"},
    {0x2E1, u"ECDSA_P256"}, {0x2F1, u"ECDSA_P384"},  {0x301, u"ECDSA_P521"},
    {0x311, u"RSA_SIGN"},   {0x321, u"CAPI_KDF"},    {0x331, u"PBKDF2"},
    {0x341, u"SP800_108_CTR_HMAC"},                  {0x351, u"SP800_56A_CONCAT"},
    {0x361, u"TLS1_1_KDF"}, {0x371, u"TLS1_2_KDF"},  {0x391, u"HKDF"},
};

constexpr std::u16string_view kDerivations[] = {u"PBKDF2",     u"CAPI_KDF",   u"SP800_108_CTR_HMAC", u"SP800_56A_CONCAT",
                                                u"TLS1_1_KDF", u"TLS1_2_KDF", u"HKDF"};

}  // namespace

BCRYPT_HANDLE add(Object object) {
    auto shared = std::make_shared<Object>(std::move(object));
    std::lock_guard held(table().lock);
    uintptr_t value = table().next += 16;
    table().objects.emplace(value, std::move(shared));
    return reinterpret_cast<BCRYPT_HANDLE>(value);
}

std::shared_ptr<Object> find(BCRYPT_HANDLE handle) {
    std::lock_guard held(table().lock);
    auto at = table().objects.find(reinterpret_cast<uintptr_t>(handle));
    return at == table().objects.end() ? nullptr : at->second;
}

bool remove(BCRYPT_HANDLE handle) {
    std::shared_ptr<Object> last;  // destroyed without the lock
    std::lock_guard held(table().lock);
    auto at = table().objects.find(reinterpret_cast<uintptr_t>(handle));
    if (at == table().objects.end()) return false;
    last = std::move(at->second);
    table().objects.erase(at);
    return true;
}

std::optional<Provider> provider_by_name(std::u16string_view name, ULONG flags) {
    constexpr ULONG kHmacFlag = 8, kReusableFlag = 0x20;
    Provider provider{Provider::Kind::kRandom, std::u16string(name)};
    provider.hmac = flags & kHmacFlag;
    provider.reusable = flags & kReusableFlag;
    if (name == u"RNG" || name == u"FIPS186DSARNG" || name == u"DUALECRNG") return provider;
    for (std::u16string_view derivation : kDerivations)
        if (name == derivation) return provider.kind = Provider::Kind::kKeyDerivation, provider;
    for (const CipherName& cipher : kCiphers) {
        if (name != cipher.name) continue;
        provider.kind = Provider::Kind::kCipher, provider.cipher = cipher.family;
        if (cipher.family == CipherFamily::kChaCha20) provider.chaining = Chaining::kGcm;
        return provider;
    }
    if ((provider.digest = digest_by_name(name))) return provider.kind = Provider::Kind::kDigest, provider;
    auto pair = key_blobs::pair_algorithm(name);
    if (!pair) return std::nullopt;
    provider.kind = Provider::Kind::kPair, provider.pair = *pair;
    return provider;
}

std::optional<Provider> provider_of(BCRYPT_HANDLE handle) {
    static constexpr Chaining kModes[] = {Chaining::kCbc, Chaining::kEcb, Chaining::kCfb8, Chaining::kCcm, Chaining::kGcm};
    auto value = reinterpret_cast<uintptr_t>(handle);
    if (std::shared_ptr<Object> object = find(handle)) return object->provider;
    for (const PseudoHandle& pseudo : kPseudoHandles)
        if (pseudo.value == value) return provider_by_name(pseudo.name, 0);
    bool hmac = false;
    if (const DigestKind* kind = digest_by_pseudo_handle(value, &hmac)) {
        auto provider = provider_by_name(kind->name, 0);
        provider->hmac = hmac;
        return provider;
    }
    for (const CipherName& cipher : kCiphers) {
        bool stream = block_bytes(cipher.family) == 1;
        size_t modes = stream ? 1 : cipher.family == CipherFamily::kAes ? 5 : 3;
        if (value % 16 != 1 || value < cipher.pseudo_handles || value >= cipher.pseudo_handles + 16 * modes) continue;
        auto provider = provider_by_name(cipher.name, 0);
        if (!stream) provider->chaining = kModes[(value - cipher.pseudo_handles) / 16];
        return provider;
    }
    return std::nullopt;
}

std::optional<Chaining> chaining_by_name(std::u16string_view name) {
    for (size_t i = 0; i < std::size(kChainingNames); ++i)
        if (kChainingNames[i] == name) return static_cast<Chaining>(i);
    return std::nullopt;
}

std::u16string_view name_of(const Provider& provider) {
    if (block_bytes(provider.cipher) == 1) return u"ChainingModeN/A";
    return kChainingNames[static_cast<size_t>(provider.chaining)];
}

NTSTATUS give(const void* value, size_t size, PUCHAR out, ULONG room, ULONG* result) {
    *result = static_cast<ULONG>(size);
    if (!out) return STATUS_SUCCESS;
    if (room < size) return STATUS_BUFFER_TOO_SMALL;
    if (size) memcpy(out, value, size);
    return STATUS_SUCCESS;
}

}  // namespace bcrypt_objects
