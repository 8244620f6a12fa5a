// sspi.h: the handshake. Doc: "InitializeSecurityContext (Schannel) function", "AcceptSecurityContext (Schannel) function",
// "ApplyControlToken (Schannel) function", "Extra Buffers Returned by Schannel".
#include <arpa/inet.h>

#include <cstring>

#include "base/text.h"
#include "dll/crypt32/chain.h"
#include "dll/secur32/schannel.h"

using namespace lsw;
using namespace schannel;
using crypto::ByteVector;
using crypto::TlsSession;

namespace {

constexpr ULONG kAllocateMemory = 0x100, kClientStream = 0x8000, kServerStream = 0x10000, kMutualAuth = 2;
constexpr ULONG kAlwaysGiven = 0x1C;  // replay and sequence detection, confidentiality
constexpr DWORD kShutdownToken = 1;   // SCHANNEL_SHUTDOWN

bool is_address(const std::string& host) {
    in6_addr address;
    return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

ByteVector bytes_of(const SecBuffer& buffer) {
    auto* raw = static_cast<const uint8_t*>(buffer.pvBuffer);
    return raw ? ByteVector(raw, raw + buffer.cbBuffer) : ByteVector();
}

// The names of the list of kind ALPN in a SEC_APPLICATION_PROTOCOLS.
ByteVector alpn_of(const SecBuffer& buffer) {
    constexpr uint32_t kAlpn = 2;
    constexpr size_t kListHeader = 6;
    ByteVector bytes = bytes_of(buffer);
    for (size_t at = 4; at + kListHeader <= bytes.size();) {
        uint32_t kind;
        uint16_t size;
        memcpy(&kind, bytes.data() + at, 4);
        memcpy(&size, bytes.data() + at + 4, 2);
        at += kListHeader;
        if (at + size > bytes.size()) break;
        if (kind == kAlpn) return {bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(at + size)};
        at += size;
    }
    return {};
}

std::shared_ptr<Context> make_context(std::shared_ptr<Credentials> credentials, std::string host, void* input,
                                      bool ask_client) {
    auto made = std::make_shared<Context>();
    crypto::TlsOptions options;
    options.server = credentials->server;
    options.least_version = credentials->least_version;
    options.most_version = credentials->most_version;
    options.ask_client = ask_client;
    if (!is_address(host)) options.host = host;
    if (SecBuffer* protocols = find(input, kApplicationProtocols)) options.alpn = alpn_of(*protocols);
    made->asked_alpn = !options.alpn.empty();
    if (credentials->certificate) {
        options.certificate = credentials->certificate->encoded();
        options.key = credentials->certificate->private_key;
        options.chain = certificates::issuers_of(*credentials->certificate, credentials->chain);
    }
    auto session = TlsSession::create(options);
    if (!session.ok()) return nullptr;
    made->session = std::move(*session);
    made->credentials = std::move(credentials);
    made->host = std::move(host);
    return made;
}

// Puts what must be sent into the program's token buffer.
SecStatus give_token(const ByteVector& bytes, void* output, bool allocated) {
    SecBuffer* token = find(output, kToken);
    if (!token) token = find(output, kEmpty);  // allowed for a client's first step, which curl begins with
    if (!token) return bytes.empty() ? kOk : kInvalidToken;
    token->BufferType = kToken;
    if (bytes.empty()) {
        token->cbBuffer = 0;
        if (allocated) token->pvBuffer = nullptr;
        return kOk;
    }
    if (allocated) token->pvBuffer = allocate(bytes.size());
    else if (token->cbBuffer < bytes.size()) return kBufferTooSmall;
    if (!token->pvBuffer) return error(0x80090300);
    memcpy(token->pvBuffer, bytes.data(), bytes.size());
    token->cbBuffer = static_cast<ULONG>(bytes.size());
    return kOk;
}

// The empty buffer beside the token tells how much of it was not used.
void tell_rest(void* input, size_t left, BufferType type, size_t missing = 0) {
    auto* all = static_cast<SecBufferDesc*>(input);
    SecBuffer* token = find(input, kToken);
    for (ULONG i = 0; all && i < all->cBuffers; ++i) {
        SecBuffer& one = all->pBuffers[i];
        if (one.BufferType != kEmpty) continue;
        if (type == kMissing) one = {static_cast<ULONG>(missing), kMissing, nullptr};
        else if (left) one = {static_cast<ULONG>(left), kExtra, static_cast<BYTE*>(token->pvBuffer) + token->cbBuffer - left};
        return;
    }
}

SecStatus status_of_policy(DWORD error_code) {
    constexpr DWORD kExpired = 0x800B0101, kUntrusted = 0x800B0109, kNoMatch = 0x800B010F, kWrongUsage = 0x800B0110,
                    kChaining = 0x800B010A;
    switch (error_code) {
        case 0: return kOk;
        case kExpired: return kCertExpired;
        case kUntrusted:
        case kChaining: return kUntrustedRoot;
        case kNoMatch: return kWrongPrincipal;
        case kWrongUsage: return kCertWrongUsage;
    }
    return kCertUnknown;
}

// The check that a client without SCH_CRED_MANUAL_CRED_VALIDATION leaves to schannel.
SecStatus validate(const Context& context) {
    if (!context.credentials->validate) return kOk;
    PCCERT_CONTEXT peer = peer_certificate(context);
    if (!peer) return kCertUnknown;
    std::u16string host = utf16_from_utf8(context.host);
    DWORD result = certificates::check_server(peer, context.credentials->check_name ? host.c_str() : nullptr);
    crypt32::CertFreeCertificateContext(peer);
    return status_of_policy(result);
}

SecStatus finish(Context& context) {
    context.done = true;
    context.facts = context.session->facts();
    context.header_bytes = context.session->header_bytes();
    return validate(context);
}

SecStatus go_on(Context& context, void* input, void* output, bool allocated) {
    ByteVector bytes;
    if (SecBuffer* token = find(input, kToken)) bytes = bytes_of(*token);
    if (context.shutting_down) {
        SecStatus given = give_token(context.session->shut_down(), output, allocated);
        return given;
    }
    if (!bytes.empty() && !TlsSession::record_bytes(bytes)) {
        size_t header = TlsSession::kRecordHeader;
        size_t whole = bytes.size() < header ? header : header + (size_t{bytes[3]} << 8 | bytes[4]);
        tell_rest(input, 0, kMissing, whole - bytes.size());
        return kIncomplete;
    }
    TlsSession::Step step = context.session->handshake(bytes);
    if (step.state == TlsSession::State::kFailed) {
        give_token(step.bytes, output, allocated);  // the alert
        return kIllegalMessage;
    }
    if (SecStatus given = give_token(step.bytes, output, allocated)) return given;
    if (!bytes.empty()) tell_rest(input, step.left, kExtra);
    if (step.state != TlsSession::State::kDone) return kContinue;
    return context.done ? kOk : finish(context);
}

// Common to both sides. `existing` is what the program has from its last call.
SecStatus step(const void* credential, const void* existing, std::string host, bool ask_client, void* input, void* output,
            bool allocated, void* fresh) {
    bool first = !existing || !static_cast<const SecHandle*>(existing)->dwLower;
    std::shared_ptr<Context> context = first ? nullptr : context_of(existing);
    if (!first && !context) return kInvalidHandle;
    if (first) {
        auto credentials = credentials_of(credential);
        if (!credentials) return kInvalidHandle;
        SecBuffer* token = find(input, kToken);
        bool server = credentials->server;
        if (server && (!token || !token->cbBuffer)) return kInvalidToken;
        context = make_context(std::move(credentials), std::move(host), input, ask_client);
        if (!context) return kInternal;
        // A server's context comes into being with the first whole record.
        ByteVector head;
        if (server) head = bytes_of(*token);
        if (server && !TlsSession::record_bytes(head)) return kIncomplete;
        if (!fresh) return kInvalidHandle;
        put_context(fresh, context);
    } else if (fresh && fresh != existing) {
        *static_cast<SecHandle*>(fresh) = *static_cast<const SecHandle*>(existing);
    }
    bool client_start = first && !context->credentials->server;
    return go_on(*context, client_start ? nullptr : input, output, allocated);
}

}  // namespace

PCCERT_CONTEXT schannel::peer_certificate(const Context& context) {
    constexpr DWORD kAlways = 4;
    constexpr uintptr_t kMemoryProvider = 2;
    if (context.facts.peer_chain.empty()) return nullptr;
    HCERTSTORE store = crypt32::CertOpenStore(reinterpret_cast<LPCSTR>(kMemoryProvider), 0, 0, 0, nullptr);
    PCCERT_CONTEXT own = nullptr;
    for (const ByteVector& der : context.facts.peer_chain)
        crypt32::CertAddEncodedCertificateToStore(store, certificates::kX509, der.data(), static_cast<DWORD>(der.size()), kAlways,
                                                  own ? nullptr : &own);
    crypt32::CertCloseStore(store, 0);  // the context keeps it
    return own;
}

LONG secur32::InitializeSecurityContextW(void* phCredential, void* phContext, LPWSTR pszTargetName, ULONG fContextReq, ULONG,
                                         ULONG, void* pInput, ULONG, void* phNewContext, void* pOutput,
                                         ULONG* pfContextAttr, void* ptsExpiry) {
    std::string host = pszTargetName ? utf8_from_utf16(pszTargetName) : "";
    // Mutual authentication, supplied credentials, extended errors, stream, null session, manual validation.
    constexpr ULONG kKept = kAllocateMemory | kMutualAuth | 0x80 | 0x4000 | 0x8000 | 0xC0000;
    if (pfContextAttr) *pfContextAttr = (fContextReq & kKept) | kAlwaysGiven | kClientStream;
    if (ptsExpiry) *static_cast<int64_t*>(ptsExpiry) = INT64_MAX;
    return step(phCredential, phContext, std::move(host), false, pInput, pOutput, fContextReq & kAllocateMemory, phNewContext);
}

LONG secur32::InitializeSecurityContextA(void* phCredential, void* phContext, LPSTR pszTargetName, ULONG fContextReq,
                                         ULONG Reserved1, ULONG TargetDataRep, void* pInput, ULONG Reserved2,
                                         void* phNewContext, void* pOutput, ULONG* pfContextAttr, void* ptsExpiry) {
    std::u16string host = utf16_from_utf8(pszTargetName ? pszTargetName : "");
    return InitializeSecurityContextW(phCredential, phContext, host.data(), fContextReq, Reserved1, TargetDataRep, pInput,
                                      Reserved2, phNewContext, pOutput, pfContextAttr, ptsExpiry);
}

LONG secur32::AcceptSecurityContext(void* phCredential, void* phContext, void* pInput, ULONG fContextReq, ULONG,
                                    void* phNewContext, void* pOutput, ULONG* pfContextAttr, void* ptsExpiry) {
    if (pfContextAttr) *pfContextAttr = (fContextReq & kAllocateMemory) | kAlwaysGiven | kServerStream;
    if (ptsExpiry) *static_cast<int64_t*>(ptsExpiry) = INT64_MAX;
    return step(phCredential, phContext, {}, fContextReq & kMutualAuth, pInput, pOutput, fContextReq & kAllocateMemory,
                phNewContext);
}

LONG secur32::ApplyControlToken(void* phContext, void* pInput) {
    auto context = context_of(phContext);
    if (!context) return kInvalidHandle;
    SecBuffer* token = find(pInput, kToken);
    if (!token || token->cbBuffer < sizeof(DWORD)) return kInvalidToken;
    if (*static_cast<const DWORD*>(token->pvBuffer) == kShutdownToken) context->shutting_down = true;
    return kOk;
}

LONG secur32::CompleteAuthToken(void* phContext, void*) { return context_of(phContext) ? kOk : kInvalidHandle; }
