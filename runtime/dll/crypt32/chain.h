// Chains of certificates: from one to an authority, and what a policy says of them.
#pragma once

#include "dll/crypt32/certificate.h"

namespace certificates {

// CERT_TRUST_STATUS
struct ChainStatus {
    DWORD dwErrorStatus, dwInfoStatus;
};
enum TrustError : DWORD {
    kNotTimeValid = 0x1, kBadSignature = 0x8, kWrongUsage = 0x10, kUntrustedRoot = 0x20, kRevocationUnknown = 0x40,
    kBadBasicConstraints = 0x400, kBadNameConstraints = 0x800, kPartialChain = 0x10000, kOfflineRevocation = 0x1000000,
    kUnknownCritical = 0x8000000,
};
enum TrustInfo : DWORD { kExactIssuer = 1, kKeyIssuer = 2, kNameIssuer = 4, kSelfSigned = 8, kPreferredIssuer = 0x100 };

struct ChainRequest {
    std::shared_ptr<Certificate> end;
    std::vector<std::shared_ptr<Certificate>> helpers;  // not trusted
    std::vector<std::shared_ptr<Certificate>> roots;    // trusted
    uint64_t time = 0;                                  // 100 ns since 1601
    std::vector<std::string> usages;                    // requested; empty for any
    bool any_usage = false;                             // one of them is enough
};
struct ChainElement {
    std::shared_ptr<Certificate> certificate;
    ChainStatus status{};
};
std::vector<ChainElement> build_chain(const ChainRequest& request);

// The issuers that a server sends with its own certificate, as far as the store has them; without the root.
std::vector<std::vector<uint8_t>> issuers_of(const Certificate& certificate, HCERTSTORE store);

// What CERT_CHAIN_POLICY_SSL says of a server's certificate: 0 or CERT_E_*. `host` null: any name.
DWORD check_server(PCCERT_CONTEXT certificate, const char16_t* host);

// Whether the certificate is for that host: DNS names with one wildcard in front, or addresses; without alternative names,
// the common name.
bool is_for_host(const Certificate& certificate, std::u16string_view host);

// Whether `issuer` signed `certificate`; false without a library to compute it.
bool is_signed_by(const Certificate& certificate, const Certificate& issuer);

uint64_t now_ticks();

}  // namespace certificates
