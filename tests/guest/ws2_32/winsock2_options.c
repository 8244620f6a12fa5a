// Options and control codes. "getsockopt function (winsock2.h)", "SOL_SOCKET Socket Options", "IPPROTO_IPV6 Socket Options".
// flags: -lws2_32
#include "net.h"
#include <mstcpip.h>

static int get(SOCKET s, int level, int name) {
    int value = -1, length = sizeof value;
    CHECK_EQ(getsockopt(s, level, name, (char*)&value, &length), 0);
    return value;
}

static void set_and_get(SOCKET s, int level, int name, int value) {
    CHECK_EQ(setsockopt(s, level, name, (char*)&value, sizeof value), 0);
    CHECK_EQ(get(s, level, name), value);
}

int main(void) {
    WSAPROTOCOL_INFOW info, all[16];
    int length, value = 1;
    DWORD bytes = sizeof all, moved;
    struct tcp_keepalive alive = {1, 5000, 1000};
    SOCKET s, six;
    net_start();
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK_EQ(get(s, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    CHECK_EQ(get(s, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(get(s, SOL_SOCKET, SO_ACCEPTCONN), 0);
    CHECK_EQ(get(s, SOL_SOCKET, SO_REUSEADDR), 0);
    CHECK_EQ(get(s, SOL_SOCKET, 0x700C), -1);  // SO_CONNECT_TIME: not connected
    set_and_get(s, SOL_SOCKET, SO_RCVTIMEO, 1234);
    set_and_get(s, SOL_SOCKET, SO_SNDTIMEO, 4321);
    set_and_get(s, SOL_SOCKET, SO_RCVBUF, 32768);
    set_and_get(s, SOL_SOCKET, SO_SNDBUF, 32768);
    set_and_get(s, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_and_get(s, IPPROTO_TCP, TCP_NODELAY, 1);
    set_and_get(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    CHECK_WSA(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, (char*)&value, sizeof value), WSAEINVAL);
    CHECK_WSA(setsockopt(s, SOL_SOCKET, 0x7777, (char*)&value, sizeof value), WSAENOPROTOOPT);
    CHECK_WSA(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof value), WSAEFAULT);
    CHECK_EQ(WSAIoctl(s, SIO_KEEPALIVE_VALS, &alive, sizeof alive, NULL, 0, &moved, NULL, NULL), 0);
    CHECK_WSA(WSAIoctl(s, 0x98001234, NULL, 0, NULL, 0, &moved, NULL, NULL), WSAEOPNOTSUPP);
    length = sizeof info;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, (char*)&info, &length), 0);
    CHECK(info.iAddressFamily == AF_INET && info.iSocketType == SOCK_STREAM && info.iProtocol == IPPROTO_TCP);
    CHECK(info.dwServiceFlags1 & XP1_IFS_HANDLES);
    closesocket(s);
    six = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    if (six != INVALID_SOCKET) {
        CHECK_EQ(get(six, IPPROTO_IPV6, IPV6_V6ONLY), 1);
        set_and_get(six, IPPROTO_IPV6, IPV6_V6ONLY, 0);
        closesocket(six);
    }
    CHECK(WSAEnumProtocolsW(NULL, all, &bytes) >= 4);
    bytes = 0;
    CHECK_WSA(WSAEnumProtocolsW(NULL, NULL, &bytes), WSAENOBUFS);
    CHECK(bytes > 0);
    // Sockets are file handles.
    s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(GetFileType((HANDLE)s), FILE_TYPE_PIPE);
    {
        DWORD flags = 0;
        HANDLE copy;
        CHECK(GetHandleInformation((HANDLE)s, &flags));
        CHECK_EQ(flags, HANDLE_FLAG_INHERIT);
        CHECK(SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0));
        CHECK(DuplicateHandle(GetCurrentProcess(), (HANDLE)s, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
        CHECK(CloseHandle((HANDLE)s));
        CHECK_EQ(get((SOCKET)copy, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
        closesocket((SOCKET)copy);
        s = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED | 0x80);  // WSA_FLAG_NO_HANDLE_INHERIT
        CHECK(GetHandleInformation((HANDLE)s, &flags));
        CHECK_EQ(flags, 0);
        closesocket(s);
    }
    {
        SOCKET a, b;
        char buffer[8];
        DWORD got;
        net_pair(&a, &b);
        CHECK(WriteFile((HANDLE)a, "file", 4, &got, NULL));
        CHECK(ReadFile((HANDLE)b, buffer, sizeof buffer, &got, NULL));
        CHECK_EQ(got, 4);
        CloseHandle((HANDLE)a);
        CHECK(ReadFile((HANDLE)b, buffer, sizeof buffer, &got, NULL));
        CHECK_EQ(got, 0);
        closesocket(b);
    }
    return check_result();
}
