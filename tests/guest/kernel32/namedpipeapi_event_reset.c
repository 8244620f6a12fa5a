// Starting an operation resets the event of its OVERLAPPED, so that one left signalled does not end the wait for it at once.
// "OVERLAPPED structure (minwinbase.h)": the system sets the event to nonsignalled when a function returns pending.
#include "check.h"

static HANDLE server, client;

static DWORD WINAPI write_later(void* unused) {
    DWORD written;
    (void)unused;
    Sleep(50);
    CHECK(WriteFile(client, "late", 4, &written, NULL));
    return 0;
}

int main(void) {
    char name[100], room[16] = "";
    OVERLAPPED operation = {0};
    DWORD moved = 0;
    sprintf(name, "\\\\.\\pipe\\lsw-event-reset-%lu", (unsigned long)GetCurrentProcessId());
    server = CreateNamedPipeA(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, 0, 1, 4096, 4096, 0, NULL);
    CHECK(server != INVALID_HANDLE_VALUE);
    operation.hEvent = CreateEventW(NULL, TRUE, TRUE, NULL);
    CHECK_LASTERROR(ConnectNamedPipe(server, &operation), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(operation.hEvent, 0), WAIT_TIMEOUT);
    client = CreateFileA(name, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(client != INVALID_HANDLE_VALUE);
    CHECK(GetOverlappedResult(server, &operation, &moved, TRUE));
    CHECK_EQ(WaitForSingleObject(operation.hEvent, 0), WAIT_OBJECT_0);

    HANDLE thread = CreateThread(NULL, 0, write_later, NULL, 0, NULL);
    CHECK_LASTERROR(ReadFile(server, room, sizeof room, NULL, &operation), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(operation.hEvent, 0), WAIT_TIMEOUT);
    CHECK(GetOverlappedResult(server, &operation, &moved, TRUE));
    CHECK_EQ(moved, 4);
    CHECK_STR(room, "late");
    WaitForSingleObject(thread, INFINITE);
    return check_result();
}
