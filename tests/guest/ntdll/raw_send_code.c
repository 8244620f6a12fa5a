// Code that was called raw is sent through a socket as the program wrote it, straight from where it lies.
// flags: -lws2_32
#include <winsock2.h>
#include "check.h"
#include "raw_stubs.h"

int main(void) {
    WSADATA data;
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
    SOCKET to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int length = sizeof address;
    CHECK_EQ(bind(to, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(getsockname(to, (struct sockaddr*)&address, &length), 0);
    CHECK_EQ(connect(from, (struct sockaddr*)&address, sizeof address), 0);
    unsigned char expected[16] = {0}, seen[16], other[4] = "abc";
    size_t size = raw_put_plain(expected, 0x0F);
    for (int pieces = 1; pieces <= 2; ++pieces) {
        unsigned char* code = raw_page() + 64;
        raw_put_plain(code, 0x0F);
        raw_seal(code - 64);
        for (int i = 0; i < 10; ++i) CHECK_EQ(((raw_stub)(void*)code)((HANDLE)0x77774), (long)0xC0000008);
        WSABUF buffers[2] = {{(ULONG)size, (char*)code}, {4, (char*)other}};
        DWORD sent = 0;
        CHECK_EQ(WSASend(from, buffers, (DWORD)pieces, &sent, 0, NULL, NULL), 0);
        CHECK_EQ(sent, size + (pieces == 2 ? 4 : 0));
        CHECK_EQ(recv(to, (char*)seen, sizeof seen, 0), (int)sent);
        CHECK(memcmp(seen, expected, size) == 0);
    }
    return check_result();
}
