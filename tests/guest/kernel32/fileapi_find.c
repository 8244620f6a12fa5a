// FindFirstFile: order, wildcards, what a listing holds. "FindFirstFileW function (fileapi.h)",
// "Naming Files, Paths, and Namespaces".
#include "check.h"

static void touch(const wchar_t* name) {
    HANDLE file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

// All names that a pattern finds, with a bar after each.
static const wchar_t* list(const wchar_t* pattern) {
    static wchar_t text[1024];
    WIN32_FIND_DATAW data;
    text[0] = 0;
    HANDLE find = FindFirstFileW(pattern, &data);
    if (find == INVALID_HANDLE_VALUE) return L"none";
    do {
        wcscat(text, data.cFileName);
        wcscat(text, L"|");
    } while (FindNextFileW(find, &data));
    CHECK_EQ(GetLastError(), ERROR_NO_MORE_FILES);
    CHECK(FindClose(find));
    return text;
}

// What an earlier run left behind.
static void clean(void) {
    static const wchar_t* const kFiles[] = {L"d\\b.TXT", L"d\\A.txt", L"d\\c", L"d\\aa.text", L"d\\_x.y.txt"};
    for (size_t i = 0; i < sizeof kFiles / sizeof *kFiles; ++i) DeleteFileW(kFiles[i]);
    RemoveDirectoryW(L"d\\Sub");
    RemoveDirectoryW(L"d");
}

int main(void) {
    clean();
    CHECK(CreateDirectoryW(L"d", NULL));
    touch(L"d\\b.TXT");
    touch(L"d\\A.txt");
    touch(L"d\\c");
    touch(L"d\\aa.text");
    touch(L"d\\_x.y.txt");
    CHECK(CreateDirectoryW(L"d\\Sub", NULL));

    CHECK_WSTR(list(L"d\\*"), L".|..|A.txt|aa.text|b.TXT|c|Sub|_x.y.txt|");
    CHECK_WSTR(list(L"d/*.*"), L".|..|A.txt|aa.text|b.TXT|c|Sub|_x.y.txt|");
    CHECK_WSTR(list(L"d\\*.txt"), L"A.txt|b.TXT|_x.y.txt|");
    CHECK_WSTR(list(L"d\\?.txt"), L"A.txt|b.TXT|");
    CHECK_WSTR(list(L"d\\*."), L".|..|c|Sub|");
    CHECK_WSTR(list(L"d\\c.*"), L"c|");
    CHECK_WSTR(list(L"D\\A.TXT"), L"A.txt|");
    CHECK_WSTR(list(L"d\\sub"), L"Sub|");
    CHECK_WSTR(list(L"d\\nothing*"), L"none");
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_WSTR(list(L"d\\nothing"), L"none");
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_WSTR(list(L"missing\\*"), L"none");
    CHECK_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
    CHECK_WSTR(list(L"d\\c\\*"), L"none");
    CHECK_EQ(GetLastError(), ERROR_DIRECTORY);

    WIN32_FIND_DATAA narrow;
    HANDLE find = FindFirstFileA("d\\SUB", &narrow);
    CHECK(find != INVALID_HANDLE_VALUE);
    CHECK_STR(narrow.cFileName, "Sub");
    CHECK_EQ(narrow.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY);
    CHECK_LASTERROR(FindNextFileA(find, &narrow), ERROR_NO_MORE_FILES);
    CHECK(FindClose(find));
    CHECK_LASTERROR(FindClose(INVALID_HANDLE_VALUE), ERROR_INVALID_HANDLE);

    // A listing by handle.
    HANDLE dir = CreateFileW(L"d", FILE_LIST_DIRECTORY, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK(dir != INVALID_HANDLE_VALUE);
    static char buffer[300];
    int entries = 0;
    while (GetFileInformationByHandleEx(dir, FileIdBothDirectoryInfo, buffer, sizeof buffer)) {
        FILE_ID_BOTH_DIR_INFO* at = (FILE_ID_BOTH_DIR_INFO*)buffer;
        for (;;) {
            ++entries;
            CHECK(at->FileId.QuadPart != 0);
            if (!at->NextEntryOffset) break;
            at = (FILE_ID_BOTH_DIR_INFO*)((char*)at + at->NextEntryOffset);
        }
    }
    CHECK_EQ(GetLastError(), ERROR_NO_MORE_FILES);
    CHECK_EQ(entries, 8);
    CHECK(CloseHandle(dir));
    return check_result();
}
