// sspi.h, schannel.h: what a context knows. Doc: "QueryContextAttributes (Schannel) function".
#include <cstring>

#include "base/text.h"
#include "core/crypto/digest.h"
#include "dll/crypt32/names.h"
#include "dll/secur32/schannel.h"

using namespace lsw;
using namespace schannel;

namespace {

enum Attribute : ULONG {
    kSizes = 0, kStreamSizes = 4, kPackageInfo = 10, kNegotiationInfo = 12, kUniqueBindings = 25, kEndpointBindings = 26,
    kApplicationProtocol = 35, kRemoteCertificate = 0x53, kLocalCertificate = 0x54, kRootStore = 0x55, kIssuerList = 0x59,
    kConnectionInfo = 0x5A, kSessionInfo = 0x5D, kCipherInfo = 0x64, kConnectionInfoEx = 0x6E,
};

struct Sizes {
    ULONG cbMaxToken, cbMaxSignature, cbBlockSize, cbSecurityTrailer;
};
struct StreamSizes {
    ULONG cbHeader, cbTrailer, cbMaximumMessage, cBuffers, cbBlockSize;
};
struct ApplicationProtocol {
    ULONG ProtoNegoStatus, ProtoNegoExt;
    BYTE ProtocolIdSize, ProtocolId[255];
};
struct ConnectionInfo {
    DWORD dwProtocol, aiCipher, dwCipherStrength, aiHash, dwHashStrength, aiExch, dwExchStrength;
};
struct ConnectionInfoEx {
    DWORD dwVersion, dwProtocol;
    WCHAR szCipher[64];
    DWORD dwCipherStrength;
    WCHAR szHash[64];
    DWORD dwHashStrength;
    WCHAR szExchange[64];
    DWORD dwExchStrength;
};
struct CipherInfo {
    DWORD dwVersion, dwProtocol, dwCipherSuite, dwBaseCipherSuite;
    WCHAR szCipherSuite[64], szCipher[64];
    DWORD dwCipherLen, dwCipherBlockLen;
    WCHAR szHash[64];
    DWORD dwHashLen;
    WCHAR szExchange[64];
    DWORD dwMinExchangeLen, dwMaxExchangeLen;
    WCHAR szCertificate[64];
    DWORD dwKeyType;
};
struct SessionInfo {
    DWORD dwFlags, cbSessionId;
    BYTE rgbSessionId[32];
};
struct Bindings {
    ULONG BindingsLength;
    void* Bindings;
};
struct ChannelBindings {
    ULONG initiator_type, initiator_size, initiator_offset, acceptor_type, acceptor_size, acceptor_offset, data_size,
        data_offset;
};

// What the suite's name says, in the terms of CryptoAPI.
struct Suite {
    DWORD cipher = 0, bits = 0, hash = 0, hash_bits = 0, exchange = 0;
    const char16_t *cipher_name = u"", *hash_name = u"", *exchange_name = u"", *certificate_name = u"";
};

Suite suite_of(const crypto::TlsSession::Facts& facts) {
    constexpr DWORD kAes128 = 0x660E, kAes256 = 0x6610, kSha256 = 0x800C, kSha384 = 0x800D, kSha1 = 0x8004,
                    kEcdhEphemeral = 0xAE06, kRsaExchange = 0xA400;
    const std::string& name = facts.cipher_name;
    auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    Suite out;
    out.bits = static_cast<DWORD>(facts.cipher_bits);
    if (has("AES")) out.cipher = out.bits == 256 ? kAes256 : kAes128, out.cipher_name = u"AES";
    if (has("CHACHA20")) out.cipher_name = u"CHACHA20_POLY1305";
    if (name.ends_with("SHA384")) out.hash = kSha384, out.hash_bits = 384, out.hash_name = u"SHA384";
    else if (name.ends_with("SHA256")) out.hash = kSha256, out.hash_bits = 256, out.hash_name = u"SHA256";
    else out.hash = kSha1, out.hash_bits = 160, out.hash_name = u"SHA1";
    bool fixed = name.starts_with("TLS_RSA_WITH");
    out.exchange = fixed ? kRsaExchange : kEcdhEphemeral;
    out.exchange_name = fixed ? u"RSA" : u"ECDH";
    out.certificate_name = has("ECDSA") ? u"ECDSA" : has("RSA") ? u"RSA" : u"";
    return out;
}

DWORD protocol_of(const Context& context) {
    // SP_PROT_TLS1_x_CLIENT; the server's bit stands beside it.
    DWORD client = context.facts.version == 0x0304   ? 0x2000
                   : context.facts.version == 0x0303 ? 0x800
                   : context.facts.version == 0x0302 ? 0x200
                                                     : 0x80;
    return context.credentials->server ? client >> 1 : client;
}

template <size_t Size>
void copy_text(WCHAR (&out)[Size], std::u16string_view text) {
    size_t count = std::min(text.size(), Size - 1);
    memcpy(out, text.data(), 2 * count);
    out[count] = 0;
}

template <class T>
LONG give(const T& value, void* buffer) {
    memcpy(buffer, &value, sizeof value);
    return kOk;
}

LONG give_protocol(const Context& context, void* buffer) {
    constexpr ULONG kAlpn = 2;
    ApplicationProtocol out{};
    if (!context.facts.alpn.empty()) {
        out.ProtoNegoStatus = 1;
        out.ProtoNegoExt = kAlpn;
        out.ProtocolIdSize = static_cast<BYTE>(context.facts.alpn.size());
        memcpy(out.ProtocolId, context.facts.alpn.data(), context.facts.alpn.size());
    } else if (context.asked_alpn) {
        out.ProtoNegoStatus = 2;  // only the client has it
    }
    return give(out, buffer);
}

LONG give_connection(const Context& context, void* buffer) {
    Suite suite = suite_of(context.facts);
    return give(ConnectionInfo{protocol_of(context), suite.cipher, suite.bits, suite.hash, suite.hash_bits, suite.exchange, 256},
                buffer);
}

LONG give_connection_ex(const Context& context, void* buffer) {
    Suite suite = suite_of(context.facts);
    ConnectionInfoEx out{.dwVersion = 1, .dwProtocol = protocol_of(context)};
    copy_text(out.szCipher, suite.cipher_name);
    copy_text(out.szHash, suite.hash_name);
    copy_text(out.szExchange, suite.exchange_name);
    out.dwCipherStrength = suite.bits;
    out.dwHashStrength = suite.hash_bits;
    out.dwExchStrength = 256;
    return give(out, buffer);
}

LONG give_cipher(const Context& context, void* buffer) {
    Suite suite = suite_of(context.facts);
    CipherInfo out{.dwVersion = 1,
                   .dwProtocol = static_cast<DWORD>(context.facts.version),
                   .dwCipherSuite = context.facts.cipher,
                   .dwBaseCipherSuite = context.facts.cipher};
    copy_text(out.szCipherSuite, utf16_from_utf8(context.facts.cipher_name));
    copy_text(out.szCipher, suite.cipher_name);
    copy_text(out.szHash, suite.hash_name);
    copy_text(out.szExchange, suite.exchange_name);
    copy_text(out.szCertificate, suite.certificate_name);
    out.dwCipherLen = suite.bits;
    out.dwCipherBlockLen = 16;
    out.dwHashLen = suite.hash_bits;
    return give(out, buffer);
}

// RFC 5929: tls-unique, or tls-server-end-point of the server's certificate.
LONG give_bindings(const Context& context, bool end_point, void* buffer) {
    std::string data = end_point ? "tls-server-end-point:" : "tls-unique:";
    crypto::ByteVector value = context.facts.finished;
    if (end_point) {
        const auto& own = context.credentials->certificate;
        const crypto::ByteVector* der = context.credentials->server ? (own ? &own->encoded() : nullptr)
                                        : context.facts.peer_chain.empty() ? nullptr
                                                                           : &context.facts.peer_chain[0];
        if (!der) return kUnsupported;
        value = certificates::digest_of(*der, u"SHA256");
    } else if (context.facts.version >= 0x0304) {
        return kUnsupported;
    }
    data.append(value.begin(), value.end());
    auto* out = static_cast<ChannelBindings*>(allocate(sizeof(ChannelBindings) + data.size()));
    if (!out) return error(0x80090300);
    out->data_size = static_cast<ULONG>(data.size());
    out->data_offset = sizeof(ChannelBindings);
    memcpy(out + 1, data.data(), data.size());
    return give(Bindings{static_cast<ULONG>(sizeof(ChannelBindings) + data.size()), out}, buffer);
}

}  // namespace

LONG secur32::QueryContextAttributesW(void* phContext, ULONG ulAttribute, void* pBuffer) {
    auto context = context_of(phContext);
    if (!context || !pBuffer) return kInvalidHandle;
    if (!context->done) return kInvalidHandle;
    switch (ulAttribute) {
        case kSizes: return give(Sizes{kMostToken, 0, 0, 0}, pBuffer);
        case kStreamSizes:
            return give(StreamSizes{static_cast<ULONG>(context->header_bytes), kTrailerRoom,
                                    crypto::TlsSession::kMostPlainText, 4, 16},
                        pBuffer);
        case kApplicationProtocol: return give_protocol(*context, pBuffer);
        case kRemoteCertificate: {
            PCCERT_CONTEXT peer = peer_certificate(*context);
            return peer ? give(peer, pBuffer) : kNoCredentials;
        }
        case kLocalCertificate: {
            auto& own = context->credentials->certificate;
            return give(own ? certificates::new_context(own, context->credentials->chain) : nullptr, pBuffer);
        }
        case kConnectionInfo: return give_connection(*context, pBuffer);
        case kConnectionInfoEx: return give_connection_ex(*context, pBuffer);
        case kCipherInfo: return give_cipher(*context, pBuffer);
        case kSessionInfo: return give(SessionInfo{context->facts.resumed, 0, {}}, pBuffer);
        case kUniqueBindings: return give_bindings(*context, false, pBuffer);
        case kEndpointBindings: return give_bindings(*context, true, pBuffer);
        case kPackageInfo: {
            void* info;
            LONG status = EnumerateSecurityPackagesW(nullptr, &info);
            return status ? status : give(info, pBuffer);
        }
        case kIssuerList: return memset(pBuffer, 0, 16), kOk;
    }
    return kUnsupported;
}

LONG secur32::QueryContextAttributesA(void* phContext, ULONG ulAttribute, void* pBuffer) {
    return QueryContextAttributesW(phContext, ulAttribute, pBuffer);
}
