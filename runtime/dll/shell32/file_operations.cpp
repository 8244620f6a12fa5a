// shellapi.h: whole trees copied, moved and deleted, without a window. Doc: "SHFileOperationW function (shellapi.h)".
#include <memory>
#include <string>
#include <vector>

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/shell32/shell32.h"

using namespace lsw;

namespace {

struct FileOperation {
    HWND hwnd;
    UINT wFunc;
    LPCWSTR pFrom, pTo;
    WORD fFlags;
    BOOL fAnyOperationsAborted;
    LPVOID hNameMappings;
    LPCWSTR lpszProgressTitle;
};
static_assert(sizeof(FileOperation) == 56);

constexpr DWORD kNoAttributes = 0xFFFFFFFF, kDirectory = 0x10, kReparsePoint = 0x400, kReadOnly = 1;
constexpr WORD kMultipleTargets = 0x1, kNoRecursion = 0x1000;

std::vector<std::u16string> list_of(LPCWSTR names) {
    std::vector<std::u16string> all;
    for (; names && *names; names += all.back().size() + 1) all.emplace_back(names);
    return all;
}

std::u16string parent_of(const std::u16string& path) { return path.substr(0, path.find_last_of(u"\\/") + 1); }
std::u16string leaf_of(const std::u16string& path) { return path.substr(path.find_last_of(u"\\/") + 1); }

bool is_directory(const std::u16string& path) {
    DWORD attributes = kernel32::GetFileAttributesW(path.c_str());
    return attributes != kNoAttributes && attributes & kDirectory;
}

// Names in a directory, or those that a pattern matches, without . and ..
std::vector<std::u16string> matches(const std::u16string& pattern) {
    std::vector<std::u16string> names;
    auto data = std::make_unique<WIN32_FIND_DATAW>();
    HANDLE find = kernel32::FindFirstFileW(pattern.c_str(), data.get());
    if (find == INVALID_HANDLE_VALUE) return names;
    do {
        std::u16string name = data->cFileName;
        if (name != u"." && name != u"..") names.push_back(std::move(name));
    } while (kernel32::FindNextFileW(find, data.get()));
    kernel32::FindClose(find);
    return names;
}

int result(BOOL done) { return done ? 0 : static_cast<int>(last_error()); }

int remove_tree(const std::u16string& path) {
    DWORD attributes = kernel32::GetFileAttributesW(path.c_str());
    if (attributes == kNoAttributes) return static_cast<int>(last_error());
    if (attributes & kReadOnly) kernel32::SetFileAttributesW(path.c_str(), attributes & ~kReadOnly);
    if (!(attributes & kDirectory)) return result(kernel32::DeleteFileW(path.c_str()));
    if (!(attributes & kReparsePoint))
        for (const std::u16string& name : matches(path + u"\\*"))
            if (int error = remove_tree(path + u"\\" + name)) return error;
    return result(kernel32::RemoveDirectoryW(path.c_str()));
}

int copy_tree(const std::u16string& from, const std::u16string& to, bool recurse) {
    if (!is_directory(from)) return result(kernel32::CopyFileW(from.c_str(), to.c_str(), FALSE));
    if (!is_directory(to) && !kernel32::CreateDirectoryW(to.c_str(), nullptr)) return static_cast<int>(last_error());
    for (const std::u16string& name : matches(from + u"\\*")) {
        std::u16string inner = from + u"\\" + name;
        if (!recurse && is_directory(inner)) continue;
        if (int error = copy_tree(inner, to + u"\\" + name, recurse)) return error;
    }
    return 0;
}

int move_tree(const std::u16string& from, const std::u16string& to) {
    constexpr DWORD kReplaceExisting = 1, kCopyAllowed = 2;
    if (kernel32::MoveFileExW(from.c_str(), to.c_str(), kReplaceExisting | kCopyAllowed)) return 0;
    if (last_error() != ERROR_NOT_SAME_DEVICE && !is_directory(from)) return static_cast<int>(last_error());
    int error = copy_tree(from, to, true);
    return error ? error : remove_tree(from);
}

// Wildcards are allowed in the last part of a source.
std::vector<std::u16string> expand(const std::vector<std::u16string>& sources) {
    std::vector<std::u16string> all;
    for (const std::u16string& source : sources) {
        if (leaf_of(source).find_first_of(u"*?") == std::u16string::npos) {
            all.push_back(source);
            continue;
        }
        for (const std::u16string& name : matches(source)) all.push_back(parent_of(source) + name);
    }
    return all;
}

int transfer(const FileOperation& operation, bool move) {
    auto sources = expand(list_of(operation.pFrom));
    auto targets = list_of(operation.pTo);
    if (targets.empty()) return ERROR_INVALID_PARAMETER;
    bool pairs = operation.fFlags & kMultipleTargets;
    if (pairs && targets.size() != sources.size()) return ERROR_INVALID_PARAMETER;
    for (size_t i = 0; i < sources.size(); ++i) {
        std::u16string target = pairs ? targets[i] : targets[0];
        // Several go into the target, which is a directory then; one goes to it by name unless it is one.
        if (!pairs && (sources.size() > 1 || is_directory(target))) {
            if (!is_directory(target) && !kernel32::CreateDirectoryW(target.c_str(), nullptr))
                return static_cast<int>(last_error());
            target += u"\\" + leaf_of(sources[i]);
        }
        int error = move ? move_tree(sources[i], target) : copy_tree(sources[i], target, !(operation.fFlags & kNoRecursion));
        if (error) return error;
    }
    return sources.empty() ? static_cast<int>(ERROR_FILE_NOT_FOUND) : 0;
}

}  // namespace

int shell32::SHFileOperationW(PVOID lpFileOp) {
    constexpr UINT kMove = 1, kCopy = 2, kDelete = 3, kRename = 4;
    auto& operation = *static_cast<FileOperation*>(lpFileOp);
    operation.fAnyOperationsAborted = FALSE;
    operation.hNameMappings = nullptr;
    if (!operation.pFrom) return ERROR_INVALID_PARAMETER;
    switch (operation.wFunc) {
        case kMove:
        case kRename: return transfer(operation, true);
        case kCopy: return transfer(operation, false);
        case kDelete: {
            auto sources = expand(list_of(operation.pFrom));
            for (const std::u16string& path : sources)
                if (int error = remove_tree(path)) return error;
            return sources.empty() ? static_cast<int>(ERROR_FILE_NOT_FOUND) : 0;
        }
    }
    return ERROR_INVALID_PARAMETER;
}
