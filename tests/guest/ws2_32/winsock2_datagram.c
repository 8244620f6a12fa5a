// Datagrams: WSAEMSGSIZE for what is cut short, boundaries, connected ones, unbound receives. "recvfrom function".
// flags: -lws2_32
#include "net.h"

int main(void) {
    struct sockaddr_in address, from, nobody;
    int length = sizeof from;
    char buffer[16];
    SOCKET a, b;
    WSABUF pieces[2] = {{3, buffer}, {5, buffer + 3}};
    DWORD moved = 0, flags = 0;
    net_start();
    a = net_bound(SOCK_DGRAM, &address);
    b = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_WSA(recv(b, buffer, sizeof buffer, 0), WSAEINVAL);
    CHECK_WSA(send(b, "x", 1, 0), WSAENOTCONN);
    CHECK_EQ(sendto(b, "0123456789", 10, 0, (struct sockaddr*)&address, sizeof address), 10);
    CHECK_EQ(sendto(b, "abc", 3, 0, (struct sockaddr*)&address, sizeof address), 3);
    CHECK_EQ(sendto(b, "", 0, 0, (struct sockaddr*)&address, sizeof address), 0);
    memset(buffer, 0, sizeof buffer);
    CHECK_WSA(recvfrom(a, buffer, 4, 0, (struct sockaddr*)&from, &length), WSAEMSGSIZE);
    CHECK_EQ(memcmp(buffer, "0123", 5), 0);
    CHECK_EQ(length, (int)sizeof from);
    CHECK_EQ(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(recvfrom(a, buffer, sizeof buffer, 0, (struct sockaddr*)&from, &length), 3);
    CHECK_EQ(recvfrom(a, buffer, sizeof buffer, 0, (struct sockaddr*)&from, &length), 0);
    CHECK_EQ(connect(b, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(send(b, "12345678", 8, 0), 8);
    CHECK_EQ(WSARecv(a, pieces, 2, &moved, &flags, NULL, NULL), 0);
    CHECK_EQ(moved, 8);
    CHECK_EQ(memcmp(buffer, "12345678", 8), 0);
    {
        static char big[70000];
        CHECK_WSA(sendto(b, big, sizeof big, 0, (struct sockaddr*)&address, sizeof address), WSAEMSGSIZE);
    }
    // A datagram that met nobody is told by the next receive.
    nobody = net_nobody();
    closesocket(a);
    CHECK_EQ(send(b, "x", 1, 0), 1);
    Sleep(30);
    CHECK_WSA(recv(b, buffer, sizeof buffer, 0), WSAECONNRESET);
    (void)nobody;
    closesocket(b);
    return check_result();
}
