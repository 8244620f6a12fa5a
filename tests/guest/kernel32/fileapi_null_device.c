// The null device: every disposition opens it, and none says that it was there before. Rust's File::create opens with
// OPEN_ALWAYS and truncates upon ERROR_ALREADY_EXISTS, which this device cannot; File::create("nul") is common and works.
#include "check.h"

int main(void) {
    static const DWORD dispositions[] = {CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS, TRUNCATE_EXISTING};
    static const WCHAR *const names[] = {L"nul", L"NUL", L"\\\\.\\nul", L"\\\\?\\nul"};
    for (int n = 0; n < 4; n++)
        for (int i = 0; i < 4; i++) {
            SetLastError(1234);
            HANDLE null = CreateFileW(names[n], GENERIC_READ | GENERIC_WRITE, 0, NULL, dispositions[i], 0, NULL);
            CHECK(null != INVALID_HANDLE_VALUE);
            CHECK_EQ(GetLastError(), ERROR_SUCCESS);
            CHECK_EQ(GetFileType(null), FILE_TYPE_CHAR);
            DWORD done = 1;
            CHECK(WriteFile(null, "x", 1, &done, NULL) && done == 1);
            char byte;
            CHECK(ReadFile(null, &byte, 1, &done, NULL) && done == 0);
            FILE_ALLOCATION_INFO none = {{.QuadPart = 0}};
            CHECK_LASTERROR(SetFileInformationByHandle(null, FileAllocationInfo, &none, sizeof none), ERROR_INVALID_FUNCTION);
            CHECK(CloseHandle(null));
        }
    return check_result();
}
