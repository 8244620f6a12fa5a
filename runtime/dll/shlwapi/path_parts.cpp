// shlwapi.h: taking paths apart. Doc: "Shell Path Handling Functions".
#include <cstring>
#include <string>

#include "base/text.h"
#include "dll/kernelbase/kernelbase.h"
#include "dll/shlwapi/shlwapi.h"

using namespace lsw;

namespace {

bool slash(char16_t unit) { return unit == u'\\' || unit == u'/'; }

// '*' and '?' as in "PathMatchSpecW function": the pattern's parts are separated by semicolons.
template <class T, class Fold>
bool matches(const T* name, const T* pattern, const T* end, Fold fold) {
    for (; pattern != end; ++pattern, ++name) {
        if (*pattern == '*') {
            for (;; ++name) {
                if (matches(name, pattern + 1, end, fold)) return true;
                if (!*name) return false;
            }
        }
        if (!*name || (*pattern != '?' && fold(*pattern) != fold(*name))) return false;
    }
    return !*name;
}

template <class T, class Fold>
BOOL matches_any(const T* name, const T* pattern, Fold fold) {
    if (!name || !pattern) return FALSE;
    while (true) {
        while (*pattern == ' ') ++pattern;
        const T* end = pattern;
        while (*end && *end != ';') ++end;
        if (end - pattern == 3 && pattern[0] == '*' && pattern[1] == '.' && pattern[2] == '*') return TRUE;
        if (matches(name, pattern, end, fold)) return TRUE;
        if (!*end) return FALSE;
        pattern = end + 1;
    }
}

char fold_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; }

// Where the last common whole component of both ends: the length of the common prefix.
size_t common_prefix(std::u16string_view a, std::u16string_view b) {
    if (a.starts_with(u"\\\\") != b.starts_with(u"\\\\")) return 0;
    size_t length = 0;
    for (size_t i = 0;; ++i) {
        bool a_ends = i == a.size() || a[i] == u'\\', b_ends = i == b.size() || b[i] == u'\\';
        if (a_ends && b_ends) length = i;
        if (i == a.size() || i == b.size() || upcase(a[i]) != upcase(b[i])) break;
    }
    return length == 2 && a[1] == u':' ? 3 : length;
}

}  // namespace

BOOL shlwapi::PathAddExtensionW(LPWSTR pszPath, LPCWSTR pszExt) {
    LPCWSTR extension = pszExt ? pszExt : u".exe";
    LPWSTR at = PathFindExtensionW(pszPath);
    if (*at || static_cast<size_t>(at - pszPath) + length16(extension) >= MAX_PATH) return FALSE;
    memcpy(at, extension, (length16(extension) + 1) * 2);
    return TRUE;
}

LPWSTR shlwapi::PathRemoveBackslashW(LPWSTR pszPath) {
    size_t length = length16(pszPath);
    if (!length) return pszPath;
    LPWSTR last = pszPath + length - 1;
    if (*last != u'\\') return last;
    if (!PathIsRootW(pszPath)) *last = 0;
    return last;
}

LPWSTR shlwapi::PathBuildRootW(LPWSTR pszRoot, int iDrive) {
    if (iDrive >= 0 && iDrive < 26) {
        pszRoot[0] = static_cast<WCHAR>(u'A' + iDrive);
        pszRoot[1] = u':', pszRoot[2] = u'\\', pszRoot[3] = 0;
    }
    return pszRoot;
}

int shlwapi::PathGetDriveNumberW(LPCWSTR pszPath) {
    if (!pszPath) return -1;
    if (std::u16string_view(pszPath).starts_with(u"\\\\?\\")) pszPath += 4;
    char16_t letter = upcase(*pszPath);
    return letter >= u'A' && letter <= u'Z' && pszPath[1] == u':' ? letter - u'A' : -1;
}

int shlwapi::PathCommonPrefixW(LPCWSTR pszFile1, LPCWSTR pszFile2, LPWSTR achPath) {
    if (achPath) *achPath = 0;
    if (!pszFile1 || !pszFile2) return 0;
    size_t length = common_prefix(pszFile1, pszFile2);
    if (achPath) std::u16string(pszFile1, length).copy(achPath, length), achPath[length] = 0;
    return static_cast<int>(length);
}

BOOL shlwapi::PathIsPrefixW(LPCWSTR pszPrefix, LPCWSTR pszPath) {
    return pszPrefix && pszPath && PathCommonPrefixW(pszPath, pszPrefix, nullptr) == static_cast<int>(length16(pszPrefix));
}

BOOL shlwapi::PathIsUNCW(LPCWSTR pszPath) { return kernelbase::PathIsUNCEx(pszPath, nullptr); }
BOOL shlwapi::PathIsUNCA(LPCSTR pszPath) { return pszPath && PathIsUNCW(utf16_from_utf8(pszPath).c_str()); }

BOOL shlwapi::PathIsFileSpecW(LPCWSTR pszPath) {
    return pszPath && std::u16string_view(pszPath).find_first_of(u"\\:") == std::u16string_view::npos;
}

// Behind the backslash after a drive or a share; null for what has no such root, also for a single backslash.
LPWSTR shlwapi::PathSkipRootW(LPCWSTR pszPath) {
    if (!pszPath || !*pszPath) return nullptr;
    PCWSTR end = nullptr;
    std::u16string_view path(pszPath);
    if (path.starts_with(u"\\\\?\\")) {
        if (kernelbase::PathCchSkipRoot(pszPath, &end) != 0) return nullptr;
        return const_cast<LPWSTR>(end);
    }
    if (path.starts_with(u"\\\\")) {
        size_t share = path.find(u'\\', 2);
        size_t rest = share == path.npos ? path.npos : path.find(u'\\', share + 1);
        return rest == path.npos ? nullptr : const_cast<LPWSTR>(pszPath + rest + 1);
    }
    return path.size() > 2 && path[1] == u':' && path[2] == u'\\' ? const_cast<LPWSTR>(pszPath + 3) : nullptr;
}

BOOL shlwapi::PathIsSameRootW(LPCWSTR pszPath1, LPCWSTR pszPath2) {
    LPCWSTR end = PathSkipRootW(pszPath1);
    return end && pszPath2 && PathCommonPrefixW(pszPath1, pszPath2, nullptr) >= end - pszPath1 - 1;
}

BOOL shlwapi::PathStripToRootW(LPWSTR pszPath) {
    if (!pszPath) return FALSE;
    while (!PathIsRootW(pszPath))
        if (!PathRemoveFileSpecW(pszPath)) return FALSE;
    return TRUE;
}

BOOL shlwapi::PathMatchSpecW(LPCWSTR pszFile, LPCWSTR pszSpec) { return matches_any(pszFile, pszSpec, upcase); }
BOOL shlwapi::PathMatchSpecA(LPCSTR pszFile, LPCSTR pszSpec) { return matches_any(pszFile, pszSpec, fold_ascii); }

LPWSTR shlwapi::PathFindNextComponentW(LPCWSTR pszPath) {
    if (!pszPath || !*pszPath) return nullptr;
    while (*pszPath && *pszPath != u'\\') ++pszPath;
    if (*pszPath) ++pszPath;
    if (*pszPath == u'\\') ++pszPath;
    return const_cast<LPWSTR>(pszPath);
}

LPWSTR shlwapi::PathGetArgsW(LPCWSTR pszPath) {
    if (!pszPath) return nullptr;
    bool quoted = false;
    for (; *pszPath && (quoted || *pszPath != u' '); ++pszPath) quoted ^= *pszPath == u'"';
    return const_cast<LPWSTR>(*pszPath ? pszPath + 1 : pszPath);
}

BOOL shlwapi::PathRelativePathToW(LPWSTR pszPath, LPCWSTR pszFrom, DWORD dwAttrFrom, LPCWSTR pszTo, DWORD dwAttrTo) {
    constexpr DWORD kDirectory = 0x10;
    if (!pszPath || !pszFrom || !pszTo) return FALSE;
    *pszPath = 0;
    std::u16string from = pszFrom, to = pszTo;
    if (!(dwAttrFrom & kDirectory)) PathRemoveFileSpecW(from.data()), from.resize(length16(from.c_str()));
    static_cast<void>(dwAttrTo);
    size_t common = common_prefix(from, to);
    if (!common) return FALSE;
    std::u16string result;
    size_t at = common;
    if (at < from.size() && slash(from[at])) ++at;
    if (at < from.size()) {
        result = u"..";
        for (; at < from.size(); ++at)
            if (from[at] == u'\\' && at + 1 < from.size()) result += u"\\..";
    } else {
        result = u".";
    }
    std::u16string_view tail = std::u16string_view(to).substr(std::min(common, to.size()));
    if (!tail.empty() && !slash(tail[0])) result += u'\\';
    result += tail;
    if (result.size() >= MAX_PATH) return FALSE;
    memcpy(pszPath, result.c_str(), (result.size() + 1) * 2);
    return TRUE;
}

BOOL shlwapi::PathIsRelativeA(LPCSTR pszPath) {
    return !pszPath || !*pszPath || !(*pszPath == '\\' || *pszPath == '/' || pszPath[1] == ':');
}

LPSTR shlwapi::PathFindExtensionA(LPCSTR pszPath) {
    LPCSTR dot = nullptr;
    for (; *pszPath; ++pszPath) {
        if (*pszPath == '\\' || *pszPath == ' ') dot = nullptr;
        if (*pszPath == '.') dot = pszPath;
    }
    return const_cast<LPSTR>(dot ? dot : pszPath);
}

BOOL shlwapi::PathIsDirectoryA(LPCSTR pszPath) { return pszPath && PathIsDirectoryW(utf16_from_utf8(pszPath).c_str()); }
