// Messages in pipes: parts of one, none in it, several at once for readers of bytes, looking without taking, what each end
// learns when the other goes. "Named Pipe Type, Read, and Wait Modes", "PeekNamedPipe function", "DisconnectNamedPipe
// function", "TransactNamedPipe function", "WaitNamedPipeW function".
#include "check.h"

static char name[80];

static HANDLE server_of(DWORD mode, DWORD instances) {
    static int serial;
    sprintf(name, "\\\\.\\pipe\\lsw-messages-%lu-%d", GetCurrentProcessId(), serial++);
    return CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, mode, instances, 4096, 4096, 0, NULL);
}

static HANDLE client_of(DWORD read_mode) {
    HANDLE client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (client != INVALID_HANDLE_VALUE) CHECK(SetNamedPipeHandleState(client, &read_mode, NULL, NULL));
    return client;
}

static void put(HANDLE pipe, const char* text) {
    DWORD moved = 99;
    CHECK(WriteFile(pipe, text, (DWORD)strlen(text), &moved, NULL));
    CHECK_EQ(moved, strlen(text));
}

static void parts_of_messages(void) {
    HANDLE server = server_of(PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1), client = client_of(PIPE_READMODE_MESSAGE);
    char text[64];
    DWORD moved = 99, total = 99, left = 99;
    put(server, "hello world");
    put(server, "second");
    CHECK(PeekNamedPipe(client, text, 4, &moved, &total, &left));
    CHECK_EQ(moved, 4);
    CHECK_EQ(total, 17);
    CHECK_EQ(left, 7);
    CHECK(PeekNamedPipe(client, NULL, 0, NULL, &total, &left));
    CHECK_EQ(total, 17);
    CHECK_EQ(left, 11);
    CHECK_LASTERROR(ReadFile(client, text, 5, &moved, NULL), ERROR_MORE_DATA);
    CHECK_EQ(moved, 5);
    CHECK(PeekNamedPipe(client, text, sizeof text, &moved, &total, &left));
    CHECK_EQ(moved, 6);
    CHECK_EQ(total, 12);
    CHECK_EQ(left, 0);
    CHECK(memcmp(text, " world", 6) == 0);
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 6);
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 6);
    CHECK(memcmp(text, "second", 6) == 0);
    // A message of nothing is one.
    put(server, "");
    put(server, "x");
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 0);
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 1);
    put(server, "");
    CHECK(CloseHandle(server));
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 0);
    CHECK_LASTERROR(ReadFile(client, text, sizeof text, &moved, NULL), ERROR_BROKEN_PIPE);
    CHECK_LASTERROR(PeekNamedPipe(client, NULL, 0, NULL, &total, NULL), ERROR_BROKEN_PIPE);
    CHECK_LASTERROR(WriteFile(client, "x", 1, &moved, NULL), ERROR_NO_DATA);
    CloseHandle(client);
}

static void bytes_of_messages(void) {
    HANDLE server = server_of(PIPE_TYPE_MESSAGE | PIPE_READMODE_BYTE, 1), client = client_of(PIPE_READMODE_BYTE);
    char text[64];
    DWORD moved = 99;
    put(server, "one");
    put(server, "two");
    put(server, "three");
    CHECK(ReadFile(client, text, 5, &moved, NULL));
    CHECK_EQ(moved, 5);
    CHECK(memcmp(text, "onetw", 5) == 0);
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 6);
    CHECK(memcmp(text, "othree", 6) == 0);
    CHECK_LASTERROR(TransactNamedPipe(client, text, 1, text, 1, &moved, NULL), ERROR_BAD_PIPE);
    CloseHandle(client);
    CloseHandle(server);
}

static void without_waiting(void) {
    HANDLE server = server_of(PIPE_TYPE_BYTE | PIPE_NOWAIT, 1), client;
    char text[64];
    static char many[1 << 20];
    DWORD moved = 99;
    CHECK_LASTERROR(ReadFile(server, text, 1, &moved, NULL), ERROR_PIPE_LISTENING);
    CHECK_LASTERROR(ConnectNamedPipe(server, NULL), ERROR_PIPE_LISTENING);
    client = client_of(PIPE_READMODE_BYTE);
    CHECK_LASTERROR(ConnectNamedPipe(server, NULL), ERROR_PIPE_CONNECTED);
    CHECK_LASTERROR(ReadFile(server, text, 1, &moved, NULL), ERROR_NO_DATA);
    // More than there is room for: what fits, or nothing, and never a wait.
    CHECK(WriteFile(server, many, sizeof many, &moved, NULL));
    CHECK(moved < sizeof many);
    CloseHandle(client);
    CHECK_LASTERROR(ConnectNamedPipe(server, NULL), ERROR_NO_DATA);
    CHECK(DisconnectNamedPipe(server));
    CHECK_LASTERROR(ReadFile(server, text, 1, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CHECK_LASTERROR(ConnectNamedPipe(server, NULL), ERROR_PIPE_LISTENING);
    CloseHandle(server);
}

static void sent_away(void) {
    HANDLE server = server_of(PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1), client = client_of(PIPE_READMODE_MESSAGE);
    char text[64];
    DWORD moved = 99;
    put(server, "lost");
    CHECK(DisconnectNamedPipe(server));
    // Unread data are gone with the connection.
    CHECK_LASTERROR(ReadFile(client, text, sizeof text, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CHECK_LASTERROR(WriteFile(client, "x", 1, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CHECK_LASTERROR(PeekNamedPipe(client, NULL, 0, NULL, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CHECK_LASTERROR(DisconnectNamedPipe(server), ERROR_PIPE_NOT_CONNECTED);
    CHECK_LASTERROR(ReadFile(server, text, 1, &moved, NULL), ERROR_PIPE_NOT_CONNECTED);
    CloseHandle(client);
    CloseHandle(server);
}

static DWORD WINAPI answer(void* server) {
    char text[64];
    DWORD moved;
    if (!ConnectNamedPipe(server, NULL) && GetLastError() != ERROR_PIPE_CONNECTED) return 1;
    while (ReadFile(server, text, sizeof text, &moved, NULL))
        if (!WriteFile(server, "a longer answer", 15, &moved, NULL)) return 2;
    return GetLastError() == ERROR_BROKEN_PIPE ? 0 : GetLastError();
}

static void transactions(void) {
    HANDLE server = server_of(PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1);
    HANDLE thread = CreateThread(NULL, 0, answer, server, 0, NULL), client = client_of(PIPE_READMODE_MESSAGE);
    char text[64];
    DWORD moved = 99, code = 99;
    CHECK(TransactNamedPipe(client, "q", 1, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 15);
    CHECK_LASTERROR(TransactNamedPipe(client, "q", 1, text, 8, &moved, NULL), ERROR_MORE_DATA);
    CHECK_EQ(moved, 8);
    CHECK(ReadFile(client, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 7);
    CloseHandle(client);
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 0);
    CloseHandle(thread);
    CloseHandle(server);
}

static DWORD WINAPI free_later(void* server) {
    Sleep(50);
    if (!DisconnectNamedPipe(server)) return 1;
    return ConnectNamedPipe(server, NULL) || GetLastError() == ERROR_PIPE_CONNECTED ? 0 : 2;
}

static void waiting_for_a_free_end(void) {
    CHECK_LASTERROR(WaitNamedPipeA("\\\\.\\pipe\\lsw-there-is-no-such", 10), ERROR_FILE_NOT_FOUND);
    HANDLE server = server_of(PIPE_TYPE_BYTE, 1), client, second, thread;
    DWORD code = 99;
    CHECK(WaitNamedPipeA(name, 1000));
    client = client_of(PIPE_READMODE_BYTE);
    CHECK_LASTERROR(CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE, ERROR_PIPE_BUSY);
    CHECK_LASTERROR(CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 0, 0, 0, NULL) != INVALID_HANDLE_VALUE,
                    ERROR_PIPE_BUSY);
    DWORD before = GetTickCount();
    CHECK_LASTERROR(WaitNamedPipeA(name, 60), ERROR_SEM_TIMEOUT);
    CHECK(GetTickCount() - before >= 45);
    thread = CreateThread(NULL, 0, free_later, server, 0, NULL);
    CHECK(WaitNamedPipeA(name, 10000));
    second = client_of(PIPE_READMODE_BYTE);
    CHECK(second != INVALID_HANDLE_VALUE);
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 0);
    CloseHandle(thread);
    CloseHandle(client);
    CloseHandle(second);
    CloseHandle(server);
}

int main(void) {
    parts_of_messages();
    bytes_of_messages();
    without_waiting();
    sent_away();
    transactions();
    waiting_for_a_free_end();
    return check_result();
}
