#include "dll/bcrypt/objects.h"

#include <iterator>
#include <mutex>
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

constexpr std::u16string_view kChainingNames[] = {u"ChainingModeCBC", u"ChainingModeECB", u"ChainingModeCFB",
                                                  u"ChainingModeGCM"};

// "CNG Algorithm Pseudo-handles": the ciphers among them.
struct CipherPseudoHandle {
    uintptr_t value;
    CipherFamily family;
    Chaining chaining;
};
constexpr CipherPseudoHandle kCiphers[] = {
    {0x1A1, CipherFamily::kAes, Chaining::kCbc},       {0x1B1, CipherFamily::kAes, Chaining::kEcb},
    {0x1E1, CipherFamily::kAes, Chaining::kGcm},       {0x141, CipherFamily::kTripleDes, Chaining::kCbc},
    {0x151, CipherFamily::kTripleDes, Chaining::kEcb},
};

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

std::optional<Provider> provider_of(BCRYPT_HANDLE handle) {
    constexpr uintptr_t kRng = 0x81, kPbkdf2 = 0x331;
    auto value = reinterpret_cast<uintptr_t>(handle);
    if (std::shared_ptr<Object> object = find(handle)) return object->provider;
    if (value == kRng) return Provider{Provider::Kind::kRandom, u"RNG"};
    if (value == kPbkdf2) return Provider{Provider::Kind::kKeyDerivation, u"PBKDF2"};
    bool hmac = false;
    if (const DigestKind* kind = digest_by_pseudo_handle(value, &hmac)) {
        Provider provider{Provider::Kind::kDigest, std::u16string(kind->name), kind};
        provider.hmac = hmac;
        return provider;
    }
    for (const CipherPseudoHandle& cipher : kCiphers)
        if (cipher.value == value)
            return Provider{Provider::Kind::kCipher, cipher.family == CipherFamily::kAes ? u"AES" : u"3DES", nullptr,
                            cipher.family, cipher.chaining};
    return std::nullopt;
}

std::optional<Chaining> chaining_by_name(std::u16string_view name) {
    for (size_t i = 0; i < std::size(kChainingNames); ++i)
        if (kChainingNames[i] == name) return static_cast<Chaining>(i);
    return std::nullopt;
}

std::u16string_view name_of(Chaining chaining) { return kChainingNames[static_cast<size_t>(chaining)]; }

}  // namespace bcrypt_objects
