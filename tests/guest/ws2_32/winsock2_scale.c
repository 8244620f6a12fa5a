// Ten thousand sockets at one completion port: every connection has a receive under way, each gets its own bytes once, and
// closing them ends what is left. "WSARecv function", "closesocket function".
// flags: -lws2_32
// timeout: 120
#include "net.h"

#include <stdlib.h>

enum { MOST = 5000 };

typedef struct {
    OVERLAPPED overlapped;
    SOCKET here, there;
    unsigned got;
    int received, ended;
} Connection;

static Connection connections[MOST];
static HANDLE port;
static int count;

static int receive(Connection* one) {
    WSABUF piece = {sizeof one->got, (char*)&one->got};
    DWORD flags = 0;
    memset(&one->overlapped, 0, sizeof one->overlapped);
    return WSARecv(one->here, &piece, 1, NULL, &flags, &one->overlapped, NULL) == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

// As many as there may be, where the host allows fewer descriptors.
static void connect_all(void) {
    struct sockaddr_in address;
    SOCKET listener = net_listener(&address);
    for (; count < MOST; ++count) {
        Connection* one = &connections[count];
        one->there = socket(AF_INET, SOCK_STREAM, 0);
        if (one->there == INVALID_SOCKET) break;
        if (!CHECK_EQ(connect(one->there, (struct sockaddr*)&address, sizeof address), 0)) break;
        one->here = accept(listener, NULL, NULL);
        if (one->here == INVALID_SOCKET) break;
        CHECK(CreateIoCompletionPort((HANDLE)one->here, port, (ULONG_PTR)count, 0) == port);
        CHECK(receive(one));
    }
    if (count < MOST) CHECK_EQ(WSAGetLastError(), WSAEMFILE);
    CHECK(count >= 100);
    closesocket(listener);
}

static void take(int until_received, int until_ended) {
    for (int received = 0, ended = 0; received < until_received || ended < until_ended;) {
        OVERLAPPED_ENTRY entries[64];
        ULONG entries_count = 0;
        if (!CHECK(GetQueuedCompletionStatusEx(port, entries, 64, &entries_count, 30000, FALSE))) exit(check_result());
        for (ULONG i = 0; i < entries_count; ++i) {
            Connection* one = &connections[entries[i].lpCompletionKey];
            CHECK(entries[i].lpOverlapped == &one->overlapped);
            if (one->overlapped.Internal == 0 && entries[i].dwNumberOfBytesTransferred == 4) {
                CHECK_EQ(one->got, entries[i].lpCompletionKey * 7 + 1);
                CHECK_EQ(++one->received, 1);
                ++received;
                CHECK(receive(one));
            } else {
                CHECK_EQ(++one->ended, 1);
                ++ended;
            }
        }
    }
}

int main(void) {
    net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    connect_all();
    for (int i = 0; i < count; ++i) {
        unsigned value = (unsigned)i * 7 + 1;
        CHECK_EQ(send(connections[i].there, (char*)&value, sizeof value, 0), 4);
    }
    take(count, 0);
    // Half of them lose their peer, half are closed with a receive under way.
    for (int i = 0; i < count; ++i) CHECK_EQ(closesocket(i % 2 ? connections[i].here : connections[i].there), 0);
    take(0, count);
    OVERLAPPED_ENTRY entry;
    ULONG none = 0;
    CHECK(!GetQueuedCompletionStatusEx(port, &entry, 1, &none, 0, FALSE));
    for (int i = 0; i < count; ++i) CHECK_EQ(closesocket(i % 2 ? connections[i].there : connections[i].here), 0);
    return check_result();
}
