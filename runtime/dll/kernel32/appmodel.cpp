// appmodel.h, winbase.h: what a program that comes from no package is told, and policies that hold for all.
// Doc: "GetCurrentPackageFullName function (appmodel.h)", "SetProcessDEPPolicy function (winbase.h)".
#include <unistd.h>

#include "core/teb.h"
#include "dll/kernel32/packages.h"

using namespace lsw;

namespace {

constexpr LONG kNoPackage = 15700, kNoApplication = 15703;  // APPMODEL_ERROR_*

LONG no_package(const UINT32* length) { return length ? kNoPackage : static_cast<LONG>(ERROR_INVALID_PARAMETER); }

LONG policy_is(DWORD* out, DWORD value) {
    if (!out) return static_cast<LONG>(ERROR_INVALID_PARAMETER);
    *out = value;
    return ERROR_SUCCESS;
}

}  // namespace

LONG kernel32::GetCurrentPackageFullName(UINT32* packageFullNameLength, PWSTR) { return no_package(packageFullNameLength); }
LONG kernel32::GetCurrentPackageFamilyName(UINT32* packageFamilyNameLength, PWSTR) {
    return no_package(packageFamilyNameLength);
}
LONG kernel32::GetCurrentPackagePath(UINT32* pathLength, PWSTR) { return no_package(pathLength); }
LONG kernel32::GetCurrentPackageId(UINT32* bufferLength, PBYTE) { return no_package(bufferLength); }
LONG kernel32::GetCurrentPackageInfo(UINT32, UINT32* bufferLength, PBYTE, UINT32*) { return no_package(bufferLength); }
LONG kernel32::GetCurrentApplicationUserModelId(UINT32* applicationUserModelIdLength, PWSTR) {
    return applicationUserModelIdLength ? kNoApplication : static_cast<LONG>(ERROR_INVALID_PARAMETER);
}
LONG kernel32::GetPackageFullName(HANDLE, UINT32* packageFullNameLength, PWSTR) { return no_package(packageFullNameLength); }
LONG kernel32::GetPackageFamilyName(HANDLE, UINT32* packageFamilyNameLength, PWSTR) {
    return no_package(packageFamilyNameLength);
}
LONG kernel32::GetPackagePathByFullName(PCWSTR packageFullName, UINT32* pathLength, PWSTR) {
    return static_cast<LONG>(packageFullName && pathLength ? ERROR_NOT_FOUND : ERROR_INVALID_PARAMETER);
}

// A desktop program: ExitProcess, no apartment, messages shown, classic windows.
LONG kernel32::AppPolicyGetProcessTerminationMethod(HANDLE, DWORD* policy) { return policy_is(policy, 0); }
LONG kernel32::AppPolicyGetThreadInitializationType(HANDLE, DWORD* policy) { return policy_is(policy, 0); }
LONG kernel32::AppPolicyGetShowDeveloperDiagnostic(HANDLE, DWORD* policy) { return policy_is(policy, 1); }
LONG kernel32::AppPolicyGetWindowingModel(HANDLE, DWORD* policy) { return policy_is(policy, 2); }

BOOL kernel32::GetProcessDEPPolicy(HANDLE, LPDWORD lpFlags, PBOOL lpPermanent) {
    constexpr DWORD kEnabled = 1;
    if (!lpFlags || !lpPermanent) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *lpFlags = kEnabled;
    *lpPermanent = TRUE;
    return TRUE;
}

// "If … called on a 64-bit process, the function fails with ERROR_NOT_SUPPORTED".
BOOL kernel32::SetProcessDEPPolicy(DWORD) { return set_last_error(ERROR_NOT_SUPPORTED), FALSE; }

int kernel32::GetSystemDEPPolicy() { return 1; }  // DEPPolicyAlwaysOn

BOOL kernel32::GetFirmwareType(DWORD* FirmwareType) {
    constexpr DWORD kBios = 1, kUefi = 2;
    if (!FirmwareType) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *FirmwareType = access("/sys/firmware/efi", F_OK) == 0 ? kUefi : kBios;
    return TRUE;
}
