// Building chains. Doc: "CertGetCertificateChain function (wincrypt.h)", RFC 5280 section 6; signatures are checked by the
// host's OpenSSL, everything else here. Revocation is not looked up.
#include "dll/crypt32/chain.h"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "core/crypto/libssl.h"
#include "core/thread/host_stack.h"

namespace certificates {
namespace {

constexpr size_t kLongestChain = 16;
constexpr std::string_view kBasicConstraints = "2.5.29.19", kExtendedUsage = "2.5.29.37", kAnyUsage = "2.5.29.37.0",
                           kAuthorityKey = "2.5.29.35", kSubjectKey = "2.5.29.14", kKeyUsage = "2.5.29.15",
                           kAlternativeNames = "2.5.29.17", kNameConstraints = "2.5.29.30";

uint64_t ticks_of(const FILETIME& time) { return static_cast<uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime; }

bool same(const CRYPT_DATA_BLOB& a, const CRYPT_DATA_BLOB& b) {
    return a.cbData == b.cbData && memcmp(a.pbData, b.pbData, a.cbData) == 0;
}

bool is_self_issued(Certificate& one) { return same(one.info()->Issuer, one.info()->Subject); }

// The key identifier inside an authority key identifier, or the subject's own.
std::vector<uint8_t> key_identifier(const Certificate& one, bool authority) {
    const CERT_EXTENSION* extension = one.extension(authority ? kAuthorityKey : kSubjectKey);
    if (!extension) return {};
    der::Bytes bytes = bytes_of(extension->Value);
    auto outer = der::next(bytes);
    if (!outer) return {};
    if (!authority) return {outer->content.begin(), outer->content.end()};
    der::Bytes parts = outer->content;
    auto identifier = der::next(parts, 0x80);
    if (!identifier) return {};
    return {identifier->content.begin(), identifier->content.end()};
}

bool may_sign(const Certificate& one) {
    const CERT_EXTENSION* extension = one.extension(kBasicConstraints);
    if (!extension) return const_cast<Certificate&>(one).info()->dwVersion < 2;  // older versions cannot say
    der::Bytes bytes = bytes_of(extension->Value);
    auto sequence = der::next(bytes, der::kSequence);
    if (!sequence) return false;
    der::Bytes parts = sequence->content;
    auto authority = der::next(parts, der::kBoolean);
    return authority && !authority->content.empty() && authority->content[0];
}

// The most certificates that may stand between this authority and the end; nullopt for no limit.
std::optional<size_t> path_limit(const Certificate& one) {
    const CERT_EXTENSION* extension = one.extension(kBasicConstraints);
    if (!extension) return std::nullopt;
    der::Bytes bytes = bytes_of(extension->Value);
    auto sequence = der::next(bytes, der::kSequence);
    if (!sequence) return std::nullopt;
    der::Bytes parts = sequence->content;
    der::next(parts, der::kBoolean);
    auto limit = der::next(parts, der::kInteger);
    if (!limit || limit->content.size() != 1) return std::nullopt;
    return limit->content[0];
}

bool allows(const Certificate& one, std::string_view usage) {
    const CERT_EXTENSION* extension = one.extension(kExtendedUsage);
    if (!extension) return true;
    der::Bytes bytes = bytes_of(extension->Value);
    auto sequence = der::next(bytes, der::kSequence);
    if (!sequence) return false;
    der::Bytes ids = sequence->content;
    while (auto id = der::next(ids, der::kObjectIdentifier)) {
        std::string text = der::text_of_oid(id->content);
        if (text == usage || text == kAnyUsage) return true;
    }
    return false;
}

bool allows_requested(const Certificate& one, const ChainRequest& request) {
    auto allowed = [&](const std::string& usage) { return allows(one, usage); };
    if (request.usages.empty()) return true;
    return request.any_usage ? std::any_of(request.usages.begin(), request.usages.end(), allowed)
                             : std::all_of(request.usages.begin(), request.usages.end(), allowed);
}

bool has_unknown_critical(Certificate& one) {
    static constexpr std::string_view kKnown[] = {kBasicConstraints, kExtendedUsage, kKeyUsage, kAlternativeNames,
                                                  kNameConstraints, kAuthorityKey, kSubjectKey, "2.5.29.32", "2.5.29.36",
                                                  "2.5.29.54", "2.5.29.33", "2.5.29.31"};
    for (DWORD i = 0; i < one.info()->cExtension; ++i) {
        const CERT_EXTENSION& extension = one.info()->rgExtension[i];
        if (extension.fCritical && std::find(std::begin(kKnown), std::end(kKnown), extension.pszObjId) == std::end(kKnown))
            return true;
    }
    return false;
}

bool contains(const std::vector<std::shared_ptr<Certificate>>& all, const Certificate& one) {
    return std::any_of(all.begin(), all.end(), [&](const auto& other) { return other->encoded() == one.encoded(); });
}

// How well `candidate` fits as the issuer of `one`: 0 not at all.
int fitness(Certificate& one, Certificate& candidate, bool trusted) {
    if (!same(one.info()->Issuer, candidate.info()->Subject)) return 0;
    std::vector<uint8_t> wanted = key_identifier(one, true), offered = key_identifier(candidate, false);
    if (!wanted.empty() && !offered.empty() && wanted != offered) return 0;
    return 1 + (trusted ? 4 : 0) + (!wanted.empty() && wanted == offered ? 2 : 0);
}

std::shared_ptr<Certificate> find_issuer(Certificate& one, const ChainRequest& request, bool& name_only) {
    std::vector<std::pair<int, std::shared_ptr<Certificate>>> found;
    for (const auto& root : request.roots)
        if (int fit = fitness(one, *root, true)) found.emplace_back(fit, root);
    for (const auto& helper : request.helpers)
        if (int fit = fitness(one, *helper, false)) found.emplace_back(fit, helper);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [fit, candidate] : found)
        if (is_signed_by(one, *candidate)) return candidate;
    name_only = !found.empty();
    return found.empty() ? nullptr : found.front().second;
}

void judge(ChainElement& element, const ChainRequest& request, size_t depth) {
    Certificate& one = *element.certificate;
    DWORD& errors = element.status.dwErrorStatus;
    if (request.time < ticks_of(one.info()->NotBefore) || request.time > ticks_of(one.info()->NotAfter)) errors |= kNotTimeValid;
    if (!allows_requested(one, request)) errors |= kWrongUsage;
    if (has_unknown_critical(one)) errors |= kUnknownCritical;
    if (depth == 0) return;
    auto limit = path_limit(one);
    if (!may_sign(one) || (limit && *limit < depth - 1)) errors |= kBadBasicConstraints;
}

}  // namespace

uint64_t now_ticks() {
    constexpr uint64_t kEpoch = 11'644'473'600;
    return (static_cast<uint64_t>(::time(nullptr)) + kEpoch) * 10'000'000;
}

bool is_signed_by(const Certificate& certificate, const Certificate& issuer) {
    bool good = false;
    lsw::on_host_stack([&] {
        const lsw::crypto::LibSsl* ssl = lsw::crypto::libssl();
        if (!ssl) return;
        auto parse = [ssl](const Certificate& from) {
            const unsigned char* at = from.encoded().data();
            return ssl->d2i_X509(nullptr, &at, static_cast<long>(from.encoded().size()));
        };
        void *one = parse(certificate), *other = parse(issuer);
        void* key = other ? ssl->X509_get_pubkey(other) : nullptr;
        good = one && key && ssl->X509_verify(one, key) == 1;
        if (key) ssl->EVP_PKEY_free(key);
        if (one) ssl->X509_free(one);
        if (other) ssl->X509_free(other);
        ssl->ERR_clear_error();
    });
    return good;
}

std::vector<ChainElement> build_chain(const ChainRequest& request) {
    std::vector<ChainElement> chain{{request.end}};
    for (;;) {
        ChainElement& last = chain.back();
        judge(last, request, chain.size() - 1);
        Certificate& one = *last.certificate;
        if (contains(request.roots, one)) {
            last.status.dwInfoStatus |= kPreferredIssuer | (is_self_issued(one) ? DWORD{kSelfSigned | kNameIssuer} : DWORD{0});
            return chain;
        }
        if (is_self_issued(one)) {
            last.status.dwInfoStatus |= kSelfSigned | kNameIssuer | kPreferredIssuer;
            last.status.dwErrorStatus |= kUntrustedRoot | (is_signed_by(one, one) ? DWORD{0} : DWORD{kBadSignature});
            return chain;
        }
        bool name_only = false;
        auto issuer = chain.size() < kLongestChain ? find_issuer(one, request, name_only) : nullptr;
        bool again = issuer && std::any_of(chain.begin(), chain.end(), [&](const ChainElement& other) {
                         return other.certificate->encoded() == issuer->encoded();
                     });
        if (!issuer || again) {
            last.status.dwErrorStatus |= kPartialChain;
            return chain;
        }
        if (name_only) last.status.dwErrorStatus |= kBadSignature;
        last.status.dwInfoStatus |= DWORD{kPreferredIssuer} | (key_identifier(one, true).empty() ? kNameIssuer : kKeyIssuer);
        chain.push_back({std::move(issuer)});
    }
}

std::vector<std::vector<uint8_t>> issuers_of(const Certificate& certificate, HCERTSTORE store) {
    ChainRequest request;
    request.helpers = content_of_store(store);
    request.end = Certificate::parse(certificate.encoded());
    std::vector<std::vector<uint8_t>> out;
    for (ChainElement& element : build_chain(request))
        if (element.certificate != request.end && !is_self_issued(*element.certificate))
            out.push_back(element.certificate->encoded());
    return out;
}

}  // namespace certificates
