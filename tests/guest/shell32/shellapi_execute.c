// Programs started by the shell. "ShellExecuteExW function (shellapi.h)", "FindExecutableW function (shellapi.h)".
// flags: -lshell32
#include "check.h"

#include <shellapi.h>

int main(int argc, char** argv) {
    if (argc > 1) return strcmp(argv[1], "a b") == 0 ? 23 : 1;
    WCHAR self[MAX_PATH], found[MAX_PATH];
    GetModuleFileNameW(NULL, self, MAX_PATH);
    SHELLEXECUTEINFOW info = {sizeof info, SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI};
    info.lpFile = self;
    info.lpParameters = L"\"a b\"";
    CHECK(ShellExecuteExW(&info));
    CHECK((INT_PTR)info.hInstApp > 32);
    CHECK(info.hProcess);
    CHECK_EQ(WaitForSingleObject(info.hProcess, 20000), WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(info.hProcess, &code));
    CHECK_EQ(code, 23);
    CloseHandle(info.hProcess);
    info.lpFile = L"no such program";
    CHECK_LASTERROR(ShellExecuteExW(&info), ERROR_FILE_NOT_FOUND);
    CHECK_EQ((INT_PTR)info.hInstApp, SE_ERR_FNF);
    CHECK_EQ((INT_PTR)ShellExecuteW(NULL, L"open", L"no such program", NULL, NULL, SW_HIDE), SE_ERR_FNF);
    CHECK((INT_PTR)FindExecutableW(L"cmd.exe", NULL, found) > 32);
    CHECK(wcslen(found) > 8 && !_wcsicmp(found + wcslen(found) - 8, L"\\cmd.exe"));
    return check_result();
}
