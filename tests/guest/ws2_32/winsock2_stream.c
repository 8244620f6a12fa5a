// Streams that block: connect, accept, send, receive, shutdown, close, and their errors. "socket function (winsock2.h)" and
// the pages of the other functions; "Windows Sockets Error Codes".
// flags: -lws2_32
#include "net.h"

static DWORD WINAPI close_later(void* argument) {
    Sleep(100);
    closesocket((SOCKET)argument);
    return 0;
}

static void basics(void) {
    struct sockaddr_in address, name, peer;
    int length = sizeof name;
    char buffer[64];
    SOCKET listener = net_listener(&address), client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), server;
    CHECK_WSA(getpeername(client, (struct sockaddr*)&peer, &length), WSAENOTCONN);
    CHECK_WSA(getsockname(client, (struct sockaddr*)&name, &length), WSAEINVAL);
    CHECK_EQ(connect(client, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_WSA(connect(client, (struct sockaddr*)&address, sizeof address), WSAEISCONN);
    length = sizeof peer;
    server = accept(listener, (struct sockaddr*)&peer, &length);
    CHECK(server != INVALID_SOCKET);
    CHECK_EQ(length, (int)sizeof peer);
    CHECK_EQ(getsockname(client, (struct sockaddr*)&name, &length), 0);
    CHECK_EQ(name.sin_port, peer.sin_port);
    CHECK_EQ(send(client, "hello", 5, 0), 5);
    CHECK_EQ(recv(server, buffer, 2, MSG_PEEK), 2);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 5);
    CHECK_EQ(memcmp(buffer, "hello", 5), 0);
    send(client, "ab", 2, 0);
    send(client, "cd", 2, 0);
    CHECK_EQ(recv(server, buffer, 4, MSG_WAITALL), 4);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_WSA(send(client, "x", 1, 0), WSAESHUTDOWN);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK_EQ(send(server, "back", 4, 0), 4);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 4);
    CHECK_EQ(shutdown(client, SD_RECEIVE), 0);
    CHECK_WSA(recv(client, buffer, sizeof buffer, 0), WSAESHUTDOWN);
    CHECK_EQ(closesocket(server), 0);
    CHECK_WSA(closesocket(server), WSAENOTSOCK);
    closesocket(client);
    closesocket(listener);
}

static void errors(void) {
    struct sockaddr_in address, nobody = net_nobody();
    char buffer[8];
    SOCKET other, s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_WSA(recv(s, buffer, sizeof buffer, 0), WSAENOTCONN);
    CHECK_WSA(send(s, buffer, 1, 0), WSAENOTCONN);
    CHECK_WSA(shutdown(s, SD_BOTH), WSAENOTCONN);
    CHECK_WSA(listen(s, 1), WSAEINVAL);
    CHECK_EQ(accept(s, NULL, NULL), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_WSA(connect(s, (struct sockaddr*)&nobody, sizeof nobody), WSAECONNREFUSED);
    address = net_loopback(0);
    CHECK_WSA(connect(s, (struct sockaddr*)&address, sizeof address), WSAEADDRNOTAVAIL);
    address.sin_addr.s_addr = htonl(0xC0000201);  // 192.0.2.1 is nobody's
    CHECK_WSA(bind(s, (struct sockaddr*)&address, sizeof address), WSAEADDRNOTAVAIL);
    closesocket(s);
    CHECK_WSA(send(0x1234560, "x", 1, 0), WSAENOTSOCK);
    CHECK_EQ(socket(99, SOCK_STREAM, 0), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK_EQ(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEPROTONOSUPPORT);
    CHECK_EQ(socket(AF_INET, 77, 0), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAESOCKTNOSUPPORT);
    // Two sockets on one port: refused, also while the first does not listen yet.
    s = net_bound(SOCK_STREAM, &address);
    other = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_WSA(bind(other, (struct sockaddr*)&address, sizeof address), WSAEADDRINUSE);
    CHECK_EQ(listen(s, 1), 0);
    CHECK_WSA(bind(other, (struct sockaddr*)&address, sizeof address), WSAEADDRINUSE);
    CHECK_WSA(bind(s, (struct sockaddr*)&address, sizeof address), WSAEINVAL);
    closesocket(s);
    closesocket(other);
}

// A server comes back to its port at once.
static void comes_back(void) {
    struct sockaddr_in address;
    SOCKET listener = net_listener(&address), client = socket(AF_INET, SOCK_STREAM, 0), server;
    char byte;
    CHECK_EQ(connect(client, (struct sockaddr*)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    closesocket(server);
    CHECK_EQ(recv(client, &byte, 1, 0), 0);
    closesocket(client);
    closesocket(listener);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(listener, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(listen(listener, 1), 0);
    closesocket(listener);
}

static void resets(void) {
    struct linger hard = {1, 0};
    SOCKET a, b;
    char byte;
    net_pair(&a, &b);
    CHECK_EQ(setsockopt(a, SOL_SOCKET, SO_LINGER, (char*)&hard, sizeof hard), 0);
    closesocket(a);
    CHECK_WSA(recv(b, &byte, 1, 0), WSAECONNRESET);
    CHECK_WSA(recv(b, &byte, 1, 0), WSAECONNRESET);
    CHECK_WSA(send(b, "x", 1, 0), WSAECONNRESET);
    closesocket(b);
}

// closesocket ends calls of other threads.
static void closes_under_calls(void) {
    struct sockaddr_in address;
    SOCKET a, b, listener = net_listener(&address);
    char byte;
    HANDLE thread = CreateThread(NULL, 0, close_later, (void*)listener, 0, NULL);
    CHECK_EQ(accept(listener, NULL, NULL), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINTR);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    net_pair(&a, &b);
    thread = CreateThread(NULL, 0, close_later, (void*)a, 0, NULL);
    CHECK_WSA(recv(a, &byte, 1, 0), WSAECONNABORTED);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CHECK_EQ(recv(b, &byte, 1, 0), 0);
    closesocket(b);
}

static void timeouts(void) {
    SOCKET a, b;
    DWORD timeout = 80, start;
    char byte;
    net_pair(&a, &b);
    CHECK_EQ(setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, (char*)&timeout, sizeof timeout), 0);
    start = GetTickCount();
    CHECK_WSA(recv(a, &byte, 1, 0), WSAETIMEDOUT);
    CHECK(GetTickCount() - start >= 60);
    closesocket(a);
    closesocket(b);
}

int main(void) {
    WSADATA data;
    CHECK_EQ(socket(AF_INET, SOCK_STREAM, 0), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
    CHECK_EQ(data.wVersion, MAKEWORD(2, 2));
    basics();
    errors();
    comes_back();
    resets();
    closes_under_calls();
    timeouts();
    CHECK_EQ(WSACleanup(), 0);
    CHECK_WSA(WSACleanup(), WSANOTINITIALISED);
    return check_result();
}
