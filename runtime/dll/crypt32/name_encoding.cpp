// wincrypt.h: a name from its text. Doc: "CertStrToNameW function (wincrypt.h)".
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "core/teb.h"
#include "dll/crypt32/crypt32.h"
#include "dll/crypt32/der.h"

using namespace lsw;

namespace {

using Encoded = std::vector<uint8_t>;

struct Key {
    std::u16string_view name;
    std::string_view oid;
    uint8_t type = 0;  // 0: as the text needs
};
constexpr Key kKeys[] = {
    {u"CN", "2.5.4.3"},     {u"C", "2.5.4.6", der::kPrintableString},
    {u"L", "2.5.4.7"},      {u"S", "2.5.4.8"},
    {u"ST", "2.5.4.8"},     {u"O", "2.5.4.10"},
    {u"OU", "2.5.4.11"},    {u"STREET", "2.5.4.9"},
    {u"SN", "2.5.4.4"},     {u"SERIALNUMBER", "2.5.4.5", der::kPrintableString},
    {u"T", "2.5.4.12"},     {u"TITLE", "2.5.4.12"},
    {u"G", "2.5.4.42"},     {u"GIVENNAME", "2.5.4.42"},
    {u"I", "2.5.4.43"},     {u"INITIALS", "2.5.4.43"},
    {u"E", "1.2.840.113549.1.9.1", der::kIa5String},
    {u"EMAIL", "1.2.840.113549.1.9.1", der::kIa5String},
    {u"DC", "0.9.2342.19200300.100.1.25", der::kIa5String},
};

Encoded element(uint8_t tag, const Encoded& content) {
    Encoded out{tag};
    size_t size = content.size();
    if (size >= 0x80) {
        Encoded length;
        for (; size; size >>= 8) length.insert(length.begin(), static_cast<uint8_t>(size));
        out.push_back(static_cast<uint8_t>(0x80 | length.size()));
        out.insert(out.end(), length.begin(), length.end());
    } else {
        out.push_back(static_cast<uint8_t>(size));
    }
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

// Empty for what is no identifier.
Encoded oid(std::string_view text) {
    std::vector<uint64_t> numbers(1);
    bool digits = false;
    for (char c : text) {
        uint64_t digit = static_cast<uint64_t>(c - '0');
        if (c == '.' && digits) numbers.push_back(0), digits = false;
        else if (digit < 10 && numbers.back() < (1ull << 58)) numbers.back() = numbers.back() * 10 + digit, digits = true;
        else return {};
    }
    if (!digits || numbers.size() < 2 || numbers[0] > 2) return {};
    numbers[1] += numbers[0] * 40;
    Encoded content;
    for (size_t i = 1; i < numbers.size(); ++i) {
        Encoded one{static_cast<uint8_t>(numbers[i] & 0x7F)};
        for (uint64_t rest = numbers[i] >> 7; rest; rest >>= 7)
            one.insert(one.begin(), static_cast<uint8_t>(0x80 | (rest & 0x7F)));
        content.insert(content.end(), one.begin(), one.end());
    }
    return element(der::kObjectIdentifier, content);
}

bool printable(std::u16string_view text) {
    return std::all_of(text.begin(), text.end(), [](char16_t c) {
        bool plain = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
        return plain || std::u16string_view(u" '()+,-./:=?").find(c) != std::u16string_view::npos;
    });
}

Encoded value(const std::u16string& text, uint8_t type, DWORD flags) {
    constexpr DWORD kEnableUtf8 = 0x40000, kForceUtf8 = 0x80000;
    if (!type && printable(text) && !(flags & kForceUtf8)) type = der::kPrintableString;
    if (!type) type = flags & (kEnableUtf8 | kForceUtf8) ? der::kUtf8String : der::kBmpString;
    Encoded content;
    if (type == der::kBmpString) {
        for (char16_t c : text) content.push_back(static_cast<uint8_t>(c >> 8)), content.push_back(static_cast<uint8_t>(c));
    } else {
        std::string narrow = utf8_from_utf16(text);
        content.assign(narrow.begin(), narrow.end());
    }
    return element(type, content);
}

std::u16string_view trimmed(std::u16string_view text) {
    while (!text.empty() && text.front() <= u' ') text.remove_prefix(1);
    while (!text.empty() && text.back() <= u' ') text.remove_suffix(1);
    return text;
}

class Parser {
public:
    Parser(std::u16string_view text, DWORD flags) : text_(text), flags_(flags) {}

    // False where the text is wrong: at position().
    bool run(Encoded& out) {
        std::vector<Encoded> names;
        Encoded set;
        bool more = !trimmed(text_).empty();
        while (more) {
            Encoded pair;
            if (!attribute(pair)) return false;
            set.insert(set.end(), pair.begin(), pair.end());
            bool joined = at_ < text_.size() && text_[at_] == u'+';
            more = at_ < text_.size();
            if (more) ++at_;
            if (joined) continue;
            names.push_back(element(der::kSet, set));
            set.clear();
            if (more && trimmed(text_.substr(at_)).empty()) more = false;
        }
        constexpr DWORD kReverse = 0x02000000;
        if (flags_ & kReverse) std::reverse(names.begin(), names.end());
        Encoded all;
        for (const Encoded& name : names) all.insert(all.end(), name.begin(), name.end());
        out = element(der::kSequence, all);
        return true;
    }
    size_t position() const { return at_; }

private:
    bool ends(char16_t c) const {
        constexpr DWORD kComma = 0x04000000, kSemicolon = 0x40000000, kLines = 0x08000000, kNoPlus = 0x20000000;
        DWORD chosen = flags_ & (kComma | kSemicolon | kLines);
        if (c == u'+') return !(flags_ & kNoPlus);
        if (!chosen) return c == u',' || c == u';';
        return (c == u',' && chosen & kComma) || (c == u';' && chosen & kSemicolon) ||
               ((c == u'\r' || c == u'\n') && chosen & kLines);
    }

    bool attribute(Encoded& out) {
        size_t equals = text_.find(u'=', at_);
        if (equals == text_.npos) return false;
        std::u16string_view name = trimmed(text_.substr(at_, equals - at_));
        Encoded id;
        uint8_t type = 0;
        std::u16string upper(name);
        for (char16_t& c : upper) c = upcase(c);
        for (const Key& key : kKeys)
            if (key.name == upper) id = oid(key.oid), type = key.type;
        if (id.empty()) id = oid(utf8_from_utf16(upper.starts_with(u"OID.") ? std::u16string_view(upper).substr(4) : upper));
        if (id.empty()) return false;
        at_ = equals + 1;
        std::u16string text;
        if (!take_value(text)) return false;
        Encoded encoded = value(text, type, flags_);
        id.insert(id.end(), encoded.begin(), encoded.end());
        out = element(der::kSequence, id);
        return true;
    }

    bool take_value(std::u16string& out) {
        constexpr DWORD kNoQuoting = 0x10000000;
        while (at_ < text_.size() && text_[at_] == u' ') ++at_;
        bool quoted = at_ < text_.size() && text_[at_] == u'"' && !(flags_ & kNoQuoting);
        if (!quoted) {
            size_t begin = at_;
            while (at_ < text_.size() && !ends(text_[at_])) ++at_;
            out = trimmed(text_.substr(begin, at_ - begin));
            return true;
        }
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != u'"') {
                out += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == u'"') {
                out += text_[++at_];
            } else {
                ++at_;
                while (at_ < text_.size() && text_[at_] == u' ') ++at_;
                return at_ == text_.size() || ends(text_[at_]);
            }
        }
        return false;
    }

    std::u16string_view text_;
    DWORD flags_;
    size_t at_ = 0;
};

}  // namespace

BOOL crypt32::CertStrToNameW(DWORD, LPCWSTR pszX500, DWORD dwStrType, void*, BYTE* pbEncoded, DWORD* pcbEncoded,
                             LPCWSTR* ppszError) {
    constexpr DWORD kInvalidString = 0x80092023;  // CRYPT_E_INVALID_X500_STRING
    if (ppszError) *ppszError = nullptr;
    if (!pszX500 || !pcbEncoded) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    Parser parser(pszX500, dwStrType);
    Encoded name;
    if (!parser.run(name)) {
        if (ppszError) *ppszError = pszX500 + parser.position();
        return set_last_error(kInvalidString), FALSE;
    }
    DWORD room = *pcbEncoded;
    *pcbEncoded = static_cast<DWORD>(name.size());
    if (!pbEncoded) return TRUE;
    if (room < name.size()) return set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(pbEncoded, name.data(), name.size());
    return TRUE;
}

BOOL crypt32::CertStrToNameA(DWORD dwCertEncodingType, LPCSTR pszX500, DWORD dwStrType, void* pvReserved, BYTE* pbEncoded,
                             DWORD* pcbEncoded, LPCSTR* ppszError) {
    if (!pszX500) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::u16string text = utf16_from_utf8(pszX500);
    LPCWSTR error = nullptr;
    BOOL done = CertStrToNameW(dwCertEncodingType, text.c_str(), dwStrType, pvReserved, pbEncoded, pcbEncoded, &error);
    if (ppszError) *ppszError = error ? pszX500 + utf8_from_utf16({text.c_str(), error}).size() : nullptr;
    return done;
}
