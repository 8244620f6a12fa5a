// One TLS connection as a converter of bytes: what came from the peer goes in, what must go to it comes out. The host's
// OpenSSL does the protocol; who trusts whom is the caller's business.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace lsw::crypto {

using ByteVector = std::vector<uint8_t>;

struct TlsOptions {
    bool server = false;
    std::string host;                         // client: the name for SNI; none for an address
    int least_version = 0, most_version = 0;  // 0x0303, 0x0304; 0: whatever the library allows
    ByteVector alpn;                          // each name with its length before it
    ByteVector certificate, key;              // DER; the own certificate and its private key, may be empty
    std::vector<ByteVector> chain;            // DER, what follows the own certificate
    bool ask_client = false;                  // server: ask the client for a certificate
};

class TlsSession {
public:
    // Errors: STATUS_NOT_SUPPORTED without a library, STATUS_INVALID_PARAMETER for a certificate it does not take.
    static Result<std::unique_ptr<TlsSession>> create(const TlsOptions& options);
    ~TlsSession();

    enum class State { kOpen, kDone, kClosed, kFailed };
    struct Step {
        State state = State::kOpen;  // kOpen: more is needed from the peer; kDone: the handshake is over, or data came
        size_t left = 0;             // bytes at the end of the input that were not taken
        ByteVector bytes;            // handshake: to send; decrypt: the plain text
    };
    // Input: whole records and perhaps the beginning of another; empty for a client's first step.
    Step handshake(std::span<const uint8_t> input);
    // One whole record. kOpen: it carried nothing for the program.
    Step decrypt(std::span<const uint8_t> record);
    // Empty when it failed. At most kMostPlainText at once.
    ByteVector encrypt(std::span<const uint8_t> plain);
    ByteVector shut_down();

    static constexpr size_t kMostPlainText = 16384;
    static constexpr size_t kRecordHeader = 5;
    // Bytes of the first whole record in `bytes`; 0 while it is not all there.
    static size_t record_bytes(std::span<const uint8_t> bytes);

    struct Facts {
        int version = 0;
        unsigned cipher = 0;  // IANA's number
        std::string cipher_name;
        int cipher_bits = 0;
        bool resumed = false;
        ByteVector alpn;
        std::vector<ByteVector> peer_chain;  // DER, the peer's own first
        ByteVector finished;                 // the client's first Finished message (tls-unique)
    };
    Facts facts();
    size_t header_bytes();  // of a record with data: what stands before the cipher text

private:
    TlsSession() = default;
    bool configure(const TlsOptions& options);
    bool start(const TlsOptions& options);
    ByteVector take_output();
    static int select_alpn(void* session, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                           unsigned in_size, void* self);

    std::mutex lock_;
    void *context_ = nullptr, *session_ = nullptr, *in_ = nullptr, *out_ = nullptr;  // SSL_CTX, SSL, BIO, BIO
    bool server_ = false;
    ByteVector alpn_;
};

}  // namespace lsw::crypto
