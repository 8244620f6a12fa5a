// Dispositions, their last errors, and what opening directories and missing paths says.
// "CreateFileW function (fileapi.h)", "System Error Codes".
#include "check.h"

static HANDLE create(const wchar_t* name, DWORD access, DWORD disposition, DWORD flags) {
    return CreateFileW(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, disposition, flags,
                       NULL);
}

static LONGLONG size_of(const wchar_t* name) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (!GetFileAttributesExW(name, GetFileExInfoStandard, &data)) return -1;
    return (LONGLONG)data.nFileSizeHigh << 32 | data.nFileSizeLow;
}

int main(void) {
    DWORD done;
    HANDLE file = create(L"new.txt", GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), 0);
    CHECK(WriteFile(file, "12345", 5, &done, NULL));
    CloseHandle(file);
    CHECK_EQ(size_of(L"new.txt"), 5);
    CHECK_EQ(size_of(L"NEW.TXT"), 5);
    CHECK_LASTERROR(create(L"new.txt", GENERIC_WRITE, CREATE_NEW, 0) != INVALID_HANDLE_VALUE, ERROR_FILE_EXISTS);
    CHECK_LASTERROR(create(L"New.Txt", GENERIC_WRITE, CREATE_NEW, 0) != INVALID_HANDLE_VALUE, ERROR_FILE_EXISTS);

    file = create(L"new.txt", GENERIC_WRITE, OPEN_ALWAYS, 0);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CloseHandle(file);
    CHECK_EQ(size_of(L"new.txt"), 5);
    file = create(L"other.txt", GENERIC_WRITE, OPEN_ALWAYS, 0);
    CHECK_EQ(GetLastError(), 0);
    CloseHandle(file);
    CHECK_EQ(size_of(L"other.txt"), 0);
    CHECK(DeleteFileW(L"OTHER.txt"));
    file = create(L"new.txt", GENERIC_WRITE, TRUNCATE_EXISTING, 0);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    CHECK_EQ(size_of(L"new.txt"), 0);
    CHECK_LASTERROR(create(L"new.txt", GENERIC_READ, TRUNCATE_EXISTING, 0) != INVALID_HANDLE_VALUE,
                    ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(create(L"missing.txt", GENERIC_WRITE, TRUNCATE_EXISTING, 0) != INVALID_HANDLE_VALUE,
                    ERROR_FILE_NOT_FOUND);

    CHECK_LASTERROR(create(L"missing.txt", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE,
                    ERROR_FILE_NOT_FOUND);
    CHECK_LASTERROR(create(L"missing\\x.txt", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE,
                    ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"missing\\x.txt", GENERIC_WRITE, CREATE_ALWAYS, 0) != INVALID_HANDLE_VALUE,
                    ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"new.txt\\x", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE,
                    ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"Q:\\x", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"a*b", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE, ERROR_INVALID_NAME);
    CHECK_LASTERROR(create(L"", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"new.txt", GENERIC_READ, 77, 0) != INVALID_HANDLE_VALUE, ERROR_INVALID_PARAMETER);

    CHECK(CreateDirectoryW(L"Dir", NULL));
    CHECK_LASTERROR(CreateDirectoryW(L"dir", NULL), ERROR_ALREADY_EXISTS);
    CHECK_LASTERROR(CreateDirectoryW(L"no\\dir", NULL), ERROR_PATH_NOT_FOUND);
    CHECK_LASTERROR(create(L"Dir", GENERIC_READ, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(create(L"Dir", GENERIC_WRITE, CREATE_ALWAYS, 0) != INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED);
    file = create(L"Dir", GENERIC_READ, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    CHECK(file != INVALID_HANDLE_VALUE);
    BY_HANDLE_FILE_INFORMATION info;
    CHECK(GetFileInformationByHandle(file, &info));
    CHECK_EQ(info.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY);
    CHECK_LASTERROR(ReadFile(file, &info, 1, &done, NULL), ERROR_INVALID_FUNCTION);
    CloseHandle(file);
    CHECK_LASTERROR(DeleteFileW(L"Dir"), ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(RemoveDirectoryW(L"new.txt"), ERROR_DIRECTORY);
    file = create(L"dir\\inner.txt", GENERIC_WRITE, CREATE_ALWAYS, 0);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    CHECK_LASTERROR(RemoveDirectoryW(L"Dir"), ERROR_DIR_NOT_EMPTY);
    CHECK(DeleteFileW(L"DIR/INNER.TXT"));
    CHECK(RemoveDirectoryW(L"DIR"));
    CHECK_LASTERROR(RemoveDirectoryW(L"Dir"), ERROR_FILE_NOT_FOUND);

    // A read-only file is not written to nor deleted; attributes come and go.
    CHECK(SetFileAttributesW(L"new.txt", FILE_ATTRIBUTE_READONLY));
    CHECK(GetFileAttributesW(L"new.txt") & FILE_ATTRIBUTE_READONLY);
    CHECK_LASTERROR(create(L"new.txt", GENERIC_WRITE, OPEN_EXISTING, 0) != INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(create(L"new.txt", GENERIC_WRITE, CREATE_ALWAYS, 0) != INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED);
    CHECK_LASTERROR(DeleteFileW(L"new.txt"), ERROR_ACCESS_DENIED);
    CHECK(SetFileAttributesW(L"new.txt", FILE_ATTRIBUTE_NORMAL));
    CHECK(!(GetFileAttributesW(L"new.txt") & FILE_ATTRIBUTE_READONLY));

    // Gone when the last handle is.
    file = create(L"gone.txt", GENERIC_WRITE | DELETE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(GetFileAttributesW(L"gone.txt") != INVALID_FILE_ATTRIBUTES);
    CloseHandle(file);
    CHECK_EQ(GetFileAttributesW(L"gone.txt"), INVALID_FILE_ATTRIBUTES);

    // NUL is a device wherever it is named.
    file = create(L"Dir\\nul.txt", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetFileType(file), FILE_TYPE_CHAR);
    CHECK(WriteFile(file, "x", 1, &done, NULL));
    CHECK_EQ(done, 1);
    char byte;
    CHECK(ReadFile(file, &byte, 1, &done, NULL));
    CHECK_EQ(done, 0);
    CloseHandle(file);
    CHECK(DeleteFileW(L"new.txt"));
    return check_result();
}
