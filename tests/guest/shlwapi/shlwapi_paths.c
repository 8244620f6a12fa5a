// The path functions of shlwapi over a table of paths. The pages of each function ("PathRemoveFileSpecA function
// (shlwapi.h)" and its neighbours), and their behaviour as observed where the pages say nothing.
// flags: -lshlwapi
#include "check.h"

#include <shlwapi.h>

typedef const wchar_t* S;

// In place: name, function giving BOOL, path, result, path afterwards.
static const struct {
    BOOL(WINAPI* call)(LPWSTR);
    S path;
    BOOL result;
    S left;
} in_place[] = {
    {PathRemoveFileSpecW, L"C:\\a\\b.txt", TRUE, L"C:\\a"}, {PathRemoveFileSpecW, L"C:\\a", TRUE, L"C:\\"},
    {PathRemoveFileSpecW, L"C:\\", FALSE, L"C:\\"},          {PathRemoveFileSpecW, L"C:a", TRUE, L"C:"},
    {PathRemoveFileSpecW, L"a", TRUE, L""},                  {PathRemoveFileSpecW, L"", FALSE, L""},
    {PathRemoveFileSpecW, L"a\\b", TRUE, L"a"},              {PathRemoveFileSpecW, L"a/b.c", TRUE, L""},
    {PathRemoveFileSpecW, L"\\a", TRUE, L"\\"},              {PathRemoveFileSpecW, L"\\\\", FALSE, L"\\\\"},
    {PathRemoveFileSpecW, L"\\\\s\\sh\\f", TRUE, L"\\\\s\\sh"}, {PathRemoveFileSpecW, L"C:\\a\\", TRUE, L"C:\\a"},
    {PathStripToRootW, L"C:\\a\\b.txt", TRUE, L"C:\\"},      {PathStripToRootW, L"\\a\\b", TRUE, L"\\"},
    {PathStripToRootW, L"\\\\s\\sh\\f\\g", TRUE, L"\\\\s\\sh"}, {PathStripToRootW, L"C:", FALSE, L"C:"},
    {PathStripToRootW, L"a\\b", FALSE, L""},
};

static void changing(void) {
    for (size_t i = 0; i < sizeof in_place / sizeof *in_place; i++) {
        wchar_t path[MAX_PATH];
        wcscpy(path, in_place[i].path);
        if (!CHECK_EQ(!!in_place[i].call(path), in_place[i].result) | !CHECK_WSTR(path, in_place[i].left))
            fprintf(stderr, "  row %d\n", (int)i);
    }
    char narrow[MAX_PATH] = "C:\\a b\\c";
    CHECK(PathRemoveFileSpecA(narrow));
    CHECK_STR(narrow, "C:\\a b");

    wchar_t path[MAX_PATH] = L"C:\\a";
    CHECK(PathAddBackslashW(path) == path + 5);
    CHECK(PathAddBackslashW(path) == path + 5);
    CHECK_WSTR(path, L"C:\\a\\");
    CHECK(PathRemoveBackslashW(path) == path + 4);  // the terminator that took its place
    CHECK_WSTR(path, L"C:\\a");
    CHECK(PathRemoveBackslashW(path) == path + 3);  // the last character, which was none
    wcscpy(path, L"C:\\");
    PathRemoveBackslashW(path);
    CHECK_WSTR(path, L"C:\\");

    wcscpy(path, L"dir.d\\file");
    CHECK(PathAddExtensionW(path, L".txt"));
    CHECK_WSTR(path, L"dir.d\\file.txt");
    CHECK(!PathAddExtensionW(path, L".exe"));
    CHECK(PathRenameExtensionW(path, L".c"));
    CHECK_WSTR(path, L"dir.d\\file.c");
    PathRemoveExtensionW(path);
    CHECK_WSTR(path, L"dir.d\\file");
    PathRemoveExtensionW(path);
    CHECK_WSTR(path, L"dir.d\\file");
    PathStripPathW(path);
    CHECK_WSTR(path, L"file");
    PathQuoteSpacesW(path);
    CHECK_WSTR(path, L"file");
    wcscpy(path, L"a b");
    PathQuoteSpacesW(path);
    CHECK_WSTR(path, L"\"a b\"");
    PathUnquoteSpacesW(path);
    CHECK_WSTR(path, L"a b");
    CHECK(PathBuildRootW(path, 25) == path);
    CHECK_WSTR(path, L"Z:\\");
}

static void asking(void) {
    CHECK_WSTR(PathFindFileNameW(L"c:\\a\\b.txt"), L"b.txt");
    CHECK_WSTR(PathFindFileNameW(L"c:\\a\\"), L"a\\");
    CHECK_WSTR(PathFindFileNameW(L"a/b"), L"b");
    CHECK_STR(PathFindFileNameA("c:x"), "x");
    CHECK_WSTR(PathFindExtensionW(L"a.b\\c"), L"");
    CHECK_WSTR(PathFindExtensionW(L"a.b.c"), L".c");
    CHECK_STR(PathFindExtensionA("a.b c"), "");
    CHECK_WSTR(PathFindNextComponentW(L"c:\\a\\b"), L"a\\b");
    CHECK_WSTR(PathFindNextComponentW(L"a"), L"");
    CHECK_WSTR(PathFindNextComponentW(L""), NULL);
    CHECK_WSTR(PathFindNextComponentW(L"\\\\s\\x"), L"s\\x");
    CHECK_WSTR(PathGetArgsW(L"a.exe x y"), L"x y");
    CHECK_WSTR(PathGetArgsW(L"\"a b.exe\" x"), L"x");
    CHECK_WSTR(PathGetArgsW(L"a.exe"), L"");
    CHECK_WSTR(PathSkipRootW(L"C:\\a"), L"a");
    CHECK_WSTR(PathSkipRootW(L"\\\\s\\sh\\a"), L"a");
    CHECK_WSTR(PathSkipRootW(L"C:a"), NULL);
    CHECK_WSTR(PathSkipRootW(L"\\a"), NULL);
    CHECK_WSTR(PathSkipRootW(L"\\\\s"), NULL);
    CHECK_EQ(PathGetDriveNumberW(L"c:\\"), 2);
    CHECK_EQ(PathGetDriveNumberW(L"\\\\s\\x"), -1);
    static const struct {
        S path;
        int relative, root, unc, spec;
    } rows[] = {
        {L"C:\\", 0, 1, 0, 0},  {L"C:", 0, 0, 0, 0},           {L"\\", 0, 1, 0, 0},          {L"\\\\s", 0, 1, 1, 0},
        {L"\\\\s\\x", 0, 1, 1, 0}, {L"\\\\s\\x\\y", 0, 0, 1, 0}, {L"a", 1, 0, 0, 1},          {L"a\\b", 1, 0, 0, 0},
        {L"..", 1, 0, 0, 1},    {L"\\\\?\\UNC\\s\\x", 0, 0, 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int ok = CHECK_EQ(PathIsRelativeW(rows[i].path), rows[i].relative) &
                 CHECK_EQ(PathIsUNCW(rows[i].path), rows[i].unc) & CHECK_EQ(PathIsFileSpecW(rows[i].path), rows[i].spec);
        if (wcsncmp(rows[i].path, L"\\\\?", 3)) ok &= CHECK_EQ(PathIsRootW(rows[i].path), rows[i].root);
        if (!ok) fprintf(stderr, "  row %d\n", (int)i);
    }
    CHECK(PathIsRelativeA("a") && !PathIsRelativeA("c:a"));
    CHECK(PathIsUNCA("\\\\s\\x") && !PathIsUNCA("c:\\"));
    CHECK(PathIsSameRootW(L"C:\\a\\b", L"c:\\x"));
    CHECK(!PathIsSameRootW(L"C:\\a", L"D:\\a"));
    CHECK(!PathIsSameRootW(L"\\a", L"a.txt"));
    CHECK(PathIsSameRootW(L"\\\\s\\sh\\a", L"\\\\s\\sh\\b") && !PathIsSameRootW(L"\\\\s\\sh\\a", L"\\\\s\\other\\b"));
    wchar_t common[MAX_PATH];
    CHECK_EQ(PathCommonPrefixW(L"C:\\win\\desktop\\x.txt", L"c:\\win\\tray\\y.txt", common), 6);
    CHECK_WSTR(common, L"C:\\win");
    CHECK_EQ(PathCommonPrefixW(L"C:\\abc", L"C:\\abd", common), 3);
    CHECK_WSTR(common, L"C:\\");
    CHECK_EQ(PathCommonPrefixW(L"a", L"b", common), 0);
}

static void joining(void) {
    static const struct {
        S directory, file, combined;
    } rows[] = {
        {L"C:", L"one\\two\\three", L"C:one\\two\\three"}, {L"C:\\", L"..", L"C:\\"}, {L"C:\\a", L"b", L"C:\\a\\b"},
        {L"C:\\a\\", L"..\\b", L"C:\\b"},   {L"C:\\a", L"D:\\b", L"D:\\b"},           {L"C:\\a\\b", L"\\c", L"C:\\c"},
        {L"C:\\a", L"\\\\s\\x", L"\\\\s\\x"}, {NULL, L"C:\\a\\..\\b", L"C:\\b"},       {L"C:\\a", NULL, L"C:\\a"},
        {L"a", L"b", L"a\\b"},
    };
    wchar_t path[MAX_PATH];
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
        CHECK(PathCombineW(path, rows[i].directory, rows[i].file) == path);
        if (!CHECK_WSTR(path, rows[i].combined)) fprintf(stderr, "  row %d\n", (int)i);
    }
    wcscpy(path, L"C:\\a");
    CHECK(PathAppendW(path, L"..\\b") && !wcscmp(path, L"C:\\b"));
    static const S canonical[][2] = {  // the examples of the page
        {L"A:\\name_1\\.\\name_2\\..\\name_3", L"A:\\name_1\\name_3"},
        {L"A:\\name_1\\..\\name_2\\.\\name_3", L"A:\\name_2\\name_3"},
        {L"A:\\name_1\\name_2\\.\\name_3\\..\\name_4", L"A:\\name_1\\name_2\\name_4"},
        {L"A:\\name_1\\.\\name_2\\.\\name_3\\..\\name_4\\..", L"A:\\name_1\\name_2"},
        {L"C:\\..", L"C:\\"}, {L"C:", L"C:\\"}, {L"", L"\\"},
    };
    for (size_t i = 0; i < sizeof canonical / sizeof *canonical; i++) {
        CHECK(PathCanonicalizeW(path, canonical[i][0]));
        CHECK_WSTR(path, canonical[i][1]);
    }
}

static void urls(void) {
    static const S rows[][2] = {{L"C:\\a b\\c.txt", L"file:///C:/a%20b/c.txt"}, {L"\\\\host\\share\\x", L"file://host/share/x"},
                                {L"\\a", L"file:///a"}, {L"a#b", L"file:a%23b"}};
    wchar_t url[128];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DWORD size = 128;
        CHECK_EQ(UrlCreateFromPathW(rows[i][0], url, &size, 0), S_OK);
        CHECK_WSTR(url, rows[i][1]);
        CHECK_EQ(size, wcslen(rows[i][1]));
    }
    DWORD small = 5;
    CHECK_EQ(UrlCreateFromPathW(L"C:\\a", url, &small, 0), E_POINTER);
    CHECK_EQ(small, wcslen(L"file:///C:/a") + 1);
}

int main(void) {
    changing();
    asking();
    joining();
    urls();
    return check_result();
}
