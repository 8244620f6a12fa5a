// A certificate and the stores it stands in. CERT_CONTEXTs are the program's view of a Certificate: reference counted,
// parsed once, all memory in one piece.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "dll/crypt32/crypt32.h"
#include "dll/crypt32/der.h"

namespace certificates {

inline constexpr DWORD kX509 = 1;

// A parsed certificate; shared by all contexts of it.
class Certificate {
public:
    // nullptr for what is no certificate.
    static std::shared_ptr<Certificate> parse(der::Bytes encoded);

    const std::vector<uint8_t>& encoded() const { return encoded_; }
    CERT_INFO* info() { return &info_; }
    const CERT_EXTENSION* extension(std::string_view oid) const;

    std::mutex lock;                                    // of the properties
    std::map<DWORD, std::vector<uint8_t>> properties;   // set by the program
    std::vector<uint8_t> private_key;                   // DER, with a certificate that came with its key

private:
    bool read();
    bool read_rest(der::Bytes& body);
    bool read_extensions(der::Bytes list);
    LPSTR keep(std::string text);
    bool read_algorithm(der::Bytes& from, CRYPT_ALGORITHM_IDENTIFIER& out);

    std::vector<uint8_t> encoded_, serial_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<CERT_EXTENSION> extensions_;
    CERT_INFO info_{};
};

// A context with one reference, which belongs to `store` (nullptr for none).
PCCERT_CONTEXT new_context(std::shared_ptr<Certificate> certificate, HCERTSTORE store);
std::shared_ptr<Certificate> certificate_of(PCCERT_CONTEXT context);  // nullptr for what is no context
void add_reference(PCCERT_CONTEXT context);
bool release(PCCERT_CONTEXT context);

inline CRYPT_DATA_BLOB blob_of(der::Bytes bytes) {
    return {static_cast<DWORD>(bytes.size()), const_cast<BYTE*>(bytes.data())};
}
inline der::Bytes bytes_of(const CRYPT_DATA_BLOB& blob) { return {blob.pbData, blob.cbData}; }

// What a store and its parts hold; nothing for what is no store.
std::vector<std::shared_ptr<Certificate>> content_of_store(HCERTSTORE store);

// The host's certificate authorities, read when first asked for.
const std::vector<std::shared_ptr<Certificate>>& host_authorities();

}  // namespace certificates
