// wincrypt.h: what a file or a piece of memory is. Doc: "CryptQueryObject function (wincrypt.h)".
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/unique_fd.h"
#include "core/path/linux_names.h"
#include "core/teb.h"
#include "dll/crypt32/base64.h"
#include "dll/crypt32/certificate.h"

using namespace lsw;
using namespace certificates;

namespace {

constexpr DWORD kNoMatch = 0x80092009;  // CRYPT_E_NO_MATCH
enum Object : DWORD { kFile = 1, kBlob = 2 };
enum Content : DWORD { kCertificate = 1 };
enum Format : DWORD { kBinary = 1, kBase64 = 2 };

DWORD flag(DWORD number) { return DWORD{1} << number; }

bool read_file(LPCWSTR name, std::string& out) {
    constexpr off_t kLargest = 64 << 20;
    UniqueFd file(open(linux_path_from_dos(name).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about;
    if (!file.valid() || fstat(file.get(), &about) != 0) return set_last_error_from(status_from_errno(errno)), false;
    if (!S_ISREG(about.st_mode) || about.st_size > kLargest) return set_last_error(kNoMatch), false;
    out.resize(static_cast<size_t>(about.st_size));
    ssize_t size = read(file.get(), out.data(), out.size());
    out.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return true;
}

der::Bytes view_of(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// Between the lines of a PEM file, or all of it.
std::shared_ptr<Certificate> from_text(std::string_view text) {
    static constexpr std::string_view kBegin = "-----BEGIN", kDashes = "-----", kEnd = "-----END";
    if (size_t begin = text.find(kBegin); begin != text.npos) {
        begin = text.find(kDashes, begin + kBegin.size());
        size_t end = begin == text.npos ? begin : text.find(kEnd, begin);
        if (end == text.npos) return nullptr;
        text = text.substr(begin + kDashes.size(), end - begin - kDashes.size());
    }
    auto bytes = base64::decode(text);
    return bytes ? Certificate::parse(*bytes) : nullptr;
}

struct Found {
    std::shared_ptr<Certificate> certificate;
    DWORD format = 0;
};

Found find_certificate(const std::string& data, DWORD contents, DWORD formats) {
    if (!(contents & flag(kCertificate))) return {};
    if (formats & flag(kBinary))
        if (auto certificate = Certificate::parse(view_of(data))) return {std::move(certificate), kBinary};
    if (formats & flag(kBase64))
        if (auto certificate = from_text(data)) return {std::move(certificate), kBase64};
    return {};
}

HCERTSTORE store_with(PCCERT_CONTEXT context) {
    constexpr uintptr_t kMemory = 2;
    constexpr DWORD kAlways = 4;
    HCERTSTORE store = crypt32::CertOpenStore(reinterpret_cast<LPCSTR>(kMemory), 0, 0, 0, nullptr);
    crypt32::CertAddCertificateContextToStore(store, context, kAlways, nullptr);
    return store;
}

void tell(DWORD* out, DWORD value) {
    if (out) *out = value;
}

}  // namespace

BOOL crypt32::CryptQueryObject(DWORD dwObjectType, const void* pvObject, DWORD dwExpectedContentTypeFlags,
                               DWORD dwExpectedFormatTypeFlags, DWORD, DWORD* pdwMsgAndCertEncodingType,
                               DWORD* pdwContentType, DWORD* pdwFormatType, HCERTSTORE* phCertStore, void** phMsg,
                               const void** ppvContext) {
    constexpr DWORD kEncodings = 0x10001;
    if (!pvObject || (dwObjectType != kFile && dwObjectType != kBlob))
        return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::string data;
    if (dwObjectType == kFile) {
        if (!read_file(static_cast<LPCWSTR>(pvObject), data)) return FALSE;
    } else {
        auto& blob = *static_cast<const CRYPT_DATA_BLOB*>(pvObject);
        data.assign(reinterpret_cast<const char*>(blob.pbData), blob.cbData);
    }
    Found found = find_certificate(data, dwExpectedContentTypeFlags, dwExpectedFormatTypeFlags);
    if (!found.certificate) return set_last_error(kNoMatch), FALSE;
    tell(pdwMsgAndCertEncodingType, kEncodings);
    tell(pdwContentType, kCertificate);
    tell(pdwFormatType, found.format);
    if (phMsg) *phMsg = nullptr;
    PCCERT_CONTEXT context = new_context(std::move(found.certificate), nullptr);
    if (phCertStore) *phCertStore = store_with(context);
    if (ppvContext) *ppvContext = context;
    else release(context);
    return TRUE;
}
