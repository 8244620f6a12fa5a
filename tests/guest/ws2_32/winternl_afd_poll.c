// IOCTL_AFD_POLL as wepoll, mio and libuv document it: a handle on \Device\Afd, a completion port, one socket per poll.
// flags: -lws2_32 -lntdll
#include "net.h"
#include <stdint.h>
#include <winternl.h>

typedef struct {
    HANDLE Handle;
    ULONG Events;
    LONG Status;
} HANDLE_INFO;
typedef struct {
    LARGE_INTEGER Timeout;
    ULONG NumberOfHandles;
    ULONG Exclusive;
    HANDLE_INFO Handles[1];
} POLL_INFO;

enum { RECEIVE = 1, SEND = 4, DISCONNECT = 8, ABORT = 0x10, LOCAL_CLOSE = 0x20, ACCEPT = 0x80, CONNECT_FAIL = 0x100 };

static HANDLE afd, port;

static LONG poll_start(SOCKET s, ULONG events, IO_STATUS_BLOCK* block, POLL_INFO* info) {
    memset(info, 0, sizeof *info);
    info->Timeout.QuadPart = INT64_MAX;
    info->NumberOfHandles = 1;
    info->Handles[0].Handle = (HANDLE)s;
    info->Handles[0].Events = events;
    return NtDeviceIoControlFile(afd, NULL, NULL, block, block, 0x00012024, info, sizeof *info, info, sizeof *info);
}

// The events of the next packet, which must be `block`'s.
static ULONG next(IO_STATUS_BLOCK* block, POLL_INFO* info, DWORD wait) {
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED* which = NULL;
    if (!GetQueuedCompletionStatus(port, &bytes, &key, &which, wait) && !which) return 0;
    CHECK((void*)which == (void*)block);
    return info->NumberOfHandles ? info->Handles[0].Events : 0;
}

int main(void) {
    static const WCHAR name[] = L"\\Device\\Afd\\Test";
    UNICODE_STRING path = {sizeof name - 2, sizeof name, (WCHAR*)name};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK opened, block;
    POLL_INFO info;
    SOCKET a, b, listener, client, base = 0;
    struct sockaddr_in address;
    char byte;
    DWORD bytes;
    net_start();
    InitializeObjectAttributes(&attributes, &path, 0, NULL, NULL);
    CHECK_EQ(NtCreateFile(&afd, SYNCHRONIZE, &attributes, &opened, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0), 0);
    port = CreateIoCompletionPort(afd, NULL, 5, 0);
    CHECK(port != NULL);
    CHECK(SetFileCompletionNotificationModes(afd, FILE_SKIP_SET_EVENT_ON_HANDLE));
    net_pair(&a, &b);
    CHECK_EQ(WSAIoctl(a, 0x48000022, NULL, 0, &base, sizeof base, &bytes, NULL, NULL), 0);  // SIO_BASE_HANDLE
    CHECK(base == a);
    // True already.
    CHECK_EQ(poll_start(a, SEND | RECEIVE, &block, &info), 0);
    CHECK_EQ(next(&block, &info, 1000), SEND);
    // Becomes true.
    CHECK_EQ(poll_start(a, RECEIVE | DISCONNECT | ABORT, &block, &info), STATUS_PENDING);
    CHECK_EQ(next(&block, &info, 20), 0);
    send(b, "x", 1, 0);
    CHECK_EQ(next(&block, &info, 2000), RECEIVE);
    recv(a, &byte, 1, 0);
    // Cancelled.
    {
        ULONG_PTR key;
        OVERLAPPED* which;
        CHECK_EQ(poll_start(a, RECEIVE, &block, &info), STATUS_PENDING);
        CHECK(CancelIoEx(afd, (OVERLAPPED*)&block));
        CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &which, 1000));
        CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
    }
    CHECK_EQ(poll_start(a, RECEIVE | DISCONNECT, &block, &info), STATUS_PENDING);
    shutdown(b, SD_SEND);
    CHECK_EQ(next(&block, &info, 2000), DISCONNECT);
    CHECK_EQ(poll_start(b, RECEIVE, &block, &info), STATUS_PENDING);
    closesocket(b);
    CHECK_EQ(next(&block, &info, 2000), LOCAL_CLOSE);
    closesocket(a);
    // Accepts and connects.
    listener = net_listener(&address);
    CHECK_EQ(poll_start(listener, ACCEPT, &block, &info), STATUS_PENDING);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(client, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(next(&block, &info, 2000), ACCEPT);
    closesocket(client);
    closesocket(listener);
    client = socket(AF_INET, SOCK_STREAM, 0);
    net_nonblocking(client, 1);
    address = net_nobody();
    if (connect(client, (struct sockaddr*)&address, sizeof address) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK) {
        poll_start(client, SEND | CONNECT_FAIL, &block, &info);
        CHECK_EQ(next(&block, &info, 2000), CONNECT_FAIL);
    }
    // A time-out is an answer without handles.
    poll_start(client, RECEIVE, &block, &info);
    CancelIoEx(afd, (OVERLAPPED*)&block);
    next(&block, &info, 1000);
    info.Timeout.QuadPart = -200000;
    info.NumberOfHandles = 1;
    info.Handles[0].Handle = (HANDLE)client;
    info.Handles[0].Events = RECEIVE;
    CHECK_EQ(NtDeviceIoControlFile(afd, NULL, NULL, &block, &block, 0x00012024, &info, sizeof info, &info, sizeof info), STATUS_PENDING);
    CHECK_EQ(next(&block, &info, 2000), 0);
    CHECK_EQ(info.NumberOfHandles, 0);
    closesocket(client);
    return check_result();
}
