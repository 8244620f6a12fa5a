// The position of a synchronous handle after transfers at places of their own: behind the last of them, for whoever asks or goes
// on, a child with the handle too. "ReadFile function (fileapi.h)", on lpOverlapped with hFile not opened for overlapped use.
#include <stdlib.h>

#include "check.h"

static DWORD position(HANDLE file) { return SetFilePointer(file, 0, NULL, FILE_CURRENT); }

static DWORD at(HANDLE file, int writes, DWORD offset, char* data, DWORD size) {
    OVERLAPPED place = {.Offset = offset};
    DWORD bytes = 0;
    CHECK(writes ? WriteFile(file, data, size, &bytes, &place) : ReadFile(file, data, size, &bytes, &place));
    return bytes;
}

int main(int argc, char** argv) {
    char data[64] = {0};
    DWORD bytes;
    if (argc == 2) {  // the child writes where the handle stands
        return !WriteFile((HANDLE)(ULONG_PTR)strtoull(argv[1], NULL, 16), "child", 5, &bytes, NULL);
    }
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE file = CreateFileA("position.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, &inherit, CREATE_ALWAYS, 0, NULL);
    CHECK(WriteFile(file, "0123456789abcdefghij", 20, &bytes, NULL));
    CHECK_EQ(at(file, 0, 4, data, 3), 3);
    CHECK_EQ(memcmp(data, "456", 3), 0);
    CHECK_EQ(position(file), 7);
    CHECK_EQ(at(file, 0, 10, data, 2), 2);
    CHECK(ReadFile(file, data, 3, &bytes, NULL));
    CHECK_EQ(memcmp(data, "cde", 3), 0);
    CHECK_EQ(position(file), 15);
    CHECK_EQ(at(file, 1, 2, "XY", 2), 2);
    CHECK(WriteFile(file, "Z", 1, &bytes, NULL));
    CHECK_EQ(position(file), 5);
    CHECK_EQ(at(file, 0, 0, data, 6), 6);
    CHECK_EQ(memcmp(data, "01XYZ5", 6), 0);
    CHECK_EQ(SetFilePointer(file, 3, NULL, FILE_BEGIN), 3);
    CHECK(ReadFile(file, data, 1, &bytes, NULL) && data[0] == 'Y');
    CHECK_EQ(at(file, 0, 18, data, 8), 2);
    CHECK_EQ(position(file), 20);
    // Handed down.
    CHECK_EQ(at(file, 0, 8, data, 1), 1);
    char self[MAX_PATH], command[MAX_PATH + 32];
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;
    GetModuleFileNameA(NULL, self, MAX_PATH);
    sprintf(command, "\"%s\" %x", self, (unsigned)(ULONG_PTR)file);
    CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    CHECK_EQ(WaitForSingleObject(process.hProcess, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &bytes) && bytes == 0);
    CHECK_EQ(position(file), 14);
    CHECK_EQ(at(file, 0, 9, data, 5), 5);
    CHECK_EQ(memcmp(data, "child", 5), 0);
    // The end of a truncation is where the handle stands.
    CHECK_EQ(at(file, 0, 0, data, 5), 5);
    CHECK(SetEndOfFile(file));
    CHECK_EQ(GetFileSize(file, NULL), 5);
    CloseHandle(file);
    CHECK(DeleteFileA("position.bin"));
    return check_result();
}
