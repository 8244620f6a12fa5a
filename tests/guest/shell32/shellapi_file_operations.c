// Trees copied, moved and deleted. "SHFileOperationW function (shellapi.h)".
// flags: -lshell32
#include "check.h"

#include <shellapi.h>

static void put(const WCHAR* path) {
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static int there(const WCHAR* path) { return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES; }

static int operate(UINT what, const WCHAR* from, const WCHAR* to) {
    SHFILEOPSTRUCTW operation = {NULL, what, from, to, FOF_NO_UI};
    return SHFileOperationW(&operation);
}

int main(void) {
    operate(FO_DELETE, L"tree\0", NULL);
    CHECK(CreateDirectoryW(L"tree", NULL) && CreateDirectoryW(L"tree\\in", NULL));
    put(L"tree\\one.txt");
    put(L"tree\\in\\two.txt");
    CHECK(SetFileAttributesW(L"tree\\in\\two.txt", FILE_ATTRIBUTE_READONLY));
    CHECK_EQ(operate(FO_COPY, L"tree\0", L"copy\0"), 0);
    CHECK(there(L"copy\\one.txt") && there(L"copy\\in\\two.txt") && there(L"tree\\in\\two.txt"));
    CHECK_EQ(operate(FO_COPY, L"tree\\*.txt\0", L"copy\\in\0"), 0);
    CHECK(there(L"copy\\in\\one.txt"));
    CHECK_EQ(operate(FO_MOVE, L"copy\0", L"moved\0"), 0);
    CHECK(!there(L"copy") && there(L"moved\\in\\two.txt"));
    CHECK_EQ(operate(FO_DELETE, L"moved\0tree\0", NULL), 0);
    CHECK(!there(L"moved") && !there(L"tree"));
    CHECK(operate(FO_DELETE, L"tree\0", NULL) != 0);
    return check_result();
}
