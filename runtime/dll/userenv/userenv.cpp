// userenv.h: the user's directories and environment.
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/process/environment.h"
#include "core/teb.h"
#include "dll/userenv/userenv.h"

using namespace lsw;

namespace {

// `size` is in characters, with the zero ("GetUserProfileDirectoryW function (userenv.h)").
BOOL give(const std::u16string& path, LPWSTR buffer, LPDWORD size) {
    if (!size) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto needed = static_cast<DWORD>(path.size() + 1);
    bool fits = buffer && *size >= needed;
    *size = needed;
    if (!fits) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(buffer, path.c_str(), needed * 2);
    return TRUE;
}

}  // namespace

BOOL userenv::GetUserProfileDirectoryW(HANDLE, LPWSTR lpProfileDir, LPDWORD lpcchSize) {
    return give(system_variable(u"USERPROFILE"), lpProfileDir, lpcchSize);
}

BOOL userenv::GetProfilesDirectoryW(LPWSTR lpProfileDir, LPDWORD lpcchSize) {
    return give(system_variable(u"SystemDrive") + u"\\Users", lpProfileDir, lpcchSize);
}

BOOL userenv::CreateEnvironmentBlock(LPVOID* lpEnvironment, HANDLE, BOOL bInherit) {
    if (!lpEnvironment) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::u16string block = bInherit ? environment_block() : system_environment_block();
    size_t bytes = block.size() * 2;
    *lpEnvironment = process_heap().allocate(bytes, false);
    if (!*lpEnvironment) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), FALSE;
    memcpy(*lpEnvironment, block.data(), bytes);
    return TRUE;
}

BOOL userenv::DestroyEnvironmentBlock(LPVOID lpEnvironment) { return process_heap().release(lpEnvironment); }
