#include "core/socket/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/winerror.h"
#include "base/status.h"

namespace lsw {

Result<uint64_t> SocketObject::read(void* buffer, uint32_t size_bytes, int64_t) {
    for (;;) {
        ssize_t got = recv(fd_.get(), buffer, size_bytes, 0);
        if (got >= 0) return Result<uint64_t>(static_cast<uint64_t>(got));
        if (errno != EINTR) return Status(status_from_errno(errno));
    }
}

Result<uint64_t> SocketObject::write(const void* buffer, uint32_t size_bytes, int64_t) {
    for (;;) {
        ssize_t put = send(fd_.get(), buffer, size_bytes, MSG_NOSIGNAL);
        if (put >= 0) return Result<uint64_t>(static_cast<uint64_t>(put));
        if (errno != EINTR) return Status(status_from_errno(errno));
    }
}

int winsock_error(int error) {
    struct Pair {
        int linux_error;
        uint32_t windows_error;
    };
    static constexpr Pair kPairs[] = {
        {EINTR, WSAEINTR}, {EBADF, WSAENOTSOCK}, {EACCES, WSAEACCES}, {EPERM, WSAEACCES}, {EFAULT, WSAEFAULT},
        {EINVAL, WSAEINVAL}, {EMFILE, WSAEMFILE}, {ENFILE, WSAEMFILE}, {EAGAIN, WSAEWOULDBLOCK},
        {EINPROGRESS, WSAEWOULDBLOCK}, {EALREADY, WSAEALREADY}, {ENOTSOCK, WSAENOTSOCK},
        {EDESTADDRREQ, WSAEDESTADDRREQ}, {EMSGSIZE, WSAEMSGSIZE}, {EPROTOTYPE, WSAEPROTOTYPE},
        {ENOPROTOOPT, WSAENOPROTOOPT}, {EPROTONOSUPPORT, WSAEPROTONOSUPPORT}, {ESOCKTNOSUPPORT, WSAESOCKTNOSUPPORT},
        {EOPNOTSUPP, WSAEOPNOTSUPP}, {EPFNOSUPPORT, WSAEPFNOSUPPORT}, {EAFNOSUPPORT, WSAEAFNOSUPPORT},
        {EADDRINUSE, WSAEADDRINUSE}, {EADDRNOTAVAIL, WSAEADDRNOTAVAIL}, {ENETDOWN, WSAENETDOWN},
        {ENETUNREACH, WSAENETUNREACH}, {ENETRESET, WSAENETRESET}, {ECONNABORTED, WSAECONNABORTED},
        {ECONNRESET, WSAECONNRESET}, {EPIPE, WSAECONNABORTED}, {ENOBUFS, WSAENOBUFS}, {ENOMEM, WSAENOBUFS},
        {EISCONN, WSAEISCONN}, {ENOTCONN, WSAENOTCONN}, {ETIMEDOUT, WSAETIMEDOUT}, {ECONNREFUSED, WSAECONNREFUSED},
        {EHOSTDOWN, WSAEHOSTDOWN}, {EHOSTUNREACH, WSAEHOSTUNREACH}, {ENOENT, WSAECONNREFUSED},
        {ENAMETOOLONG, WSAENAMETOOLONG},
    };
    for (const Pair& pair : kPairs)
        if (pair.linux_error == error) return static_cast<int>(pair.windows_error);
    return static_cast<int>(WSAEINVAL);
}

int linux_family(int family) {
    switch (family) {
        case WIN_AF_UNSPEC: return AF_UNSPEC;
        case WIN_AF_UNIX: return AF_UNIX;
        case WIN_AF_INET: return AF_INET;
        case WIN_AF_INET6: return AF_INET6;
    }
    return -1;
}

int windows_family(int family) { return family == AF_INET6 ? WIN_AF_INET6 : family; }

socklen_t linux_address(const WinSockAddr* from, int length, sockaddr_storage& to) {
    if (!from || length < 2 || length > static_cast<int>(sizeof to)) return 0;
    memset(&to, 0, sizeof to);
    memcpy(&to, from, static_cast<size_t>(length));
    int family = linux_family(from->family);
    if (family < 0) return 0;
    to.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET && length < static_cast<int>(sizeof(sockaddr_in))) return 0;
    if (family == AF_INET6 && length < static_cast<int>(sizeof(sockaddr_in6))) return 0;
    if (family == AF_INET) return sizeof(sockaddr_in);
    if (family == AF_INET6) return sizeof(sockaddr_in6);
    return static_cast<socklen_t>(length);
}

int windows_address(const sockaddr_storage& from, socklen_t length, WinSockAddr* to, int room) {
    if (static_cast<int>(length) > room || !to) return 0;
    sockaddr_storage copy = from;
    copy.ss_family = static_cast<sa_family_t>(windows_family(from.ss_family));
    memcpy(to, &copy, length);
    return static_cast<int>(length);
}

bool linux_option(int level, int name, int& linux_level, int& linux_name) {
    struct Row {
        int level, name, linux_level, linux_name;
    };
    constexpr int kTcp = 6, kIp = 0, kIpv6 = 41;
    static constexpr Row kRows[] = {
        {WIN_SOL_SOCKET, 0x0002, SOL_SOCKET, SO_ACCEPTCONN}, {WIN_SOL_SOCKET, 0x0004, SOL_SOCKET, SO_REUSEADDR},
        {WIN_SOL_SOCKET, 0x0008, SOL_SOCKET, SO_KEEPALIVE},  {WIN_SOL_SOCKET, 0x0010, SOL_SOCKET, SO_DONTROUTE},
        {WIN_SOL_SOCKET, 0x0020, SOL_SOCKET, SO_BROADCAST},  {WIN_SOL_SOCKET, 0x0080, SOL_SOCKET, SO_LINGER},
        {WIN_SOL_SOCKET, 0x0100, SOL_SOCKET, SO_OOBINLINE},  {WIN_SOL_SOCKET, 0x1001, SOL_SOCKET, SO_SNDBUF},
        {WIN_SOL_SOCKET, 0x1002, SOL_SOCKET, SO_RCVBUF},     {WIN_SOL_SOCKET, 0x1005, SOL_SOCKET, SO_SNDTIMEO},
        {WIN_SOL_SOCKET, 0x1006, SOL_SOCKET, SO_RCVTIMEO},   {WIN_SOL_SOCKET, 0x1007, SOL_SOCKET, SO_ERROR},
        {WIN_SOL_SOCKET, 0x1008, SOL_SOCKET, SO_TYPE},       {kTcp, 0x0001, IPPROTO_TCP, TCP_NODELAY},
        {kTcp, 3, IPPROTO_TCP, TCP_KEEPIDLE},                {kTcp, 16, IPPROTO_TCP, TCP_KEEPCNT},
        {kTcp, 17, IPPROTO_TCP, TCP_KEEPINTVL},              {kIp, 3, IPPROTO_IP, IP_TOS},
        {kIp, 4, IPPROTO_IP, IP_TTL},                        {kIp, 9, IPPROTO_IP, IP_MULTICAST_IF},
        {kIp, 10, IPPROTO_IP, IP_MULTICAST_TTL},             {kIp, 11, IPPROTO_IP, IP_MULTICAST_LOOP},
        {kIp, 12, IPPROTO_IP, IP_ADD_MEMBERSHIP},            {kIp, 13, IPPROTO_IP, IP_DROP_MEMBERSHIP},
        {kIpv6, 4, IPPROTO_IPV6, IPV6_UNICAST_HOPS},         {kIpv6, 9, IPPROTO_IPV6, IPV6_MULTICAST_IF},
        {kIpv6, 10, IPPROTO_IPV6, IPV6_MULTICAST_HOPS},      {kIpv6, 11, IPPROTO_IPV6, IPV6_MULTICAST_LOOP},
        {kIpv6, 27, IPPROTO_IPV6, IPV6_V6ONLY},
    };
    auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                             [&](const Row& r) { return r.level == level && r.name == name; });
    if (row == std::end(kRows)) return false;
    linux_level = row->linux_level;
    linux_name = row->linux_name;
    return true;
}

}  // namespace lsw
