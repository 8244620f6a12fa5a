// wincrypt.h: the old CryptoAPI as programs still use it: random numbers and hashes. Doc: "CryptAcquireContextW function
// (wincrypt.h)", "CryptCreateHash function (wincrypt.h)".
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>

#include "base/random.h"
#include "base/text.h"
#include "core/crypto/digest.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;
using namespace lsw::crypto;

namespace {

constexpr DWORD kBadUid = 0x80090001, kBadHash = 0x80090002, kBadAlgorithm = 0x80090008, kBadFlags = 0x80090009,
                kBadType = 0x8009000A, kBadHashState = 0x8009000C, kBadKeyset = 0x80090016, kKeysetExists = 0x8009000F;

struct Provider {
    std::u16string container, name;
    DWORD type;
    std::atomic<int> references{1};
};

struct Hash {
    std::unique_ptr<Digest> digest;
    std::vector<std::byte> value;  // once asked for; nothing more can be added then
};

using Object = std::variant<std::shared_ptr<Provider>, std::shared_ptr<Hash>>;

struct State {
    std::mutex lock;
    std::unordered_map<ULONG_PTR, Object> objects;
    std::set<std::u16string> containers;
    ULONG_PTR next = 0x1000;
};

State& state() {
    static State instance;
    return instance;
}

ULONG_PTR add(Object object) {
    std::lock_guard held(state().lock);
    ULONG_PTR handle = state().next += 16;
    state().objects.emplace(handle, std::move(object));
    return handle;
}

template <class T>
std::shared_ptr<T> find(ULONG_PTR handle) {
    std::lock_guard held(state().lock);
    auto at = state().objects.find(handle);
    if (at == state().objects.end()) return nullptr;
    auto* object = std::get_if<std::shared_ptr<T>>(&at->second);
    return object ? *object : nullptr;
}

template <class T>
bool remove(ULONG_PTR handle) {
    std::shared_ptr<T> last = find<T>(handle);  // destroyed without the lock
    if (!last) return false;
    std::lock_guard held(state().lock);
    return state().objects.erase(handle) == 1;
}

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// The usual protocol for results of variable size: no buffer asks for the size.
BOOL give(const void* value, DWORD size, BYTE* out, DWORD* out_size) {
    if (!out_size) return fail(ERROR_INVALID_PARAMETER);
    DWORD room = *out_size;
    *out_size = size;
    if (!out) return TRUE;
    if (room < size) return fail(ERROR_MORE_DATA);
    memcpy(out, value, size);
    return TRUE;
}

// nullopt: fine; else the error.
DWORD open_container(const std::u16string& name, DWORD flags) {
    constexpr DWORD kNewKeyset = 8, kDeleteKeyset = 0x10;
    std::lock_guard held(state().lock);
    bool exists = state().containers.contains(name);
    if (flags & kDeleteKeyset) return state().containers.erase(name) ? NO_ERROR : kBadKeyset;
    if (flags & kNewKeyset) return state().containers.insert(name).second ? NO_ERROR : kKeysetExists;
    return exists ? NO_ERROR : kBadKeyset;
}

}  // namespace

BOOL advapi32::CryptAcquireContextW(HCRYPTPROV* phProv, LPCWSTR szContainer, LPCWSTR szProvider, DWORD dwProvType,
                                    DWORD dwFlags) {
    constexpr DWORD kVerifyContext = 0xF0000000, kDeleteKeyset = 0x10;
    if (!phProv) return fail(ERROR_INVALID_PARAMETER);
    if (dwProvType == 0 || dwProvType > 999) return fail(kBadType);
    auto provider = std::make_shared<Provider>();
    provider->container = szContainer ? szContainer : u"";
    provider->name = szProvider ? szProvider : u"Microsoft Enhanced Cryptographic Provider v1.0";
    provider->type = dwProvType;
    if ((dwFlags & kVerifyContext) == kVerifyContext) {
        if (!provider->container.empty()) return fail(kBadFlags);
    } else if (DWORD error = open_container(provider->container, dwFlags)) {
        return fail(error);
    }
    *phProv = dwFlags & kDeleteKeyset ? 0 : add(std::move(provider));
    return TRUE;
}

BOOL advapi32::CryptAcquireContextA(HCRYPTPROV* phProv, LPCSTR szContainer, LPCSTR szProvider, DWORD dwProvType,
                                    DWORD dwFlags) {
    std::u16string container = utf16_from_utf8(szContainer ? szContainer : ""),
                   provider = utf16_from_utf8(szProvider ? szProvider : "");
    return CryptAcquireContextW(phProv, szContainer ? container.c_str() : nullptr,
                                szProvider ? provider.c_str() : nullptr, dwProvType, dwFlags);
}

BOOL advapi32::CryptContextAddRef(HCRYPTPROV hProv, DWORD*, DWORD) {
    auto provider = find<Provider>(hProv);
    if (!provider) return fail(ERROR_INVALID_PARAMETER);
    ++provider->references;
    return TRUE;
}

BOOL advapi32::CryptReleaseContext(HCRYPTPROV hProv, DWORD dwFlags) {
    auto provider = find<Provider>(hProv);
    if (!provider) return fail(ERROR_INVALID_PARAMETER);
    if (dwFlags) return fail(kBadFlags);
    if (--provider->references == 0) remove<Provider>(hProv);
    return TRUE;
}

BOOL advapi32::CryptGenRandom(HCRYPTPROV hProv, DWORD dwLen, BYTE* pbBuffer) {
    if (!find<Provider>(hProv)) return fail(ERROR_INVALID_PARAMETER);
    fill_random(pbBuffer, dwLen);
    return TRUE;
}

BOOL advapi32::CryptGetProvParam(HCRYPTPROV hProv, DWORD dwParam, BYTE* pbData, DWORD* pdwDataLen, DWORD) {
    constexpr DWORD kImplementation = 3, kName = 4, kVersion = 5, kContainer = 6, kType = 16, kEnumAlgorithms = 1,
                    kEnumContainers = 2, kEnumAlgorithmsEx = 22;
    auto provider = find<Provider>(hProv);
    if (!provider) return fail(ERROR_INVALID_PARAMETER);
    std::string text = utf8_from_utf16(dwParam == kName ? provider->name : provider->container);
    DWORD number = dwParam == kImplementation ? 2 : dwParam == kVersion ? 0x200 : provider->type;
    switch (dwParam) {
        case kName:
        case kContainer: return give(text.c_str(), static_cast<DWORD>(text.size() + 1), pbData, pdwDataLen);
        case kImplementation:
        case kVersion:
        case kType: return give(&number, sizeof number, pbData, pdwDataLen);
        case kEnumAlgorithms:
        case kEnumContainers:
        case kEnumAlgorithmsEx: return fail(ERROR_NO_MORE_ITEMS);
        default: return fail(kBadType);
    }
}

BOOL advapi32::CryptCreateHash(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTKEY hKey, DWORD dwFlags, HCRYPTHASH* phHash) {
    if (!find<Provider>(hProv)) return fail(ERROR_INVALID_HANDLE);
    if (dwFlags) return fail(kBadFlags);
    const DigestKind* kind = digest_by_calg(Algid);
    if (!phHash) return fail(ERROR_INVALID_PARAMETER);
    if (!kind || hKey) return fail(kBadAlgorithm);
    auto digest = Digest::create(*kind);
    if (!digest.ok()) return fail(kBadAlgorithm);
    *phHash = add(std::make_shared<Hash>(Hash{std::move(*digest), {}}));
    return TRUE;
}

BOOL advapi32::CryptHashData(HCRYPTHASH hHash, const BYTE* pbData, DWORD dwDataLen, DWORD) {
    auto hash = find<Hash>(hHash);
    if (!hash) return fail(ERROR_INVALID_HANDLE);
    if (!hash->value.empty()) return fail(kBadHashState);
    return win32_result(hash->digest->update({reinterpret_cast<const std::byte*>(pbData), dwDataLen}).status());
}

BOOL advapi32::CryptGetHashParam(HCRYPTHASH hHash, DWORD dwParam, BYTE* pbData, DWORD* pdwDataLen, DWORD) {
    constexpr DWORD kAlgorithm = 1, kValue = 2, kSize = 4;
    auto hash = find<Hash>(hHash);
    if (!hash) return fail(ERROR_INVALID_HANDLE);
    const DigestKind& kind = hash->digest->kind();
    DWORD number = dwParam == kAlgorithm ? kind.calg : kind.size_bytes;
    if (dwParam == kAlgorithm || dwParam == kSize) return give(&number, sizeof number, pbData, pdwDataLen);
    if (dwParam != kValue) return fail(kBadType);
    if (!pdwDataLen) return fail(ERROR_INVALID_PARAMETER);
    if (!pbData || *pdwDataLen < kind.size_bytes) {
        *pdwDataLen = kind.size_bytes;
        return pbData ? fail(ERROR_MORE_DATA) : TRUE;
    }
    if (hash->value.empty()) {
        auto value = hash->digest->finish();
        if (!value.ok()) return fail(kBadHash);
        hash->value = std::move(*value);
    }
    return give(hash->value.data(), static_cast<DWORD>(hash->value.size()), pbData, pdwDataLen);
}

BOOL advapi32::CryptDuplicateHash(HCRYPTHASH hHash, DWORD*, DWORD, HCRYPTHASH* phHash) {
    auto hash = find<Hash>(hHash);
    if (!hash) return fail(ERROR_INVALID_HANDLE);
    if (!phHash) return fail(ERROR_INVALID_PARAMETER);
    auto copy = hash->digest->duplicate();
    if (!copy.ok()) return fail(kBadUid);
    *phHash = add(std::make_shared<Hash>(Hash{std::move(*copy), hash->value}));
    return TRUE;
}

BOOL advapi32::CryptDestroyHash(HCRYPTHASH hHash) {
    return remove<Hash>(hHash) ? TRUE : fail(ERROR_INVALID_HANDLE);
}
