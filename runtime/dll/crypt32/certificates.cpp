// wincrypt.h: certificates by themselves. Doc: "CertGetEnhancedKeyUsage function (wincrypt.h)" and its neighbours.
#include <cstring>
#include <ctime>

#include "core/teb.h"
#include "dll/crypt32/certificate.h"
#include "dll/crypt32/names.h"

using namespace lsw;
using namespace certificates;

namespace {

constexpr DWORD kNotFound = 0x80092004, kAsn1 = 0x80093100;
constexpr DWORD kSha1Property = 3, kMd5Property = 4, kSha256Property = 107;

uint64_t ticks_of(const FILETIME& time) { return static_cast<uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime; }

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

BOOL give(std::span<const uint8_t> value, void* out, DWORD* out_size) {
    if (!out_size) return fail(ERROR_INVALID_PARAMETER);
    DWORD room = *out_size, size = static_cast<DWORD>(value.size());
    *out_size = size;
    if (!out) return TRUE;
    if (room < size) return fail(ERROR_MORE_DATA);
    memcpy(out, value.data(), size);
    return TRUE;
}

// The object identifiers of the extended key usage extension; nullopt when it is not there.
std::optional<std::vector<std::string>> usages_of(const Certificate& certificate) {
    const CERT_EXTENSION* extension = certificate.extension("2.5.29.37");
    if (!extension) return std::nullopt;
    std::vector<std::string> all;
    der::Bytes bytes = bytes_of(extension->Value);
    if (auto sequence = der::next(bytes, der::kSequence)) {
        der::Bytes ids = sequence->content;
        while (auto id = der::next(ids, der::kObjectIdentifier)) all.push_back(der::text_of_oid(id->content));
    }
    return all;
}

}  // namespace

PCCERT_CONTEXT crypt32::CertCreateCertificateContext(DWORD, const BYTE* pbCertEncoded, DWORD cbCertEncoded) {
    auto certificate = Certificate::parse({pbCertEncoded, cbCertEncoded});
    if (!certificate) return set_last_error(kAsn1), nullptr;
    return new_context(std::move(certificate), nullptr);
}

PCCERT_CONTEXT crypt32::CertDuplicateCertificateContext(PCCERT_CONTEXT pCertContext) {
    if (pCertContext) add_reference(pCertContext);
    return pCertContext;
}

BOOL crypt32::CertFreeCertificateContext(PCCERT_CONTEXT pCertContext) {
    if (pCertContext) release(pCertContext);
    return TRUE;
}

BOOL crypt32::CertGetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, void* pvData,
                                                DWORD* pcbData) {
    auto certificate = certificate_of(pCertContext);
    if (!certificate) return fail(ERROR_INVALID_PARAMETER);
    std::vector<uint8_t> value;
    {
        std::lock_guard held(certificate->lock);
        auto at = certificate->properties.find(dwPropId);
        if (at != certificate->properties.end()) value = at->second;
    }
    if (value.empty() && dwPropId == kSha1Property) value = digest_of(certificate->encoded(), u"SHA1");
    if (value.empty() && dwPropId == kMd5Property) value = digest_of(certificate->encoded(), u"MD5");
    if (value.empty() && dwPropId == kSha256Property) value = digest_of(certificate->encoded(), u"SHA256");
    return value.empty() ? fail(kNotFound) : give(value, pvData, pcbData);
}

BOOL crypt32::CertSetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, DWORD, const void* pvData) {
    auto certificate = certificate_of(pCertContext);
    if (!certificate) return fail(ERROR_INVALID_PARAMETER);
    std::vector<uint8_t> value;
    if (auto* blob = static_cast<const CRYPT_DATA_BLOB*>(pvData)) value.assign(blob->pbData, blob->pbData + blob->cbData);
    std::lock_guard held(certificate->lock);
    if (pvData) certificate->properties[dwPropId] = std::move(value);
    else certificate->properties.erase(dwPropId);
    return TRUE;
}

BOOL crypt32::CertGetEnhancedKeyUsage(PCCERT_CONTEXT pCertContext, DWORD, CTL_USAGE* pUsage, DWORD* pcbUsage) {
    auto certificate = certificate_of(pCertContext);
    if (!certificate || !pcbUsage) return fail(ERROR_INVALID_PARAMETER);
    auto usages = usages_of(*certificate);
    DWORD count = usages ? static_cast<DWORD>(usages->size()) : 0, size = sizeof(CTL_USAGE) + count * sizeof(LPSTR);
    if (usages)
        for (const std::string& id : *usages) size += static_cast<DWORD>(id.size() + 1);
    DWORD room = *pcbUsage;
    *pcbUsage = size;
    if (pUsage && room < size) return fail(ERROR_MORE_DATA);
    if (pUsage) {
        auto* list = reinterpret_cast<LPSTR*>(pUsage + 1);
        auto* text = reinterpret_cast<char*>(list + count);
        *pUsage = {count, count ? list : nullptr};
        for (DWORD i = 0; i < count; ++i) {
            const std::string& id = (*usages)[i];
            list[i] = static_cast<char*>(memcpy(text, id.c_str(), id.size() + 1));
            text += id.size() + 1;
        }
    }
    // No usage at all means every one, when the last error says so.
    set_last_error(usages ? NO_ERROR : kNotFound);
    return TRUE;
}

BOOL crypt32::CertGetIntendedKeyUsage(DWORD, CERT_INFO* pCertInfo, BYTE* pbKeyUsage, DWORD cbKeyUsage) {
    memset(pbKeyUsage, 0, cbKeyUsage);
    CERT_EXTENSION* extension = CertFindExtension("2.5.29.15", pCertInfo->cExtension, pCertInfo->rgExtension);
    set_last_error(NO_ERROR);
    if (!extension) return FALSE;
    der::Bytes bytes = bytes_of(extension->Value);
    auto bits = der::next(bytes, der::kBitString);
    if (!bits || bits->content.empty()) return FALSE;
    memcpy(pbKeyUsage, bits->content.data() + 1, std::min<size_t>(cbKeyUsage, bits->content.size() - 1));
    return TRUE;
}

LONG crypt32::CertVerifyTimeValidity(FILETIME* pTimeToVerify, CERT_INFO* pCertInfo) {
    constexpr uint64_t kEpoch = 11'644'473'600;
    uint64_t now = pTimeToVerify ? ticks_of(*pTimeToVerify) : (static_cast<uint64_t>(time(nullptr)) + kEpoch) * 10'000'000;
    if (now < ticks_of(pCertInfo->NotBefore)) return -1;
    return now > ticks_of(pCertInfo->NotAfter) ? 1 : 0;
}

CERT_EXTENSION* crypt32::CertFindExtension(LPCSTR pszObjId, DWORD cExtensions, CERT_EXTENSION* rgExtensions) {
    for (DWORD i = 0; i < cExtensions; ++i)
        if (strcmp(rgExtensions[i].pszObjId, pszObjId) == 0) return &rgExtensions[i];
    set_last_error(kNotFound);
    return nullptr;
}

BOOL crypt32::CertCompareCertificateName(DWORD, CRYPT_DATA_BLOB* pCertName1, CRYPT_DATA_BLOB* pCertName2) {
    return pCertName1->cbData == pCertName2->cbData &&
           memcmp(pCertName1->pbData, pCertName2->pbData, pCertName1->cbData) == 0;
}
