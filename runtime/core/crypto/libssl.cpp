#include "core/crypto/libssl.h"

#include "base/host_library.h"

namespace lsw::crypto {
namespace {

bool load(LibSsl& table) {
    void* library = open_host_library({"libssl.so.3", "libssl.so.1.1"});
    if (!library) return false;
    // Symbols of libcrypto are found through libssl, which depends on it.
#define LSW_SSL(name) take_symbol(library, #name, table.name)
    return LSW_SSL(TLS_client_method) &&
           LSW_SSL(TLS_server_method) &&
           LSW_SSL(SSL_CTX_new) &&
           LSW_SSL(SSL_CTX_free) &&
           LSW_SSL(SSL_CTX_ctrl) &&
           LSW_SSL(SSL_CTX_set_options) &&
           LSW_SSL(SSL_CTX_set_verify) &&
           LSW_SSL(SSL_CTX_set_cert_verify_callback) &&
           LSW_SSL(SSL_CTX_use_certificate) &&
           LSW_SSL(SSL_CTX_use_PrivateKey) &&
           LSW_SSL(SSL_CTX_set_alpn_protos) &&
           LSW_SSL(SSL_CTX_set_alpn_select_cb) &&
           LSW_SSL(SSL_new) &&
           LSW_SSL(SSL_free) &&
           LSW_SSL(SSL_set_bio) &&
           LSW_SSL(SSL_set_connect_state) &&
           LSW_SSL(SSL_set_accept_state) &&
           LSW_SSL(SSL_ctrl) &&
           LSW_SSL(SSL_do_handshake) &&
           LSW_SSL(SSL_read) &&
           LSW_SSL(SSL_write) &&
           LSW_SSL(SSL_shutdown) &&
           LSW_SSL(SSL_get_error) &&
           LSW_SSL(SSL_version) &&
           LSW_SSL(SSL_session_reused) &&
           LSW_SSL(SSL_get_current_cipher) &&
           LSW_SSL(SSL_CIPHER_standard_name) &&
           LSW_SSL(SSL_CIPHER_get_bits) &&
           LSW_SSL(SSL_CIPHER_get_id) &&
           LSW_SSL(SSL_get0_alpn_selected) &&
           LSW_SSL(SSL_get_peer_cert_chain) &&
           LSW_SSL(SSL_get_finished) &&
           LSW_SSL(SSL_get_peer_finished) &&
           LSW_SSL(BIO_s_mem) &&
           LSW_SSL(BIO_new) &&
           LSW_SSL(BIO_write) &&
           LSW_SSL(BIO_read) &&
           LSW_SSL(BIO_ctrl_pending) &&
           LSW_SSL(BIO_new_mem_buf) &&
           LSW_SSL(BIO_free) &&
           LSW_SSL(d2i_X509) &&
           LSW_SSL(i2d_X509) &&
           LSW_SSL(X509_free) &&
           LSW_SSL(X509_get_pubkey) &&
           LSW_SSL(X509_verify) &&
           LSW_SSL(OPENSSL_sk_num) &&
           LSW_SSL(OPENSSL_sk_value) &&
           LSW_SSL(d2i_AutoPrivateKey) &&
           LSW_SSL(d2i_PKCS12_bio) &&
           LSW_SSL(PKCS12_parse) &&
           LSW_SSL(PKCS12_free) &&
           LSW_SSL(i2d_PrivateKey) &&
           LSW_SSL(EVP_PKEY_free) &&
           LSW_SSL(ERR_peek_last_error) &&
           LSW_SSL(ERR_clear_error);
#undef LSW_SSL
}

}  // namespace

const LibSsl* libssl() {
    static LibSsl table;
    static const bool loaded = load(table);
    return loaded ? &table : nullptr;
}

}  // namespace lsw::crypto
