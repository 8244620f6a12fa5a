// wincrypt.h: PKCS#12 files, read by the host's OpenSSL. Doc: "PFXImportCertStore function (wincrypt.h)".
#include "base/text.h"
#include "core/crypto/libssl.h"
#include "core/teb.h"
#include "core/thread/host_stack.h"
#include "dll/crypt32/certificate.h"

using namespace lsw;
using namespace certificates;

namespace {

struct Content {
    bool readable = false;
    std::vector<std::vector<uint8_t>> certificates;  // the one with the key first
    std::vector<uint8_t> key;
};

template <class Write>
std::vector<uint8_t> der_of(Write write, const void* object) {
    int size = write(object, nullptr);
    std::vector<uint8_t> out(static_cast<size_t>(size > 0 ? size : 0));
    unsigned char* at = out.data();
    if (size > 0) write(object, &at);
    return out;
}

// `password` null: none at all, which differs from an empty one.
bool parse(const crypto::LibSsl& ssl, void* p12, const char* password, Content& out) {
    void *key = nullptr, *certificate = nullptr, *others = nullptr;
    if (ssl.PKCS12_parse(p12, password, &key, &certificate, &others) != 1) return false;
    if (certificate) out.certificates.push_back(der_of(ssl.i2d_X509, certificate)), ssl.X509_free(certificate);
    if (key) out.key = der_of(ssl.i2d_PrivateKey, key), ssl.EVP_PKEY_free(key);
    for (int i = 0; others && i < ssl.OPENSSL_sk_num(others); ++i)
        out.certificates.push_back(der_of(ssl.i2d_X509, ssl.OPENSSL_sk_value(others, i)));
    return true;
}

Content read(const std::vector<uint8_t>& bytes, const std::string* password) {
    Content out;
    bool good = false;
    on_host_stack([&] {
        const crypto::LibSsl* ssl = crypto::libssl();
        if (!ssl) return;
        void* bio = ssl->BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()));
        void* p12 = ssl->d2i_PKCS12_bio(bio, nullptr);
        out.readable = p12 != nullptr;
        if (p12) {
            const char* text = password ? password->c_str() : nullptr;
            good = parse(*ssl, p12, text, out);
            if (!good && (!password || password->empty())) good = parse(*ssl, p12, password ? nullptr : "", out);
            ssl->PKCS12_free(p12);
        }
        ssl->BIO_free(bio);
        ssl->ERR_clear_error();
    });
    if (!good) out.certificates.clear();
    return out;
}

}  // namespace

HCERTSTORE crypt32::PFXImportCertStore(CRYPT_DATA_BLOB* pPFX, LPCWSTR szPassword, DWORD) {
    constexpr DWORD kAsn1BadTag = 0x8009310B, kWrongPassword = 86;
    constexpr uintptr_t kMemory = 2;
    constexpr DWORD kAlways = 4;
    if (!pPFX || !pPFX->pbData) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    std::vector<uint8_t> bytes(pPFX->pbData, pPFX->pbData + pPFX->cbData);
    std::string password = szPassword ? utf8_from_utf16(szPassword) : "";
    Content content = read(bytes, szPassword ? &password : nullptr);
    if (!content.readable) return set_last_error(kAsn1BadTag), nullptr;
    if (content.certificates.empty()) return set_last_error(kWrongPassword), nullptr;
    HCERTSTORE store = CertOpenStore(reinterpret_cast<LPCSTR>(kMemory), 0, 0, 0, nullptr);
    bool first = true;
    for (const auto& der : content.certificates) {
        auto certificate = Certificate::parse(der);
        if (!certificate) continue;
        if (first) certificate->private_key = content.key;
        first = false;
        PCCERT_CONTEXT context = new_context(std::move(certificate), nullptr);
        CertAddCertificateContextToStore(store, context, kAlways, nullptr);
        release(context);
    }
    return store;
}
