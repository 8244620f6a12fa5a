// flags: -lshlwapi
// What exists, built-in directories of C: among it.
// Expectations: "PathFileExistsW function (shlwapi.h)", "PathIsDirectoryW…".
#include <shlwapi.h>
#include <windows.h>

#include "check.h"

int main(void) {
    CHECK(PathFileExistsW(L"C:\\Windows\\System32"));
    CHECK_EQ(PathIsDirectoryW(L"C:\\Windows"), FILE_ATTRIBUTE_DIRECTORY);
    CHECK(!PathFileExistsW(L"C:\\no such name"));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    WCHAR self[MAX_PATH];
    CHECK(GetModuleFileNameW(NULL, self, MAX_PATH) > 0);
    CHECK(PathFileExistsW(self));
    CHECK(!PathIsDirectoryW(self));
    return check_result();
}
