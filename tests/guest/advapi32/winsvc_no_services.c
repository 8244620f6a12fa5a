// A service control manager that knows no service. "Service Functions".
#include "check.h"

static void nothing_installed(SC_HANDLE manager) {
    DWORD needed = 7, returned = 7, resume = 0, size = 64;
    WCHAR name[64];
    CHECK_LASTERROR(OpenServiceW(manager, L"no such service", SERVICE_QUERY_STATUS) != NULL, ERROR_SERVICE_DOES_NOT_EXIST);
    CHECK_LASTERROR(OpenServiceA(manager, "", SERVICE_QUERY_STATUS) != NULL, ERROR_INVALID_NAME);
    CHECK(EnumServicesStatusW(manager, SERVICE_WIN32, SERVICE_STATE_ALL, NULL, 0, &needed, &returned, &resume));
    CHECK_EQ(returned, 0);
    CHECK(EnumServicesStatusA(manager, SERVICE_WIN32, SERVICE_STATE_ALL, NULL, 0, &needed, &returned, &resume));
    CHECK(EnumServicesStatusExA(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL, NULL, 0, &needed,
                                &returned, &resume, NULL));
    CHECK_LASTERROR(GetServiceDisplayNameW(manager, L"nothing", name, &size), ERROR_SERVICE_DOES_NOT_EXIST);
    CHECK_LASTERROR(GetServiceKeyNameW(manager, L"nothing", name, &size), ERROR_SERVICE_DOES_NOT_EXIST);
    CHECK_LASTERROR(CreateServiceW(manager, L"mine", NULL, 0, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, 0,
                                   L"C:\\mine.exe", NULL, NULL, NULL, NULL, NULL) != NULL, ERROR_ACCESS_DENIED);
    CHECK(!CreateServiceA(NULL, "mine", NULL, 0, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, 0, "C:\\mine.exe", NULL,
                          NULL, NULL, NULL, NULL));
}

// Asked of a handle that is no service's.
static void no_service(SC_HANDLE wrong) {
    SERVICE_STATUS status;
    QUERY_SERVICE_CONFIGW wide;
    QUERY_SERVICE_CONFIGA narrow;
    DWORD needed, returned;
    CHECK_LASTERROR(QueryServiceStatus(wrong, &status), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(QueryServiceStatusEx(wrong, SC_STATUS_PROCESS_INFO, NULL, 0, &needed), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(QueryServiceConfigW(wrong, &wide, sizeof wide, &needed), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(QueryServiceConfigA(wrong, &narrow, sizeof narrow, &needed), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(ControlService(wrong, SERVICE_CONTROL_STOP, &status), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(StartServiceW(wrong, 0, NULL), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(StartServiceA(wrong, 0, NULL), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(DeleteService(wrong), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(EnumDependentServicesW(wrong, SERVICE_ACTIVE, NULL, 0, &needed, &returned), ERROR_INVALID_HANDLE);
}

static void no_service_process(void) {
    SERVICE_STATUS status = {0};
    CHECK(!RegisterServiceCtrlHandlerW(L"mine", NULL));
    CHECK(!RegisterServiceCtrlHandlerA("mine", NULL));
    CHECK(!RegisterServiceCtrlHandlerExW(L"mine", NULL, NULL));
    CHECK(!RegisterServiceCtrlHandlerExA("mine", NULL, NULL));
    CHECK_LASTERROR(SetServiceStatus(NULL, &status), ERROR_INVALID_HANDLE);
    SERVICE_TABLE_ENTRYA table[1] = {{0}};
    CHECK_LASTERROR(StartServiceCtrlDispatcherA(table), ERROR_FAILED_SERVICE_CONTROLLER_CONNECT);
}

int main(void) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    CHECK(manager);
    nothing_installed(manager);
    no_service(NULL);
    no_service_process();
    CHECK(CloseServiceHandle(manager));
    return check_result();
}
