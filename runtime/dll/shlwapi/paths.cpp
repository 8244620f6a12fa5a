// shlwapi.h: the path helpers. Buffers hold MAX_PATH characters, as documented for each function.
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "dll/shlwapi/shlwapi.h"

using namespace lsw;

namespace {

constexpr DWORD kInvalidAttributes = 0xFFFFFFFF;

bool slash(WCHAR unit) { return unit == u'\\' || unit == u'/'; }

bool store(LPWSTR out, const std::u16string& path) {
    if (path.size() >= MAX_PATH) {
        *out = 0;
        return false;
    }
    memcpy(out, path.c_str(), (path.size() + 1) * 2);
    return true;
}

// Length of "C:\", "\", "\\server\share" at the start; 0 for relative paths.
size_t root_length(std::u16string_view path) {
    if (path.size() >= 2 && path[1] == u':') return path.size() > 2 && slash(path[2]) ? 3 : 2;
    if (path.starts_with(u"\\\\")) {
        size_t share = path.find(u'\\', 2);
        if (share == std::u16string_view::npos) return path.size();
        return std::min(path.find(u'\\', share + 1), path.size());
    }
    return !path.empty() && slash(path[0]) ? 1 : 0;
}

// Resolves "." and ".." ("PathCanonicalizeW function"): never above the root.
std::u16string canonical(std::u16string_view path) {
    size_t root = root_length(path);
    std::u16string out(path.substr(0, root));
    path.remove_prefix(root);
    while (!path.empty()) {
        size_t end = std::min(path.find(u'\\'), path.size());
        std::u16string_view part = path.substr(0, end);
        bool more = end < path.size();
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part == u"..") {
            if (out.size() > root && out.back() == u'\\') out.pop_back();
            size_t cut = out.find_last_of(u'\\');
            out.resize(cut == std::u16string::npos || cut < root ? root : cut + 1);
        }
        if (part == u"." || part == u"..") {
            if (!more && out.size() > root && out.back() == u'\\') out.pop_back();
            continue;
        }
        out += part;
        if (more) out += u'\\';
    }
    if (out.size() == 2 && out[1] == u':') out += u'\\';
    return out.empty() ? u"\\" : out;
}

std::u16string joined(LPCWSTR directory, LPCWSTR file) {
    std::u16string first = directory ? directory : u"";
    std::u16string_view second = file ? file : u"";
    if (second.empty()) return canonical(first);
    if (first.empty() || root_length(second) >= 2) return canonical(second);
    if (slash(second[0])) {  // rooted: on the directory's drive
        size_t root = root_length(first);
        return canonical(first.substr(0, root && slash(first[root - 1]) ? root - 1 : root) + std::u16string(second));
    }
    if (!slash(first.back())) first += u'\\';
    return canonical(first + std::u16string(second));
}

template <class T>
T* file_name(T* path) {
    T* name = path;
    for (T* at = path; *at; ++at)
        if ((*at == '\\' || *at == '/' || *at == ':') && at[1] && at[1] != '\\' && at[1] != '/') name = at + 1;
    return name;
}

// "PathRemoveFileSpecW function": cuts at the last backslash; the backslashes of a root stay.
template <class T>
BOOL remove_file_spec(T* path) {
    T* at = path;
    if (at[0] && at[1] == ':') at += 2;
    if (*at == '\\') ++at;
    if (at == path + 1 && *at == '\\') ++at;
    T* cut = at;
    for (; *at; ++at)
        if (*at == '\\') cut = at;
    BOOL changed = *cut != 0;
    *cut = 0;
    return changed;
}

}  // namespace

LPWSTR shlwapi::PathAddBackslashW(LPWSTR pszPath) {
    size_t length = length16(pszPath);
    if (length >= MAX_PATH - 1) return nullptr;
    if (length && pszPath[length - 1] != u'\\') pszPath[length++] = u'\\', pszPath[length] = 0;
    return pszPath + length;
}

BOOL shlwapi::PathAppendW(LPWSTR pszPath, LPCWSTR pszMore) {
    while (pszMore && slash(*pszMore) && !slash(pszMore[1])) ++pszMore;
    return store(pszPath, joined(pszPath, pszMore));
}

BOOL shlwapi::PathCanonicalizeW(LPWSTR pszBuf, LPCWSTR pszPath) { return store(pszBuf, canonical(pszPath)); }

LPWSTR shlwapi::PathCombineW(LPWSTR pszDest, LPCWSTR pszDir, LPCWSTR pszFile) {
    if (!pszDest) return nullptr;
    if (!pszDir && !pszFile) {
        *pszDest = 0;
        return nullptr;
    }
    return store(pszDest, joined(pszDir, pszFile)) ? pszDest : nullptr;
}

BOOL shlwapi::PathFileExistsW(LPCWSTR pszPath) {
    return pszPath && kernel32::GetFileAttributesW(pszPath) != kInvalidAttributes;
}

BOOL shlwapi::PathFileExistsA(LPCSTR pszPath) { return pszPath && PathFileExistsW(utf16_from_utf8(pszPath).c_str()); }

LPWSTR shlwapi::PathFindExtensionW(LPCWSTR pszPath) {
    LPCWSTR dot = nullptr;
    for (; *pszPath; ++pszPath) {
        if (*pszPath == u'\\' || *pszPath == u' ') dot = nullptr;
        if (*pszPath == u'.') dot = pszPath;
    }
    return const_cast<LPWSTR>(dot ? dot : pszPath);
}

LPWSTR shlwapi::PathFindFileNameW(LPCWSTR pszPath) { return const_cast<LPWSTR>(file_name(pszPath)); }

LPSTR shlwapi::PathFindFileNameA(LPCSTR pszPath) { return const_cast<LPSTR>(file_name(pszPath)); }

BOOL shlwapi::PathIsDirectoryW(LPCWSTR pszPath) {
    constexpr DWORD kDirectory = 0x10;
    DWORD attributes = kernel32::GetFileAttributesW(pszPath);
    return attributes != kInvalidAttributes && attributes & kDirectory ? kDirectory : FALSE;
}

BOOL shlwapi::PathIsRelativeW(LPCWSTR pszPath) {
    return !pszPath || !*pszPath || !(slash(*pszPath) || pszPath[1] == u':');
}

BOOL shlwapi::PathIsRootW(LPCWSTR pszPath) {
    std::u16string_view path(pszPath);
    return !path.empty() && root_length(path) == path.size() && !(path.size() == 2 && path[1] == u':');
}

BOOL shlwapi::PathRemoveFileSpecW(LPWSTR pszPath) { return pszPath && remove_file_spec(pszPath); }

BOOL shlwapi::PathRemoveFileSpecA(LPSTR pszPath) { return pszPath && remove_file_spec(pszPath); }

void shlwapi::PathRemoveExtensionW(LPWSTR pszPath) { *PathFindExtensionW(pszPath) = 0; }

BOOL shlwapi::PathRenameExtensionW(LPWSTR pszPath, LPCWSTR pszExt) {
    LPWSTR at = PathFindExtensionW(pszPath);
    return store(pszPath, std::u16string(pszPath, at) + pszExt);
}

void shlwapi::PathStripPathW(LPWSTR pszPath) {
    LPWSTR name = PathFindFileNameW(pszPath);
    memmove(pszPath, name, (length16(name) + 1) * 2);
}

void shlwapi::PathUnquoteSpacesW(LPWSTR lpsz) {
    size_t length = length16(lpsz);
    if (length < 2 || lpsz[0] != u'"' || lpsz[length - 1] != u'"') return;
    memmove(lpsz, lpsz + 1, (length - 2) * 2);
    lpsz[length - 2] = 0;
}

void shlwapi::PathQuoteSpacesW(LPWSTR lpsz) {
    std::u16string path(lpsz);
    if (path.find(u' ') != std::u16string::npos && path.size() + 2 < MAX_PATH) store(lpsz, u'"' + path + u'"');
}
