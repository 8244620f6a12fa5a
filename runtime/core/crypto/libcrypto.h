// The host's OpenSSL (libcrypto.so.3 or 1.1), loaded when a program first asks for cryptography. Only what its two ABIs have
// in common is used. Every call through this table belongs inside on_host_stack(): the library expects a roomy stack.
#pragma once

#include <cstddef>

namespace lsw::crypto {

struct LibCrypto {
    void* (*EVP_get_digestbyname)(const char* name);
    void* (*EVP_MD_CTX_new)();
    void (*EVP_MD_CTX_free)(void* context);
    int (*EVP_MD_CTX_copy_ex)(void* out, const void* in);
    int (*EVP_DigestInit_ex)(void* context, const void* type, void* engine);
    int (*EVP_DigestUpdate)(void* context, const void* data, size_t size);
    int (*EVP_DigestFinal_ex)(void* context, unsigned char* out, unsigned* size);
    const void* (*EVP_get_cipherbyname)(const char* name);
    void* (*EVP_CIPHER_CTX_new)();
    void (*EVP_CIPHER_CTX_free)(void* context);
    int (*EVP_CIPHER_CTX_ctrl)(void* context, int type, int argument, void* pointer);
    int (*EVP_CIPHER_CTX_set_padding)(void* context, int pad);
    int (*EVP_CipherInit_ex)(void* context, const void* cipher, void* engine, const unsigned char* key,
                             const unsigned char* iv, int encrypt);
    int (*EVP_CipherUpdate)(void* context, unsigned char* out, int* out_size, const unsigned char* in, int in_size);
    int (*EVP_CipherFinal_ex)(void* context, unsigned char* out, int* out_size);
    int (*PKCS5_PBKDF2_HMAC)(const char* password, int password_size, const unsigned char* salt, int salt_size,
                             int iterations, const void* digest, int key_size, unsigned char* out);
};

// nullptr where the host has no OpenSSL.
const LibCrypto* libcrypto();

}  // namespace lsw::crypto
