// Overlapped transfers: events, completion ports, completion routines, cancellation, closing with operations in flight,
// skipping the port on success. "WSARecv function (winsock2.h)", "CancelIoEx function".
// flags: -lws2_32
#include "net.h"

static int routine_calls;
static DWORD routine_error, routine_bytes;

static void CALLBACK routine(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    (void)overlapped, (void)flags;
    ++routine_calls;
    routine_error = error;
    routine_bytes = bytes;
}

static void events(void) {
    SOCKET a, b;
    char buffer[16];
    WSABUF piece = {sizeof buffer, buffer};
    DWORD moved = 0, flags = 0;
    WSAOVERLAPPED overlapped = {0};
    net_pair(&a, &b);
    overlapped.hEvent = WSACreateEvent();
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
    CHECK(!WSAGetOverlappedResult(a, &overlapped, &moved, FALSE, &flags));
    CHECK_EQ(WSAGetLastError(), WSA_IO_INCOMPLETE);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
    send(b, "hello", 5, 0);
    CHECK(WSAGetOverlappedResult(a, &overlapped, &moved, TRUE, &flags));
    CHECK_EQ(moved, 5);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_OBJECT_0);
    // At once, when data wait already.
    send(b, "more", 4, 0);
    Sleep(20);
    ResetEvent(overlapped.hEvent);
    CHECK_EQ(WSARecv(a, &piece, 1, &moved, &flags, &overlapped, NULL), 0);
    CHECK_EQ(moved, 4);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_OBJECT_0);
    // Cancelled.
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
    CHECK(CancelIoEx((HANDLE)a, &overlapped));
    CHECK(!WSAGetOverlappedResult(a, &overlapped, &moved, TRUE, &flags));
    CHECK_EQ(WSAGetLastError(), WSA_OPERATION_ABORTED);
    CHECK(!CancelIoEx((HANDLE)a, &overlapped));
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    // Without an event the handle itself is signalled.
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
    send(b, "x", 1, 0);
    CHECK(GetOverlappedResult((HANDLE)a, &overlapped, &moved, TRUE));
    CHECK_EQ(moved, 1);
    // A receive of nothing ends when there is something.
    piece.len = 0;
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
    Sleep(20);
    CHECK(!HasOverlappedIoCompleted(&overlapped));
    send(b, "y", 1, 0);
    CHECK(GetOverlappedResult((HANDLE)a, &overlapped, &moved, TRUE));
    CHECK_EQ(moved, 0);
    CHECK_EQ(recv(a, buffer, sizeof buffer, 0), 1);
    closesocket(a);
    closesocket(b);
}

static void ports(void) {
    SOCKET a, b;
    char buffer[16];
    static char block[1 << 20];
    WSABUF piece = {sizeof buffer, buffer}, big = {sizeof block, block};
    DWORD moved, flags = 0, got;
    ULONG_PTR key;
    WSAOVERLAPPED receive = {0}, write = {0}, *which;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    net_pair(&a, &b);
    CHECK(CreateIoCompletionPort((HANDLE)a, port, 77, 0) == port);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &receive, NULL), WSA_IO_PENDING);
    CHECK(!GetQueuedCompletionStatus(port, &moved, &key, &which, 10));
    send(b, "abc", 3, 0);
    CHECK(GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &receive && key == 77 && moved == 3);
    // A success at once is queued as well.
    send(b, "de", 2, 0);
    Sleep(20);
    CHECK_EQ(WSARecv(a, &piece, 1, &moved, &flags, &receive, NULL), 0);
    CHECK(GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &receive && moved == 2);
    // A send ends when all of it is sent.
    memset(block, 'x', sizeof block);
    if (WSASend(a, &big, 1, NULL, 0, &write, NULL) != 0) CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    for (got = 0; got < sizeof block;) {
        int more = recv(b, block, 65536, 0);
        if (more <= 0) break;
        got += (DWORD)more;
    }
    CHECK_EQ(got, sizeof block);
    CHECK(GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &write && moved == sizeof block);
    // Skipped on success.
    CHECK(SetFileCompletionNotificationModes((HANDLE)a, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE));
    send(b, "fg", 2, 0);
    Sleep(20);
    CHECK_EQ(WSARecv(a, &piece, 1, &moved, &flags, &receive, NULL), 0);
    CHECK(!GetQueuedCompletionStatus(port, &moved, &key, &which, 20));
    // The end of the stream is a success with nothing.
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &receive, NULL), WSA_IO_PENDING);
    shutdown(b, SD_SEND);
    CHECK(GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &receive && moved == 0);
    closesocket(b);
    closesocket(a);
    // A reset is an error of the operation.
    net_pair(&a, &b);
    CreateIoCompletionPort((HANDLE)a, port, 78, 0);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &receive, NULL), WSA_IO_PENDING);
    {
        struct linger hard = {1, 0};
        setsockopt(b, SOL_SOCKET, SO_LINGER, (char*)&hard, sizeof hard);
    }
    closesocket(b);
    CHECK(!GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &receive);
    CHECK_EQ(GetLastError(), ERROR_NETNAME_DELETED);
    closesocket(a);
    // Closing ends what is in flight.
    net_pair(&a, &b);
    CreateIoCompletionPort((HANDLE)a, port, 79, 0);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &receive, NULL), WSA_IO_PENDING);
    closesocket(a);
    CHECK(!GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
    CHECK(which == &receive && key == 79);
    CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
    closesocket(b);
    CloseHandle(port);
}

static void routines(void) {
    SOCKET a, b;
    char buffer[16];
    WSABUF piece = {sizeof buffer, buffer};
    DWORD flags = 0;
    WSAOVERLAPPED overlapped = {0};
    net_pair(&a, &b);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, routine), WSA_IO_PENDING);
    CHECK_EQ(SleepEx(10, TRUE), 0);
    send(b, "hello", 5, 0);
    CHECK_EQ(SleepEx(2000, TRUE), WAIT_IO_COMPLETION);
    CHECK(routine_calls == 1 && routine_error == 0 && routine_bytes == 5);
    CHECK_WSA(WSARecv(a, &piece, 1, NULL, &flags, &overlapped, routine), WSA_IO_PENDING);
    CancelIo((HANDLE)a);
    CHECK_EQ(SleepEx(2000, TRUE), WAIT_IO_COMPLETION);
    CHECK(routine_calls == 2 && routine_error == WSA_OPERATION_ABORTED);
    closesocket(a);
    closesocket(b);
}

// Receives end in the order they were begun.
static void order(void) {
    SOCKET a, b;
    char buffers[8][4];
    WSAOVERLAPPED overlapped[8];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    int i;
    net_pair(&a, &b);
    CreateIoCompletionPort((HANDLE)a, port, 1, 0);
    memset(overlapped, 0, sizeof overlapped);
    for (i = 0; i < 8; ++i) {
        WSABUF piece = {4, buffers[i]};
        DWORD flags = MSG_WAITALL;
        WSARecv(a, &piece, 1, NULL, &flags, &overlapped[i], NULL);
    }
    for (i = 0; i < 8; ++i) {
        char text[5];
        sprintf(text, "%04d", i);
        send(b, text, 2, 0);
        send(b, text + 2, 2, 0);
    }
    for (i = 0; i < 8; ++i) {
        DWORD moved;
        ULONG_PTR key;
        WSAOVERLAPPED* which;
        char text[5];
        CHECK(GetQueuedCompletionStatus(port, &moved, &key, &which, 2000));
        CHECK(which == &overlapped[i] && moved == 4);
        sprintf(text, "%04d", i);
        CHECK_EQ(memcmp(buffers[i], text, 4), 0);
    }
    closesocket(a);
    closesocket(b);
    CloseHandle(port);
}

// A datagram that is cut short, overlapped.
static void datagrams(void) {
    struct sockaddr_in address, from;
    int from_length = sizeof from;
    char buffer[4];
    WSABUF piece = {sizeof buffer, buffer};
    DWORD moved = 0, flags = 0;
    WSAOVERLAPPED overlapped = {0};
    SOCKET a = net_bound(SOCK_DGRAM, &address), b = socket(AF_INET, SOCK_DGRAM, 0);
    overlapped.hEvent = WSACreateEvent();
    CHECK_WSA(WSARecvFrom(a, &piece, 1, NULL, &flags, (struct sockaddr*)&from, &from_length, &overlapped, NULL), WSA_IO_PENDING);
    sendto(b, "0123456789", 10, 0, (struct sockaddr*)&address, sizeof address);
    CHECK(!WSAGetOverlappedResult(a, &overlapped, &moved, TRUE, &flags));
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(moved, 4);
    CHECK_EQ(from.sin_family, AF_INET);
    closesocket(a);
    closesocket(b);
}

int main(void) {
    net_start();
    events();
    ports();
    routines();
    order();
    datagrams();
    return check_result();
}
