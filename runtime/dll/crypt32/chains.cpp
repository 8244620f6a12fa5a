// wincrypt.h: chains as programs see them, and policies. Doc: "CertGetCertificateChain function (wincrypt.h)",
// "CertVerifyCertificateChainPolicy function (wincrypt.h)", "CERT_CHAIN_POLICY_PARA structure (wincrypt.h)".
#include <cstring>
#include <unordered_map>

#include "core/teb.h"
#include "dll/crypt32/chain.h"

using namespace lsw;
using namespace certificates;

namespace {

struct ChainElementView {
    DWORD cbSize;
    PCCERT_CONTEXT pCertContext;
    ChainStatus TrustStatus;
    void* pRevocationInfo;
    CTL_USAGE *pIssuanceUsage, *pApplicationUsage;
    LPCWSTR pwszExtendedErrorInfo;
};
static_assert(sizeof(ChainElementView) == 56);
struct SimpleChainView {
    DWORD cbSize;
    ChainStatus TrustStatus;
    DWORD cElement;
    ChainElementView** rgpElement;
    void* pTrustListInfo;
    BOOL fHasRevocationFreshnessTime;
    DWORD dwRevocationFreshnessTime;
};
static_assert(sizeof(SimpleChainView) == 40);
struct ChainContextView {
    DWORD cbSize;
    ChainStatus TrustStatus;
    DWORD cChain;
    SimpleChainView** rgpChain;
    DWORD cLowerQualityChainContext;
    const ChainContextView** rgpLowerQualityChainContext;
    BOOL fHasRevocationFreshnessTime;
    DWORD dwRevocationFreshnessTime, dwCreateFlags;
    GUID ChainId;
};
static_assert(sizeof(ChainContextView) == 72);

struct UsageMatch {
    DWORD dwType;
    CTL_USAGE Usage;
};
struct ChainPara {
    DWORD cbSize;
    UsageMatch RequestedUsage;
};
struct EngineConfig {
    DWORD cbSize;
    HCERTSTORE hRestrictedRoot, hRestrictedTrust, hRestrictedOther;
    DWORD cAdditionalStore;
    HCERTSTORE* rghAdditionalStore;
    DWORD dwFlags, dwUrlRetrievalTimeout, MaximumCachedCertificates, CycleDetectionModulus;
    HCERTSTORE hExclusiveRoot, hExclusiveTrustedPeople;
};
static_assert(offsetof(EngineConfig, hExclusiveRoot) == 64);
struct PolicyPara {
    DWORD cbSize, dwFlags;
    void* pvExtraPolicyPara;
};
struct PolicyStatus {
    DWORD cbSize, dwError;
    LONG lChainIndex, lElementIndex;
    void* pvExtraPolicyStatus;
};
struct SslPara {
    DWORD cbSize, dwAuthType, fdwChecks;
    LPWSTR pwszServerName;
};

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// The memory of one chain; the program holds the address of `view`.
struct Chain {
    ChainContextView view{};
    SimpleChainView simple{};
    SimpleChainView* list = &simple;
    std::vector<ChainElementView> elements;
    std::vector<ChainElementView*> pointers;
    int references = 1;
    ~Chain() {
        for (const ChainElementView& element : elements) release(element.pCertContext);
    }
};

struct Engine {
    std::vector<std::shared_ptr<Certificate>> roots, helpers;
    bool exclusive = false;  // only these roots are trusted
};

struct Chains {
    std::mutex lock;
    std::unordered_map<const void*, std::unique_ptr<Chain>> all;
    std::unordered_map<HCERTCHAINENGINE, Engine> engines;
    uintptr_t next_engine = 0x100;
};
Chains& chains() {
    static Chains instance;
    return instance;
}

// Roots that are trusted: the host's and what the program put into ROOT.
std::vector<std::shared_ptr<Certificate>> trusted_roots() {
    HCERTSTORE store = crypt32::CertOpenSystemStoreW(0, u"ROOT");
    auto roots = content_of_store(store);
    crypt32::CertCloseStore(store, 0);
    return roots;
}

std::vector<std::shared_ptr<Certificate>> intermediates() {
    HCERTSTORE store = crypt32::CertOpenSystemStoreW(0, u"CA");
    auto all = content_of_store(store);
    crypt32::CertCloseStore(store, 0);
    return all;
}

void add(std::vector<std::shared_ptr<Certificate>>& out, const std::vector<std::shared_ptr<Certificate>>& more) {
    out.insert(out.end(), more.begin(), more.end());
}

bool fill_from_engine(HCERTCHAINENGINE handle, ChainRequest& request) {
    constexpr uintptr_t kUser = 0, kMachine = 1;
    auto number = reinterpret_cast<uintptr_t>(handle);
    request.helpers = intermediates();
    if (number == kUser || number == kMachine) {
        request.roots = trusted_roots();
        return true;
    }
    Engine engine;
    {
        std::lock_guard held(chains().lock);
        auto at = chains().engines.find(handle);
        if (at == chains().engines.end()) return false;
        engine = at->second;
    }
    if (!engine.exclusive) request.roots = trusted_roots();
    add(request.roots, engine.roots);
    add(request.helpers, engine.helpers);
    return true;
}

void read_usage(const ChainPara& para, ChainRequest& request) {
    constexpr DWORD kOr = 1;
    if (para.cbSize < sizeof(ChainPara)) return;
    const CTL_USAGE& usage = para.RequestedUsage.Usage;
    for (DWORD i = 0; i < usage.cUsageIdentifier; ++i) request.usages.emplace_back(usage.rgpszUsageIdentifier[i]);
    request.any_usage = para.RequestedUsage.dwType == kOr;
}

std::unique_ptr<Chain> make_chain(const std::vector<ChainElement>& elements, PCCERT_CONTEXT end, DWORD flags) {
    constexpr DWORD kCheckEnd = 0x10000000, kCheckChain = 0x20000000, kCheckNotRoot = 0x40000000;
    auto chain = std::make_unique<Chain>();
    DWORD errors = 0, info = kPreferredIssuer;
    for (size_t i = 0; i < elements.size(); ++i) {
        ChainElementView view{.cbSize = sizeof(ChainElementView), .TrustStatus = elements[i].status};
        bool root = i + 1 == elements.size() && i > 0;
        bool checked = (flags & kCheckChain) || (flags & kCheckNotRoot && !root) || (flags & kCheckEnd && i == 0);
        if (checked && !root) view.TrustStatus.dwErrorStatus |= kRevocationUnknown | kOfflineRevocation;
        view.pCertContext = i == 0 ? (add_reference(end), end) : new_context(elements[i].certificate, nullptr);
        errors |= view.TrustStatus.dwErrorStatus;
        chain->elements.push_back(view);
    }
    for (ChainElementView& element : chain->elements) chain->pointers.push_back(&element);
    chain->simple = {.cbSize = sizeof(SimpleChainView),
                     .TrustStatus = {errors, info},
                     .cElement = static_cast<DWORD>(chain->elements.size()),
                     .rgpElement = chain->pointers.data()};
    chain->view.cbSize = sizeof(ChainContextView);
    chain->view.TrustStatus = {errors, info};
    chain->view.cChain = 1;
    chain->view.rgpChain = &chain->list;
    return chain;
}

// What a policy reads of the chain: the first error that its flags do not forgive, and where.
struct Verdict {
    DWORD error = 0;
    LONG element = -1;
};

struct Rule {
    DWORD trust, forgiven_by, ssl_forgiven_by, error;
};
// In the order in which they are told. Flags: CERT_CHAIN_POLICY_IGNORE_*, SECURITY_FLAG_IGNORE_*.
constexpr Rule kRules[] = {
    {kBadSignature, 0, 0, 0x80096004},
    {kPartialChain, 0x10, 0x100, 0x800B010A},
    {kUntrustedRoot, 0x10, 0x100, 0x800B0109},
    {kBadBasicConstraints, 0x8, 0, 0x80096019},
    {kNotTimeValid, 0x1, 0x2000, 0x800B0101},
    {kWrongUsage, 0x20, 0x200, 0x800B0110},
    {kUnknownCritical, 0x2000, 0, 0x800B0105},
};

Verdict judge(const ChainContextView& chain, DWORD flags, DWORD checks, bool revocation) {
    constexpr DWORD kIgnoreRevocation = 0xF00, kSslIgnoreRevocation = 0x80, kOffline = 0x80092013;
    const SimpleChainView& simple = *chain.rgpChain[0];
    auto first_with = [&](DWORD trust) {
        for (DWORD i = 0; i < simple.cElement; ++i)
            if (simple.rgpElement[i]->TrustStatus.dwErrorStatus & trust) return static_cast<LONG>(i);
        return LONG{-1};
    };
    for (const Rule& rule : kRules) {
        bool forgiven = flags & rule.forgiven_by || checks & rule.ssl_forgiven_by;
        if (chain.TrustStatus.dwErrorStatus & rule.trust && !forgiven) return {rule.error, first_with(rule.trust)};
    }
    bool forgiven = flags & kIgnoreRevocation || checks & kSslIgnoreRevocation;
    if (revocation && !forgiven && chain.TrustStatus.dwErrorStatus & kRevocationUnknown)
        return {kOffline, first_with(kRevocationUnknown)};
    return {};
}

Verdict judge_ssl(const ChainContextView& chain, DWORD flags, const SslPara* para) {
    constexpr DWORD kServer = 2, kIgnoreName = 0x1000, kIgnoreInvalidName = 0x40, kNoMatch = 0x800B010F;
    DWORD checks = para ? para->fdwChecks : 0;
    Verdict verdict = judge(chain, flags, checks, true);
    if (verdict.error || !para || para->dwAuthType != kServer || !para->pwszServerName) return verdict;
    if (checks & kIgnoreName || flags & kIgnoreInvalidName) return verdict;
    auto end = certificate_of(chain.rgpChain[0]->rgpElement[0]->pCertContext);
    if (end && is_for_host(*end, para->pwszServerName)) return verdict;
    return {kNoMatch, 0};
}

}  // namespace

BOOL crypt32::CertGetCertificateChain(HCERTCHAINENGINE hChainEngine, PCCERT_CONTEXT pCertContext, FILETIME* pTime,
                                      HCERTSTORE hAdditionalStore, void* pChainPara, DWORD dwFlags, LPVOID,
                                      const void** ppChainContext) {
    ChainRequest request;
    request.end = pCertContext ? certificate_of(pCertContext) : nullptr;
    if (!request.end || !ppChainContext || !pChainPara) return fail(ERROR_INVALID_PARAMETER);
    if (!fill_from_engine(hChainEngine, request)) return fail(ERROR_INVALID_PARAMETER);
    if (hAdditionalStore) add(request.helpers, content_of_store(hAdditionalStore));
    if (pCertContext->hCertStore) add(request.helpers, content_of_store(pCertContext->hCertStore));
    request.time = pTime ? static_cast<uint64_t>(pTime->dwHighDateTime) << 32 | pTime->dwLowDateTime : now_ticks();
    read_usage(*static_cast<const ChainPara*>(pChainPara), request);
    auto chain = make_chain(build_chain(request), pCertContext, dwFlags);
    *ppChainContext = &chain->view;
    std::lock_guard held(chains().lock);
    chains().all.emplace(*ppChainContext, std::move(chain));
    return TRUE;
}

void crypt32::CertFreeCertificateChain(const void* pChainContext) {
    std::unique_ptr<Chain> last;  // destroyed without the lock
    std::lock_guard held(chains().lock);
    auto at = chains().all.find(pChainContext);
    if (at == chains().all.end() || --at->second->references > 0) return;
    last = std::move(at->second);
    chains().all.erase(at);
}

const void* crypt32::CertDuplicateCertificateChain(const void* pChainContext) {
    std::lock_guard held(chains().lock);
    auto at = chains().all.find(pChainContext);
    if (at != chains().all.end()) ++at->second->references;
    return pChainContext;
}

BOOL crypt32::CertVerifyCertificateChainPolicy(LPCSTR pszPolicyOID, const void* pChainContext, void* pPolicyPara,
                                               void* pPolicyStatus) {
    constexpr uintptr_t kBase = 1, kAuthenticode = 2, kTimeStamp = 3, kSsl = 4, kBasicConstraints = 5, kMicrosoftRoot = 7;
    if (!pChainContext || !pPolicyPara || !pPolicyStatus) return fail(ERROR_INVALID_PARAMETER);
    auto& chain = *static_cast<const ChainContextView*>(pChainContext);
    auto& para = *static_cast<const PolicyPara*>(pPolicyPara);
    Verdict verdict;
    switch (reinterpret_cast<uintptr_t>(pszPolicyOID)) {
        case kBase:
        case kAuthenticode:
        case kTimeStamp: verdict = judge(chain, para.dwFlags, 0, true); break;
        case kSsl: verdict = judge_ssl(chain, para.dwFlags, static_cast<const SslPara*>(para.pvExtraPolicyPara)); break;
        case kBasicConstraints:
            if (chain.TrustStatus.dwErrorStatus & certificates::kBadBasicConstraints) verdict = {0x80096019, 0};
            break;
        case kMicrosoftRoot: verdict = {0x800B0109, static_cast<LONG>(chain.rgpChain[0]->cElement) - 1}; break;
        default: return fail(ERROR_FILE_NOT_FOUND);
    }
    auto& status = *static_cast<PolicyStatus*>(pPolicyStatus);
    status.dwError = verdict.error;
    status.lChainIndex = verdict.error && verdict.element >= 0 ? 0 : -1;
    status.lElementIndex = verdict.error ? verdict.element : -1;
    return TRUE;
}

BOOL crypt32::CertCreateCertificateChainEngine(void* pConfig, HCERTCHAINENGINE* phChainEngine) {
    if (!pConfig || !phChainEngine) return fail(ERROR_INVALID_PARAMETER);
    auto& config = *static_cast<const EngineConfig*>(pConfig);
    if (config.cbSize < offsetof(EngineConfig, hExclusiveRoot)) return fail(ERROR_INVALID_PARAMETER);
    Engine engine;
    HCERTSTORE exclusive = config.cbSize > offsetof(EngineConfig, hExclusiveRoot) ? config.hExclusiveRoot : nullptr;
    if (exclusive) engine.exclusive = true, engine.roots = content_of_store(exclusive);
    else if (config.hRestrictedRoot) engine.exclusive = true, engine.roots = content_of_store(config.hRestrictedRoot);
    for (DWORD i = 0; i < config.cAdditionalStore; ++i) add(engine.helpers, content_of_store(config.rghAdditionalStore[i]));
    std::lock_guard held(chains().lock);
    *phChainEngine = reinterpret_cast<HCERTCHAINENGINE>(chains().next_engine += 16);
    chains().engines.emplace(*phChainEngine, std::move(engine));
    return TRUE;
}

void crypt32::CertFreeCertificateChainEngine(HCERTCHAINENGINE hChainEngine) {
    std::lock_guard held(chains().lock);
    chains().engines.erase(hChainEngine);
}

DWORD certificates::check_server(PCCERT_CONTEXT certificate, const char16_t* host) {
    constexpr uintptr_t kSsl = 4;
    constexpr DWORD kServer = 2, kIgnoreName = 0x1000, kInternal = 0x800B010A;
    char usage[] = "1.3.6.1.5.5.7.3.1";  // server authentication
    LPSTR usages[] = {usage};
    ChainPara para{sizeof(ChainPara), {0, {1, usages}}};
    const void* chain = nullptr;
    if (!crypt32::CertGetCertificateChain(nullptr, certificate, nullptr, certificate->hCertStore, &para, 0, nullptr, &chain))
        return kInternal;
    std::u16string name = host ? host : u"";
    SslPara ssl{sizeof(SslPara), kServer, host ? 0 : kIgnoreName, name.data()};
    PolicyPara policy{sizeof(PolicyPara), 0, &ssl};
    PolicyStatus status{sizeof(PolicyStatus), 0, 0, 0, nullptr};
    crypt32::CertVerifyCertificateChainPolicy(reinterpret_cast<LPCSTR>(kSsl), chain, &policy, &status);
    crypt32::CertFreeCertificateChain(chain);
    return status.dwError;
}
