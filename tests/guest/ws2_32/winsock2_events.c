// WSAEventSelect and WSAEnumNetworkEvents: what is recorded when, and what re-enables it. "WSAEventSelect function".
// flags: -lws2_32
#include "net.h"

static long wait_events(SOCKET s, HANDLE event, int* error_of, int bit) {
    WSANETWORKEVENTS events;
    if (WSAWaitForMultipleEvents(1, &event, FALSE, 1000, FALSE) != WSA_WAIT_EVENT_0) return 0;
    CHECK_EQ(WSAEnumNetworkEvents(s, event, &events), 0);
    if (error_of) *error_of = events.iErrorCode[bit];
    return events.lNetworkEvents;
}

int main(void) {
    struct sockaddr_in address;
    SOCKET listener, client, server;
    HANDLE at_listener, at_client, at_server;
    char buffer[8];
    int error = -1;
    u_long off = 0;
    net_start();
    listener = net_listener(&address);
    at_listener = WSACreateEvent(), at_client = WSACreateEvent(), at_server = WSACreateEvent();
    CHECK_EQ(WSAEventSelect(listener, at_listener, FD_ACCEPT | FD_CLOSE), 0);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(WSAEventSelect(client, at_client, FD_CONNECT | FD_READ | FD_WRITE | FD_CLOSE), 0);
    CHECK_WSA(ioctlsocket(client, FIONBIO, &off), WSAEINVAL);
    CHECK_EQ(WaitForSingleObject(at_client, 0), WAIT_TIMEOUT);
    CHECK_WSA(connect(client, (struct sockaddr*)&address, sizeof address), WSAEWOULDBLOCK);
    CHECK_EQ(wait_events(client, at_client, &error, FD_CONNECT_BIT), FD_CONNECT | FD_WRITE);
    CHECK_EQ(error, 0);
    CHECK_EQ(wait_events(listener, at_listener, NULL, 0), FD_ACCEPT);
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    CHECK_EQ(WSAEventSelect(server, at_server, FD_READ | FD_CLOSE), 0);
    CHECK_EQ(WaitForSingleObject(at_server, 20), WAIT_TIMEOUT);
    send(client, "abcd", 4, 0);
    CHECK_EQ(wait_events(server, at_server, NULL, 0), FD_READ);
    // Not again before it is read, and again after that since some is left.
    CHECK_EQ(WaitForSingleObject(at_server, 20), WAIT_TIMEOUT);
    CHECK_EQ(recv(server, buffer, 2, 0), 2);
    CHECK_EQ(wait_events(server, at_server, NULL, 0), FD_READ);
    CHECK_EQ(recv(server, buffer, 2, 0), 2);
    CHECK_EQ(WaitForSingleObject(at_server, 20), WAIT_TIMEOUT);
    closesocket(client);
    CHECK_EQ(wait_events(server, at_server, &error, FD_CLOSE_BIT), FD_CLOSE);
    CHECK_EQ(error, 0);
    CHECK_EQ(WSAEventSelect(server, NULL, 0), 0);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
    closesocket(server);
    // A connect that fails.
    address = net_nobody();
    client = socket(AF_INET, SOCK_STREAM, 0);
    WSAEventSelect(client, at_client, FD_CONNECT);
    if (connect(client, (struct sockaddr*)&address, sizeof address) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK) {
        CHECK_EQ(wait_events(client, at_client, &error, FD_CONNECT_BIT), FD_CONNECT);
        CHECK_EQ(error, WSAECONNREFUSED);
    }
    closesocket(client);
    closesocket(listener);
    return check_result();
}
