// wincrypt.h: bytes as text and back. Doc: "CryptStringToBinaryA function (wincrypt.h)".
#include <cstring>

#include "base/text.h"
#include "core/teb.h"
#include "dll/crypt32/base64.h"
#include "dll/crypt32/crypt32.h"

using namespace lsw;

namespace {

constexpr DWORD kBase64Header = 0, kBase64 = 1, kBinary = 2, kRequestHeader = 3, kHex = 4, kBase64Any = 6, kAny = 7,
                kCrlHeader = 9, kHexRaw = 12;
constexpr DWORD kNoLineFeed = 0x40000000, kNoCarriageReturn = 0x80000000;

using Bytes = std::vector<uint8_t>;

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    int high = -1;
    for (char c : text) {
        int lower = c | 0x20;
        int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        if (digit < 0) {
            if (strchr(" \t\r\n,-", c)) continue;
            return std::nullopt;
        }
        if (high < 0) high = digit;
        else bytes.push_back(static_cast<uint8_t>(high * 16 + digit)), high = -1;
    }
    return high < 0 ? std::optional(bytes) : std::nullopt;
}

// Between "-----BEGIN …-----" and "-----END …-----"; `skip` gets what stands before.
std::optional<Bytes> from_headers(std::string_view text, size_t& skip) {
    size_t begin = text.find("-----BEGIN "), line_end = begin == text.npos ? begin : text.find("-----", begin + 11);
    if (line_end == text.npos) return std::nullopt;
    size_t end = text.find("-----END ", line_end + 5);
    if (end == text.npos) return std::nullopt;
    skip = begin;
    return base64::decode(text.substr(line_end + 5, end - line_end - 5));
}

std::optional<Bytes> decode(std::string_view text, DWORD form, size_t& skip, DWORD& used) {
    used = form;
    std::optional<Bytes> bytes;
    switch (form) {
        case kBase64Header:
        case kRequestHeader:
        case kCrlHeader: return from_headers(text, skip);
        case kBase64: return base64::decode(text);
        case kHex:
        case kHexRaw: return from_hex(text);
        case kBinary: return Bytes(text.begin(), text.end());
        case kBase64Any:
        case kAny:
            if ((bytes = from_headers(text, skip))) return used = kBase64Header, bytes;
            if ((bytes = base64::decode(text))) return used = kBase64, bytes;
            if (form == kAny) return used = kBinary, Bytes(text.begin(), text.end());
            return std::nullopt;
        default: return std::nullopt;
    }
}

std::optional<std::string> encode(std::span<const uint8_t> bytes, DWORD flags) {
    static constexpr char kDigits[] = "0123456789abcdef";
    DWORD form = flags & 0xFFFF;
    std::string newline = flags & kNoLineFeed ? "" : flags & kNoCarriageReturn ? "\n" : "\r\n", text;
    if (form == kHexRaw) {
        for (uint8_t byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
        return text + newline;
    }
    const char* label = form == kRequestHeader ? "NEW CERTIFICATE REQUEST" : form == kCrlHeader ? "X509 CRL" : "CERTIFICATE";
    bool headers = form == kBase64Header || form == kRequestHeader || form == kCrlHeader;
    if (!headers && form != kBase64) return std::nullopt;
    std::string digits = base64::encode(bytes);
    if (headers) text += std::string("-----BEGIN ") + label + "-----" + newline;
    for (size_t at = 0; at < digits.size(); at += 64) text += digits.substr(at, 64) + newline;
    if (headers) text += std::string("-----END ") + label + "-----" + newline;
    return text;
}

template <class Unit, class Text>
BOOL give_text(const Text& text, Unit* out, DWORD* size) {
    DWORD needed = static_cast<DWORD>(text.size() + 1), room = *size;
    if (!out) return *size = needed, TRUE;
    if (room < needed) return *size = needed, set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(out, text.c_str(), needed * sizeof(Unit));
    *size = needed - 1;
    return TRUE;
}

}  // namespace

BOOL crypt32::CryptStringToBinaryA(LPCSTR pszString, DWORD cchString, DWORD dwFlags, BYTE* pbBinary, DWORD* pcbBinary,
                                   DWORD* pdwSkip, DWORD* pdwFlags) {
    if (!pszString || !pcbBinary) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::string_view text(pszString, cchString ? cchString : strlen(pszString));
    size_t skip = 0;
    DWORD used = 0;
    auto bytes = decode(text.substr(0, text.find('\0')), dwFlags & 0xFFFF, skip, used);
    if (!bytes) return set_last_error(ERROR_INVALID_DATA), FALSE;
    DWORD room = *pcbBinary, size = static_cast<DWORD>(bytes->size());
    *pcbBinary = size;
    if (pdwSkip) *pdwSkip = static_cast<DWORD>(skip);
    if (pdwFlags) *pdwFlags = used;
    if (!pbBinary) return TRUE;
    if (room < size) return set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(pbBinary, bytes->data(), size);
    return TRUE;
}

BOOL crypt32::CryptStringToBinaryW(LPCWSTR pszString, DWORD cchString, DWORD dwFlags, BYTE* pbBinary, DWORD* pcbBinary,
                                   DWORD* pdwSkip, DWORD* pdwFlags) {
    if (!pszString) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::string text = utf8_from_utf16({pszString, cchString ? cchString : length16(pszString)});
    return CryptStringToBinaryA(text.c_str(), static_cast<DWORD>(text.size()), dwFlags, pbBinary, pcbBinary, pdwSkip,
                                pdwFlags);
}

BOOL crypt32::CryptBinaryToStringA(const BYTE* pbBinary, DWORD cbBinary, DWORD dwFlags, LPSTR pszString,
                                   DWORD* pcchString) {
    if (!pbBinary || !pcchString) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto text = encode({pbBinary, cbBinary}, dwFlags);
    if (!text) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return give_text(*text, pszString, pcchString);
}

BOOL crypt32::CryptBinaryToStringW(const BYTE* pbBinary, DWORD cbBinary, DWORD dwFlags, LPWSTR pszString,
                                   DWORD* pcchString) {
    if (!pbBinary || !pcchString) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto text = encode({pbBinary, cbBinary}, dwFlags);
    if (!text) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return give_text(utf16_from_utf8(*text), pszString, pcchString);
}
