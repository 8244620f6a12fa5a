// Copying, moving, replacing and linking. "CopyFileExW function (winbase.h)", "MoveFileExW function (winbase.h)",
// "ReplaceFileW function (winbase.h)", "CreateHardLinkW function (winbase.h)".
#include "check.h"
#include <winioctl.h>

static void put(const wchar_t* name, const char* text) {
    DWORD done;
    HANDLE file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(WriteFile(file, text, (DWORD)strlen(text), &done, NULL));
    CloseHandle(file);
}

static const char* get(const wchar_t* name) {
    static char text[64];
    DWORD done = 0;
    memset(text, 0, sizeof text);
    HANDLE file = CreateFileW(name, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return "missing";
    ReadFile(file, text, sizeof text - 1, &done, NULL);
    CloseHandle(file);
    return text;
}

static int calls;
static LONGLONG last_total;
static DWORD CALLBACK progress(LARGE_INTEGER total, LARGE_INTEGER moved, LARGE_INTEGER size, LARGE_INTEGER stream,
                               DWORD number, DWORD reason, HANDLE from, HANDLE to, LPVOID data) {
    (void)size; (void)stream; (void)number; (void)reason; (void)from; (void)to;
    ++calls;
    last_total = total.QuadPart;
    CHECK(moved.QuadPart <= total.QuadPart);
    return *(DWORD*)data;
}

static DWORD links_of(const wchar_t* name, ULONGLONG* id) {
    BY_HANDLE_FILE_INFORMATION info = {0};
    HANDLE file = CreateFileW(name, 0, 7, NULL, OPEN_EXISTING, 0, NULL);
    GetFileInformationByHandle(file, &info);
    CloseHandle(file);
    *id = (ULONGLONG)info.nFileIndexHigh << 32 | info.nFileIndexLow;
    return info.nNumberOfLinks;
}

int main(void) {
    put(L"one", "first");
    CHECK(CopyFileW(L"ONE", L"two", TRUE));
    CHECK_STR(get(L"two"), "first");
    CHECK_LASTERROR(CopyFileW(L"one", L"TWO", TRUE), ERROR_FILE_EXISTS);
    put(L"one", "second");
    CHECK(CopyFileW(L"one", L"two", FALSE));
    CHECK_STR(get(L"two"), "second");
    CHECK_LASTERROR(CopyFileW(L"missing", L"x", FALSE), ERROR_FILE_NOT_FOUND);
    CHECK_LASTERROR(CopyFileW(L"one", L"one", FALSE), ERROR_SHARING_VIOLATION);
    CHECK_STR(get(L"one"), "second");

    DWORD answer = PROGRESS_CONTINUE;
    CHECK(CopyFileExW(L"one", L"three", progress, &answer, NULL, 0));
    CHECK(calls >= 2);
    CHECK_EQ(last_total, 6);
    answer = PROGRESS_CANCEL;
    CHECK_LASTERROR(CopyFileExW(L"one", L"four", progress, &answer, NULL, 0), ERROR_REQUEST_ABORTED);
    CHECK_EQ(GetFileAttributesW(L"four"), INVALID_FILE_ATTRIBUTES);

    CHECK_LASTERROR(MoveFileW(L"one", L"two"), ERROR_ALREADY_EXISTS);
    put(L"two", "old");
    CHECK(MoveFileExW(L"one", L"TWO", MOVEFILE_REPLACE_EXISTING));
    CHECK_STR(get(L"two"), "second");
    CHECK_STR(get(L"one"), "missing");
    CHECK_LASTERROR(MoveFileW(L"one", L"x"), ERROR_FILE_NOT_FOUND);
    CHECK_LASTERROR(MoveFileW(L"two", L"no\\x"), ERROR_PATH_NOT_FOUND);
    // A rename may change nothing but the case.
    CHECK(MoveFileW(L"two", L"Two"));
    WIN32_FIND_DATAW data;
    HANDLE find = FindFirstFileW(L"tWO", &data);
    CHECK_WSTR(data.cFileName, L"Two");
    FindClose(find);
    CHECK(CreateDirectoryW(L"dir", NULL));
    CHECK_LASTERROR(MoveFileExW(L"two", L"dir", MOVEFILE_REPLACE_EXISTING), ERROR_ACCESS_DENIED);
    CHECK(MoveFileW(L"two", L"dir\\two"));
    CHECK(MoveFileW(L"dir", L"folder"));
    CHECK_STR(get(L"folder\\two"), "second");
    CHECK(MoveFileW(L"folder\\two", L"two"));

    put(L"new", "new");
    CHECK(ReplaceFileW(L"two", L"new", L"backup", 0, NULL, NULL));
    CHECK_STR(get(L"two"), "new");
    CHECK_STR(get(L"backup"), "second");
    CHECK_STR(get(L"new"), "missing");

    ULONGLONG id1, id2;
    CHECK(CreateHardLinkW(L"hard", L"two", NULL));
    CHECK_EQ(links_of(L"hard", &id1), 2);
    links_of(L"two", &id2);
    CHECK(id1 == id2);
    CHECK_LASTERROR(CreateHardLinkW(L"HARD", L"two", NULL), ERROR_ALREADY_EXISTS);

    // Symbolic links, both ways.
    CHECK(CreateSymbolicLinkW(L"soft", L"folder\\..\\two", 2));
    CHECK_STR(get(L"soft"), "new");
    CHECK(GetFileAttributesW(L"soft") & FILE_ATTRIBUTE_REPARSE_POINT);
    CHECK(CreateSymbolicLinkW(L"softdir", L"folder", SYMBOLIC_LINK_FLAG_DIRECTORY | 2));
    CHECK_EQ(GetFileAttributesW(L"softdir"), FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY);
    HANDLE link = CreateFileW(L"softdir", 0, 7, NULL, OPEN_EXISTING,
                              FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK(link != INVALID_HANDLE_VALUE);
    static struct {
        ULONG tag;
        USHORT length, reserved, substitute, substitute_length, print, print_length;
        ULONG flags;
        WCHAR path[500];
    } reparse;
    DWORD got = 0;
    if (CHECK(DeviceIoControl(link, FSCTL_GET_REPARSE_POINT, NULL, 0, &reparse, sizeof reparse, &got, NULL))) {
        CHECK_EQ(reparse.tag, 0xA000000C);
        CHECK_EQ(reparse.flags, 1);
        CHECK_EQ(reparse.print_length, 12);
        CHECK(wcsncmp(reparse.path + reparse.print / 2, L"folder", 6) == 0);
    }
    CloseHandle(link);
    CHECK_LASTERROR(DeleteFileW(L"softdir"), ERROR_ACCESS_DENIED);
    CHECK(RemoveDirectoryW(L"softdir"));
    CHECK(GetFileAttributesW(L"folder") != INVALID_FILE_ATTRIBUTES);
    CHECK(DeleteFileW(L"soft"));
    CHECK_STR(get(L"two"), "new");

    CHECK(DeleteFileW(L"two") && DeleteFileW(L"hard") && DeleteFileW(L"three") && DeleteFileW(L"backup"));
    CHECK(RemoveDirectoryW(L"folder"));
    return check_result();
}
