#include "core/crypto/pkcs8.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

Result<ByteVector> taken(unsigned char* der, int size) {
    ByteVector out;
    if (size > 0) out.assign(der, der + size);
    OSSL(CRYPTO_free)(der, "", 0);
    if (size <= 0) return Status(STATUS_INVALID_PARAMETER);
    return out;
}

}  // namespace

Result<ByteVector> encrypt_pkcs8(ByteSpan plain, std::u16string_view password) {
    Result<ByteVector> result = Status(STATUS_INVALID_PARAMETER);
    std::string text = utf8_from_utf16(password);
    on_host_stack([&] {
        constexpr int kIterations = 2048;
        const unsigned char* at = plain.data();
        PKCS8_PRIV_KEY_INFO* info = OSSL(d2i_PKCS8_PRIV_KEY_INFO)(nullptr, &at, static_cast<long>(plain.size()));
        X509_SIG* sealed = info ? OSSL(PKCS8_encrypt)(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, nullptr, text.c_str(),
                                                      static_cast<int>(text.size()), nullptr, 0, kIterations, info)
                                : nullptr;
        unsigned char* der = nullptr;
        int size = sealed ? OSSL(i2d_X509_SIG)(sealed, &der) : 0;
        result = taken(der, size);
        OSSL(X509_SIG_free)(sealed);
        OSSL(PKCS8_PRIV_KEY_INFO_free)(info);
        OSSL(ERR_clear_error)();
    });
    return result;
}

Result<ByteVector> decrypt_pkcs8(ByteSpan encrypted, std::u16string_view password) {
    Result<ByteVector> result = Status(STATUS_INVALID_PARAMETER);
    std::string text = utf8_from_utf16(password);
    on_host_stack([&] {
        const unsigned char* at = encrypted.data();
        X509_SIG* sealed = OSSL(d2i_X509_SIG)(nullptr, &at, static_cast<long>(encrypted.size()));
        PKCS8_PRIV_KEY_INFO* info =
            sealed ? OSSL(PKCS8_decrypt)(sealed, text.c_str(), static_cast<int>(text.size())) : nullptr;
        unsigned char* der = nullptr;
        int size = info ? OSSL(i2d_PKCS8_PRIV_KEY_INFO)(info, &der) : 0;
        result = taken(der, size);
        OSSL(PKCS8_PRIV_KEY_INFO_free)(info);
        OSSL(X509_SIG_free)(sealed);
        OSSL(ERR_clear_error)();
    });
    return result;
}

}  // namespace lsw::crypto
