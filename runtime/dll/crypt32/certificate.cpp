// Doc: RFC 5280 for the encoding; "CERT_INFO structure (wincrypt.h)" for what is made of it.
#include "dll/crypt32/certificate.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/text.h"

namespace certificates {
namespace {

struct Contexts {
    struct Entry {
        CERT_CONTEXT context;
        std::shared_ptr<Certificate> certificate;
        int references = 1;
        // A store that was closed stays as long as contexts of it do.
        ~Entry() {
            if (context.hCertStore) crypt32::CertCloseStore(context.hCertStore, 0);
        }
    };
    std::mutex lock;
    std::unordered_map<PCCERT_CONTEXT, std::unique_ptr<Entry>> all;
};

Contexts& contexts() {
    static Contexts instance;
    return instance;
}

FILETIME filetime(uint64_t ticks) { return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)}; }

CRYPT_BIT_BLOB bits_of(const der::Element& element) {
    if (element.content.empty()) return {};
    CRYPT_DATA_BLOB blob = blob_of(element.content.subspan(1));
    return {blob.cbData, blob.pbData, element.content[0]};
}

}  // namespace

std::shared_ptr<Certificate> Certificate::parse(der::Bytes encoded) {
    auto made = std::make_shared<Certificate>();
    made->encoded_.assign(encoded.begin(), encoded.end());
    return made->read() ? made : nullptr;
}

LPSTR Certificate::keep(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    return texts_.back()->data();
}

bool Certificate::read_algorithm(der::Bytes& from, CRYPT_ALGORITHM_IDENTIFIER& out) {
    auto sequence = der::next(from, der::kSequence);
    if (!sequence) return false;
    der::Bytes rest = sequence->content;
    auto id = der::next(rest, der::kObjectIdentifier);
    if (!id) return false;
    out = {keep(der::text_of_oid(id->content)), blob_of(rest)};
    return true;
}

bool Certificate::read() {
    der::Bytes all = encoded_;
    auto outer = der::next(all, der::kSequence);
    if (!outer) return false;
    encoded_.resize(outer->whole.size());  // what follows the certificate is not part of it
    der::Bytes parts = outer->content;
    auto body = der::next(parts, der::kSequence);
    CRYPT_ALGORITHM_IDENTIFIER outer_algorithm;
    if (!body || !read_algorithm(parts, outer_algorithm)) return false;
    der::Bytes rest = body->content;
    if (auto version = der::next(rest, 0xA0)) {
        der::Bytes inner = version->content;
        auto number = der::next(inner, der::kInteger);
        if (!number || number->content.size() != 1) return false;
        info_.dwVersion = number->content[0];
    }
    auto serial = der::next(rest, der::kInteger);
    if (!serial) return false;
    serial_.assign(serial->content.rbegin(), serial->content.rend());  // CryptoAPI integers are little-endian
    info_.SerialNumber = blob_of(serial_);
    return read_algorithm(rest, info_.SignatureAlgorithm) && read_rest(rest);
}

bool Certificate::read_rest(der::Bytes& rest) {
    auto issuer = der::next(rest, der::kSequence);
    auto validity = der::next(rest, der::kSequence);
    auto subject = der::next(rest, der::kSequence);
    auto key = der::next(rest, der::kSequence);
    if (!issuer || !validity || !subject || !key) return false;
    info_.Issuer = blob_of(issuer->whole);
    info_.Subject = blob_of(subject->whole);
    der::Bytes times = validity->content;
    auto from = der::next(times), to = der::next(times);
    if (!from || !to) return false;
    auto not_before = der::time_of(*from), not_after = der::time_of(*to);
    if (!not_before || !not_after) return false;
    info_.NotBefore = filetime(*not_before);
    info_.NotAfter = filetime(*not_after);
    der::Bytes key_parts = key->content;
    if (!read_algorithm(key_parts, info_.SubjectPublicKeyInfo.Algorithm)) return false;
    auto bits = der::next(key_parts, der::kBitString);
    if (!bits) return false;
    info_.SubjectPublicKeyInfo.PublicKey = bits_of(*bits);
    while (auto optional = der::next(rest)) {
        if (optional->tag == 0x81) info_.IssuerUniqueId = bits_of(*optional);
        if (optional->tag == 0x82) info_.SubjectUniqueId = bits_of(*optional);
        der::Bytes inner = optional->content;
        if (optional->tag == 0xA3) {
            auto list = der::next(inner, der::kSequence);
            if (!list || !read_extensions(list->content)) return false;
        }
    }
    return true;
}

bool Certificate::read_extensions(der::Bytes list) {
    while (auto entry = der::next(list, der::kSequence)) {
        der::Bytes parts = entry->content;
        auto id = der::next(parts, der::kObjectIdentifier);
        auto critical = der::next(parts, der::kBoolean);
        auto value = der::next(parts, der::kOctetString);
        if (!id || !value) return false;
        bool is_critical = critical && !critical->content.empty() && critical->content[0];
        extensions_.push_back({keep(der::text_of_oid(id->content)), is_critical, blob_of(value->content)});
    }
    info_.cExtension = static_cast<DWORD>(extensions_.size());
    info_.rgExtension = extensions_.data();
    return true;
}

const CERT_EXTENSION* Certificate::extension(std::string_view oid) const {
    for (const CERT_EXTENSION& extension : extensions_)
        if (oid == extension.pszObjId) return &extension;
    return nullptr;
}

PCCERT_CONTEXT new_context(std::shared_ptr<Certificate> certificate, HCERTSTORE store) {
    auto entry = std::make_unique<Contexts::Entry>();
    const std::vector<uint8_t>& encoded = certificate->encoded();
    entry->context = {kX509, const_cast<BYTE*>(encoded.data()), static_cast<DWORD>(encoded.size()), certificate->info(),
                      store};
    if (store) crypt32::CertDuplicateStore(store);
    entry->certificate = std::move(certificate);
    PCCERT_CONTEXT context = &entry->context;
    std::lock_guard held(contexts().lock);
    contexts().all.emplace(context, std::move(entry));
    return context;
}

std::shared_ptr<Certificate> certificate_of(PCCERT_CONTEXT context) {
    std::lock_guard held(contexts().lock);
    auto at = contexts().all.find(context);
    return at == contexts().all.end() ? nullptr : at->second->certificate;
}

void add_reference(PCCERT_CONTEXT context) {
    std::lock_guard held(contexts().lock);
    auto at = contexts().all.find(context);
    if (at != contexts().all.end()) ++at->second->references;
}

bool release(PCCERT_CONTEXT context) {
    std::unique_ptr<Contexts::Entry> last;  // destroyed without the lock
    std::lock_guard held(contexts().lock);
    auto at = contexts().all.find(context);
    if (at == contexts().all.end()) return false;
    if (--at->second->references == 0) {
        last = std::move(at->second);
        contexts().all.erase(at);
    }
    return true;
}

}  // namespace certificates
