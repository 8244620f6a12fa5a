// What the parts of the schannel package share: structures of sspi.h and schannel.h, credentials and contexts.
// One package is offered, TLS, under its two names; NTLM and Kerberos need accounts that no Linux machine has.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/crypto/tls.h"
#include "dll/crypt32/certificate.h"
#include "dll/secur32/secur32.h"

namespace schannel {

using SecStatus = LONG;
constexpr SecStatus error(uint32_t code) { return static_cast<SecStatus>(code); }
inline constexpr SecStatus kOk = 0, kContinue = 0x90312, kContextExpired = 0x90317;
inline constexpr SecStatus kInvalidHandle = error(0x80090301), kUnsupported = error(0x80090302),
                        kInternal = error(0x80090304), kNoPackage = error(0x80090305),
                        kInvalidToken = error(0x80090308), kUnknownCredentials = error(0x8009030D),
                        kNoCredentials = error(0x8009030E), kIncomplete = error(0x80090318),
                        kBufferTooSmall = error(0x80090321), kWrongPrincipal = error(0x80090322),
                        kUntrustedRoot = error(0x80090325), kIllegalMessage = error(0x80090326),
                        kCertUnknown = error(0x80090327), kCertExpired = error(0x80090328),
                        kEncryptFailure = error(0x80090329), kDecryptFailure = error(0x80090330),
                        kAlgorithmMismatch = error(0x80090331), kCertWrongUsage = error(0x80090349);

struct SecHandle {
    ULONG_PTR dwLower, dwUpper;
};

enum BufferType : ULONG {
    kEmpty, kData, kToken, kMissing = 4, kExtra, kStreamTrailer, kStreamHeader, kAlert = 17, kApplicationProtocols,
    kTypeMask = 0x0FFFFFFF,
};
struct SecBuffer {
    ULONG cbBuffer, BufferType;
    PVOID pvBuffer;
};
struct SecBufferDesc {
    ULONG ulVersion, cBuffers;
    SecBuffer* pBuffers;
};

// The first buffer of a kind; nullptr for none.
inline SecBuffer* find(void* description, ULONG type) {
    auto* all = static_cast<SecBufferDesc*>(description);
    for (ULONG i = 0; all && i < all->cBuffers; ++i)
        if ((all->pBuffers[i].BufferType & kTypeMask) == type) return &all->pBuffers[i];
    return nullptr;
}

struct Credentials {
    bool server = false;
    bool validate = true;           // the context checks the server's chain itself
    bool check_name = true;
    int least_version = 0, most_version = 0;
    std::shared_ptr<certificates::Certificate> certificate;
    HCERTSTORE chain = nullptr;     // where the own certificate stood
};

struct Context {
    std::shared_ptr<Credentials> credentials;
    std::unique_ptr<lsw::crypto::TlsSession> session;
    std::string host;
    bool done = false, shutting_down = false, asked_alpn = false;
    lsw::crypto::TlsSession::Facts facts;  // from the end of the handshake on
    size_t header_bytes = 0;
};

std::shared_ptr<Credentials> credentials_of(const void* handle);
std::shared_ptr<Context> context_of(const void* handle);
void put_context(void* handle, std::shared_ptr<Context> context);

// The package's name; "Schannel" is another.
inline constexpr std::u16string_view kPackage = u"Microsoft Unified Security Protocol Provider";
bool is_package(std::u16string_view name);

inline constexpr ULONG kTrailerRoom = 80;  // tag or padding and MAC; and a key update that goes before
inline constexpr ULONG kMostToken = 24576;

// Memory that the program frees with FreeContextBuffer.
void* allocate(size_t size);
// The context's peer certificate, in a store with the rest of its chain; nullptr for none.
PCCERT_CONTEXT peer_certificate(const Context& context);

}  // namespace schannel
