// A file is created, written, sized, sought, read back, renamed and deleted.
// "CreateFileW function (fileapi.h)", "WriteFile function (fileapi.h)", "SetFilePointerEx function".
#include "check.h"

int main(void) {
    wchar_t dir[MAX_PATH], name[MAX_PATH], other[MAX_PATH];
    CHECK(GetTempPathW(MAX_PATH, dir) > 0);
    CHECK(GetTempFileNameW(dir, L"lsw", 0, name) != 0);
    wcscpy(other, name);
    wcscat(other, L".Renamed");

    HANDLE file = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);  // GetTempFileNameW had made it
    DWORD done = 0;
    CHECK(WriteFile(file, "0123456789", 10, &done, NULL));
    CHECK_EQ(done, 10);

    LARGE_INTEGER at, size;
    at.QuadPart = -4;
    CHECK(SetFilePointerEx(file, at, &at, FILE_END));
    CHECK_EQ(at.QuadPart, 6);
    char text[16] = {0};
    CHECK(ReadFile(file, text, sizeof text, &done, NULL));
    CHECK_EQ(done, 4);
    CHECK_STR(text, "6789");
    CHECK(ReadFile(file, text, sizeof text, &done, NULL));  // at the end: success and no bytes
    CHECK_EQ(done, 0);
    CHECK(GetFileSizeEx(file, &size));
    CHECK_EQ(size.QuadPart, 10);

    // No sharing was granted, so nobody else may open it.
    CHECK_LASTERROR(CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE,
                    ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(file));

    CHECK(MoveFileExW(name, other, 0));
    CHECK_EQ(GetFileAttributesW(name), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    wchar_t* last = wcsrchr(other, L'.');
    wcscpy(last, L".rEnAmEd");  // names are found whatever their case
    CHECK(GetFileAttributesW(other) != INVALID_FILE_ATTRIBUTES);
    CHECK(DeleteFileW(other));
    CHECK_LASTERROR(DeleteFileW(other), ERROR_FILE_NOT_FOUND);
    return check_result();
}
