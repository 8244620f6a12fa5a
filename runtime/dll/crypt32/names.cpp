// Doc: "CertGetNameStringW function (wincrypt.h)", "CertNameToStrW function (wincrypt.h)".
#include "dll/crypt32/names.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "core/crypto/digest.h"

using namespace lsw;
using namespace certificates;

namespace certificates {
namespace {

struct Attribute {
    std::string oid;
    std::u16string value;
};

std::vector<Attribute> attributes_of(const CRYPT_DATA_BLOB& name) {
    std::vector<Attribute> all;
    der::Bytes bytes = bytes_of(name);
    auto sequence = der::next(bytes, der::kSequence);
    if (!sequence) return all;
    der::Bytes sets = sequence->content;
    while (auto set = der::next(sets, der::kSet)) {
        der::Bytes pairs = set->content;
        while (auto pair = der::next(pairs, der::kSequence)) {
            der::Bytes parts = pair->content;
            auto id = der::next(parts, der::kObjectIdentifier);
            auto value = der::next(parts);
            if (id && value) all.push_back({der::text_of_oid(id->content), der::text_of(*value)});
        }
    }
    return all;
}

std::u16string key_of(const std::string& oid) {
    static constexpr struct {
        std::string_view oid;
        std::u16string_view key;
    } kKeys[] = {{"2.5.4.3", u"CN"}, {"2.5.4.6", u"C"}, {"2.5.4.7", u"L"}, {"2.5.4.8", u"S"}, {"2.5.4.10", u"O"},
                 {"2.5.4.11", u"OU"}, {"2.5.4.9", u"STREET"}, {"2.5.4.4", u"SN"}, {"2.5.4.5", u"SERIALNUMBER"},
                 {"2.5.4.12", u"T"}, {"2.5.4.42", u"G"}, {"2.5.4.43", u"I"}, {"1.2.840.113549.1.9.1", u"E"},
                 {"0.9.2342.19200300.100.1.25", u"DC"}};
    for (const auto& entry : kKeys)
        if (entry.oid == oid) return std::u16string(entry.key);
    return u"OID." + utf16_from_utf8(oid);
}

std::u16string quoted(const std::u16string& value) {
    if (value.find_first_of(u",+=\"\n<>#;") == value.npos && value.substr(0, 1) != u" ") return value;
    std::u16string out = u"\"";
    for (char16_t c : value) out += c == u'"' ? u"\"\"" : std::u16string(1, c);
    return out + u'"';
}

}  // namespace

std::u16string name_text(const CRYPT_DATA_BLOB& name, bool keys, bool reversed) {
    auto all = attributes_of(name);
    if (reversed) std::reverse(all.begin(), all.end());
    std::u16string text;
    for (const Attribute& one : all) {
        if (!text.empty()) text += u", ";
        text += (keys ? key_of(one.oid) + u'=' : u"") + quoted(one.value);
    }
    return text;
}

std::optional<std::u16string> name_attribute(const CRYPT_DATA_BLOB& name, std::string_view oid) {
    auto all = attributes_of(name);
    auto at = std::find_if(all.rbegin(), all.rend(), [&](const Attribute& one) { return one.oid == oid; });
    return at == all.rend() ? std::nullopt : std::optional(at->value);
}

std::vector<uint8_t> digest_of(std::span<const uint8_t> bytes, std::u16string_view algorithm) {
    auto digest = crypto::Digest::create(*crypto::digest_by_name(algorithm));
    if (!digest.ok() || !(*digest)->update(std::as_bytes(bytes)).ok()) return {};
    auto value = (*digest)->finish();
    if (!value.ok()) return {};
    auto* first = reinterpret_cast<const uint8_t*>(value->data());
    return {first, first + value->size()};
}

}  // namespace certificates

namespace {

template <class Unit, class Text>
DWORD give(const Text& text, Unit* out, DWORD room) {
    if (!out || !room) return static_cast<DWORD>(text.size() + 1);
    size_t length = std::min<size_t>(text.size(), room - 1);
    memcpy(out, text.data(), length * sizeof(Unit));
    out[length] = 0;
    return static_cast<DWORD>(length + 1);
}

std::u16string name_string(PCCERT_CONTEXT context, DWORD type, DWORD flags, void* parameter) {
    constexpr DWORD kEmail = 1, kRdn = 2, kAttribute = 3, kSimple = 4, kFriendly = 5, kIssuer = 1;
    auto certificate = certificate_of(context);
    if (!certificate) return {};
    const CRYPT_DATA_BLOB& name = flags & kIssuer ? certificate->info()->Issuer : certificate->info()->Subject;
    if (type == kRdn) return name_text(name);
    if (type == kEmail) return name_attribute(name, "1.2.840.113549.1.9.1").value_or(u"");
    if (type == kAttribute && parameter) return name_attribute(name, static_cast<LPCSTR>(parameter)).value_or(u"");
    if (type != kSimple && type != kFriendly) return {};
    for (const char* oid : {"2.5.4.3", "2.5.4.11", "2.5.4.10", "1.2.840.113549.1.9.1"})
        if (auto value = name_attribute(name, oid)) return *value;
    return {};
}

std::u16string string_of(const CRYPT_DATA_BLOB* name, DWORD type) {
    constexpr DWORD kSimple = 1, kReverse = 0x02000000;
    return name ? name_text(*name, (type & 0xFF) != kSimple, type & kReverse) : u"";
}

}  // namespace

DWORD crypt32::CertGetNameStringW(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void* pvTypePara,
                                  LPWSTR pszNameString, DWORD cchNameString) {
    return give(name_string(pCertContext, dwType, dwFlags, pvTypePara), pszNameString, cchNameString);
}

DWORD crypt32::CertGetNameStringA(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void* pvTypePara,
                                  LPSTR pszNameString, DWORD cchNameString) {
    return give(utf8_from_utf16(name_string(pCertContext, dwType, dwFlags, pvTypePara)), pszNameString, cchNameString);
}

DWORD crypt32::CertNameToStrW(DWORD, CRYPT_DATA_BLOB* pName, DWORD dwStrType, LPWSTR psz, DWORD csz) {
    return give(string_of(pName, dwStrType), psz, csz);
}

DWORD crypt32::CertNameToStrA(DWORD, CRYPT_DATA_BLOB* pName, DWORD dwStrType, LPSTR psz, DWORD csz) {
    return give(utf8_from_utf16(string_of(pName, dwStrType)), psz, csz);
}
