// shlwapi.h: file URLs. Doc: "PathCreateFromUrlW function (shlwapi.h)", "UrlIsW function (shlwapi.h)".
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "dll/shlwapi/shlwapi.h"

using namespace lsw;

namespace {

using View = std::u16string_view;
constexpr HRESULT kOk = 0, kFalse = 1, kInvalidArgument = static_cast<HRESULT>(0x80070057),
                  kPointer = static_cast<HRESULT>(0x80004003);

// Length of "scheme:", 0 when `url` has none. One letter is a drive.
size_t scheme_length(View url) {
    for (size_t i = 0; i < url.size(); ++i) {
        char16_t c = url[i], lower = c | 0x20;
        if (c == u':') return i >= 2 ? i + 1 : 0;
        bool legal = (lower >= u'a' && lower <= u'z') || (c >= u'0' && c <= u'9') || c == u'+' || c == u'-' || c == u'.';
        if (!legal) break;
    }
    return 0;
}

bool file_url(View url) { return url.size() >= 5 && equal_ignore_case(url.substr(0, 5), View(u"file:")); }

int hex(char16_t c) {
    char16_t lower = c | 0x20;
    if (c >= u'0' && c <= u'9') return c - u'0';
    return lower >= u'a' && lower <= u'f' ? lower - u'a' + 10 : -1;
}

std::u16string unescaped(View text) {
    std::string bytes;
    for (size_t i = 0; i < text.size(); ++i) {
        int high = text[i] == u'%' && i + 2 < text.size() ? hex(text[i + 1]) : -1;
        int low = high >= 0 ? hex(text[i + 2]) : -1;
        if (low >= 0) {
            bytes += static_cast<char>(high * 16 + low);
            i += 2;
            continue;
        }
        size_t end = i + 1;
        while (end < text.size() && text[end] != u'%') ++end;
        bytes += utf8_from_utf16(text.substr(i, end - i));
        i = end - 1;
    }
    return utf16_from_utf8(bytes);
}

HRESULT store(const std::u16string& value, LPWSTR out, LPDWORD room) {
    DWORD needed = static_cast<DWORD>(value.size() + 1);
    if (*room < needed) return *room = needed, kPointer;
    memcpy(out, value.c_str(), needed * 2);
    *room = needed - 1;
    return kOk;
}

}  // namespace

BOOL shlwapi::PathIsURLW(LPCWSTR pszPath) { return pszPath && scheme_length(pszPath) > 0; }

BOOL shlwapi::UrlIsW(LPCWSTR pszUrl, int UrlIs) {
    constexpr int kUrl = 0, kOpaque = 1, kFileUrl = 3, kDirectory = 5;
    if (!pszUrl) return FALSE;
    View url(pszUrl);
    switch (UrlIs) {
        case kUrl: return scheme_length(url) > 0;
        case kOpaque: return scheme_length(url) > 0 && url.substr(scheme_length(url), 1) != u"/";
        case kFileUrl: return file_url(url);
        case kDirectory: return !url.empty() && url.back() == u'/';
        default: return FALSE;
    }
}

HRESULT shlwapi::PathCreateFromUrlW(LPCWSTR pszUrl, LPWSTR pszPath, LPDWORD pcchPath, DWORD dwFlags) {
    if (!pszUrl || !pszPath || !pcchPath || !*pcchPath || dwFlags) return kInvalidArgument;
    View url(pszUrl);
    if (!file_url(url)) return kInvalidArgument;
    url.remove_prefix(5);
    url = url.substr(0, url.find_first_of(u"?#"));
    std::u16string path;
    if (url.starts_with(u"//localhost/")) url.remove_prefix(11);
    if (url.starts_with(u"///")) url.remove_prefix(2);
    bool host = url.starts_with(u"//");
    path = unescaped(url);
    std::replace(path.begin(), path.end(), u'/', u'\\');
    if (!host && path.size() >= 3 && path[0] == u'\\' && (path[2] == u':' || path[2] == u'|')) {
        path.erase(0, 1);
        path[1] = u':';
    }
    return store(path, pszPath, pcchPath);
}

HRESULT shlwapi::UrlCreateFromPathW(LPCWSTR pszPath, LPWSTR pszUrl, LPDWORD pcchUrl, DWORD dwFlags) {
    static constexpr char kPlain[] = "-_.!~*'()/:&=+$,;@";
    if (!pszPath || !pszUrl || !pcchUrl || dwFlags) return kInvalidArgument;
    if (scheme_length(pszPath)) {
        HRESULT stored = store(pszPath, pszUrl, pcchUrl);
        return stored == kOk ? kFalse : stored;
    }
    std::string path = utf8_from_utf16(pszPath), out = "file:";
    std::replace(path.begin(), path.end(), '\\', '/');
    if (path.size() > 1 && path[1] == ':') out += "///";
    else if (path.starts_with('/') && !path.starts_with("//")) out += "//";  // an empty host
    for (char c : path) {
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr(kPlain, c));
        static constexpr char kDigits[] = "0123456789ABCDEF";
        auto byte = static_cast<unsigned char>(c);
        if (plain || byte >= 0x80) out += c;
        else out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return store(utf16_from_utf8(out), pszUrl, pcchUrl);
}
