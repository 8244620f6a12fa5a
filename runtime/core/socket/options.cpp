#include "core/socket/options.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/socket/errors.h"
#include "core/wait/clock.h"

namespace lsw {
namespace {

constexpr int kSocket = WIN_SOL_SOCKET, kIp = 0, kTcp = 6, kUdp = 17, kIpv6 = 41;

// Options that this runtime keeps itself, at level SOL_SOCKET.
enum Own {
    kReuseAddress = 0x0004, kLinger = 0x0080, kDontLinger = ~kLinger, kExclusiveAddress = ~kReuseAddress,
    kSendBuffer = 0x1001, kReceiveBuffer = 0x1002, kSendTimeout = 0x1005, kReceiveTimeout = 0x1006, kError = 0x1007,
    kGroupId = 0x2001, kMaximumMessage = 0x2003, kConditionalAccept = 0x3002, kPauseAccept = 0x3003,
    kRandomizePort = 0x3005, kPortScalability = 0x3006, kReuseUnicastPort = 0x3007, kReuseMulticastPort = 0x3008,
    kUseLoopback = 0x0040, kOpenType = 0x7008, kUpdateAccept = 0x700B, kConnectTime = 0x700C, kUpdateConnect = 0x7010,
};

enum class Format : uint8_t {
    Int,
    Bool,
    Raw,            // the same bytes on both sides
    SourceMember,   // ip_mreq_source has its last two fields the other way round
    Interface4,     // an address, or an interface index in network order
    DontFragment,   // IP_DONTFRAGMENT as path MTU discovery
    Nothing,        // accepted, reads as 0: there is no such thing to tune here
};

struct Row {
    int level, name, linux_level, linux_name;
    Format format;
};

constexpr Row kRows[] = {
    {kSocket, 0x0002, SOL_SOCKET, SO_ACCEPTCONN, Format::Bool},
    {kSocket, 0x0008, SOL_SOCKET, SO_KEEPALIVE, Format::Bool},
    {kSocket, 0x0010, SOL_SOCKET, SO_DONTROUTE, Format::Bool},
    {kSocket, 0x0020, SOL_SOCKET, SO_BROADCAST, Format::Bool},
    {kSocket, 0x0100, SOL_SOCKET, SO_OOBINLINE, Format::Bool},
    {kSocket, 0x1003, 0, 0, Format::Nothing},  // SO_SNDLOWAT
    {kSocket, 0x1004, SOL_SOCKET, SO_RCVLOWAT, Format::Int},
    {kSocket, 0x1008, SOL_SOCKET, SO_TYPE, Format::Int},
    {kSocket, kUseLoopback, 0, 0, Format::Nothing},
    {kSocket, kGroupId, 0, 0, Format::Nothing},
    {kSocket, kConditionalAccept, 0, 0, Format::Nothing},
    {kSocket, kPauseAccept, 0, 0, Format::Nothing},
    {kSocket, kRandomizePort, 0, 0, Format::Nothing},
    {kSocket, kPortScalability, 0, 0, Format::Nothing},
    {kSocket, kReuseUnicastPort, 0, 0, Format::Nothing},
    {kSocket, kReuseMulticastPort, 0, 0, Format::Nothing},
    {kSocket, kOpenType, 0, 0, Format::Nothing},
    {kTcp, 1, IPPROTO_TCP, TCP_NODELAY, Format::Bool},
    {kTcp, 2, 0, 0, Format::Nothing},  // TCP_EXPEDITED_1122
    {kTcp, 3, IPPROTO_TCP, TCP_KEEPIDLE, Format::Int},
    {kTcp, 4, IPPROTO_TCP, TCP_MAXSEG, Format::Int},
    {kTcp, 5, 0, 0, Format::Nothing},    // TCP_MAXRT
    {kTcp, 10, 0, 0, Format::Nothing},   // TCP_TIMESTAMPS
    {kTcp, 14, IPPROTO_TCP, TCP_USER_TIMEOUT, Format::Int},  // TCP_MAXRTMS
    {kTcp, 15, 0, 0, Format::Nothing},   // TCP_FASTOPEN
    {kTcp, 16, IPPROTO_TCP, TCP_KEEPCNT, Format::Int},
    {kTcp, 17, IPPROTO_TCP, TCP_KEEPINTVL, Format::Int},
    {kTcp, 18, 0, 0, Format::Nothing},   // TCP_FAIL_CONNECT_ON_ICMP_ERROR
    {kUdp, 1, SOL_SOCKET, SO_NO_CHECK, Format::Bool},
    {kIp, 1, IPPROTO_IP, IP_OPTIONS, Format::Raw},
    {kIp, 2, IPPROTO_IP, IP_HDRINCL, Format::Bool},
    {kIp, 3, IPPROTO_IP, IP_TOS, Format::Int},
    {kIp, 4, IPPROTO_IP, IP_TTL, Format::Int},
    {kIp, 9, IPPROTO_IP, IP_MULTICAST_IF, Format::Interface4},
    {kIp, 10, IPPROTO_IP, IP_MULTICAST_TTL, Format::Int},
    {kIp, 11, IPPROTO_IP, IP_MULTICAST_LOOP, Format::Bool},
    {kIp, 12, IPPROTO_IP, IP_ADD_MEMBERSHIP, Format::Raw},
    {kIp, 13, IPPROTO_IP, IP_DROP_MEMBERSHIP, Format::Raw},
    {kIp, 14, IPPROTO_IP, IP_MTU_DISCOVER, Format::DontFragment},
    {kIp, 15, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, Format::SourceMember},
    {kIp, 16, IPPROTO_IP, IP_DROP_SOURCE_MEMBERSHIP, Format::SourceMember},
    {kIp, 17, IPPROTO_IP, IP_BLOCK_SOURCE, Format::SourceMember},
    {kIp, 18, IPPROTO_IP, IP_UNBLOCK_SOURCE, Format::SourceMember},
    {kIp, 19, IPPROTO_IP, IP_PKTINFO, Format::Bool},
    {kIp, 21, IPPROTO_IP, IP_RECVTTL, Format::Bool},
    {kIp, 22, 0, 0, Format::Nothing},  // IP_RECEIVE_BROADCAST
    {kIp, 31, IPPROTO_IP, IP_UNICAST_IF, Format::Raw},
    {kIp, 40, IPPROTO_IP, IP_RECVTOS, Format::Bool},
    {kIp, 71, IPPROTO_IP, IP_MTU_DISCOVER, Format::Int},
    {kIp, 73, IPPROTO_IP, IP_MTU, Format::Int},
    {kIpv6, 4, IPPROTO_IPV6, IPV6_UNICAST_HOPS, Format::Int},
    {kIpv6, 9, IPPROTO_IPV6, IPV6_MULTICAST_IF, Format::Int},
    {kIpv6, 10, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, Format::Int},
    {kIpv6, 11, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, Format::Bool},
    {kIpv6, 12, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, Format::Raw},
    {kIpv6, 13, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, Format::Raw},
    {kIpv6, 14, IPPROTO_IPV6, IPV6_DONTFRAG, Format::Bool},
    {kIpv6, 19, IPPROTO_IPV6, IPV6_RECVPKTINFO, Format::Bool},
    {kIpv6, 21, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, Format::Bool},
    {kIpv6, 23, 0, 0, Format::Nothing},  // IPV6_PROTECTION_LEVEL
    {kIpv6, 27, IPPROTO_IPV6, IPV6_V6ONLY, Format::Bool},
    {kIpv6, 31, IPPROTO_IPV6, IPV6_UNICAST_IF, Format::Raw},
    {kIpv6, 39, IPPROTO_IPV6, IPV6_TCLASS, Format::Int},
    {kIpv6, 40, IPPROTO_IPV6, IPV6_RECVTCLASS, Format::Bool},
    {kIpv6, 71, IPPROTO_IPV6, IPV6_MTU_DISCOVER, Format::Int},
    {kIpv6, 72, IPPROTO_IPV6, IPV6_MTU, Format::Int},
};

const Row* row_of(int level, int name) {
    auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                             [&](const Row& r) { return r.level == level && r.name == name; });
    return row == std::end(kRows) ? nullptr : row;
}

int option_error(int error) {
    return error == EOPNOTSUPP || error == ENOPROTOOPT ? static_cast<int>(WSAENOPROTOOPT) : winsock_error(error);
}

struct WinLinger {
    USHORT l_onoff, l_linger;
};

int give(const void* from, int bytes, void* value, int* size_bytes) {
    int given = std::min(bytes, *size_bytes);
    memcpy(value, from, static_cast<size_t>(given));
    *size_bytes = given;
    return 0;
}

int give_number(int number, void* value, int* size_bytes) { return give(&number, sizeof number, value, size_bytes); }

int get_linger(SocketObject& socket, int name, void* value, int* size_bytes) {
    linger both{};
    socklen_t size = sizeof both;
    getsockopt(socket.fd(), SOL_SOCKET, SO_LINGER, &both, &size);
    if (name == kDontLinger) return give_number(!both.l_onoff, value, size_bytes);
    if (*size_bytes < static_cast<int>(sizeof(WinLinger))) return WSAEFAULT;
    WinLinger out{static_cast<USHORT>(both.l_onoff), static_cast<USHORT>(both.l_linger)};
    return give(&out, sizeof out, value, size_bytes);
}

// Linux doubles what was asked for; its defaults are twice those of Windows as well.
int buffer_size(SocketObject& socket, int name) {
    uint32_t asked = name == kSendBuffer ? socket.send_buffer_bytes : socket.receive_buffer_bytes;
    if (asked) return static_cast<int>(asked);
    int bytes = 0;
    socklen_t size = sizeof bytes;
    getsockopt(socket.fd(), SOL_SOCKET, name == kSendBuffer ? SO_SNDBUF : SO_RCVBUF, &bytes, &size);
    return bytes / 2;
}

int connect_time(SocketObject& socket) {
    if (socket.state() != SocketObject::State::Connected) return -1;
    return static_cast<int>((monotonic_ns() - socket.connected_at_ns) / 1'000'000'000);
}

// Whether the option is one of ours; *result is then the answer.
bool get_own(SocketObject& socket, int name, void* value, int* size_bytes, int* result) {
    auto number = [&](int n) { return *result = give_number(n, value, size_bytes), true; };
    switch (name) {
        case kReuseAddress: return number(socket.reuse_address);
        case kExclusiveAddress: return number(socket.exclusive_address);
        case kSendTimeout: return number(static_cast<int>(socket.send_timeout_ms.load()));
        case kReceiveTimeout: return number(static_cast<int>(socket.receive_timeout_ms.load()));
        case kSendBuffer:
        case kReceiveBuffer: return number(buffer_size(socket, name));
        case kError: return number(winsock_error(socket.take_error()));
        case kConnectTime: return number(connect_time(socket));
        case kMaximumMessage: return number(socket.is_stream() ? 0 : 65507);
        case kLinger:
        case kDontLinger: return *result = get_linger(socket, name, value, size_bytes), true;
    }
    return false;
}

int set_linger(SocketObject& socket, int name, const void* value, int size_bytes) {
    linger both{};
    if (name == kLinger) {
        WinLinger in;
        if (size_bytes < static_cast<int>(sizeof in)) return WSAEFAULT;
        memcpy(&in, value, sizeof in);
        both = {in.l_onoff, in.l_linger};
    }
    return setsockopt(socket.fd(), SOL_SOCKET, SO_LINGER, &both, sizeof both) < 0 ? option_error(errno) : 0;
}

int set_buffer(SocketObject& socket, int name, int bytes) {
    if (bytes < 0) return WSAEINVAL;
    (name == kSendBuffer ? socket.send_buffer_bytes : socket.receive_buffer_bytes) = static_cast<uint32_t>(bytes);
    int result = setsockopt(socket.fd(), SOL_SOCKET, name == kSendBuffer ? SO_SNDBUF : SO_RCVBUF, &bytes, sizeof bytes);
    return result < 0 ? option_error(errno) : 0;
}

bool set_own(SocketObject& socket, int name, const void* value, int size_bytes, int* result) {
    int number = 0;
    if (value && size_bytes > 0) memcpy(&number, value, static_cast<size_t>(std::min(size_bytes, 4)));
    *result = 0;
    switch (name) {
        case kReuseAddress:
            if (number && socket.exclusive_address) return *result = WSAEINVAL, true;
            return socket.reuse_address = number != 0, true;
        case kExclusiveAddress:
            if (number && socket.reuse_address) return *result = WSAEINVAL, true;
            return socket.exclusive_address = number != 0, true;
        case kSendTimeout: return socket.send_timeout_ms = static_cast<uint32_t>(number), true;
        case kReceiveTimeout: return socket.receive_timeout_ms = static_cast<uint32_t>(number), true;
        case kSendBuffer:
        case kReceiveBuffer: return *result = set_buffer(socket, name, number), true;
        case kError:
        case kConnectTime:
        case kMaximumMessage: return *result = WSAENOPROTOOPT, true;
        case kUpdateAccept:  // what AcceptEx and ConnectEx leave to be done is done already
        case kUpdateConnect: return true;
        case kLinger:
        case kDontLinger: return *result = set_linger(socket, name, value, size_bytes), true;
    }
    return false;
}

int set_row(SocketObject& socket, const Row& row, const void* value, int size_bytes) {
    int number = 0;
    memcpy(&number, value, static_cast<size_t>(std::min(size_bytes, 4)));
    const void* data = &number;
    socklen_t size = sizeof number;
    ip_mreqn by_index{};
    ip_mreq_source source{};
    switch (row.format) {
        case Format::Nothing: return 0;
        case Format::Int: break;
        case Format::Bool: number = number != 0; break;
        case Format::DontFragment: number = number ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT; break;
        case Format::Raw: data = value, size = static_cast<socklen_t>(size_bytes); break;
        case Format::Interface4:
            if (uint32_t index = ntohl(static_cast<uint32_t>(number)); index && index < (1u << 24)) {
                by_index.imr_ifindex = static_cast<int>(index);
                data = &by_index, size = sizeof by_index;
            }
            break;
        case Format::SourceMember: {
            in_addr fields[3];
            if (size_bytes < static_cast<int>(sizeof fields)) return WSAEFAULT;
            memcpy(fields, value, sizeof fields);
            source = {fields[0], fields[2], fields[1]};
            data = &source, size = sizeof source;
            break;
        }
    }
    return setsockopt(socket.fd(), row.linux_level, row.linux_name, data, size) < 0 ? option_error(errno) : 0;
}

}  // namespace

int get_socket_option(SocketObject& socket, int level, int name, void* value, int* size_bytes) {
    if (!value || !size_bytes || *size_bytes < 1) return WSAEFAULT;
    int result;
    if (level == kSocket && get_own(socket, name, value, size_bytes, &result)) return result;
    const Row* row = row_of(level, name);
    if (!row) return WSAENOPROTOOPT;
    if (row->format == Format::Nothing) return give_number(0, value, size_bytes);
    alignas(8) char buffer[64] = {};
    socklen_t size = sizeof buffer;
    if (getsockopt(socket.fd(), row->linux_level, row->linux_name, buffer, &size) < 0) return option_error(errno);
    if (row->format == Format::DontFragment) {
        int mode;
        memcpy(&mode, buffer, sizeof mode);
        return give_number(mode == IP_PMTUDISC_DO, value, size_bytes);
    }
    return give(buffer, static_cast<int>(size), value, size_bytes);
}

int set_socket_option(SocketObject& socket, int level, int name, const void* value, int size_bytes) {
    int result;
    if (level == kSocket && (name == kUpdateAccept || name == kUpdateConnect)) return 0;
    if (!value || size_bytes < 1) return WSAEFAULT;
    if (level == kSocket && set_own(socket, name, value, size_bytes, &result)) return result;
    const Row* row = row_of(level, name);
    if (!row) return WSAENOPROTOOPT;
    return set_row(socket, *row, value, size_bytes);
}

void set_socket_defaults(int fd, int family) {
    int on = 1;
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
}

int set_keepalive(SocketObject& socket, bool on, uint32_t idle_ms, uint32_t interval_ms) {
    int enabled = on;
    if (setsockopt(socket.fd(), SOL_SOCKET, SO_KEEPALIVE, &enabled, sizeof enabled) < 0) return option_error(errno);
    if (!on) return 0;
    auto seconds = [](uint32_t ms) { return std::clamp<int>(static_cast<int>((ms + 999ull) / 1000), 1, 32767); };
    int idle = seconds(idle_ms), interval = seconds(interval_ms);
    setsockopt(socket.fd(), IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(socket.fd(), IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    return 0;
}

}  // namespace lsw
