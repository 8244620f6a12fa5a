#include "core/crypto/libcrypto.h"

#include "base/host_library.h"

namespace lsw::crypto {
namespace {

bool load(LibCrypto& table) {
    void* library = open_host_library({"libcrypto.so.3", "libcrypto.so.1.1"});
    if (!library) return false;
#define LSW_CRYPTO(name) take_symbol(library, #name, table.name)
    return LSW_CRYPTO(EVP_get_digestbyname) && LSW_CRYPTO(EVP_MD_CTX_new) && LSW_CRYPTO(EVP_MD_CTX_free) &&
           LSW_CRYPTO(EVP_MD_CTX_copy_ex) && LSW_CRYPTO(EVP_DigestInit_ex) && LSW_CRYPTO(EVP_DigestUpdate) &&
           LSW_CRYPTO(EVP_DigestFinal_ex) && LSW_CRYPTO(EVP_get_cipherbyname) && LSW_CRYPTO(EVP_CIPHER_CTX_new) &&
           LSW_CRYPTO(EVP_CIPHER_CTX_free) && LSW_CRYPTO(EVP_CIPHER_CTX_ctrl) &&
           LSW_CRYPTO(EVP_CIPHER_CTX_set_padding) && LSW_CRYPTO(EVP_CipherInit_ex) && LSW_CRYPTO(EVP_CipherUpdate) &&
           LSW_CRYPTO(EVP_CipherFinal_ex) && LSW_CRYPTO(PKCS5_PBKDF2_HMAC);
#undef LSW_CRYPTO
}

}  // namespace

const LibCrypto* libcrypto() {
    static LibCrypto table;
    static const bool loaded = load(table);
    return loaded ? &table : nullptr;
}

}  // namespace lsw::crypto
