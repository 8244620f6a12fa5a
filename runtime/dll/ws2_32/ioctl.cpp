// winsock2.h, mstcpip.h: control codes of sockets; byte order as a socket's protocol has it.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/socket/options.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

enum Code : DWORD {
    kNonBlocking = 0x8004667E, kReadable = 0x4004667F, kAtMark = 0x40047307,
    kKeepAliveValues = 0x98000004, kReceiveAll = 0x98000001, kUdpConnectionReset = 0x9800000C,
    kUdpNetReset = 0x9800000F, kLoopbackFastPath = 0x98000010, kTcpInitialRto = 0x98000011,
    kCpuAffinity = 0x98000015, kExtensionFunction = 0xC8000006, kAddressListQuery = 0x48000016,
    kBaseHandle = 0x48000022, kBspHandle = 0x4800001B, kBspHandleSelect = 0x4800001C, kBspHandlePoll = 0x4800001D,
    kRoutingInterfaceQuery = 0xC8000014, kInterfaceList = 0x4004747F, kIdealSendBacklog = 0x4004747B,
    kCircularQueueing = 0x28000002, kFlush = 0x28000004, kBroadcastAddress = 0x48000005,
};

// One call's buffers; out() checks the room.
struct Call {
    SocketObject& socket;
    SOCKET handle;
    const void* input;
    DWORD input_bytes;
    void* output;
    DWORD output_bytes;
    DWORD returned = 0;

    template <class T>
    const T* in() const {
        return input && input_bytes >= sizeof(T) ? static_cast<const T*>(input) : nullptr;
    }
    int out(const void* data, size_t bytes) {
        if (!output || output_bytes < bytes) return WSAEFAULT;
        memcpy(output, data, bytes);
        returned = static_cast<DWORD>(bytes);
        return 0;
    }
};

struct KeepAlive {
    ULONG onoff, keepalivetime, keepaliveinterval;
};

int set_blocking(SocketObject& socket, bool nonblocking) {
    if (!nonblocking && socket.has_event_selection()) return WSAEINVAL;
    socket.nonblocking = nonblocking;
    return 0;
}

// The local address that would be used to reach another one.
int routing_interface(Call& call) {
    sockaddr_storage address;
    socklen_t length = linux_address(static_cast<const WinSockAddr*>(call.input), static_cast<int>(call.input_bytes), address);
    if (!length) return WSAEFAULT;
    UniqueFd probe(::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), reinterpret_cast<sockaddr*>(&address), length) < 0) return winsock_error(errno);
    length = sizeof address;
    if (::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &length) < 0) return winsock_error(errno);
    if (address.ss_family == AF_INET) reinterpret_cast<sockaddr_in&>(address).sin_port = 0;
    if (address.ss_family == AF_INET6) reinterpret_cast<sockaddr_in6&>(address).sin6_port = 0;
    int written = windows_address(address, length, static_cast<WinSockAddr*>(call.output), static_cast<int>(call.output_bytes));
    call.returned = static_cast<DWORD>(written);
    return written ? 0 : static_cast<int>(WSAEFAULT);
}

// SOCKET_ADDRESS_LIST: a count, pairs of pointer and length, then the addresses.
int address_list(Call& call) {
    struct Entry {
        WinSockAddr* address;
        INT length;
    };
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) < 0) return winsock_error(errno);
    std::vector<sockaddr_storage> found;
    for (ifaddrs* at = all; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != call.socket.family()) continue;
        if (at->ifa_flags & IFF_LOOPBACK || !(at->ifa_flags & IFF_UP)) continue;
        sockaddr_storage address{};
        memcpy(&address, at->ifa_addr, call.socket.family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
        found.push_back(address);
    }
    freeifaddrs(all);
    size_t one = call.socket.family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    size_t header = sizeof(INT64) + found.size() * sizeof(Entry), needed = header + found.size() * one;
    if (!call.output || call.output_bytes < needed) return WSAEFAULT;
    auto* out = static_cast<char*>(call.output);
    *reinterpret_cast<INT*>(out) = static_cast<INT>(found.size());
    for (size_t i = 0; i < found.size(); ++i) {
        auto* address = reinterpret_cast<WinSockAddr*>(out + header + i * one);
        int length = windows_address(found[i], static_cast<socklen_t>(one), address, static_cast<int>(one));
        reinterpret_cast<Entry*>(out + sizeof(INT64))[i] = {address, length};
    }
    call.returned = static_cast<DWORD>(needed);
    return 0;
}

// INTERFACE_INFO: flags, then address, broadcast address and mask in 24 bytes each.
int interface_list(Call& call) {
    struct Info {
        ULONG flags;
        char address[24], broadcast[24], mask[24];
    };
    static_assert(sizeof(Info) == 76);
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) < 0) return winsock_error(errno);
    std::vector<Info> found;
    for (ifaddrs* at = all; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET) continue;
        Info info{};
        info.flags = (at->ifa_flags & IFF_UP ? 1u : 0u) | (at->ifa_flags & IFF_BROADCAST ? 2u : 0u) |
                     (at->ifa_flags & IFF_LOOPBACK ? 4u : 0u) | (at->ifa_flags & IFF_POINTOPOINT ? 8u : 0u) |
                     (at->ifa_flags & IFF_MULTICAST ? 16u : 0u);
        memcpy(info.address, at->ifa_addr, sizeof(sockaddr_in));
        if (at->ifa_netmask) memcpy(info.mask, at->ifa_netmask, sizeof(sockaddr_in));
        if (at->ifa_broadaddr && at->ifa_flags & IFF_BROADCAST) memcpy(info.broadcast, at->ifa_broadaddr, sizeof(sockaddr_in));
        found.push_back(info);
    }
    freeifaddrs(all);
    return call.out(found.data(), found.size() * sizeof(Info));
}

int control(Call& call, DWORD code) {
    int number = 0;
    switch (code) {
        case kNonBlocking: {
            auto* on = call.in<ULONG>();
            return on ? set_blocking(call.socket, *on != 0) : static_cast<int>(WSAEFAULT);
        }
        case kReadable:
            if (ioctl(call.socket.fd(), FIONREAD, &number) < 0) return winsock_error(errno);
            return call.out(&number, sizeof number);
        case kAtMark:
            if (ioctl(call.socket.fd(), SIOCATMARK, &number) < 0) return winsock_error(errno);
            return call.out(&number, sizeof number);
        case kKeepAliveValues: {
            auto* values = call.in<KeepAlive>();
            if (!values) return WSAEFAULT;
            return set_keepalive(call.socket, values->onoff != 0, values->keepalivetime, values->keepaliveinterval);
        }
        case kExtensionFunction: {
            auto* id = call.in<GUID>();
            if (!id) return WSAEFAULT;
            void* function = extension_function(*id);
            return function ? call.out(&function, sizeof function) : static_cast<int>(WSAEINVAL);
        }
        case kBaseHandle:
        case kBspHandle:
        case kBspHandleSelect:
        case kBspHandlePoll: return call.out(&call.handle, sizeof call.handle);
        case kAddressListQuery: return address_list(call);
        case kInterfaceList: return interface_list(call);
        case kRoutingInterfaceQuery: return routing_interface(call);
        case kIdealSendBacklog: number = 65536; return call.out(&number, sizeof number);
        case kBroadcastAddress: {
            sockaddr_in all{};
            all.sin_family = AF_INET;
            all.sin_addr.s_addr = 0xFFFFFFFF;
            return call.out(&all, sizeof all);
        }
        // Settings of a network stack that is not there; the behaviour they ask for is the one there is.
        case kUdpConnectionReset:
        case kUdpNetReset:
        case kLoopbackFastPath:
        case kTcpInitialRto:
        case kCpuAffinity:
        case kCircularQueueing:
        case kFlush: return 0;
    }
    return WSAEOPNOTSUPP;
}

}  // namespace

int ws2_32::ioctlsocket(SOCKET s, LONG cmd, ULONG* argp) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!argp) return winsock_answer(WSAEFAULT);
    Call call{*socket, s, argp, sizeof *argp, argp, sizeof *argp};
    auto code = static_cast<DWORD>(cmd);
    if (code != kNonBlocking && code != kReadable && code != kAtMark) return winsock_answer(WSAEOPNOTSUPP);
    return winsock_answer(control(call, code));
}

int ws2_32::WSAIoctl(SOCKET s, DWORD dwIoControlCode, LPVOID lpvInBuffer, DWORD cbInBuffer, LPVOID lpvOutBuffer,
                     DWORD cbOutBuffer, LPDWORD lpcbBytesReturned, LPOVERLAPPED lpOverlapped, void*) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpcbBytesReturned && !lpOverlapped) return winsock_answer(WSAEFAULT);
    Call call{*socket, s, lpvInBuffer, cbInBuffer, lpvOutBuffer, cbOutBuffer};
    int error = control(call, dwIoControlCode);
    if (lpcbBytesReturned) *lpcbBytesReturned = call.returned;
    if (error == 0 && lpOverlapped) {
        IoRequest request;
        request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(lpOverlapped);
        request.event = lpOverlapped->hEvent;
        bool quiet = reinterpret_cast<uintptr_t>(lpOverlapped->hEvent) & 1;
        request.context = quiet ? nullptr : lpOverlapped;
        finish_io(*socket, request, STATUS_SUCCESS, call.returned, /*pended=*/false);
    }
    return winsock_answer(error);
}

namespace {

template <class To, class From>
int convert(SOCKET s, From value, To* out, To (*swap)(From)) {
    if (!winsock_socket(s)) return SOCKET_ERROR;
    if (!out) return winsock_answer(WSAEFAULT);
    *out = swap(value);
    return 0;
}

}  // namespace

int ws2_32::WSAHtonl(SOCKET s, ULONG hostlong, ULONG* lpnetlong) {
    return convert<ULONG, ULONG>(s, hostlong, lpnetlong, [](ULONG v) -> ULONG { return __builtin_bswap32(v); });
}
int ws2_32::WSAHtons(SOCKET s, USHORT hostshort, USHORT* lpnetshort) {
    return convert<USHORT, USHORT>(s, hostshort, lpnetshort, [](USHORT v) -> USHORT { return __builtin_bswap16(v); });
}
int ws2_32::WSANtohl(SOCKET s, ULONG netlong, ULONG* lphostlong) {
    return convert<ULONG, ULONG>(s, netlong, lphostlong, [](ULONG v) -> ULONG { return __builtin_bswap32(v); });
}
int ws2_32::WSANtohs(SOCKET s, USHORT netshort, USHORT* lphostshort) {
    return convert<USHORT, USHORT>(s, netshort, lphostshort, [](USHORT v) -> USHORT { return __builtin_bswap16(v); });
}
