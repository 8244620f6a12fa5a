// A program outside any package. "GetCurrentPackageFullName function (appmodel.h)", "AppPolicyGetProcessTerminationMethod
// function (appmodel.h)", "SetProcessDEPPolicy function (winbase.h)".
#include "check.h"

#define FIND(name) FARPROC name = GetProcAddress(kernel32, #name); CHECK(name)
typedef LONG(WINAPI* Ask)(UINT32*, PWSTR);
typedef LONG(WINAPI* AskPath)(PCWSTR, UINT32*, PWSTR);
typedef LONG(WINAPI* AskProcess)(HANDLE, UINT32*, PWSTR);
typedef LONG(WINAPI* AskInfo)(UINT32, UINT32*, BYTE*, UINT32*);
typedef LONG(WINAPI* Policy)(HANDLE, LONG*);

static void policy(FARPROC function, LONG want) {
    LONG value = -1;
    CHECK_EQ(((Policy)function)((HANDLE)(INT_PTR)-6, &value), ERROR_SUCCESS);
    CHECK_EQ(value, want);
}

int main(void) {
    HMODULE kernel32 = GetModuleHandleW(L"kernel32.dll");
    UINT32 length = 0, count = 0;
    FIND(GetCurrentPackageFullName);
    FIND(GetCurrentPackageFamilyName);
    FIND(GetCurrentPackagePath);
    FIND(GetCurrentPackageId);
    FIND(GetCurrentPackageInfo);
    FIND(GetCurrentApplicationUserModelId);
    FIND(GetPackageFullName);
    FIND(GetPackageFamilyName);
    FIND(GetPackagePathByFullName);
    FIND(AppPolicyGetProcessTerminationMethod);
    FIND(AppPolicyGetThreadInitializationType);
    FIND(AppPolicyGetShowDeveloperDiagnostic);
    FIND(AppPolicyGetWindowingModel);
    CHECK_EQ(((Ask)GetCurrentPackageFullName)(&length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((Ask)GetCurrentPackageFullName)(NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_EQ(((Ask)GetCurrentPackageFamilyName)(&length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((Ask)GetCurrentPackagePath)(&length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((Ask)GetCurrentPackageId)(&length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((AskInfo)GetCurrentPackageInfo)(0, &length, NULL, &count), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((Ask)GetCurrentApplicationUserModelId)(&length, NULL), APPMODEL_ERROR_NO_APPLICATION);
    CHECK_EQ(((AskProcess)GetPackageFullName)(GetCurrentProcess(), &length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((AskProcess)GetPackageFamilyName)(GetCurrentProcess(), &length, NULL), APPMODEL_ERROR_NO_PACKAGE);
    CHECK_EQ(((AskPath)GetPackagePathByFullName)(L"None_1.0.0.0_x64__none", &length, NULL), ERROR_NOT_FOUND);
    policy(AppPolicyGetProcessTerminationMethod, 0);
    policy(AppPolicyGetThreadInitializationType, 0);
    policy(AppPolicyGetShowDeveloperDiagnostic, 1);
    policy(AppPolicyGetWindowingModel, 2);

    DWORD flags = 0;
    BOOL permanent = FALSE;
    CHECK(GetProcessDEPPolicy(GetCurrentProcess(), &flags, &permanent));
    CHECK_EQ(flags, PROCESS_DEP_ENABLE);
    CHECK(permanent);
    CHECK_LASTERROR(SetProcessDEPPolicy(0), ERROR_NOT_SUPPORTED);
    CHECK(GetSystemDEPPolicy() >= 0);
    FIRMWARE_TYPE firmware;
    CHECK(GetFirmwareType(&firmware));
    CHECK(firmware == FirmwareTypeBios || firmware == FirmwareTypeUefi);
    return check_result();
}
