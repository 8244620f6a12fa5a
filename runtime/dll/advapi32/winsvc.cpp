// winsvc.h: the service control manager of a machine without services. A program that is started from a console learns
// what it learns on Windows: that it is no service, and that the one it looks for is not installed.
#include "core/runtime.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

class Manager : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Other;
    Manager() : Object(kType) {}
};

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }
HANDLE no_handle(DWORD error) { return set_last_error(error), nullptr; }

HANDLE open_manager(bool local, bool active, DWORD access) {
    constexpr DWORD kCreateOrLock = 0x2 | 0x8, kGenericWrite = 0x40000000, kGenericAll = 0x10000000;
    if (!local) return no_handle(ERROR_ACCESS_DENIED);
    if (!active) return no_handle(ERROR_DATABASE_DOES_NOT_EXIST);
    if ((access & (kCreateOrLock | kGenericWrite | kGenericAll)) && !is_administrator())
        return no_handle(ERROR_ACCESS_DENIED);
    auto handle = runtime().handles.insert(make_object<Manager>(), access);
    return handle.ok() ? *handle : (set_last_error_from(handle.status()), nullptr);
}

bool is_manager(HANDLE handle) { return runtime().handles.get<Manager>(handle).ok(); }

// What is asked of a service: there is no handle to one.
BOOL no_service() { return fail(ERROR_INVALID_HANDLE); }

BOOL enumerate_none(HANDLE manager, LPDWORD needed, LPDWORD returned, LPDWORD resume) {
    if (!is_manager(manager)) return fail(ERROR_INVALID_HANDLE);
    if (!needed || !returned) return fail(ERROR_INVALID_ADDRESS);
    *needed = *returned = 0;
    if (resume) *resume = 0;
    return TRUE;
}

}  // namespace

HANDLE advapi32::OpenSCManagerW(LPCWSTR lpMachineName, LPCWSTR lpDatabaseName, DWORD dwDesiredAccess) {
    constexpr std::u16string_view kActive = u"ServicesActive";
    return open_manager(!lpMachineName || !*lpMachineName, !lpDatabaseName || !*lpDatabaseName || kActive == lpDatabaseName,
                        dwDesiredAccess);
}

HANDLE advapi32::OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName, DWORD dwDesiredAccess) {
    constexpr std::string_view kActive = "ServicesActive";
    return open_manager(!lpMachineName || !*lpMachineName, !lpDatabaseName || !*lpDatabaseName || kActive == lpDatabaseName,
                        dwDesiredAccess);
}

BOOL advapi32::CloseServiceHandle(HANDLE hSCObject) {
    if (!is_manager(hSCObject)) return fail(ERROR_INVALID_HANDLE);
    return win32_result(runtime().handles.close(hSCObject).status());
}

HANDLE advapi32::OpenServiceW(HANDLE hSCManager, LPCWSTR lpServiceName, DWORD) {
    if (!is_manager(hSCManager)) return no_handle(ERROR_INVALID_HANDLE);
    if (!lpServiceName) return no_handle(ERROR_INVALID_ADDRESS);
    return no_handle(*lpServiceName ? ERROR_SERVICE_DOES_NOT_EXIST : ERROR_INVALID_NAME);
}

HANDLE advapi32::OpenServiceA(HANDLE hSCManager, LPCSTR lpServiceName, DWORD) {
    return OpenServiceW(hSCManager, !lpServiceName ? nullptr : *lpServiceName ? u"?" : u"", 0);
}

HANDLE advapi32::CreateServiceW(HANDLE hSCManager, LPCWSTR, LPCWSTR, DWORD, DWORD, DWORD, DWORD, LPCWSTR, LPCWSTR, LPDWORD,
                                LPCWSTR, LPCWSTR, LPCWSTR) {
    return no_handle(is_manager(hSCManager) ? ERROR_ACCESS_DENIED : ERROR_INVALID_HANDLE);
}

HANDLE advapi32::CreateServiceA(HANDLE hSCManager, LPCSTR, LPCSTR, DWORD, DWORD, DWORD, DWORD, LPCSTR, LPCSTR, LPDWORD,
                                LPCSTR, LPCSTR, LPCSTR) {
    return no_handle(is_manager(hSCManager) ? ERROR_ACCESS_DENIED : ERROR_INVALID_HANDLE);
}

BOOL advapi32::EnumServicesStatusW(HANDLE hSCManager, DWORD, DWORD, PVOID, DWORD, LPDWORD pcbBytesNeeded,
                                   LPDWORD lpServicesReturned, LPDWORD lpResumeHandle) {
    return enumerate_none(hSCManager, pcbBytesNeeded, lpServicesReturned, lpResumeHandle);
}

BOOL advapi32::EnumServicesStatusA(HANDLE hSCManager, DWORD, DWORD, PVOID, DWORD, LPDWORD pcbBytesNeeded,
                                   LPDWORD lpServicesReturned, LPDWORD lpResumeHandle) {
    return enumerate_none(hSCManager, pcbBytesNeeded, lpServicesReturned, lpResumeHandle);
}

BOOL advapi32::EnumServicesStatusExW(HANDLE hSCManager, DWORD, DWORD, DWORD, PBYTE, DWORD, LPDWORD pcbBytesNeeded,
                                     LPDWORD lpServicesReturned, LPDWORD lpResumeHandle, LPCWSTR) {
    return enumerate_none(hSCManager, pcbBytesNeeded, lpServicesReturned, lpResumeHandle);
}

BOOL advapi32::EnumServicesStatusExA(HANDLE hSCManager, DWORD, DWORD, DWORD, PBYTE, DWORD, LPDWORD pcbBytesNeeded,
                                     LPDWORD lpServicesReturned, LPDWORD lpResumeHandle, LPCSTR) {
    return enumerate_none(hSCManager, pcbBytesNeeded, lpServicesReturned, lpResumeHandle);
}

BOOL advapi32::GetServiceDisplayNameW(HANDLE hSCManager, LPCWSTR, LPWSTR, LPDWORD) {
    return fail(is_manager(hSCManager) ? ERROR_SERVICE_DOES_NOT_EXIST : ERROR_INVALID_HANDLE);
}

BOOL advapi32::GetServiceKeyNameW(HANDLE hSCManager, LPCWSTR, LPWSTR, LPDWORD) {
    return fail(is_manager(hSCManager) ? ERROR_SERVICE_DOES_NOT_EXIST : ERROR_INVALID_HANDLE);
}

// "If the program is run as a console application rather than as a service."
BOOL advapi32::StartServiceCtrlDispatcherW(const void*) { return fail(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT); }
BOOL advapi32::StartServiceCtrlDispatcherA(const void*) { return fail(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT); }
HANDLE advapi32::RegisterServiceCtrlHandlerW(LPCWSTR, PVOID) { return no_handle(ERROR_SERVICE_NOT_IN_EXE); }
HANDLE advapi32::RegisterServiceCtrlHandlerA(LPCSTR, PVOID) { return no_handle(ERROR_SERVICE_NOT_IN_EXE); }
HANDLE advapi32::RegisterServiceCtrlHandlerExW(LPCWSTR, PVOID, LPVOID) { return no_handle(ERROR_SERVICE_NOT_IN_EXE); }
HANDLE advapi32::RegisterServiceCtrlHandlerExA(LPCSTR, PVOID, LPVOID) { return no_handle(ERROR_SERVICE_NOT_IN_EXE); }
BOOL advapi32::SetServiceStatus(HANDLE, PVOID) { return no_service(); }
BOOL advapi32::StartServiceW(HANDLE, DWORD, LPCWSTR*) { return no_service(); }
BOOL advapi32::StartServiceA(HANDLE, DWORD, LPCSTR*) { return no_service(); }
BOOL advapi32::ControlService(HANDLE, DWORD, PVOID) { return no_service(); }
BOOL advapi32::DeleteService(HANDLE) { return no_service(); }
BOOL advapi32::QueryServiceStatus(HANDLE, PVOID) { return no_service(); }
BOOL advapi32::QueryServiceStatusEx(HANDLE, DWORD, PBYTE, DWORD, LPDWORD) { return no_service(); }
BOOL advapi32::QueryServiceConfigW(HANDLE, PVOID, DWORD, LPDWORD) { return no_service(); }
BOOL advapi32::QueryServiceConfigA(HANDLE, PVOID, DWORD, LPDWORD) { return no_service(); }
BOOL advapi32::EnumDependentServicesW(HANDLE, DWORD, PVOID, DWORD, LPDWORD, LPDWORD) { return no_service(); }
