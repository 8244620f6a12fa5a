// libloaderapi.h: modules. The work is in core/module.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr DWORD kFromAddress = 4, kUnchangedRefcount = 2, kPin = 1;
constexpr DWORD kDontResolve = 1, kAsDataFile = 2, kAlteredSearchPath = 8, kAsImage = 0x20, kAsDataFileExclusive = 0x40;

ModuleTable& modules() { return runtime().modules; }

HMODULE load(std::u16string_view name, DWORD flags) {
    ModuleTable::LoadOptions options;
    options.as_data_file = flags & (kAsDataFile | kAsDataFileExclusive | kAsImage);
    options.resolve = !(flags & kDontResolve);
    options.search_flags = flags & kLoadLibrarySearchFlags;
    size_t slash = name.find_last_of(u"\\/");
    if (slash != std::u16string_view::npos) options.extra_directory = name.substr(0, slash);
    auto loaded = modules().load(name, options);
    if (loaded.ok()) return (*loaded)->base();
    set_last_error_from(loaded.status());
    return nullptr;
}

std::u16string wide(LPCSTR text) { return utf16_from_utf8(text); }

}  // namespace

HMODULE kernel32::GetModuleHandleW(LPCWSTR lpModuleName) {
    Module* module = lpModuleName ? modules().find(lpModuleName) : modules().program();
    if (module) return module->base();
    set_last_error(ERROR_MOD_NOT_FOUND);
    return nullptr;
}

HMODULE kernel32::GetModuleHandleA(LPCSTR lpModuleName) {
    return lpModuleName ? GetModuleHandleW(wide(lpModuleName).c_str()) : GetModuleHandleW(nullptr);
}

BOOL kernel32::GetModuleHandleExW(DWORD dwFlags, LPCWSTR lpModuleName, HMODULE* phModule) {
    if (!phModule) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *phModule = nullptr;
    Module* module = dwFlags & kFromAddress ? modules().find_address(lpModuleName)
                     : lpModuleName         ? modules().find(lpModuleName)
                                            : modules().program();
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), FALSE;
    if (dwFlags & kPin)
        module->references = 1 << 30;
    else if (!(dwFlags & kUnchangedRefcount) && module->references < 1 << 30)
        ++module->references;
    *phModule = module->base();
    return TRUE;
}

BOOL kernel32::GetModuleHandleExA(DWORD dwFlags, LPCSTR lpModuleName, HMODULE* phModule) {
    if (dwFlags & kFromAddress || !lpModuleName)
        return GetModuleHandleExW(dwFlags, reinterpret_cast<LPCWSTR>(lpModuleName), phModule);
    return GetModuleHandleExW(dwFlags, wide(lpModuleName).c_str(), phModule);
}

FARPROC kernel32::GetProcAddress(HMODULE hModule, LPCSTR lpProcName) {
    Module* module = modules().from_handle(hModule);
    if (!module) {
        set_last_error(ERROR_MOD_NOT_FOUND);
        return nullptr;
    }
    auto value = reinterpret_cast<uintptr_t>(lpProcName);
    auto found = value < 0x10000 ? modules().find_export(module, static_cast<uint16_t>(value))
                                 : modules().find_export(module, std::string_view(lpProcName));
    if (found.ok()) return reinterpret_cast<FARPROC>(*found);
    set_last_error(ERROR_PROC_NOT_FOUND);
    return nullptr;
}

HMODULE kernel32::LoadLibraryW(LPCWSTR lpLibFileName) { return LoadLibraryExW(lpLibFileName, nullptr, 0); }

HMODULE kernel32::LoadLibraryA(LPCSTR lpLibFileName) { return LoadLibraryExA(lpLibFileName, nullptr, 0); }

HMODULE kernel32::LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE, DWORD dwFlags) {
    if (!lpLibFileName || !*lpLibFileName) {
        set_last_error(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    return load(lpLibFileName, dwFlags);
}

HMODULE kernel32::LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags) {
    if (!lpLibFileName) {
        set_last_error(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    return LoadLibraryExW(wide(lpLibFileName).c_str(), hFile, dwFlags);
}

BOOL kernel32::FreeLibrary(HMODULE hLibModule) {
    Module* module = hLibModule ? modules().from_handle(hLibModule) : nullptr;
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), FALSE;
    return win32_result(modules().unload(module).status());
}

BOOL kernel32::DisableThreadLibraryCalls(HMODULE hLibModule) {
    Module* module = modules().from_handle(hLibModule);
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), FALSE;
    // "Fails if the DLL has active static thread local storage" (DisableThreadLibraryCalls function).
    if (module->tls_index >= 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    module->thread_calls = false;
    return TRUE;
}

DWORD kernel32::GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize) {
    Module* module = modules().from_handle(hModule);
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), 0;
    const std::u16string& name = module->full_name;
    if (nSize == 0) return set_last_error(ERROR_INSUFFICIENT_BUFFER), 0;
    DWORD copied = static_cast<DWORD>(std::min<size_t>(name.size(), nSize - 1));
    std::copy_n(name.data(), copied, lpFilename);
    lpFilename[copied] = 0;
    if (copied < name.size()) return set_last_error(ERROR_INSUFFICIENT_BUFFER), nSize;
    set_last_error(ERROR_SUCCESS);
    return copied;
}

DWORD kernel32::GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize) {
    Module* module = modules().from_handle(hModule);
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), 0;
    std::string name = utf8_from_utf16(module->full_name);
    if (nSize == 0) return set_last_error(ERROR_INSUFFICIENT_BUFFER), 0;
    DWORD copied = static_cast<DWORD>(std::min<size_t>(name.size(), nSize - 1));
    std::copy_n(name.data(), copied, lpFilename);
    lpFilename[copied] = 0;
    if (copied < name.size()) return set_last_error(ERROR_INSUFFICIENT_BUFFER), nSize;
    return copied;
}
