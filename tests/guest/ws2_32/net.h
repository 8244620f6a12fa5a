// What the socket tests share. winsock2.h comes before windows.h.
#ifndef LSW_TESTS_GUEST_NET_H
#define LSW_TESTS_GUEST_NET_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include "check.h"

#define CHECK_WSA(call, error) (CHECK_EQ((call), SOCKET_ERROR), CHECK_EQ(WSAGetLastError(), (error)))

static inline void net_start(void) {
    WSADATA data;
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
}

static inline struct sockaddr_in net_loopback(unsigned short port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// A socket bound to a free port of the loopback address; its address goes to *address.
static inline SOCKET net_bound(int type, struct sockaddr_in* address) {
    int length = sizeof *address;
    SOCKET s = socket(AF_INET, type, 0);
    CHECK(s != INVALID_SOCKET);
    *address = net_loopback(0);
    CHECK_EQ(bind(s, (struct sockaddr*)address, sizeof *address), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr*)address, &length), 0);
    return s;
}

static inline SOCKET net_listener(struct sockaddr_in* address) {
    SOCKET s = net_bound(SOCK_STREAM, address);
    CHECK_EQ(listen(s, 16), 0);
    return s;
}

// Two ends of a connection.
static inline void net_pair(SOCKET* a, SOCKET* b) {
    struct sockaddr_in address;
    SOCKET listener = net_listener(&address);
    *a = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK_EQ(connect(*a, (struct sockaddr*)&address, sizeof address), 0);
    *b = accept(listener, NULL, NULL);
    CHECK(*b != INVALID_SOCKET);
    closesocket(listener);
}

static inline void net_nonblocking(SOCKET s, u_long on) { CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0); }

// A port of the loopback address on which nobody listens.
static inline struct sockaddr_in net_nobody(void) {
    struct sockaddr_in address;
    SOCKET s = net_bound(SOCK_STREAM, &address);
    closesocket(s);
    return address;
}

#endif
