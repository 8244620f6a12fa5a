// Change notifications: signalled by the first change of a kind that was asked for, again after FindNextChangeNotification, at
// once when something changed in between. "FindFirstChangeNotificationW function (fileapi.h)".
#include "check.h"

static void touch(const char* path) {
    DWORD bytes;
    HANDLE file = CreateFileA(path, GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, 0, NULL);
    CHECK(WriteFile(file, "x", 1, &bytes, NULL));
    CloseHandle(file);
}

int main(void) {
    CHECK(CreateDirectoryA("watched", NULL) && CreateDirectoryA("watched\\below", NULL));
    HANDLE flat = FindFirstChangeNotificationA("watched", FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    HANDLE deep = FindFirstChangeNotificationW(L"watched", TRUE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE);
    CHECK(flat != INVALID_HANDLE_VALUE && deep != INVALID_HANDLE_VALUE);
    CHECK_EQ(WaitForSingleObject(flat, 20), WAIT_TIMEOUT);
    touch("watched\\below\\a");
    CHECK_EQ(WaitForSingleObject(deep, 5000), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(deep, 0), WAIT_OBJECT_0);  // stays so
    CHECK_EQ(WaitForSingleObject(flat, 20), WAIT_TIMEOUT);
    touch("watched\\b");
    CHECK_EQ(WaitForSingleObject(flat, 5000), WAIT_OBJECT_0);
    CHECK(FindNextChangeNotification(flat));
    CHECK_EQ(WaitForSingleObject(flat, 20), WAIT_TIMEOUT);
    touch("watched\\b");  // no name changed
    CHECK_EQ(WaitForSingleObject(flat, 20), WAIT_TIMEOUT);
    CHECK(DeleteFileA("watched\\b"));
    CHECK_EQ(WaitForSingleObject(flat, 5000), WAIT_OBJECT_0);
    touch("watched\\c");
    CHECK(FindNextChangeNotification(flat));
    CHECK_EQ(WaitForSingleObject(flat, 5000), WAIT_OBJECT_0);
    CHECK(FindCloseChangeNotification(flat) && FindCloseChangeNotification(deep));
    CHECK_LASTERROR(FindNextChangeNotification(flat), ERROR_INVALID_HANDLE);
    CHECK(FindFirstChangeNotificationA("absent", FALSE, FILE_NOTIFY_CHANGE_FILE_NAME) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK(DeleteFileA("watched\\c") && DeleteFileA("watched\\below\\a"));
    CHECK(RemoveDirectoryA("watched\\below") && RemoveDirectoryA("watched"));
    return check_result();
}
