// Winsock structures and constants (winsock2.h, ws2tcpip.h, mswsock.h). Option names are in winsock_options.h.
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

struct WSAMSG {
    WinSockAddr* name;
    INT namelen;
    WSABUF* lpBuffers;
    ULONG dwBufferCount;
    WSABUF Control;
    ULONG dwFlags;
};
static_assert(sizeof(WSAMSG) == 56);

// WSACMSGHDR; data follow at the next multiple of 8.
struct WSACMSGHDR {
    size_t cmsg_len;
    INT cmsg_level;
    INT cmsg_type;
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

template <class Char>
struct WinAddrInfoEx {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    size_t ai_addrlen;
    Char* ai_canonname;
    WinSockAddr* ai_addr;
    void* ai_blob;
    size_t ai_bloblen;
    GUID* ai_provider;
    WinAddrInfoEx* ai_next;
};
using ADDRINFOEXA = WinAddrInfoEx<char>;
using ADDRINFOEXW = WinAddrInfoEx<char16_t>;

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

inline constexpr int FD_MAX_EVENTS = 10;
struct WSANETWORKEVENTS {
    LONG lNetworkEvents;
    int iErrorCode[FD_MAX_EVENTS];
};

struct WSAPROTOCOLCHAIN {
    int ChainLen;
    DWORD ChainEntries[7];
};

template <class Char>
struct WsaProtocolInfo {
    DWORD dwServiceFlags1, dwServiceFlags2, dwServiceFlags3, dwServiceFlags4;
    DWORD dwProviderFlags;
    GUID ProviderId;
    DWORD dwCatalogEntryId;
    WSAPROTOCOLCHAIN ProtocolChain;
    int iVersion, iAddressFamily, iMaxSockAddr, iMinSockAddr, iSocketType, iProtocol;
    int iProtocolMaxOffset, iNetworkByteOrder, iSecurityScheme;
    DWORD dwMessageSize;
    DWORD dwProviderReserved;
    Char szProtocol[256];
};
using WSAPROTOCOL_INFOA = WsaProtocolInfo<char>;
using WSAPROTOCOL_INFOW = WsaProtocolInfo<char16_t>;
static_assert(sizeof(WSAPROTOCOL_INFOW) == 628 && sizeof(WSAPROTOCOL_INFOA) == 372);

struct hostent_win {
    char* h_name;
    char** h_aliases;
    SHORT h_addrtype;
    SHORT h_length;
    char** h_addr_list;
};

// On 64-bit Windows the protocol stands before the port.
struct servent_win {
    char* s_name;
    char** s_aliases;
    char* s_proto;
    SHORT s_port;
};

struct protoent_win {
    char* p_name;
    char** p_aliases;
    SHORT p_proto;
};

struct TRANSMIT_FILE_BUFFERS {
    PVOID Head;
    DWORD HeadLength;
    PVOID Tail;
    DWORD TailLength;
};

struct TRANSMIT_PACKETS_ELEMENT {
    ULONG dwElFlags;  // 1 memory, 2 file, 4 end of packet
    ULONG cLength;
    union {
        struct {
            LARGE_INTEGER nFileOffset;
            HANDLE hFile;
        };
        PVOID pBuffer;
    };
};

// AFD_POLL_INFO as wepoll, libuv and mio document it: IOCTL_AFD_POLL's input and output.
struct AFD_POLL_HANDLE_INFO {
    HANDLE Handle;
    ULONG Events;
    NTSTATUS Status;
};
struct AFD_POLL_INFO {
    LARGE_INTEGER Timeout;
    ULONG NumberOfHandles;
    ULONG Exclusive;
    AFD_POLL_HANDLE_INFO Handles[1];
};
static_assert(sizeof(AFD_POLL_INFO) == 32);

inline constexpr ULONG IOCTL_AFD_POLL = 0x00012024;
inline constexpr ULONG IOCTL_AFD_RECEIVE = 0x00012017;
inline constexpr ULONG IOCTL_AFD_RECEIVE_DATAGRAM = 0x0001201B;
enum AfdPollEvents : ULONG {
    AFD_POLL_RECEIVE = 0x01,
    AFD_POLL_RECEIVE_EXPEDITED = 0x02,
    AFD_POLL_SEND = 0x04,
    AFD_POLL_DISCONNECT = 0x08,
    AFD_POLL_ABORT = 0x10,
    AFD_POLL_LOCAL_CLOSE = 0x20,
    AFD_POLL_CONNECT = 0x40,
    AFD_POLL_ACCEPT = 0x80,
    AFD_POLL_CONNECT_FAIL = 0x100,
};

inline constexpr int WIN_AF_UNSPEC = 0;
inline constexpr int WIN_AF_UNIX = 1;
inline constexpr int WIN_AF_INET = 2;
inline constexpr int WIN_AF_INET6 = 23;
inline constexpr int WIN_SOL_SOCKET = 0xFFFF;

// Flags of send and receive.
inline constexpr DWORD WIN_MSG_OOB = 1, WIN_MSG_PEEK = 2, WIN_MSG_DONTROUTE = 4, WIN_MSG_WAITALL = 8,
                       WIN_MSG_TRUNC = 0x100, WIN_MSG_CTRUNC = 0x200, WIN_MSG_PARTIAL = 0x8000;

// WSAEventSelect.
inline constexpr LONG FD_READ = 1, FD_WRITE = 2, FD_OOB = 4, FD_ACCEPT = 8, FD_CONNECT = 16, FD_CLOSE = 32;

inline constexpr DWORD WSA_FLAG_OVERLAPPED = 1, WSA_FLAG_NO_HANDLE_INHERIT = 0x80;
