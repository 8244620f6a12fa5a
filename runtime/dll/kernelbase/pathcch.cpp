// pathcch.h: paths of any length. Doc: "PathCchCanonicalizeEx function (pathcch.h)" and its neighbours.
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/kernelbase/kernelbase.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0, kFalse = 1, kInvalidArgument = static_cast<HRESULT>(0x80070057),
                  kTooSmall = static_cast<HRESULT>(0x8007007A), kTooLong = static_cast<HRESULT>(0x800700CE),
                  kNoMemory = static_cast<HRESULT>(0x8007000E);
constexpr size_t kLongestPath = 0x8000;
constexpr ULONG kAllowLong = 1, kForceEnableLong = 2, kDoNotNormalize = 8, kEnsureExtended = 0x10,
                kEnsureTrailingSlash = 0x20, kCanonicalizeSlashes = 0x40;

using View = std::u16string_view;

bool drive(View path) {
    if (path.size() < 2 || path[1] != u':') return false;
    char16_t letter = static_cast<char16_t>(path[0] | 0x20);
    return letter >= u'a' && letter <= u'z';
}

bool starts_ignoring_case(View path, View prefix) {
    return path.size() >= prefix.size() && equal_ignore_case(path.substr(0, prefix.size()), prefix);
}

// Length of what PathCchSkipRoot skips; 0 for a relative path.
size_t root_length(View path) {
    auto share = [&](size_t at) {  // "server\share\" from `at`
        size_t end = path.find(u'\\', at);
        if (end == View::npos) return path.size();
        end = path.find(u'\\', end + 1);
        return end == View::npos ? path.size() : end + 1;
    };
    if (starts_ignoring_case(path, u"\\\\?\\UNC\\")) return share(8);
    if (starts_ignoring_case(path, u"\\\\?\\Volume{")) {
        size_t end = path.find(u'}');
        if (end == View::npos) return 0;
        return std::min(path.size(), end + 1 < path.size() && path[end + 1] == u'\\' ? end + 2 : end + 1);
    }
    size_t prefix = path.starts_with(u"\\\\?\\") ? 4 : 0;
    if (drive(path.substr(prefix))) return prefix + (path.size() > prefix + 2 && path[prefix + 2] == u'\\' ? 3 : 2);
    if (prefix) return 0;
    if (path.starts_with(u"\\\\")) return share(2);
    return path.starts_with(u"\\") ? 1 : 0;
}

// Without the \\?\ before a drive or UNC name.
std::u16string without_prefix(View path) {
    if (starts_ignoring_case(path, u"\\\\?\\UNC\\")) return std::u16string(u"\\\\").append(path.substr(8));
    if (path.starts_with(u"\\\\?\\") && drive(path.substr(4))) return std::u16string(path.substr(4));
    return std::u16string(path);
}

// Windows drops dots and blanks at the end of a name.
View normal_segment(View part) {
    if (part == u"." || part == u"..") return part;
    while (!part.empty() && (part.back() == u'.' || part.back() == u' ')) part.remove_suffix(1);
    return part;
}

HRESULT canonical(View input, ULONG flags, std::u16string& out) {
    if (input.size() >= kLongestPath) return kTooLong;
    std::u16string path = without_prefix(input);
    if (flags & kCanonicalizeSlashes) std::replace(path.begin(), path.end(), u'/', u'\\');
    size_t root = root_length(path);
    out = path.substr(0, root);
    View rest = View(path).substr(root);
    while (!rest.empty()) {
        size_t end = std::min(rest.find(u'\\'), rest.size());
        View part = rest.substr(0, end);
        bool more = end < rest.size();
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!(flags & kDoNotNormalize)) part = normal_segment(part);
        if (part == u"." || part == u"..") {
            if (part == u"..") {
                if (out.size() > root && out.back() == u'\\') out.pop_back();
                size_t cut = View(out).substr(std::min(root, out.size())).find_last_of(u'\\');
                out.resize(std::min(out.size(), cut == View::npos ? root : root + cut + 1));
            }
            if (!more && out.size() > root && out.back() == u'\\') out.pop_back();
            continue;
        }
        out += part;
        if (more) out += u'\\';
    }
    if (out.empty()) out = u"\\";
    if (drive(out) && out.size() == 2 && path.size() > 2) out += u'\\';
    if ((flags & kEnsureTrailingSlash) && out.back() != u'\\') out += u'\\';
    bool absolute = (drive(out) && out.size() > 2) || out.starts_with(u"\\\\");
    bool is_long = out.size() >= MAX_PATH;
    if (is_long && !(flags & kAllowLong)) return kTooLong;
    if (absolute && !out.starts_with(u"\\\\?\\") &&
        ((is_long && !(flags & kForceEnableLong)) || (flags & kEnsureExtended)))
        out = std::u16string(drive(out) ? u"\\\\?\\" : u"\\\\?\\UNC\\").append(out, drive(out) ? 0 : 2);
    return kOk;
}

HRESULT combined(PCWSTR in, PCWSTR more, ULONG flags, std::u16string& out) {
    if (!in && !more) return kInvalidArgument;
    std::u16string first = in ? in : u"";
    View second = more ? View(more) : View();
    if (second.empty()) return canonical(first, flags, out);
    if (first.empty() || drive(second) || second.starts_with(u"\\\\")) return canonical(second, flags, out);
    if (second.front() == u'\\') {
        first.resize(root_length(first));
        if (!first.empty() && first.back() == u'\\') first.pop_back();
    } else if (first.back() != u'\\') {
        first += u'\\';
    }
    return canonical(first + std::u16string(second), flags, out);
}

HRESULT store(PWSTR out, SIZE_T room, const std::u16string& path) {
    if (!out || !room) return kInvalidArgument;
    if (path.size() >= room) {
        *out = 0;
        return kTooSmall;
    }
    memcpy(out, path.c_str(), (path.size() + 1) * 2);
    return kOk;
}

HRESULT allocate(HRESULT status, const std::u16string& path, PWSTR* out) {
    *out = nullptr;
    if (status != kOk) return status;
    *out = static_cast<PWSTR>(process_heap().allocate((path.size() + 1) * 2, false));
    if (!*out) return kNoMemory;
    memcpy(*out, path.c_str(), (path.size() + 1) * 2);
    return kOk;
}

bool bad(PCWSTR path, SIZE_T room) { return !path || !room || room > kLongestPath; }

}  // namespace

HRESULT kernelbase::PathAllocCanonicalize(PCWSTR pszPathIn, ULONG dwFlags, PWSTR* ppszPathOut) {
    if (!pszPathIn || !ppszPathOut) return kInvalidArgument;
    std::u16string path;
    HRESULT status = canonical(pszPathIn, dwFlags, path);
    return allocate(status, path, ppszPathOut);
}

HRESULT kernelbase::PathAllocCombine(PCWSTR pszPathIn, PCWSTR pszMore, ULONG dwFlags, PWSTR* ppszPathOut) {
    if (!ppszPathOut) return kInvalidArgument;
    std::u16string path;
    HRESULT status = combined(pszPathIn, pszMore, dwFlags, path);
    return allocate(status, path, ppszPathOut);
}

HRESULT kernelbase::PathCchCanonicalizeEx(PWSTR pszPathOut, SIZE_T cchPathOut, PCWSTR pszPathIn, ULONG dwFlags) {
    if (!pszPathIn || !pszPathOut || !cchPathOut) return kInvalidArgument;
    std::u16string path;
    if (HRESULT status = canonical(pszPathIn, dwFlags, path); status != kOk) return *pszPathOut = 0, status;
    return store(pszPathOut, cchPathOut, path);
}

HRESULT kernelbase::PathCchCanonicalize(PWSTR pszPathOut, SIZE_T cchPathOut, PCWSTR pszPathIn) {
    return PathCchCanonicalizeEx(pszPathOut, cchPathOut, pszPathIn, 0);
}

HRESULT kernelbase::PathCchCombineEx(PWSTR pszPathOut, SIZE_T cchPathOut, PCWSTR pszPathIn, PCWSTR pszMore, ULONG dwFlags) {
    if (!pszPathOut || !cchPathOut) return kInvalidArgument;
    std::u16string path;
    if (HRESULT status = combined(pszPathIn, pszMore, dwFlags, path); status != kOk) return *pszPathOut = 0, status;
    return store(pszPathOut, cchPathOut, path);
}

HRESULT kernelbase::PathCchCombine(PWSTR pszPathOut, SIZE_T cchPathOut, PCWSTR pszPathIn, PCWSTR pszMore) {
    return PathCchCombineEx(pszPathOut, cchPathOut, pszPathIn, pszMore, 0);
}

HRESULT kernelbase::PathCchAppendEx(PWSTR pszPath, SIZE_T cchPath, PCWSTR pszMore, ULONG dwFlags) {
    while (pszMore && pszMore[0] == u'\\' && pszMore[1] != u'\\') ++pszMore;
    return PathCchCombineEx(pszPath, cchPath, pszPath, pszMore, dwFlags);
}

HRESULT kernelbase::PathCchAppend(PWSTR pszPath, SIZE_T cchPath, PCWSTR pszMore) {
    return PathCchAppendEx(pszPath, cchPath, pszMore, 0);
}

HRESULT kernelbase::PathCchAddBackslashEx(PWSTR pszPath, SIZE_T cchPath, PWSTR* ppszEnd, SIZE_T* pcchRemaining) {
    if (bad(pszPath, cchPath)) return kInvalidArgument;
    size_t length = length16(pszPath);
    HRESULT status = kFalse;
    if (!length || pszPath[length - 1] != u'\\') {
        if (length + 2 > cchPath) return kTooSmall;
        pszPath[length++] = u'\\';
        pszPath[length] = 0;
        status = kOk;
    }
    if (ppszEnd) *ppszEnd = pszPath + length;
    if (pcchRemaining) *pcchRemaining = cchPath - length;
    return status;
}

HRESULT kernelbase::PathCchAddBackslash(PWSTR pszPath, SIZE_T cchPath) {
    return PathCchAddBackslashEx(pszPath, cchPath, nullptr, nullptr);
}

HRESULT kernelbase::PathCchRemoveBackslashEx(PWSTR pszPath, SIZE_T cchPath, PWSTR* ppszEnd, SIZE_T* pcchRemaining) {
    if (bad(pszPath, cchPath)) return kInvalidArgument;
    size_t length = length16(pszPath);
    bool removes = length && pszPath[length - 1] == u'\\' && root_length(pszPath) < length;
    if (removes) pszPath[--length] = 0;
    if (ppszEnd) *ppszEnd = pszPath + length;
    if (pcchRemaining) *pcchRemaining = cchPath - length;
    return removes ? kOk : kFalse;
}

HRESULT kernelbase::PathCchRemoveBackslash(PWSTR pszPath, SIZE_T cchPath) {
    return PathCchRemoveBackslashEx(pszPath, cchPath, nullptr, nullptr);
}

HRESULT kernelbase::PathCchFindExtension(PCWSTR pszPath, SIZE_T cchPath, PCWSTR* ppszExt) {
    if (!ppszExt || bad(pszPath, cchPath)) return kInvalidArgument;
    PCWSTR dot = nullptr;
    for (; *pszPath; ++pszPath) {
        if (*pszPath == u'\\' || *pszPath == u' ') dot = nullptr;
        if (*pszPath == u'.') dot = pszPath;
    }
    *ppszExt = dot ? dot : pszPath;
    return kOk;
}

HRESULT kernelbase::PathCchAddExtension(PWSTR pszPath, SIZE_T cchPath, PCWSTR pszExt) {
    PCWSTR at = nullptr;
    if (HRESULT status = PathCchFindExtension(pszPath, cchPath, &at); status != kOk) return status;
    return *at ? kFalse : PathCchRenameExtension(pszPath, cchPath, pszExt);
}

HRESULT kernelbase::PathCchRemoveExtension(PWSTR pszPath, SIZE_T cchPath) {
    PCWSTR at = nullptr;
    if (HRESULT status = PathCchFindExtension(pszPath, cchPath, &at); status != kOk) return status;
    if (!*at) return kFalse;
    *const_cast<PWSTR>(at) = 0;
    return kOk;
}

HRESULT kernelbase::PathCchRenameExtension(PWSTR pszPath, SIZE_T cchPath, PCWSTR pszExt) {
    PCWSTR at = nullptr;
    if (HRESULT status = PathCchFindExtension(pszPath, cchPath, &at); status != kOk) return status;
    if (!pszExt) return kInvalidArgument;
    std::u16string path(static_cast<PCWSTR>(pszPath), at), extension = pszExt;
    if (!extension.empty() && extension[0] != u'.') path += u'.';
    path += extension == u"." ? u"" : extension;
    if (path.size() >= cchPath) return kTooSmall;
    return store(pszPath, cchPath, path);
}

HRESULT kernelbase::PathCchRemoveFileSpec(PWSTR pszPath, SIZE_T cchPath) {
    if (bad(pszPath, cchPath)) return kInvalidArgument;
    View path(pszPath);
    size_t root = root_length(path), cut = path.find_last_of(u'\\');
    size_t end = cut == View::npos || cut < root ? root : cut;
    // "\\server\share\file" leaves "\\server\share": the root's own backslash goes when something was behind it.
    if (end == root && root < path.size() && path.starts_with(u"\\\\") && !starts_ignoring_case(path, u"\\\\?\\") &&
        root && path[root - 1] == u'\\')
        --end;
    if (end >= path.size()) return kFalse;
    pszPath[end] = 0;
    return kOk;
}

HRESULT kernelbase::PathCchSkipRoot(PCWSTR pszPath, PCWSTR* ppszRootEnd) {
    if (!pszPath || !ppszRootEnd || !*pszPath) return kInvalidArgument;
    size_t root = root_length(pszPath);
    if (!root) return kInvalidArgument;
    *ppszRootEnd = pszPath + root;
    return kOk;
}

HRESULT kernelbase::PathCchStripPrefix(PWSTR pszPath, SIZE_T cchPath) {
    if (bad(pszPath, cchPath)) return kInvalidArgument;
    std::u16string path = without_prefix(pszPath);
    if (path == pszPath) return kFalse;
    return store(pszPath, cchPath, path);
}

HRESULT kernelbase::PathCchStripToRoot(PWSTR pszPath, SIZE_T cchPath) {
    if (bad(pszPath, cchPath)) return kInvalidArgument;
    size_t root = root_length(pszPath);
    if (!root) return *pszPath = 0, kInvalidArgument;
    if (!pszPath[root]) return kFalse;
    pszPath[root] = 0;
    return kOk;
}

BOOL kernelbase::PathCchIsRoot(PCWSTR pszPath) {
    if (!pszPath || !*pszPath) return FALSE;
    View path(pszPath);
    size_t root = root_length(path);
    bool bare_drive = path.back() == u':';
    return root == path.size() && !bare_drive;
}

BOOL kernelbase::PathIsUNCEx(PCWSTR pszPath, PCWSTR* ppszServer) {
    View path(pszPath ? pszPath : u"");
    bool extended = starts_ignoring_case(path, u"\\\\?\\UNC\\");
    bool unc = extended || (path.starts_with(u"\\\\") && !path.starts_with(u"\\\\?\\"));
    if (ppszServer) *ppszServer = unc ? pszPath + (extended ? 8 : 2) : nullptr;
    return unc;
}
