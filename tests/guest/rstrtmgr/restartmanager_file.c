// Who has a file open: this process, and a child that inherits its handle. "RmGetList function (restartmanager.h)": too small an
// array gives ERROR_MORE_DATA and the number needed.
// flags: -lrstrtmgr
#include "check.h"
#include <restartmanager.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc > 1) return Sleep(INFINITE), 0;
    DWORD session, reasons;
    WCHAR key[CCH_RM_SESSION_KEY + 1];
    CHECK_EQ(RmStartSession(&session, 0, key), ERROR_SUCCESS);
    CHECK_EQ(wcslen(key), 32);
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE file = CreateFileW(L"held", GENERIC_WRITE, FILE_SHARE_READ, &inherit, CREATE_ALWAYS, 0, NULL);
    WCHAR path[MAX_PATH];
    CHECK(GetFullPathNameW(L"held", MAX_PATH, path, NULL));
    LPCWSTR files[] = {path};
    CHECK_EQ(RmRegisterResources(session, 1, files, 0, NULL, 0, NULL), ERROR_SUCCESS);
    UINT needed, count = 0;
    CHECK_EQ(RmGetList(session, &needed, &count, NULL, &reasons), ERROR_MORE_DATA);
    CHECK_EQ(needed, 1);
    RM_PROCESS_INFO found[4];
    count = 4;
    CHECK_EQ(RmGetList(session, &needed, &count, found, &reasons), ERROR_SUCCESS);
    CHECK_EQ(count, 1);
    CHECK_EQ(found[0].Process.dwProcessId, GetCurrentProcessId());
    CHECK(!_wcsicmp(found[0].strAppName, L"restartmanager_file.exe"));
    FILETIME start, unused;
    GetProcessTimes(GetCurrentProcess(), &start, &unused, &unused, &unused);
    CHECK_EQ(CompareFileTime(&start, &found[0].Process.ProcessStartTime), 0);

    STARTUPINFOA info = {.cb = sizeof info};
    PROCESS_INFORMATION child;
    char line[] = "restartmanager_file child";
    CHECK(CreateProcessA(argv[0], line, NULL, NULL, TRUE, 0, NULL, NULL, &info, &child));
    CloseHandle(file);
    count = 4;
    CHECK_EQ(RmGetList(session, &needed, &count, found, &reasons), ERROR_SUCCESS);
    CHECK_EQ(count, 1);
    CHECK_EQ(found[0].Process.dwProcessId, child.dwProcessId);
    TerminateProcess(child.hProcess, 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    count = 4;
    CHECK_EQ(RmGetList(session, &needed, &count, found, &reasons), ERROR_SUCCESS);
    CHECK_EQ(count, 0);
    CHECK_EQ(RmEndSession(session), ERROR_SUCCESS);
    CHECK_EQ(RmEndSession(session), ERROR_INVALID_HANDLE);
    CHECK_EQ(RmGetList(session, &needed, &count, found, &reasons), ERROR_INVALID_HANDLE);
    return check_result();
}
