// The host's TLS library and its certificate functions (libssl.so.3 or 1.1), loaded when a program first asks for TLS or has
// a certificate checked. Only what the two ABIs have in common is used. Every call belongs inside on_host_stack().
#pragma once

#include <cstddef>

namespace lsw::crypto {

struct LibSsl {
    const void* (*TLS_client_method)();
    const void* (*TLS_server_method)();
    void* (*SSL_CTX_new)(const void* method);
    void (*SSL_CTX_free)(void* context);
    long (*SSL_CTX_ctrl)(void* context, int command, long argument, void* pointer);
    unsigned long (*SSL_CTX_set_options)(void* context, unsigned long options);
    void (*SSL_CTX_set_verify)(void* context, int mode, int (*callback)(int, void*));
    void (*SSL_CTX_set_cert_verify_callback)(void* context, int (*callback)(void*, void*), void* argument);
    int (*SSL_CTX_use_certificate)(void* context, void* certificate);
    int (*SSL_CTX_use_PrivateKey)(void* context, void* key);
    int (*SSL_CTX_set_alpn_protos)(void* context, const unsigned char* list, unsigned size);
    void (*SSL_CTX_set_alpn_select_cb)(void* context,
                                       int (*callback)(void*, const unsigned char**, unsigned char*, const unsigned char*,
                                                       unsigned, void*),
                                       void* argument);
    void* (*SSL_new)(void* context);
    void (*SSL_free)(void* session);
    void (*SSL_set_bio)(void* session, void* in, void* out);
    void (*SSL_set_connect_state)(void* session);
    void (*SSL_set_accept_state)(void* session);
    long (*SSL_ctrl)(void* session, int command, long argument, void* pointer);
    int (*SSL_do_handshake)(void* session);
    int (*SSL_read)(void* session, void* buffer, int size);
    int (*SSL_write)(void* session, const void* buffer, int size);
    int (*SSL_shutdown)(void* session);
    int (*SSL_get_error)(const void* session, int result);
    int (*SSL_version)(const void* session);
    int (*SSL_session_reused)(const void* session);
    const void* (*SSL_get_current_cipher)(const void* session);
    const char* (*SSL_CIPHER_standard_name)(const void* cipher);
    int (*SSL_CIPHER_get_bits)(const void* cipher, int* algorithm_bits);
    unsigned (*SSL_CIPHER_get_id)(const void* cipher);
    void (*SSL_get0_alpn_selected)(const void* session, const unsigned char** name, unsigned* size);
    void* (*SSL_get_peer_cert_chain)(const void* session);
    size_t (*SSL_get_finished)(const void* session, void* buffer, size_t size);
    size_t (*SSL_get_peer_finished)(const void* session, void* buffer, size_t size);
    const void* (*BIO_s_mem)();
    void* (*BIO_new)(const void* method);
    int (*BIO_write)(void* bio, const void* data, int size);
    int (*BIO_read)(void* bio, void* data, int size);
    size_t (*BIO_ctrl_pending)(void* bio);
    void* (*BIO_new_mem_buf)(const void* data, int size);
    int (*BIO_free)(void* bio);
    void* (*d2i_X509)(void** out, const unsigned char** data, long size);
    int (*i2d_X509)(const void* certificate, unsigned char** out);
    void (*X509_free)(void* certificate);
    void* (*X509_get_pubkey)(void* certificate);
    int (*X509_verify)(void* certificate, void* key);
    int (*OPENSSL_sk_num)(const void* stack);
    void* (*OPENSSL_sk_value)(const void* stack, int index);
    void* (*d2i_AutoPrivateKey)(void** out, const unsigned char** data, long size);
    void* (*d2i_PKCS12_bio)(void* bio, void** out);
    int (*PKCS12_parse)(void* p12, const char* password, void** key, void** certificate, void** authorities);
    void (*PKCS12_free)(void* p12);
    int (*i2d_PrivateKey)(const void* key, unsigned char** out);
    void (*EVP_PKEY_free)(void* key);
    unsigned long (*ERR_peek_last_error)();
    void (*ERR_clear_error)();
};

// nullptr where the host has no OpenSSL.
const LibSsl* libssl();

}  // namespace lsw::crypto
