// What handles tell and let be changed: sizes, times, attributes, disposition, renames, positions.
// "GetFileInformationByHandleEx function", "SetFileInformationByHandle function (fileapi.h)".
#include "check.h"

int main(void) {
    HANDLE file = CreateFileW(L"info.bin", GENERIC_READ | GENERIC_WRITE | DELETE, 7, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    DWORD done;
    CHECK(WriteFile(file, "abcdefgh", 8, &done, NULL));

    FILE_STANDARD_INFO standard;
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard));
    CHECK_EQ(standard.EndOfFile.QuadPart, 8);
    CHECK_EQ(standard.NumberOfLinks, 1);
    CHECK(!standard.Directory && !standard.DeletePending);
    FILE_ATTRIBUTE_TAG_INFO tag;
    CHECK(GetFileInformationByHandleEx(file, FileAttributeTagInfo, &tag, sizeof tag));
    CHECK_EQ(tag.ReparseTag, 0);
    CHECK_LASTERROR(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, 4), ERROR_BAD_LENGTH);
    static char buffer[1024];
    FILE_NAME_INFO* name = (FILE_NAME_INFO*)buffer;
    CHECK(GetFileInformationByHandleEx(file, FileNameInfo, buffer, sizeof buffer));
    CHECK(name->FileName[0] == L'\\');
    CHECK(wcsncmp(name->FileName + name->FileNameLength / 2 - 9, L"\\info.bin", 9) == 0);
    CHECK_LASTERROR(GetFileInformationByHandleEx(file, FileNameInfo, buffer, 10), ERROR_MORE_DATA);

    // The end of the file, and reading up to it.
    FILE_END_OF_FILE_INFO end;
    end.EndOfFile.QuadPart = 3;
    CHECK(SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end));
    CHECK_EQ(GetFileSize(file, NULL), 3);
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    char text[16] = {0};
    CHECK(ReadFile(file, text, 16, &done, NULL));
    CHECK_EQ(done, 3);
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 3);
    CHECK_LASTERROR(SetFilePointer(file, -1, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER, ERROR_NEGATIVE_SEEK);
    CHECK_EQ(SetFilePointer(file, 20, NULL, FILE_BEGIN), 20);
    CHECK(SetEndOfFile(file));
    CHECK_EQ(GetFileSize(file, NULL), 20);
    CHECK(FlushFileBuffers(file));

    // An offset in an OVERLAPPED on a synchronous handle.
    OVERLAPPED at = {0};
    at.Offset = 1;
    CHECK(ReadFile(file, text, 2, &done, &at));
    CHECK_EQ(done, 2);
    CHECK(memcmp(text, "bc", 2) == 0);
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 3);
    at.Offset = 100;
    CHECK_LASTERROR(ReadFile(file, text, 2, &done, &at), ERROR_HANDLE_EOF);
    at.Offset = at.OffsetHigh = 0xFFFFFFFF;  // the end of the file
    CHECK(WriteFile(file, "end", 3, &done, &at));
    CHECK_EQ(GetFileSize(file, NULL), 23);

    // Times are kept to 100 ns.
    FILETIME wanted = {0x12345678, 0x01D00000}, access, write, creation;
    CHECK(SetFileTime(file, NULL, &wanted, &wanted));
    CHECK(GetFileTime(file, &creation, &access, &write));
    CHECK_EQ(memcmp(&write, &wanted, sizeof(FILETIME)), 0);
    CHECK_EQ(memcmp(&access, &wanted, sizeof(FILETIME)), 0);
    FILE_BASIC_INFO basic = {0};
    basic.FileAttributes = FILE_ATTRIBUTE_HIDDEN;
    CHECK(SetFileInformationByHandle(file, FileBasicInfo, &basic, sizeof basic));
    CHECK(GetFileTime(file, NULL, NULL, &write));
    CHECK_EQ(memcmp(&write, &wanted, sizeof(FILETIME)), 0);

    // Rename, then delete, by handle.
    FILE_RENAME_INFO* rename = (FILE_RENAME_INFO*)buffer;
    memset(buffer, 0, sizeof buffer);
    wcscpy(rename->FileName, L"renamed.bin");
    rename->FileNameLength = 22;
    CHECK(SetFileInformationByHandle(file, FileRenameInfo, rename, sizeof(FILE_RENAME_INFO) + 22));
    CHECK_EQ(GetFileAttributesW(L"info.bin"), INVALID_FILE_ATTRIBUTES);
    CHECK(GetFileAttributesW(L"renamed.bin") != INVALID_FILE_ATTRIBUTES);
    FILE_DISPOSITION_INFO disposition = {TRUE};
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard));
    CHECK(standard.DeletePending);
    CHECK(CloseHandle(file));
    CHECK_EQ(GetFileAttributesW(L"renamed.bin"), INVALID_FILE_ATTRIBUTES);

    // Directories can be hidden, too.
    CHECK(CreateDirectoryW(L"hidden", NULL));
    CHECK(SetFileAttributesW(L"hidden", FILE_ATTRIBUTE_HIDDEN));
    CHECK_EQ(GetFileAttributesW(L"hidden"), FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_HIDDEN);
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(L"hid*", &found);
    CHECK(find != INVALID_HANDLE_VALUE && FindClose(find));
    CHECK_EQ(found.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_HIDDEN);
    CHECK(SetFileAttributesW(L"hidden", FILE_ATTRIBUTE_NORMAL));
    CHECK_EQ(GetFileAttributesW(L"hidden"), FILE_ATTRIBUTE_DIRECTORY);
    CHECK(RemoveDirectoryW(L"hidden"));

    // Handles keep to what they were granted.
    file = CreateFileW(L"info.bin", GENERIC_WRITE, 7, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK_LASTERROR(ReadFile(file, text, 1, &done, NULL), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition),
                    ERROR_ACCESS_DENIED);
    CloseHandle(file);
    file = CreateFileW(L"info.bin", FILE_APPEND_DATA, 7, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(WriteFile(file, "1", 1, &done, NULL));
    at.Offset = at.OffsetHigh = 0;
    CHECK(WriteFile(file, "2", 1, &done, &at));  // appends whatever the offset
    CloseHandle(file);
    file = CreateFileW(L"info.bin", GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_EQ(GetFileSize(file, NULL), 2);
    CHECK_LASTERROR(WriteFile(file, "x", 1, &done, NULL), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(SetEndOfFile(file), ERROR_ACCESS_DENIED);
    CloseHandle(file);
    CHECK(DeleteFileW(L"info.bin"));
    CHECK_LASTERROR(GetFileSize(file, NULL) != INVALID_FILE_SIZE, ERROR_INVALID_HANDLE);
    return check_result();
}
