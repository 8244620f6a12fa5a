// Winsock structures and constants (winsock2.h, ws2tcpip.h).
#pragma once

#include "abi/types.h"

using SOCKET = UINT_PTR;
inline constexpr SOCKET INVALID_SOCKET = ~SOCKET{0};
inline constexpr int SOCKET_ERROR = -1;

struct WSADATA {
    WORD wVersion;
    WORD wHighVersion;
    unsigned short iMaxSockets;
    unsigned short iMaxUdpDg;
    char* lpVendorInfo;
    char szDescription[257];
    char szSystemStatus[129];
};
static_assert(sizeof(WSADATA) == 408);

struct WSABUF {
    ULONG len;
    char* buf;
};

// "sockaddr": family in the first two bytes; AF_INET6 is 23, where Linux has 10.
struct WinSockAddr {
    USHORT family;
    char data[14];
};

struct ADDRINFOA {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    size_t ai_addrlen;
    char* ai_canonname;
    WinSockAddr* ai_addr;
    ADDRINFOA* ai_next;
};

struct ADDRINFOW {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    size_t ai_addrlen;
    PWSTR ai_canonname;
    WinSockAddr* ai_addr;
    ADDRINFOW* ai_next;
};

struct WinFdSet {
    UINT fd_count;
    SOCKET fd_array[64];
};

struct WinTimeval {
    LONG tv_sec;
    LONG tv_usec;
};

struct WSAPOLLFD {
    SOCKET fd;
    SHORT events;
    SHORT revents;
};

inline constexpr int WIN_AF_UNSPEC = 0;
inline constexpr int WIN_AF_UNIX = 1;
inline constexpr int WIN_AF_INET = 2;
inline constexpr int WIN_AF_INET6 = 23;
inline constexpr int WIN_SOL_SOCKET = 0xFFFF;
