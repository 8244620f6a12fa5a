// Full, final, long and temporary paths and the current directory. "GetFullPathNameW function (fileapi.h)",
// "File path formats on Windows systems", "GetFinalPathNameByHandleW function (fileapi.h)".
#include "check.h"

static const wchar_t* full(const wchar_t* name) {
    static wchar_t text[600];
    text[0] = 0;
    GetFullPathNameW(name, 600, text, NULL);
    return text;
}

int main(void) {
    wchar_t here[MAX_PATH], text[600], *part;
    DWORD length = GetCurrentDirectoryW(MAX_PATH, here);
    CHECK_EQ(length, wcslen(here));
    CHECK_EQ(GetCurrentDirectoryW(2, text), length + 1);
    CHECK(here[1] == L':' && here[2] == L'\\' && here[length - 1] != L'\\');

    wchar_t expected[600];
    wcscpy(expected, here);
    wcscat(expected, L"\\a\\c.txt");
    CHECK_WSTR(full(L"a\\b\\..\\c.txt"), expected);
    CHECK_WSTR(full(L"a/./c.txt. "), expected);
    CHECK_WSTR(full(L"C:\\a\\..\\..\\b\\"), L"C:\\b\\");
    CHECK_WSTR(full(L"C:\\a...\\b"), L"C:\\a...\\b");
    CHECK_WSTR(full(L"nul"), L"\\\\.\\nul");
    CHECK_WSTR(full(L"\\\\?\\C:\\x\\..\\y"), L"\\\\?\\C:\\y");
    CHECK_WSTR(full(L"\\\\server\\share\\..\\x"), L"\\\\server\\share\\x");
    CHECK_EQ(GetFullPathNameW(L"C:\\abc", 3, text, &part), 7);
    CHECK_EQ(GetFullPathNameW(L"C:\\abc", 7, text, &part), 6);
    CHECK_WSTR(part, L"abc");
    CHECK_EQ(GetFullPathNameW(L"C:\\", 7, text, &part), 3);
    CHECK(part == NULL);

    CHECK(CreateDirectoryW(L"Sub", NULL));
    CHECK(SetCurrentDirectoryW(L"sub"));
    wcscpy(expected, here);
    wcscat(expected, L"\\sub");
    GetCurrentDirectoryW(600, text);
    CHECK_WSTR(text, expected);
    CHECK(SetCurrentDirectoryW(L".."));
    GetCurrentDirectoryW(600, text);
    CHECK_WSTR(text, here);
    CHECK_LASTERROR(SetCurrentDirectoryW(L"missing"), ERROR_FILE_NOT_FOUND);

    CHECK(GetLongPathNameW(L"SUB", text, 600) == 3);
    CHECK_WSTR(text, L"Sub");
    HANDLE dir = CreateFileW(L"SUB", 0, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK(dir != INVALID_HANDLE_VALUE);
    CHECK(GetFinalPathNameByHandleW(dir, text, 600, 0) > 0);
    wcscpy(expected, L"\\\\?\\");
    wcscat(expected, here);
    wcscat(expected, L"\\Sub");
    CHECK_WSTR(text, expected);
    CHECK_EQ(GetFinalPathNameByHandleW(dir, text, 4, 0), wcslen(expected) + 1);
    CloseHandle(dir);
    CHECK(RemoveDirectoryW(L"Sub"));

    length = GetTempPathW(600, text);
    CHECK(length > 0 && text[length - 1] == L'\\');
    CHECK(GetFileAttributesW(text) & FILE_ATTRIBUTE_DIRECTORY);
    UINT unique = GetTempFileNameW(L".", L"longprefix", 0, text);
    CHECK(unique != 0);
    CHECK(wcsncmp(text, L".\\lon", 5) == 0);
    CHECK(DeleteFileW(text));
    CHECK_EQ(GetTempFileNameW(L".", L"x", 0x1A2, text), 0x1A2);
    CHECK_WSTR(text, L".\\x1A2.tmp");

    // Built-in directories exist; drives and volumes answer.
    CHECK(GetFileAttributesW(L"c:\\windows\\SYSTEM32") & FILE_ATTRIBUTE_DIRECTORY);
    CHECK_EQ(GetDriveTypeW(L"C:\\"), DRIVE_FIXED);
    CHECK_EQ(GetDriveTypeW(L"Q:\\"), DRIVE_NO_ROOT_DIR);
    CHECK(GetLogicalDrives() & 4);
    wchar_t system[32];
    DWORD serial, component, flags;
    CHECK(GetVolumeInformationW(L"C:\\", text, 600, &serial, &component, &flags, system, 32));
    CHECK_WSTR(system, L"NTFS");
    CHECK_EQ(component, 255);
    ULARGE_INTEGER available, total, unused;
    CHECK(GetDiskFreeSpaceExW(NULL, &available, &total, &unused));
    CHECK(total.QuadPart > 0 && available.QuadPart <= unused.QuadPart && unused.QuadPart <= total.QuadPart);
    CHECK(GetVolumePathNameW(L"C:\\Windows\\x", text, 600));
    CHECK_WSTR(text, L"C:\\");

    // Longer than MAX_PATH without any prefix.
    wcscpy(expected, here);
    for (int i = 0; i < 6; ++i) {
        wcscat(expected, L"\\a_component_of_exactly_fifty_characters_in_length__");
        CHECK(CreateDirectoryW(expected, NULL));
    }
    CHECK(wcslen(expected) > MAX_PATH);
    for (int i = 0; i < 6; ++i) {
        CHECK(RemoveDirectoryW(expected));
        *wcsrchr(expected, L'\\') = 0;
    }
    return check_result();
}
