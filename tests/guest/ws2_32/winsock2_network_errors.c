// What the network refuses: ConnectEx to a port nobody listens at and a datagram that is too big pend and fail later;
// connecting to the address of no host fails at once; a datagram socket may forget its peer. libuv's test suite
// (connection_fail, udp_dgram_too_big, udp_connect) pins these. "ConnectEx", "WSASendTo", "connect function".
// flags: -lws2_32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>

#include "check.h"

static struct sockaddr_in address_of(const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
    address.sin_addr.s_addr = inet_addr(host);
    return address;
}

// A port of this machine that is free.
static int closed_port(void) {
    SOCKET probe = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = address_of("127.0.0.1", 0);
    int length = sizeof address;
    CHECK(bind(probe, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(probe, (struct sockaddr *)&address, &length) == 0);
    closesocket(probe);
    return ntohs(address.sin_port);
}

static void refused(void) {
    SOCKET s = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    GUID id = WSAID_CONNECTEX;
    LPFN_CONNECTEX connect_ex;
    DWORD bytes, flags;
    CHECK(WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &connect_ex, sizeof connect_ex, &bytes, NULL, NULL) == 0);
    struct sockaddr_in any = address_of("0.0.0.0", 0), peer = address_of("127.0.0.1", closed_port());
    CHECK(bind(s, (struct sockaddr *)&any, sizeof any) == 0);
    OVERLAPPED overlapped = {.hEvent = WSACreateEvent()};
    CHECK(!connect_ex(s, (struct sockaddr *)&peer, sizeof peer, NULL, 0, NULL, &overlapped));
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK(WaitForSingleObject(overlapped.hEvent, 10000) == WAIT_OBJECT_0);
    CHECK(!WSAGetOverlappedResult(s, &overlapped, &bytes, FALSE, &flags));
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    closesocket(s);
}

static void datagrams(void) {
    static char big[70000];
    SOCKET s = WSASocketW(AF_INET, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    struct sockaddr_in nobody = address_of("0.0.0.0", 9), peer = address_of("127.0.0.1", closed_port()), now;
    CHECK(connect(s, (struct sockaddr *)&nobody, sizeof nobody) != 0);
    CHECK_EQ(WSAGetLastError(), WSAEADDRNOTAVAIL);
    OVERLAPPED overlapped = {.hEvent = WSACreateEvent()};
    WSABUF buffer = {sizeof big, big};
    DWORD bytes, flags;
    CHECK(WSASendTo(s, &buffer, 1, NULL, 0, (struct sockaddr *)&peer, sizeof peer, &overlapped, NULL) != 0);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK(!WSAGetOverlappedResult(s, &overlapped, &bytes, TRUE, &flags));
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    int length = sizeof now;
    struct sockaddr none = {0};
    CHECK(connect(s, (struct sockaddr *)&peer, sizeof peer) == 0);
    CHECK(getpeername(s, (struct sockaddr *)&now, &length) == 0);
    CHECK(connect(s, &none, sizeof none) == 0);
    length = sizeof now;
    CHECK(getpeername(s, (struct sockaddr *)&now, &length) != 0);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    closesocket(s);
}

int main(void) {
    WSADATA data;
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    refused();
    datagrams();
    return check_result();
}
