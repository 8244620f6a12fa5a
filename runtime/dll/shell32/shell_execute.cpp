// shellapi.h: starting programs by the shell. There are no associations: only programs and batch files can be opened.
// Doc: "ShellExecuteExW function (shellapi.h)", "FindExecutableW function (shellapi.h)".
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/shell32/shell32.h"

using namespace lsw;

namespace {

struct ExecuteInfo {
    DWORD cbSize;
    ULONG fMask;
    HWND hwnd;
    LPCWSTR lpVerb, lpFile, lpParameters, lpDirectory;
    int nShow;
    PVOID hInstApp, lpIDList;
    LPCWSTR lpClass;
    HANDLE hkeyClass;
    DWORD dwHotKey;
    HANDLE hIcon, hProcess;
};
static_assert(sizeof(ExecuteInfo) == 112);

constexpr DWORD kNoAssociation = 1155;  // ERROR_NO_ASSOCIATION
constexpr uintptr_t kStarted = 42;      // any number above 32

PVOID instance(uintptr_t value) { return reinterpret_cast<PVOID>(value); }

// SE_ERR_* of a last error.
uintptr_t shell_error(DWORD error) {
    switch (error) {
        case ERROR_FILE_NOT_FOUND: return 2;
        case ERROR_PATH_NOT_FOUND: return 3;
        case ERROR_ACCESS_DENIED: return 5;
        case kNoAssociation: return 31;
        case ERROR_BAD_EXE_FORMAT: return 11;
    }
    return 0;
}

bool ends_with(std::u16string_view text, std::u16string_view end) {
    return text.size() >= end.size() && equal_ignore_case(text.substr(text.size() - end.size()), end);
}

bool is_program(std::u16string_view path) {
    for (std::u16string_view end : {u".exe", u".com", u".bat", u".cmd"})
        if (ends_with(path, end)) return true;
    return false;
}

// The file as named, in the directory, or on the search path; with .exe and the like added where there is no extension.
std::u16string locate(LPCWSTR file, LPCWSTR directory) {
    for (LPCWSTR place : {directory, static_cast<LPCWSTR>(nullptr)})
        for (LPCWSTR extension : {static_cast<LPCWSTR>(nullptr), static_cast<LPCWSTR>(u".exe"), static_cast<LPCWSTR>(u".com"),
                                  static_cast<LPCWSTR>(u".bat"), static_cast<LPCWSTR>(u".cmd")}) {
            DWORD size = kernel32::SearchPathW(place, file, extension, 0, nullptr, nullptr);
            if (!size) continue;
            std::u16string found(size, 0);
            found.resize(kernel32::SearchPathW(place, file, extension, size, found.data(), nullptr));
            return found;
        }
    return {};
}

BOOL start(const std::u16string& program, LPCWSTR parameters, LPCWSTR directory, HANDLE* process) {
    std::u16string line = u"\"" + program + u"\"";
    if (parameters && *parameters) line.append(u" ").append(parameters);
    STARTUPINFOW startup{.cb = sizeof startup};
    PROCESS_INFORMATION made{};
    LPCWSTR place = directory && *directory ? directory : nullptr;
    if (!kernel32::CreateProcessW(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, place, &startup, &made))
        return FALSE;
    kernel32::CloseHandle(made.hThread);
    if (process) *process = made.hProcess;
    else kernel32::CloseHandle(made.hProcess);
    return TRUE;
}

bool is_opening(LPCWSTR verb) {
    return !verb || !*verb || equal_ignore_case(std::u16string_view(verb), u"open") ||
           equal_ignore_case(std::u16string_view(verb), u"runas");
}

BOOL execute(LPCWSTR verb, LPCWSTR file, LPCWSTR parameters, LPCWSTR directory, HANDLE* process) {
    if (!file || !*file) return set_last_error(ERROR_FILE_NOT_FOUND), FALSE;
    if (!is_opening(verb)) return set_last_error(kNoAssociation), FALSE;
    std::u16string path = locate(file, directory);
    if (path.empty()) {
        bool address = std::u16string_view(file).find(u"://") != std::u16string_view::npos;
        return set_last_error(address ? kNoAssociation : ERROR_FILE_NOT_FOUND), FALSE;
    }
    if (!is_program(path)) return set_last_error(kNoAssociation), FALSE;
    return start(path, parameters, directory, process);
}

}  // namespace

BOOL shell32::ShellExecuteExW(PVOID pExecInfo) {
    constexpr ULONG kNoCloseProcess = 0x40;
    auto& info = *static_cast<ExecuteInfo*>(pExecInfo);
    if (info.cbSize != sizeof info) return set_last_error(ERROR_ACCESS_DENIED), FALSE;
    info.hProcess = nullptr;
    HANDLE process = nullptr;
    BOOL done = execute(info.lpVerb, info.lpFile, info.lpParameters, info.lpDirectory, &process);
    info.hInstApp = instance(done ? kStarted : shell_error(last_error()));
    if (done && info.fMask & kNoCloseProcess) info.hProcess = process;
    else if (done) kernel32::CloseHandle(process);
    return done;
}

PVOID shell32::ShellExecuteW(HWND, LPCWSTR lpOperation, LPCWSTR lpFile, LPCWSTR lpParameters, LPCWSTR lpDirectory, INT) {
    BOOL done = execute(lpOperation, lpFile, lpParameters, lpDirectory, nullptr);
    return instance(done ? kStarted : shell_error(last_error()));
}

PVOID shell32::ShellExecuteA(HWND hwnd, LPCSTR lpOperation, LPCSTR lpFile, LPCSTR lpParameters, LPCSTR lpDirectory,
                             INT nShowCmd) {
    auto wide = [](LPCSTR text) { return utf16_from_utf8(text ? text : ""); };
    return ShellExecuteW(hwnd, wide(lpOperation).c_str(), wide(lpFile).c_str(), wide(lpParameters).c_str(),
                         wide(lpDirectory).c_str(), nShowCmd);
}

PVOID shell32::FindExecutableW(LPCWSTR lpFile, LPCWSTR lpDirectory, LPWSTR lpResult) {
    constexpr size_t kMaxPath = 260;
    *lpResult = 0;
    std::u16string path = lpFile ? locate(lpFile, lpDirectory) : u"";
    if (path.empty()) return instance(shell_error(ERROR_FILE_NOT_FOUND));
    if (!is_program(path) || path.size() >= kMaxPath) return instance(shell_error(kNoAssociation));
    memcpy(lpResult, path.c_str(), (path.size() + 1) * sizeof(WCHAR));
    return instance(kStarted);
}
