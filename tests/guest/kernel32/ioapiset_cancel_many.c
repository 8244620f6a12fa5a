// Reads of a file past the cache and of a pipe, cancelled by another thread as they go: each ends exactly once, as done or as
// cancelled, and CancelIoEx of what has ended says ERROR_NOT_FOUND. "CancelIoEx function (ioapiset.h)".
#include "check.h"

enum { DEPTH = 64, ROUNDS = 60, BLOCK = 4096 };

typedef struct {
    OVERLAPPED overlapped;
    volatile LONG begun;
} Operation;

static Operation operations[2][DEPTH];
static HANDLE handles[2], writer, port;
static volatile LONG stop, found, unexpected;

static DWORD WINAPI cancel(void* unused) {
    (void)unused;
    for (unsigned i = 0; !stop; ++i) {
        int which = (int)(i & 1);
        if (CancelIoEx(handles[which], i % 9 ? &operations[which][i * 13 % DEPTH].overlapped : NULL)) InterlockedIncrement(&found);
        else if (GetLastError() != ERROR_NOT_FOUND) unexpected = (LONG)GetLastError();
        if (i % 8 == 0) Sleep(0);
    }
    return 0;
}

int main(void) {
    char* memory = VirtualAlloc(NULL, 2 * DEPTH * BLOCK, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    handles[0] = CreateFileA("cancelled.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                             FILE_FLAG_OVERLAPPED | FILE_FLAG_NO_BUFFERING | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    char name[64];
    sprintf(name, "\\\\.\\pipe\\cancelled-%lu", GetCurrentProcessId());
    handles[1] = CreateNamedPipeA(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, 65536, 65536, 0, NULL);
    writer = CreateFileA(name, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(handles[0] != INVALID_HANDLE_VALUE && handles[1] != INVALID_HANDLE_VALUE && writer != INVALID_HANDLE_VALUE);
    port = CreateIoCompletionPort(handles[0], NULL, 0, 1);
    CHECK(CreateIoCompletionPort(handles[1], port, 1, 0) == port);
    FILE_END_OF_FILE_INFO size = {.EndOfFile.QuadPart = DEPTH * BLOCK};
    CHECK(SetFileInformationByHandle(handles[0], FileEndOfFileInfo, &size, sizeof size));
    HANDLE thread = CreateThread(NULL, 0, cancel, NULL, 0, NULL);
    long begun = 0, ended = 0, done = 0, aborted = 0;
    for (int round = 0; round < ROUNDS; ++round) {
        for (int i = 0; i < 2 * DEPTH; ++i) {
            Operation* one = &operations[i & 1][i / 2];
            memset(&one->overlapped, 0, sizeof one->overlapped);
            one->overlapped.Offset = i & 1 ? 0 : (DWORD)(i / 2 * BLOCK);
            InterlockedExchange(&one->begun, 1);
            BOOL now = ReadFile(handles[i & 1], memory + (size_t)i * BLOCK, i & 1 ? 16 : BLOCK, NULL, &one->overlapped);
            if (CHECK(now || GetLastError() == ERROR_IO_PENDING)) ++begun;
        }
        DWORD bytes;
        for (int i = 0; i < DEPTH / 2; ++i) WriteFile(writer, "0123456789abcdef", 16, &bytes, NULL);
        while (ended < begun) {
            ULONG_PTR key;
            OVERLAPPED* which = NULL;
            BOOL good = GetQueuedCompletionStatus(port, &bytes, &key, &which, 300);
            if (!which) {  // what nobody will write for
                CancelIoEx(handles[1], NULL);
                continue;
            }
            DWORD error = good ? 0 : GetLastError();
            CHECK_EQ(InterlockedExchange(&CONTAINING_RECORD(which, Operation, overlapped)->begun, 0), 1);
            CHECK(error == 0 || error == ERROR_OPERATION_ABORTED);
            if (key == 0 && error == 0) CHECK_EQ(bytes, BLOCK);
            ++ended, error ? ++aborted : ++done;
        }
    }
    stop = 1;
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CHECK_EQ(unexpected, 0);
    CHECK(aborted > 0 && done > 0);
    CHECK_EQ(begun, 2L * DEPTH * ROUNDS);
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED* which;
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &which, 20));
    CloseHandle(handles[0]);
    return check_result();
}
