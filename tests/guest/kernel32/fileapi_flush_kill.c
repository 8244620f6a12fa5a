// What was acknowledged as flushed is there after the writer was killed: a child appends records through different kinds of
// handles, flushes, and says so; the parent kills it at any moment and looks. "FlushFileBuffers function".
#include <stdlib.h>

#include "check.h"

enum { RECORD = 512, ROUNDS = 12 };

static int child(int round) {
    DWORD flags = round % 3 == 0 ? FILE_FLAG_WRITE_THROUGH : round % 3 == 1 ? FILE_FLAG_OVERLAPPED | FILE_FLAG_NO_BUFFERING : 0;
    HANDLE file = CreateFileW(L"log.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, CREATE_ALWAYS,
                              flags, NULL);
    DWORD* record = VirtualAlloc(NULL, RECORD, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    for (DWORD number = 1;; ++number) {
        OVERLAPPED o = {0};
        DWORD bytes;
        for (int i = 0; i < RECORD / 4; ++i) record[i] = number * 2654435761u + (DWORD)i;
        o.Offset = (number - 1) * RECORD;
        if (!WriteFile(file, record, RECORD, &bytes, &o) && GetLastError() != ERROR_IO_PENDING) return 1;
        if (!GetOverlappedResult(file, &o, &bytes, TRUE) || bytes != RECORD) return 2;
        if (round % 3 && !FlushFileBuffers(file)) return 3;
        if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), &number, 4, &bytes, NULL)) return 4;
    }
}

static void one(int round) {
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE reader, writer;
    CHECK(CreatePipe(&reader, &writer, &inherit, 0));
    SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0);
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;
    char self[MAX_PATH], command[MAX_PATH + 32];
    GetModuleFileNameA(NULL, self, MAX_PATH);
    sprintf(command, "\"%s\" child %d", self, round);
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdOutput = writer;
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process))) return;
    CloseHandle(writer);
    DWORD acknowledged = 0, number, bytes;
    DWORD enough = 1 + (DWORD)(round * 7 % 23);
    while (acknowledged < enough && ReadFile(reader, &number, 4, &bytes, NULL) && bytes == 4) acknowledged = number;
    CHECK(TerminateProcess(process.hProcess, 9));
    while (ReadFile(reader, &number, 4, &bytes, NULL) && bytes == 4) acknowledged = number;
    CHECK_EQ(WaitForSingleObject(process.hProcess, 10000), WAIT_OBJECT_0);
    CHECK(acknowledged >= enough);
    HANDLE file = INVALID_HANDLE_VALUE;  // a device may still have to write what the child began last
    for (int i = 0; i < 2000 && file == INVALID_HANDLE_VALUE; ++i) {
        file = CreateFileW(L"log.bin", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        if (file == INVALID_HANDLE_VALUE) Sleep(1);
    }
    CHECK(file != INVALID_HANDLE_VALUE);
    for (DWORD at = 1; at <= acknowledged; ++at) {
        DWORD record[RECORD / 4] = {0};
        if (!CHECK(ReadFile(file, record, RECORD, &bytes, NULL) && bytes == RECORD)) break;
        CHECK_EQ(record[0], at * 2654435761u);
        CHECK_EQ(record[RECORD / 4 - 1], at * 2654435761u + RECORD / 4 - 1);
    }
    CloseHandle(file);
    CloseHandle(reader);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
}

int main(int argc, char** argv) {
    if (argc == 3) return child(atoi(argv[2]));
    for (int round = 0; round < ROUNDS; ++round) one(round);
    CHECK(DeleteFileW(L"log.bin"));
    return check_result();
}
