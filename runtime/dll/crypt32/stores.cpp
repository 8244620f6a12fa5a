// wincrypt.h: certificate stores. Doc: "CertOpenStore function (wincrypt.h)", "CertFindCertificateInStore function (wincrypt.h)".
#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/text.h"
#include "core/crypto/digest.h"
#include "core/teb.h"
#include "dll/crypt32/certificate.h"
#include "dll/crypt32/names.h"

using namespace lsw;
using namespace certificates;

namespace {

constexpr DWORD kNotFound = 0x80092004, kExists = 0x80092005, kAsn1 = 0x80093100;  // CRYPT_E_*

struct Store {
    int references = 1;
    std::vector<std::shared_ptr<Certificate>> own;
    std::vector<std::shared_ptr<Store>> siblings;  // of a collection
};

struct Stores {
    std::mutex lock;
    std::unordered_map<HCERTSTORE, std::shared_ptr<Store>> all;
    std::unordered_map<std::u16string, std::shared_ptr<Store>> system;  // by name; they outlive their handles
    uintptr_t next = 0x100;
};

Stores& stores() {
    static Stores instance;
    return instance;
}

std::shared_ptr<Store> find(HCERTSTORE handle) {
    std::lock_guard held(stores().lock);
    auto at = stores().all.find(handle);
    return at == stores().all.end() ? nullptr : at->second;
}

HCERTSTORE add(std::shared_ptr<Store> store) {
    std::lock_guard held(stores().lock);
    auto handle = reinterpret_cast<HCERTSTORE>(stores().next += 16);
    stores().all.emplace(handle, std::move(store));
    return handle;
}

std::u16string upper(std::u16string_view text) {
    std::u16string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), upcase);
    return copy;
}

HCERTSTORE open_system(std::u16string_view name) {
    std::u16string key = upper(name);
    bool root = key == u"ROOT";
    const auto* authorities = root ? &host_authorities() : nullptr;
    std::shared_ptr<Store> shared;
    {
        std::lock_guard held(stores().lock);
        auto& slot = stores().system[key];
        if (!slot) {
            slot = std::make_shared<Store>();
            if (authorities) slot->own = *authorities;
        }
        shared = slot;
    }
    // A handle of its own with the shared store as its only part.
    auto view = std::make_shared<Store>();
    view->siblings.push_back(std::move(shared));
    return add(std::move(view));
}

// What an addition goes to: a system store's or collection's first part, else the store itself.
Store& target_of(Store& store) { return store.siblings.empty() ? store : target_of(*store.siblings.front()); }

void collect(const Store& store, std::vector<std::shared_ptr<Certificate>>& out) {
    out.insert(out.end(), store.own.begin(), store.own.end());
    for (const auto& sibling : store.siblings) collect(*sibling, out);
}

std::vector<std::shared_ptr<Certificate>> content_of(const Store& store) {
    std::lock_guard held(stores().lock);
    std::vector<std::shared_ptr<Certificate>> all;
    collect(store, all);
    return all;
}

PCCERT_CONTEXT fail(DWORD error) { return set_last_error(error), nullptr; }

// The first certificate behind `previous` (which loses a reference) that `wanted` likes.
template <class Wanted>
PCCERT_CONTEXT next(HCERTSTORE handle, PCCERT_CONTEXT previous, Wanted wanted) {
    std::shared_ptr<Store> store = find(handle);
    std::shared_ptr<Certificate> before = previous ? certificate_of(previous) : nullptr;
    if (previous) release(previous);
    if (!store) return fail(ERROR_INVALID_PARAMETER);
    auto all = content_of(*store);
    auto at = all.begin();
    if (before) {
        at = std::find(all.begin(), all.end(), before);
        if (at != all.end()) ++at;
    }
    at = std::find_if(at, all.end(), [&](const auto& one) { return wanted(*one); });
    return at == all.end() ? fail(kNotFound) : new_context(*at, handle);
}

bool same(const CRYPT_DATA_BLOB& a, const CRYPT_DATA_BLOB& b) {
    return a.cbData == b.cbData && memcmp(a.pbData, b.pbData, a.cbData) == 0;
}

bool contains(std::u16string_view text, std::u16string_view part) {
    return upper(text).find(upper(part)) != std::u16string::npos;
}

bool same_digest(Certificate& certificate, std::u16string_view algorithm, const CRYPT_DATA_BLOB& wanted) {
    return digest_of(certificate.encoded(), algorithm) ==
           std::vector<uint8_t>(wanted.pbData, wanted.pbData + wanted.cbData);
}

BOOL put(HCERTSTORE handle, std::shared_ptr<Certificate> certificate, DWORD disposition, PCCERT_CONTEXT* out) {
    constexpr DWORD kNew = 1, kReplace = 3, kAlways = 4;
    if (out) *out = nullptr;
    if (!certificate) return set_last_error(kAsn1), FALSE;
    std::shared_ptr<Store> store = handle ? find(handle) : nullptr;
    if (handle && !store) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (store) {
        std::lock_guard held(stores().lock);
        auto& own = target_of(*store).own;
        auto at = std::find_if(own.begin(), own.end(), [&](const auto& one) {
            return one == certificate || one->encoded() == certificate->encoded();
        });
        bool exists = at != own.end();
        if (exists && disposition == kNew) return set_last_error(kExists), FALSE;
        if (exists && disposition == kReplace) *at = certificate;
        else if (exists && disposition != kAlways) certificate = *at;
        else own.push_back(certificate);
    }
    if (out) *out = new_context(std::move(certificate), handle);
    return TRUE;
}

}  // namespace

std::vector<std::shared_ptr<Certificate>> certificates::content_of_store(HCERTSTORE store) {
    auto found = find(store);
    return found ? content_of(*found) : std::vector<std::shared_ptr<Certificate>>();
}

HCERTSTORE crypt32::CertOpenStore(LPCSTR lpszStoreProvider, DWORD, HCRYPTPROV_LEGACY, DWORD, const void* pvPara) {
    constexpr uintptr_t kMemory = 2, kSystemA = 9, kSystemW = 10, kCollection = 11, kSystemRegistryA = 12,
                        kSystemRegistryW = 13, kLast = 0xFFFF;
    auto number = reinterpret_cast<uintptr_t>(lpszStoreProvider);
    std::string_view name = number > kLast ? lpszStoreProvider : "";
    if (number == kMemory || number == kCollection || name == "Memory" || name == "Collection")
        return add(std::make_shared<Store>());
    if (number == kSystemW || number == kSystemRegistryW || name == "System" || name == "SystemRegistry")
        return pvPara ? open_system(static_cast<LPCWSTR>(pvPara)) : (set_last_error(ERROR_INVALID_PARAMETER), nullptr);
    if (number == kSystemA || number == kSystemRegistryA)
        return pvPara ? open_system(utf16_from_utf8(static_cast<LPCSTR>(pvPara)))
                      : (set_last_error(ERROR_INVALID_PARAMETER), nullptr);
    set_last_error(ERROR_FILE_NOT_FOUND);
    return nullptr;
}

HCERTSTORE crypt32::CertOpenSystemStoreW(HCRYPTPROV_LEGACY, LPCWSTR szSubsystemProtocol) {
    return open_system(szSubsystemProtocol ? szSubsystemProtocol : u"");
}

HCERTSTORE crypt32::CertOpenSystemStoreA(HCRYPTPROV_LEGACY, LPCSTR szSubsystemProtocol) {
    return open_system(utf16_from_utf8(szSubsystemProtocol ? szSubsystemProtocol : ""));
}

HCERTSTORE crypt32::CertDuplicateStore(HCERTSTORE hCertStore) {
    if (auto store = find(hCertStore)) {
        std::lock_guard held(stores().lock);
        ++store->references;
    }
    return hCertStore;
}

BOOL crypt32::CertCloseStore(HCERTSTORE hCertStore, DWORD) {
    if (!hCertStore) return TRUE;
    std::shared_ptr<Store> store = find(hCertStore);  // destroyed without the lock
    if (!store) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::lock_guard held(stores().lock);
    if (--store->references == 0) stores().all.erase(hCertStore);
    return TRUE;
}

BOOL crypt32::CertAddStoreToCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore, DWORD, DWORD) {
    std::shared_ptr<Store> collection = find(hCollectionStore), sibling = find(hSiblingStore);
    if (!collection || !sibling || collection == sibling) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::lock_guard held(stores().lock);
    collection->siblings.push_back(std::move(sibling));
    return TRUE;
}

PCCERT_CONTEXT crypt32::CertEnumCertificatesInStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pPrevCertContext) {
    return next(hCertStore, pPrevCertContext, [](Certificate&) { return true; });
}

PCCERT_CONTEXT crypt32::CertFindCertificateInStore(HCERTSTORE hCertStore, DWORD, DWORD, DWORD dwFindType,
                                                   const void* pvFindPara, PCCERT_CONTEXT pPrevCertContext) {
    constexpr DWORD kAny = 0, kSha1 = 0x10000, kMd5 = 0x40000, kSubjectName = 0x20007, kIssuerName = 0x20004,
                    kSubjectStrA = 0x70007, kIssuerStrA = 0x70004, kSubjectStrW = 0x80007, kIssuerStrW = 0x80004,
                    kExisting = 0xD0000, kSubjectCert = 0xB0000;
    auto* blob = static_cast<const CRYPT_DATA_BLOB*>(pvFindPara);
    auto narrow = [&] { return utf16_from_utf8(static_cast<LPCSTR>(pvFindPara)); };
    auto subject = [](Certificate& one) { return name_text(one.info()->Subject); };
    auto issuer = [](Certificate& one) { return name_text(one.info()->Issuer); };
    if (dwFindType != kAny && !pvFindPara) return fail(ERROR_INVALID_PARAMETER);
    return next(hCertStore, pPrevCertContext, [&](Certificate& one) {
        switch (dwFindType) {
            case kAny: return true;
            case kSha1: return same_digest(one, u"SHA1", *blob);
            case kMd5: return same_digest(one, u"MD5", *blob);
            case kSubjectName: return same(one.info()->Subject, *blob);
            case kIssuerName: return same(one.info()->Issuer, *blob);
            case kSubjectStrW: return contains(subject(one), static_cast<LPCWSTR>(pvFindPara));
            case kSubjectStrA: return contains(subject(one), narrow());
            case kIssuerStrW: return contains(issuer(one), static_cast<LPCWSTR>(pvFindPara));
            case kIssuerStrA: return contains(issuer(one), narrow());
            case kSubjectCert: {
                auto* info = static_cast<const CERT_INFO*>(pvFindPara);
                return same(one.info()->Issuer, info->Issuer) && same(one.info()->SerialNumber, info->SerialNumber);
            }
            case kExisting: {
                auto wanted = certificate_of(static_cast<PCCERT_CONTEXT>(pvFindPara));
                return wanted && wanted->encoded() == one.encoded();
            }
            default: return false;
        }
    });
}

BOOL crypt32::CertAddEncodedCertificateToStore(HCERTSTORE hCertStore, DWORD, const BYTE* pbCertEncoded,
                                               DWORD cbCertEncoded, DWORD dwAddDisposition,
                                               PCCERT_CONTEXT* ppCertContext) {
    return put(hCertStore, Certificate::parse({pbCertEncoded, cbCertEncoded}), dwAddDisposition, ppCertContext);
}

BOOL crypt32::CertAddCertificateContextToStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pCertContext,
                                               DWORD dwAddDisposition, PCCERT_CONTEXT* ppStoreContext) {
    return put(hCertStore, certificate_of(pCertContext), dwAddDisposition, ppStoreContext);
}

BOOL crypt32::CertDeleteCertificateFromStore(PCCERT_CONTEXT pCertContext) {
    auto certificate = certificate_of(pCertContext);
    std::shared_ptr<Store> store = certificate ? find(pCertContext->hCertStore) : nullptr;
    if (certificate) release(pCertContext);  // in every case, as documented
    if (!store) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::lock_guard held(stores().lock);
    std::erase(target_of(*store).own, certificate);
    return TRUE;
}
