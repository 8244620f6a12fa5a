// Alternate data streams: made, read, listed, copied, moved and deleted with their file. "File Streams (Local File Systems)",
// "FindFirstStreamW function (fileapi.h)", "CreateFileW function (fileapi.h)".
#include <string.h>

#include "check.h"

static HANDLE open_file(const wchar_t* name, DWORD access, DWORD disposition) {
    return CreateFileW(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, disposition, 0, NULL);
}

static void write_text(const wchar_t* name, const char* text) {
    HANDLE file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS);
    DWORD done = 0;
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(WriteFile(file, text, (DWORD)strlen(text), &done, NULL) && done == strlen(text));
    CHECK(CloseHandle(file));
}

static int holds(const wchar_t* name, const char* text) {
    char found[64] = {0};
    DWORD done = 0;
    HANDLE file = open_file(name, GENERIC_READ, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) return 0;
    ReadFile(file, found, sizeof found - 1, &done, NULL);
    CloseHandle(file);
    return !strcmp(found, text);
}

static int count_streams(const wchar_t* name, const wchar_t* second, LONGLONG second_size) {
    WIN32_FIND_STREAM_DATA data;
    int count = 1;
    HANDLE find = FindFirstStreamW(name, FindStreamInfoStandard, &data, 0);
    if (find == INVALID_HANDLE_VALUE) return 0;
    CHECK(!lstrcmpW(data.cStreamName, L"::$DATA"));
    CHECK_LASTERROR(FindNextFileW(find, (WIN32_FIND_DATAW*)&data), ERROR_INVALID_HANDLE);
    while (FindNextStreamW(find, &data)) {
        if (++count == 2 && second) CHECK(!lstrcmpW(data.cStreamName, second) && data.StreamSize.QuadPart == second_size);
    }
    CHECK(GetLastError() == ERROR_HANDLE_EOF);
    CHECK(FindClose(find));
    return count;
}

static void test_two_handles(void) {
    HANDLE writer = open_file(L"base.txt:Log", GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS);
    HANDLE reader = open_file(L"BASE.TXT:log", GENERIC_READ, OPEN_EXISTING);
    LARGE_INTEGER size, zero = {{0}};
    char text[8] = {0};
    DWORD done;
    CHECK(writer != INVALID_HANDLE_VALUE && reader != INVALID_HANDLE_VALUE);
    CHECK(WriteFile(writer, "abc", 3, &done, NULL) && WriteFile(writer, "def", 3, &done, NULL));
    CHECK(GetFileSizeEx(reader, &size) && size.QuadPart == 6);
    CHECK(ReadFile(reader, text, 6, &done, NULL) && done == 6 && !memcmp(text, "abcdef", 6));
    size.QuadPart = 2;
    CHECK(SetFilePointerEx(writer, size, NULL, FILE_BEGIN) && SetEndOfFile(writer));
    CHECK(SetFilePointerEx(reader, zero, NULL, FILE_BEGIN));
    CHECK(ReadFile(reader, text, 6, &done, NULL) && done == 2);
    // More than any stream holds here is refused, and what was there stays.
    HGLOBAL large = GlobalAlloc(GPTR, 200000);
    CHECK_LASTERROR(WriteFile(writer, large, 200000, &done, NULL), ERROR_DISK_FULL);
    CHECK(GetFileSizeEx(reader, &size) && size.QuadPart == 2);
    GlobalFree(large);
    CHECK(CloseHandle(writer) && CloseHandle(reader));
    CHECK(DeleteFileW(L"base.txt:log"));
}

int main(void) {
    DWORD flags = 0;
    write_text(L"base.txt", "base");
    HANDLE file = open_file(L"base.txt", GENERIC_READ, OPEN_EXISTING);
    CHECK(GetVolumeInformationByHandleW(file, NULL, 0, NULL, NULL, &flags, NULL, 0));
    CHECK(CloseHandle(file));
    if (!(flags & FILE_NAMED_STREAMS)) {
        // A file system without extended attributes: a stream's name is invalid, as on FAT.
        CHECK_LASTERROR(open_file(L"base.txt:s", GENERIC_WRITE, CREATE_ALWAYS) != INVALID_HANDLE_VALUE,
                        ERROR_INVALID_NAME);
        printf("no streams on this file system\n");
        return check_result();
    }
    CHECK_LASTERROR(open_file(L"base.txt:s", GENERIC_READ, OPEN_EXISTING) != INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
    write_text(L"base.txt:Zone.Identifier", "[ZoneTransfer]\r\nZoneId=3\r\n");
    CHECK(holds(L"base.txt", "base"));
    CHECK(holds(L"base.txt::$DATA", "base"));
    CHECK(holds(L"base.txt:zone.identifier:$DATA", "[ZoneTransfer]\r\nZoneId=3\r\n"));
    CHECK(GetFileAttributesW(L"base.txt:Zone.Identifier") == FILE_ATTRIBUTE_ARCHIVE);
    CHECK(GetFileAttributesW(L"base.txt:other") == INVALID_FILE_ATTRIBUTES);
    CHECK(count_streams(L"base.txt", L":Zone.Identifier:$DATA", 26) == 2);
    CHECK_LASTERROR(open_file(L"base.txt:Zone.Identifier", GENERIC_WRITE, CREATE_NEW) != INVALID_HANDLE_VALUE,
                    ERROR_FILE_EXISTS);
    CHECK_LASTERROR(open_file(L"base.txt:s:$X", GENERIC_WRITE, CREATE_NEW) != INVALID_HANDLE_VALUE, ERROR_INVALID_NAME);
    CHECK_LASTERROR(RemoveDirectoryW(L"base.txt:Zone.Identifier"), ERROR_INVALID_NAME);
    test_two_handles();
    // With the file: copies, moves.
    CHECK(CopyFileW(L"base.txt", L"copy.txt", TRUE));
    CHECK(MoveFileW(L"copy.txt", L"moved.txt"));
    CHECK(holds(L"moved.txt:Zone.Identifier", "[ZoneTransfer]\r\nZoneId=3\r\n"));
    // A stream goes alone; overwriting the file takes them all.
    CHECK(DeleteFileW(L"moved.txt:Zone.Identifier"));
    CHECK(count_streams(L"moved.txt", NULL, 0) == 1 && holds(L"moved.txt", "base"));
    write_text(L"base.txt", "new");
    CHECK(count_streams(L"base.txt", NULL, 0) == 1);
    // The file is made with its stream; directories have streams, but no data.
    write_text(L"fresh.txt:s", "x");
    CHECK(GetFileAttributesW(L"fresh.txt") == FILE_ATTRIBUTE_ARCHIVE);
    CHECK(CreateDirectoryW(L"dir", NULL));
    WIN32_FIND_STREAM_DATA data;
    CHECK_LASTERROR(FindFirstStreamW(L"dir", FindStreamInfoStandard, &data, 0) != INVALID_HANDLE_VALUE, ERROR_HANDLE_EOF);
    write_text(L"dir:note", "of a directory");
    CHECK(holds(L"dir:note", "of a directory"));
    CHECK(RemoveDirectoryW(L"dir"));
    CHECK(DeleteFileW(L"fresh.txt") && DeleteFileW(L"moved.txt") && DeleteFileW(L"base.txt"));
    return check_result();
}
