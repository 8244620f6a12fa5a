// The ROOT store: the certificate authorities that the host trusts, from the file every distribution keeps.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/unique_fd.h"
#include "dll/crypt32/base64.h"
#include "dll/crypt32/certificate.h"

namespace certificates {
namespace {

std::string read_file(const char* path) {
    lsw::UniqueFd file(open(path, O_RDONLY | O_CLOEXEC));
    struct stat about;
    if (file.get() < 0 || fstat(file.get(), &about) != 0) return {};
    std::string text(static_cast<size_t>(about.st_size), '\0');
    ssize_t size = read(file.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return text;
}

std::vector<std::shared_ptr<Certificate>> load() {
    static constexpr const char* kFiles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
    const char* own = getenv("SSL_CERT_FILE");
    std::string text = own ? read_file(own) : "";
    for (const char* file : kFiles)
        if (text.empty()) text = read_file(file);
    std::vector<std::shared_ptr<Certificate>> all;
    static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
    for (size_t at = 0; (at = text.find(kBegin, at)) != text.npos;) {
        at += kBegin.size();
        size_t end = text.find(kEnd, at);
        if (end == text.npos) break;
        auto bytes = base64::decode(std::string_view(text).substr(at, end - at));
        if (auto certificate = bytes ? Certificate::parse(*bytes) : nullptr) all.push_back(std::move(certificate));
        at = end;
    }
    return all;
}

}  // namespace

const std::vector<std::shared_ptr<Certificate>>& host_authorities() {
    static const auto instance = load();
    return instance;
}

}  // namespace certificates
