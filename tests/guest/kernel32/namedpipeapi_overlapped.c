// Named pipes within a process: overlapped connect, reads that wait, messages, cancelled operations, ends that go.
// Expectations: "Named Pipe Server Using Overlapped I/O", "ConnectNamedPipe function", "Named Pipe Type, Read, and Wait Modes".
#include "check.h"

int main(void) {
    const char* name = "\\\\.\\pipe\\lsw test one";
    HANDLE server = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                     PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    CHECK(server != INVALID_HANDLE_VALUE);
    CHECK_EQ((intptr_t)CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 0, 0, 0, NULL), -1);
    CHECK_EQ(GetLastError(), ERROR_PIPE_BUSY);
    OVERLAPPED connect = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    CHECK_LASTERROR(ConnectNamedPipe(server, &connect), ERROR_IO_PENDING);
    HANDLE client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(client != INVALID_HANDLE_VALUE);
    CHECK_EQ(WaitForSingleObject(connect.hEvent, 5000), WAIT_OBJECT_0);

    char text[32] = "";
    DWORD moved = 0;
    OVERLAPPED read = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    CHECK_LASTERROR(ReadFile(server, text, sizeof text, NULL, &read), ERROR_IO_PENDING);
    CHECK(WriteFile(client, "hello", 5, &moved, NULL));
    CHECK_EQ(WaitForSingleObject(read.hEvent, 5000), WAIT_OBJECT_0);
    CHECK_EQ(read.Internal, 0);
    CHECK_EQ(read.InternalHigh, 5);
    CHECK_STR(text, "hello");
    CHECK(WriteFile(client, "abc", 3, &moved, NULL));
    DWORD available = 0;
    CHECK(PeekNamedPipe(server, text, 2, &moved, &available, NULL));
    CHECK_EQ(moved, 2);
    CHECK_EQ(available, 3);
    CloseHandle(client);
    CHECK(ReadFile(server, text, sizeof text, &moved, &read) || GetLastError() == ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(read.hEvent, 5000), WAIT_OBJECT_0);
    CHECK_EQ(read.InternalHigh, 3);
    CHECK_LASTERROR(ReadFile(server, text, sizeof text, &moved, &read), ERROR_BROKEN_PIPE);
    CloseHandle(server);
    CHECK_EQ((intptr_t)CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL), -1);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);

    // Messages keep their bounds; what does not fit is told by ERROR_MORE_DATA.
    server = CreateNamedPipeA("\\\\.\\pipe\\lsw-messages", PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 2, 0,
                              0, 0, NULL);
    client = CreateFileA("\\\\.\\PIPE\\LSW-messages", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(client != INVALID_HANDLE_VALUE);
    CHECK_LASTERROR(ConnectNamedPipe(server, NULL), ERROR_PIPE_CONNECTED);
    CHECK(WriteFile(client, "first", 5, &moved, NULL));
    CHECK(WriteFile(client, "second", 6, &moved, NULL));
    CHECK_LASTERROR(ReadFile(server, text, 3, &moved, NULL), ERROR_MORE_DATA);
    CHECK(ReadFile(server, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 2);
    CHECK(ReadFile(server, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 6);
    CHECK(DisconnectNamedPipe(server));
    CHECK_LASTERROR(ReadFile(server, text, sizeof text, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CloseHandle(server);

    HANDLE read_end, write_end;
    CHECK(CreatePipe(&read_end, &write_end, NULL, 0));
    CHECK_EQ(GetFileType(read_end), FILE_TYPE_PIPE);
    CloseHandle(read_end);
    CHECK_LASTERROR(WriteFile(write_end, "x", 1, &moved, NULL), ERROR_NO_DATA);
    DWORD mode;
    CHECK_LASTERROR(GetConsoleMode(write_end, &mode), ERROR_INVALID_HANDLE);
    return check_result();
}
