// winbase.h and libloaderapi.h: where LoadLibrary looks. The search itself is core/module/dll_directories.h.
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "core/path/linux_names.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

DllDirectories& directories() { return runtime().modules.directories(); }

// "GetDllDirectoryW function": characters copied, or the size that is needed with the terminator.
template <class Char>
DWORD copy_out(const std::basic_string<Char>& text, DWORD capacity, Char* buffer) {
    if (capacity <= text.size()) {
        if (capacity > 0 && buffer) buffer[0] = 0;
        return static_cast<DWORD>(text.size() + 1);
    }
    std::copy_n(text.c_str(), text.size() + 1, buffer);
    return static_cast<DWORD>(text.size());
}

std::u16string current_dll_directory() {
    auto guard = std::lock_guard(runtime().modules.loader_lock());
    return directories().dll_directory().value_or(u"");
}

}  // namespace

BOOL kernel32::SetDllDirectoryW(LPCWSTR lpPathName) {
    if (lpPathName && std::u16string_view(lpPathName).find(u';') != std::u16string_view::npos) {
        return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    }
    std::optional<std::u16string> directory;
    if (lpPathName) directory = lpPathName;
    auto guard = std::lock_guard(runtime().modules.loader_lock());
    directories().set_dll_directory(std::move(directory));
    return TRUE;
}

BOOL kernel32::SetDllDirectoryA(LPCSTR lpPathName) {
    if (!lpPathName) return SetDllDirectoryW(nullptr);
    return SetDllDirectoryW(utf16_from_utf8(lpPathName).c_str());
}

DWORD kernel32::GetDllDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer) {
    return copy_out(current_dll_directory(), nBufferLength, lpBuffer);
}

DWORD kernel32::GetDllDirectoryA(DWORD nBufferLength, LPSTR lpBuffer) {
    return copy_out(utf8_from_utf16(current_dll_directory()), nBufferLength, lpBuffer);
}

DLL_DIRECTORY_COOKIE kernel32::AddDllDirectory(PCWSTR NewDirectory) {
    // "The path must be absolute": C:\… or \\….
    std::u16string_view path = NewDirectory ? NewDirectory : u"";
    bool absolute = path.starts_with(u"\\\\") || (path.size() > 2 && path[1] == u':' && (path[2] == u'\\' || path[2] == u'/'));
    if (!absolute) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    struct stat info;
    std::string linux_path = linux_path_from_dos(path);
    if (linux_path.empty() || stat(linux_path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        return set_last_error(ERROR_FILE_NOT_FOUND), nullptr;
    }
    auto guard = std::lock_guard(runtime().modules.loader_lock());
    return reinterpret_cast<DLL_DIRECTORY_COOKIE>(directories().add(path));
}

BOOL kernel32::RemoveDllDirectory(DLL_DIRECTORY_COOKIE Cookie) {
    auto guard = std::lock_guard(runtime().modules.loader_lock());
    if (directories().remove(reinterpret_cast<uintptr_t>(Cookie))) return TRUE;
    return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
}

BOOL kernel32::SetDefaultDllDirectories(DWORD DirectoryFlags) {
    constexpr DWORD allowed = kLoadLibrarySearchFlags & ~LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR;
    if (DirectoryFlags == 0 || (DirectoryFlags & ~allowed) != 0) {
        return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    }
    auto guard = std::lock_guard(runtime().modules.loader_lock());
    directories().set_default_flags(DirectoryFlags);
    return TRUE;
}
