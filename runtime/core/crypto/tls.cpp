#include "core/crypto/tls.h"

#include <algorithm>
#include <cstring>

#include "core/crypto/libssl.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

constexpr int kVerifyNone = 0, kVerifyPeer = 1;
constexpr int kErrorNone = 0, kErrorWantRead = 2, kErrorZeroReturn = 6;
constexpr int kSetTlsextHostname = 55, kSetMinVersion = 123, kSetMaxVersion = 124, kExtraChainCert = 14;
constexpr unsigned long kNoRenegotiation = 1UL << 30;

void* certificate_from(const LibSsl& ssl, const ByteVector& der) {
    const unsigned char* at = der.data();
    return ssl.d2i_X509(nullptr, &at, static_cast<long>(der.size()));
}

ByteVector der_of(const LibSsl& ssl, const void* certificate) {
    ByteVector out(static_cast<size_t>(std::max(0, ssl.i2d_X509(certificate, nullptr))));
    unsigned char* at = out.data();
    if (!out.empty()) ssl.i2d_X509(certificate, &at);
    return out;
}

// Trust is decided by the caller, who sees the whole chain.
int accept_any(void*, void*) { return 1; }

}  // namespace

size_t TlsSession::record_bytes(std::span<const uint8_t> bytes) {
    if (bytes.size() < kRecordHeader) return 0;
    size_t size = kRecordHeader + (size_t{bytes[3]} << 8 | bytes[4]);
    return bytes.size() >= size ? size : 0;
}

int TlsSession::select_alpn(void*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                            unsigned in_size, void* self) {
    constexpr int kOk = 0, kNoAck = 3;
    const ByteVector& own = static_cast<TlsSession*>(self)->alpn_;
    for (size_t i = 0; i < own.size(); i += 1u + own[i])
        for (size_t j = 0; j < in_size; j += 1u + in[j])
            if (own[i] == in[j] && j + 1 + in[j] <= in_size && memcmp(own.data() + i + 1, in + j + 1, in[j]) == 0) {
                *out = in + j + 1;
                *out_size = in[j];
                return kOk;
            }
    return kNoAck;
}

bool TlsSession::configure(const TlsOptions& options) {
    const LibSsl& ssl = *libssl();
    ssl.SSL_CTX_set_options(context_, kNoRenegotiation);
    if (options.least_version) ssl.SSL_CTX_ctrl(context_, kSetMinVersion, options.least_version, nullptr);
    if (options.most_version) ssl.SSL_CTX_ctrl(context_, kSetMaxVersion, options.most_version, nullptr);
    ssl.SSL_CTX_set_cert_verify_callback(context_, accept_any, nullptr);
    bool ask = !options.server || options.ask_client;
    ssl.SSL_CTX_set_verify(context_, ask ? kVerifyPeer : kVerifyNone, nullptr);
    alpn_ = options.alpn;
    if (!alpn_.empty() && options.server) ssl.SSL_CTX_set_alpn_select_cb(context_, select_alpn, this);
    else if (!alpn_.empty()) ssl.SSL_CTX_set_alpn_protos(context_, alpn_.data(), static_cast<unsigned>(alpn_.size()));
    if (options.certificate.empty()) return true;
    void* certificate = certificate_from(ssl, options.certificate);
    const unsigned char* at = options.key.data();
    void* key = ssl.d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(options.key.size()));
    bool taken = certificate && key && ssl.SSL_CTX_use_certificate(context_, certificate) == 1 &&
                 ssl.SSL_CTX_use_PrivateKey(context_, key) == 1;
    if (certificate) ssl.X509_free(certificate);
    if (key) ssl.EVP_PKEY_free(key);
    for (const ByteVector& der : options.chain)
        if (void* next = taken ? certificate_from(ssl, der) : nullptr)
            ssl.SSL_CTX_ctrl(context_, kExtraChainCert, 0, next);  // which takes it over
    return taken;
}

bool TlsSession::start(const TlsOptions& options) {
    const LibSsl& ssl = *libssl();
    server_ = options.server;
    context_ = ssl.SSL_CTX_new(server_ ? ssl.TLS_server_method() : ssl.TLS_client_method());
    if (!context_ || !configure(options)) return false;
    session_ = ssl.SSL_new(context_);
    if (!session_) return false;
    in_ = ssl.BIO_new(ssl.BIO_s_mem());
    out_ = ssl.BIO_new(ssl.BIO_s_mem());
    ssl.SSL_set_bio(session_, in_, out_);
    if (server_) ssl.SSL_set_accept_state(session_);
    else ssl.SSL_set_connect_state(session_);
    if (!options.host.empty())
        ssl.SSL_ctrl(session_, kSetTlsextHostname, 0, const_cast<char*>(options.host.c_str()));
    return true;
}

Result<std::unique_ptr<TlsSession>> TlsSession::create(const TlsOptions& options) {
    std::unique_ptr<TlsSession> made(new TlsSession);
    NTSTATUS status = STATUS_NOT_SUPPORTED;
    on_host_stack([&] {
        if (libssl()) status = made->start(options) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    });
    if (!NT_SUCCESS(status)) return Status(status);
    return made;
}

TlsSession::~TlsSession() {
    on_host_stack([this] {
        if (session_) libssl()->SSL_free(session_);
        if (context_) libssl()->SSL_CTX_free(context_);
    });
}

ByteVector TlsSession::take_output() {
    const LibSsl& ssl = *libssl();
    ByteVector out(ssl.BIO_ctrl_pending(out_));
    if (!out.empty()) ssl.BIO_read(out_, out.data(), static_cast<int>(out.size()));
    return out;
}

TlsSession::Step TlsSession::handshake(std::span<const uint8_t> input) {
    std::lock_guard held(lock_);
    // Whole records only: what stays behind is then known to the byte.
    size_t whole = 0;
    while (size_t size = record_bytes(input.subspan(whole))) whole += size;
    Step step;
    on_host_stack([&] {
        const LibSsl& ssl = *libssl();
        ssl.ERR_clear_error();
        if (whole) ssl.BIO_write(in_, input.data(), static_cast<int>(whole));
        int result = ssl.SSL_do_handshake(session_);
        int error = result == 1 ? kErrorNone : ssl.SSL_get_error(session_, result);
        step.state = result == 1 ? State::kDone : error == kErrorWantRead ? State::kOpen : State::kFailed;
        step.bytes = take_output();
        // Records behind the last handshake message are the program's data: it gives them again.
        size_t unread = ssl.BIO_ctrl_pending(in_);
        ByteVector drop(unread);
        if (unread) ssl.BIO_read(in_, drop.data(), static_cast<int>(unread));
        step.left = input.size() - whole + unread;
    });
    return step;
}

TlsSession::Step TlsSession::decrypt(std::span<const uint8_t> record) {
    std::lock_guard held(lock_);
    Step step;
    step.bytes.resize(kMostPlainText);
    on_host_stack([&] {
        const LibSsl& ssl = *libssl();
        ssl.ERR_clear_error();
        ssl.BIO_write(in_, record.data(), static_cast<int>(record.size()));
        int size = ssl.SSL_read(session_, step.bytes.data(), static_cast<int>(step.bytes.size()));
        int error = size > 0 ? kErrorNone : ssl.SSL_get_error(session_, size);
        step.bytes.resize(static_cast<size_t>(std::max(size, 0)));
        step.state = error == kErrorNone         ? State::kDone
                     : error == kErrorWantRead   ? State::kOpen
                     : error == kErrorZeroReturn ? State::kClosed
                                                 : State::kFailed;
    });
    return step;
}

ByteVector TlsSession::encrypt(std::span<const uint8_t> plain) {
    std::lock_guard held(lock_);
    ByteVector out;
    on_host_stack([&] {
        const LibSsl& ssl = *libssl();
        ssl.ERR_clear_error();
        int done = ssl.SSL_write(session_, plain.data(), static_cast<int>(plain.size()));
        if (done == static_cast<int>(plain.size())) out = take_output();
    });
    return out;
}

ByteVector TlsSession::shut_down() {
    std::lock_guard held(lock_);
    ByteVector out;
    on_host_stack([&] {
        libssl()->SSL_shutdown(session_);
        out = take_output();
    });
    return out;
}

size_t TlsSession::header_bytes() {
    Facts known = facts();
    constexpr int kTls13 = 0x0304;
    constexpr size_t kGcmNonce = 8, kCbcVector = 16;
    if (known.version >= kTls13 || known.cipher_name.find("CHACHA20") != std::string::npos) return kRecordHeader;
    bool counter = known.cipher_name.find("GCM") != std::string::npos || known.cipher_name.find("CCM") != std::string::npos;
    return kRecordHeader + (counter ? kGcmNonce : kCbcVector);
}

TlsSession::Facts TlsSession::facts() {
    std::lock_guard held(lock_);
    Facts out;
    on_host_stack([&] {
        const LibSsl& ssl = *libssl();
        out.version = ssl.SSL_version(session_);
        out.resumed = ssl.SSL_session_reused(session_) == 1;
        if (const void* cipher = ssl.SSL_get_current_cipher(session_)) {
            const char* name = ssl.SSL_CIPHER_standard_name(cipher);
            out.cipher_name = name ? name : "";
            out.cipher = ssl.SSL_CIPHER_get_id(cipher) & 0xFFFF;
            out.cipher_bits = ssl.SSL_CIPHER_get_bits(cipher, nullptr);
        }
        const unsigned char* alpn = nullptr;
        unsigned alpn_size = 0;
        ssl.SSL_get0_alpn_selected(session_, &alpn, &alpn_size);
        out.alpn.assign(alpn, alpn + alpn_size);
        // A server's list of the client's chain lacks the client's own certificate; it is not asked for here.
        const void* chain = ssl.SSL_get_peer_cert_chain(session_);
        for (int i = 0; chain && i < ssl.OPENSSL_sk_num(chain); ++i)
            out.peer_chain.push_back(der_of(ssl, ssl.OPENSSL_sk_value(chain, i)));
        out.finished.resize(64);
        auto finished = server_ ? ssl.SSL_get_peer_finished : ssl.SSL_get_finished;
        out.finished.resize(std::min<size_t>(64, finished(session_, out.finished.data(), out.finished.size())));
    });
    return out;
}

}  // namespace lsw::crypto
