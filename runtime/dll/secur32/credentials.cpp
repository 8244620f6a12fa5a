// sspi.h: credentials of the schannel package. Doc: "AcquireCredentialsHandle (Schannel) function",
// "SCHANNEL_CRED structure (schannel.h)", "SCH_CREDENTIALS structure (schannel.h)".
#include <unordered_map>

#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/secur32/schannel.h"

using namespace lsw;
using namespace schannel;

namespace {

struct SchannelCred {
    DWORD dwVersion, cCreds;
    PCCERT_CONTEXT* paCred;
    HCERTSTORE hRootStore;
    DWORD cMappers;
    void** aphMappers;
    DWORD cSupportedAlgs;
    DWORD* palgSupportedAlgs;
    DWORD grbitEnabledProtocols, dwMinimumCipherStrength, dwMaximumCipherStrength, dwSessionLifespan, dwFlags,
        dwCredFormat;
};
static_assert(sizeof(SchannelCred) == 80);

struct TlsParameters {
    DWORD cAlpnIds;
    void* rgstrAlpnIds;
    DWORD grbitDisabledProtocols, cDisabledCrypto;
    void* pDisabledCrypto;
    DWORD dwFlags;
};
struct SchCredentials {
    DWORD dwVersion, dwCredFormat, cCreds;
    PCCERT_CONTEXT* paCred;
    HCERTSTORE hRootStore;
    DWORD cMappers;
    void** aphMappers;
    DWORD dwSessionLifespan, dwFlags, cTlsParameters;
    TlsParameters* pTlsParameters;
};
static_assert(sizeof(SchCredentials) == 72);

// SP_PROT_*: the server's bit, the client's, and TLS's own number.
struct Protocol {
    DWORD server, client;
    int version;
};
constexpr Protocol kProtocols[] = {
    {0x40, 0x80, 0x0301}, {0x100, 0x200, 0x0302}, {0x400, 0x800, 0x0303}, {0x1000, 0x2000, 0x0304}};

template <class T>
struct Table {
    std::mutex lock;
    std::unordered_map<ULONG_PTR, std::shared_ptr<T>> all;
    ULONG_PTR next = 0x100;

    void put(void* out, std::shared_ptr<T> value) {
        std::lock_guard held(lock);
        next += 16;
        all.emplace(next, std::move(value));
        *static_cast<SecHandle*>(out) = {next, 0x4C5357};
    }
    std::shared_ptr<T> get(const void* handle) {
        if (!handle) return nullptr;
        std::lock_guard held(lock);
        auto at = all.find(static_cast<const SecHandle*>(handle)->dwLower);
        return at == all.end() ? nullptr : at->second;
    }
    bool remove(const void* handle) {
        std::shared_ptr<T> last;  // destroyed without the lock
        std::lock_guard held(lock);
        auto at = handle ? all.find(static_cast<const SecHandle*>(handle)->dwLower) : all.end();
        if (at == all.end()) return false;
        last = std::move(at->second);
        all.erase(at);
        return true;
    }
};

Table<Credentials>& credentials() {
    static Table<Credentials> table;
    return table;
}
Table<Context>& contexts() {
    static Table<Context> table;
    return table;
}

// From the versions that are allowed, the least and the most.
void choose_versions(Credentials& out, DWORD enabled) {
    for (const Protocol& protocol : kProtocols)
        if (enabled & (out.server ? protocol.server : protocol.client)) {
            if (!out.least_version) out.least_version = protocol.version;
            out.most_version = protocol.version;
        }
}

SecStatus read_old(Credentials& out, const SchannelCred& cred) {
    constexpr DWORD kNewest = 0x0800 | 0x0400;  // without a choice: TLS 1.2, the most that this structure knows
    choose_versions(out, cred.grbitEnabledProtocols ? cred.grbitEnabledProtocols : kNewest);
    return out.most_version ? kOk : kAlgorithmMismatch;
}

SecStatus read_new(Credentials& out, const SchCredentials& cred) {
    DWORD disabled = 0xC0 | 0x300;  // TLS 1.0 and 1.1 are not offered unless asked for
    for (DWORD i = 0; i < cred.cTlsParameters && cred.pTlsParameters; ++i)
        disabled |= cred.pTlsParameters[i].grbitDisabledProtocols;
    choose_versions(out, ~disabled);
    return out.most_version ? kOk : kAlgorithmMismatch;
}

SecStatus read_common(Credentials& out, DWORD flags, DWORD count, PCCERT_CONTEXT* list) {
    constexpr DWORD kNoServerNameCheck = 4, kManualValidation = 8;
    out.validate = !out.server && !(flags & kManualValidation);
    out.check_name = !(flags & kNoServerNameCheck);
    if (count && list) {
        out.certificate = certificates::certificate_of(list[0]);
        if (!out.certificate) return kUnknownCredentials;
        if (out.certificate->private_key.empty()) return kNoCredentials;
        out.chain = list[0]->hCertStore;
    }
    return out.server && !out.certificate ? kNoCredentials : kOk;
}

SecStatus read(Credentials& out, const void* data) {
    constexpr DWORD kOld = 4, kNew = 5;
    if (!data) {
        choose_versions(out, 0x3C00);
        return out.server ? kNoCredentials : kOk;
    }
    switch (*static_cast<const DWORD*>(data)) {
        case kOld: {
            auto& cred = *static_cast<const SchannelCred*>(data);
            SecStatus status = read_old(out, cred);
            return status ? status : read_common(out, cred.dwFlags, cred.cCreds, cred.paCred);
        }
        case kNew: {
            auto& cred = *static_cast<const SchCredentials*>(data);
            SecStatus status = read_new(out, cred);
            return status ? status : read_common(out, cred.dwFlags, cred.cCreds, cred.paCred);
        }
    }
    return kUnknownCredentials;
}

SecStatus acquire(std::u16string_view package, ULONG use, const void* data, void* out, void* expiry) {
    constexpr ULONG kInbound = 1, kOutbound = 2;
    if (!is_package(package)) return kNoPackage;
    if (!out || !(use & (kInbound | kOutbound))) return kInvalidHandle;
    auto made = std::make_shared<Credentials>();
    made->server = use == kInbound;
    if (SecStatus status = read(*made, data)) return status;
    if (expiry) *static_cast<int64_t*>(expiry) = INT64_MAX;
    credentials().put(out, std::move(made));
    return kOk;
}

}  // namespace

std::shared_ptr<Credentials> schannel::credentials_of(const void* handle) { return credentials().get(handle); }
std::shared_ptr<Context> schannel::context_of(const void* handle) { return contexts().get(handle); }
void schannel::put_context(void* handle, std::shared_ptr<Context> context) { contexts().put(handle, std::move(context)); }
bool schannel::is_package(std::u16string_view name) {
    return equal_ignore_case(name, kPackage) || equal_ignore_case(name, u"Schannel");
}

void* schannel::allocate(size_t size) { return process_heap().allocate(size, true); }

LONG secur32::AcquireCredentialsHandleW(LPWSTR, LPWSTR pszPackage, ULONG fCredentialUse, void*, void* pAuthData, void*, void*,
                                        void* phCredential, void* ptsExpiry) {
    return acquire(pszPackage ? pszPackage : u"", fCredentialUse, pAuthData, phCredential, ptsExpiry);
}

LONG secur32::AcquireCredentialsHandleA(LPSTR, LPSTR pszPackage, ULONG fCredentialUse, void*, void* pAuthData, void*, void*,
                                        void* phCredential, void* ptsExpiry) {
    return acquire(utf16_from_utf8(pszPackage ? pszPackage : ""), fCredentialUse, pAuthData, phCredential, ptsExpiry);
}

LONG secur32::FreeCredentialsHandle(void* phCredential) {
    return credentials().remove(phCredential) ? kOk : kInvalidHandle;
}

LONG secur32::DeleteSecurityContext(void* phContext) { return contexts().remove(phContext) ? kOk : kInvalidHandle; }

LONG secur32::FreeContextBuffer(PVOID pvContextBuffer) {
    if (pvContextBuffer) process_heap().release(pvContextBuffer);
    return kOk;
}
