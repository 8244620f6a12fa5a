// Which host a certificate is for. Doc: RFC 6125; "SSL_EXTRA_CERT_CHAIN_POLICY_PARA structure (wincrypt.h)".
#include <arpa/inet.h>

#include "base/text.h"
#include "dll/crypt32/chain.h"
#include "dll/crypt32/names.h"

namespace certificates {
namespace {

// One wildcard, for the whole of the first label.
bool matches(std::string_view pattern, std::string_view host) {
    if (pattern.ends_with('.')) pattern.remove_suffix(1);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (!pattern.starts_with("*.")) return lsw::equal_ignore_case(pattern, host);
    size_t dot = host.find('.');
    if (dot == host.npos || dot == 0 || pattern.find('.', 2) == pattern.npos) return false;
    return lsw::equal_ignore_case(pattern.substr(1), host.substr(dot));
}

std::vector<uint8_t> address_of(const std::string& host) {
    std::string bare = host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
    std::vector<uint8_t> bytes(16);
    if (inet_pton(AF_INET, bare.c_str(), bytes.data()) == 1) return bytes.resize(4), bytes;
    if (inet_pton(AF_INET6, bare.c_str(), bytes.data()) == 1) return bytes;
    return {};
}

}  // namespace

bool is_for_host(const Certificate& certificate, std::u16string_view host) {
    constexpr uint8_t kDnsName = 0x82, kAddress = 0x87;
    std::string name = lsw::utf8_from_utf16(host);
    std::vector<uint8_t> address = address_of(name);
    bool names_given = false;
    if (const CERT_EXTENSION* extension = certificate.extension("2.5.29.17")) {
        der::Bytes bytes = bytes_of(extension->Value);
        auto sequence = der::next(bytes, der::kSequence);
        der::Bytes rest = sequence ? sequence->content : der::Bytes{};
        while (auto entry = der::next(rest)) {
            std::string_view text(reinterpret_cast<const char*>(entry->content.data()), entry->content.size());
            names_given |= entry->tag == kDnsName || entry->tag == kAddress;
            if (entry->tag == kDnsName && matches(text, name)) return true;
            if (entry->tag == kAddress && !address.empty() && std::equal(entry->content.begin(), entry->content.end(),
                                                                          address.begin(), address.end()))
                return true;
        }
    }
    if (names_given) return false;
    auto common = name_attribute(const_cast<Certificate&>(certificate).info()->Subject, "2.5.4.3");
    return common && matches(lsw::utf8_from_utf16(*common), name);
}

}  // namespace certificates
