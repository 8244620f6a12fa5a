// A mapping of a file may do what the file's handle may. "CreateFileMappingW function (memoryapi.h)", parameter flProtect:
// the access that each protection needs. Programs try protections in turn to learn how a file was opened.
#include "check.h"

static BOOL maps(DWORD access, DWORD protect) {
    HANDLE file = CreateFileW(L"mapped", access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    SetLastError(0);
    HANDLE mapping = CreateFileMappingW(file, NULL, protect, 0, 0, NULL);
    if (!mapping) CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    if (mapping) CloseHandle(mapping);
    CloseHandle(file);
    return mapping != NULL;
}

int main(void) {
    HANDLE file = CreateFileW(L"mapped", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD done;
    CHECK(WriteFile(file, "some bytes", 10, &done, NULL));
    CloseHandle(file);
    static const DWORD protections[] = {PAGE_READONLY, PAGE_WRITECOPY, PAGE_READWRITE, PAGE_EXECUTE_READ,
                                        PAGE_EXECUTE_WRITECOPY, PAGE_EXECUTE_READWRITE};
    static const struct {
        DWORD access;
        const char *expected;
    } rows[] = {
        {GENERIC_READ, "110000"},
        {GENERIC_READ | GENERIC_WRITE, "111000"},
        {GENERIC_READ | GENERIC_EXECUTE, "110110"},
        {GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE, "111111"},
        {GENERIC_WRITE, "000000"},
        {FILE_READ_ATTRIBUTES, "000000"},
        {GENERIC_ALL, "111111"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned k = 0; k < 6; k++) CHECK_EQ(maps(rows[i].access, protections[k]), rows[i].expected[k] == '1');
    return check_result();
}
