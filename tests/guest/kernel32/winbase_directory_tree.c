// A tree that is watched: names below, directories made with files in them, renames as pairs, moves between directories of the
// tree, more changes than the buffer holds. "ReadDirectoryChangesW function", "FILE_NOTIFY_INFORMATION structure".
#include <stdlib.h>

#include "check.h"

static DWORD buffer[16384];
static HANDLE watched;
static OVERLAPPED overlapped;

static void begin(DWORD size) {
    ResetEvent(overlapped.hEvent);
    CHECK(ReadDirectoryChangesW(watched, buffer, size, TRUE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME, NULL,
                                &overlapped, NULL));
}

// The changes that come, as "+name" (added), "-" (removed), "<" and ">" (old and new name), joined by spaces.
static void expect(const char* expected) {
    static char text[4096];
    const size_t size = sizeof text;
    text[0] = 0;
    for (;;) {
        DWORD bytes = 0;
        int complete = strcmp(text, expected) == 0;
        if (WaitForSingleObject(overlapped.hEvent, complete ? 30 : 10000) != WAIT_OBJECT_0) {
            CHECK_STR(text, expected);
            return;
        }
        if (!CHECK(GetOverlappedResult(watched, &overlapped, &bytes, FALSE))) return;
        for (char* at = (char*)buffer; bytes;) {
            FILE_NOTIFY_INFORMATION* one = (FILE_NOTIFY_INFORMATION*)at;
            size_t used = strlen(text);
            snprintf(text + used, size - used, "%s%c%.*ls", used ? " " : "", "?+-*<>"[one->Action], (int)(one->FileNameLength / 2),
                     one->FileName);
            if (!one->NextEntryOffset) break;
            at += one->NextEntryOffset;
        }
        begin(sizeof buffer);
    }
}

static void touch(const char* name) { CHECK(CloseHandle(CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL))); }

int main(void) {
    CHECK(CreateDirectoryA("tree", NULL) && CreateDirectoryA("tree\\a", NULL) && CreateDirectoryA("tree\\b", NULL));
    watched = CreateFileA("tree", FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                          FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    begin(sizeof buffer);
    touch("tree\\a\\one");
    expect("+a\\one");
    CHECK(MoveFileA("tree\\a\\one", "tree\\a\\two"));
    expect("<a\\one >a\\two");
    CHECK(MoveFileA("tree\\a\\two", "tree\\b\\two"));
    expect("-a\\two +b\\two");
    CHECK(CreateDirectoryA("tree\\b\\new", NULL));
    expect("+b\\new");
    touch("tree\\b\\new\\deep");
    expect("+b\\new\\deep");
    CHECK(MoveFileA("tree\\b\\new", "tree\\a\\moved"));
    expect("-b\\new +a\\moved");
    CHECK(DeleteFileA("tree\\a\\moved\\deep"));
    expect("-a\\moved\\deep");
    CHECK(RemoveDirectoryA("tree\\a\\moved"));
    expect("-a\\moved");
    // What leaves the tree is removed, what comes is added.
    CHECK(MoveFileA("tree\\b\\two", "outside"));
    expect("-b\\two");
    CHECK(MoveFileA("outside", "tree\\b\\two"));
    expect("+b\\two");
    // More than the buffer of a request holds: nothing but that.
    DWORD bytes = 99;
    for (int i = 0; i < 3000; ++i) {
        char name[64];
        sprintf(name, "tree\\a\\file-%d", i);
        touch(name);
    }
    CHECK(GetOverlappedResult(watched, &overlapped, &bytes, TRUE));
    DWORD empty = 0;
    for (int i = 0; i < 3000 && !empty; ++i) {
        begin(256);
        if (WaitForSingleObject(overlapped.hEvent, 500) != WAIT_OBJECT_0) break;
        if (!GetOverlappedResult(watched, &overlapped, &bytes, FALSE)) CHECK_EQ(GetLastError(), ERROR_NOTIFY_ENUM_DIR), ++empty;
        else empty += bytes == 0;
    }
    CHECK(empty > 0);
    CancelIo(watched);
    CloseHandle(watched);
    for (int i = 0; i < 3000; ++i) {
        char name[64];
        sprintf(name, "tree\\a\\file-%d", i);
        DeleteFileA(name);
    }
    CHECK(DeleteFileA("tree\\b\\two") && RemoveDirectoryA("tree\\a") && RemoveDirectoryA("tree\\b") && RemoveDirectoryA("tree"));
    return check_result();
}
