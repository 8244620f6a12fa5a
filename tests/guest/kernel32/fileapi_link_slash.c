// A backslash behind a link to a directory: the link can be opened as itself, and what it leads to. A file's name takes none.
// "CreateFileW function (fileapi.h)"; what Go's os tests expect of Windows.
#include "check.h"

#ifndef SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE
#define SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE 2
#endif

static DWORD attributes_of(const wchar_t* name, DWORD flags) {
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = CreateFileW(name, 0, 7, NULL, OPEN_EXISTING, flags | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) return INVALID_FILE_ATTRIBUTES;
    CHECK(GetFileInformationByHandle(file, &info));
    CloseHandle(file);
    return info.dwFileAttributes;
}

int main(void) {
    DWORD linked = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
    CHECK(CreateDirectoryW(L"dir", NULL));
    CloseHandle(CreateFileW(L"file", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL));
    CHECK(CreateSymbolicLinkW(L"to dir", L"dir", 1 | SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE));
    CHECK(CreateSymbolicLinkW(L"to file", L"file", SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE));
    CHECK_EQ(GetFileAttributesW(L"to dir\\"), linked);
    CHECK_EQ(attributes_of(L"to dir\\", FILE_FLAG_OPEN_REPARSE_POINT), linked);
    CHECK_EQ(attributes_of(L"to dir\\", 0), FILE_ATTRIBUTE_DIRECTORY);
    CHECK_LASTERROR(attributes_of(L"to file\\", FILE_FLAG_OPEN_REPARSE_POINT) != INVALID_FILE_ATTRIBUTES, ERROR_INVALID_NAME);
    CHECK_LASTERROR(attributes_of(L"file\\", 0) != INVALID_FILE_ATTRIBUTES, ERROR_INVALID_NAME);
    // A target by its volume's name, with the two backslashes that come of putting the two together.
    wchar_t target[300], volume[64], here[200];
    CHECK(GetCurrentDirectoryW(200, here) && GetVolumeNameForVolumeMountPointW(L"Z:\\", volume, 64));
    wsprintfW(target, L"%s%s\\dir", volume, here + 2);
    CHECK(CreateSymbolicLinkW(L"by volume", target, 1 | SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE));
    CHECK_EQ(attributes_of(L"by volume", 0), FILE_ATTRIBUTE_DIRECTORY);
    CHECK(RemoveDirectoryW(L"by volume"));
    CHECK(RemoveDirectoryW(L"to dir") && RemoveDirectoryW(L"dir") && DeleteFileW(L"to file") && DeleteFileW(L"file"));
    return check_result();
}
