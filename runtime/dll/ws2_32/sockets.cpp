// winsock2.h: the library, sockets and their options. Errors go to the last error, which Winsock shares.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/runtime.h"
#include "core/socket/socket.h"
#include "core/teb.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kSocketAccess = 0x0012019F;

SOCKET insert(UniqueFd fd, int family, int type) {
    auto handle = runtime().handles.insert(make_object<SocketObject>(std::move(fd), family, type), kSocketAccess, true);
    if (!handle.ok()) return set_last_error(WSAEMFILE), INVALID_SOCKET;
    return reinterpret_cast<SOCKET>(*handle);
}

// Timeouts are milliseconds on Windows and a timeval on Linux.
bool is_timeout(int level, int name) { return level == WIN_SOL_SOCKET && (name == 0x1005 || name == 0x1006); }
bool is_linger(int level, int name) { return level == WIN_SOL_SOCKET && name == 0x0080; }

struct WinLinger {
    USHORT l_onoff, l_linger;
};

// The address of one end of a socket, as `ask` (getpeername or getsockname) tells it.
template <class Ask>
int name_of(SOCKET s, WinSockAddr* name, int* namelen, Ask ask) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    socklen_t length = sizeof address;
    int result = ask(socket->fd(), reinterpret_cast<sockaddr*>(&address), &length);
    if (result < 0) return winsock_result(result);
    int written = windows_address(address, length, name, *namelen);
    if (!written) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    *namelen = written;
    return 0;
}

}  // namespace

Ref<SocketObject> lsw::winsock_socket(SOCKET s) {
    auto object = runtime().handles.get<IoObject>(reinterpret_cast<HANDLE>(s));
    auto* socket = object.ok() ? (*object)->as_socket() : nullptr;
    if (!socket) set_last_error(WSAENOTSOCK);
    return Ref<SocketObject>::share(socket);
}

int lsw::winsock_result(int result) {
    if (result < 0) set_last_error(static_cast<DWORD>(winsock_error(errno)));
    return result;
}

int ws2_32::WSAStartup(WORD wVersionRequested, WSADATA* lpWSAData) {
    if (!lpWSAData) return static_cast<int>(WSAEFAULT);
    if ((wVersionRequested & 0xFF) == 0) return static_cast<int>(WSAVERNOTSUPPORTED);
    *lpWSAData = {};
    bool at_least_22 = (wVersionRequested & 0xFF) > 2 || wVersionRequested == 0x0202;
    lpWSAData->wVersion = at_least_22 ? WORD{0x0202} : wVersionRequested;
    lpWSAData->wHighVersion = 0x0202;
    strcpy(lpWSAData->szDescription, "WinSock 2.0");
    strcpy(lpWSAData->szSystemStatus, "Running");
    return 0;
}

int ws2_32::WSACleanup() { return 0; }

int ws2_32::WSAGetLastError() { return static_cast<int>(last_error()); }

void ws2_32::WSASetLastError(int iError) { set_last_error(static_cast<DWORD>(iError)); }

int ws2_32::WSAEnumProtocolsW(int*, void*, LPDWORD lpdwBufferLength) {
    if (lpdwBufferLength) *lpdwBufferLength = 0;
    set_last_error(WSAENETDOWN);
    return SOCKET_ERROR;
}

SOCKET ws2_32::socket(int af, int type, int protocol) { return WSASocketW(af, type, protocol, nullptr, 0, 1); }

SOCKET ws2_32::WSASocketW(int af, int type, int protocol, void*, UINT, DWORD) {
    int family = linux_family(af);
    if (family <= 0) return set_last_error(WSAEAFNOSUPPORT), INVALID_SOCKET;
    UniqueFd fd(::socket(family, type | SOCK_CLOEXEC, protocol));
    if (!fd.valid()) return winsock_result(-1), INVALID_SOCKET;
    return insert(std::move(fd), family, type);
}

int ws2_32::closesocket(SOCKET s) {
    if (!winsock_socket(s)) return SOCKET_ERROR;
    return runtime().handles.close(reinterpret_cast<HANDLE>(s)).ok() ? 0 : (set_last_error(WSAENOTSOCK), SOCKET_ERROR);
}

int ws2_32::bind(SOCKET s, const WinSockAddr* name, int namelen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    socklen_t length = linux_address(name, namelen, address);
    if (!length) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    return winsock_result(::bind(socket->fd(), reinterpret_cast<sockaddr*>(&address), length));
}

int ws2_32::connect(SOCKET s, const WinSockAddr* name, int namelen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    socklen_t length = linux_address(name, namelen, address);
    if (!length) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    return winsock_result(::connect(socket->fd(), reinterpret_cast<sockaddr*>(&address), length));
}

int ws2_32::listen(SOCKET s, int backlog) {
    auto socket = winsock_socket(s);
    return socket ? winsock_result(::listen(socket->fd(), backlog)) : SOCKET_ERROR;
}

SOCKET ws2_32::accept(SOCKET s, WinSockAddr* addr, int* addrlen) {
    auto socket = winsock_socket(s);
    if (!socket) return INVALID_SOCKET;
    sockaddr_storage address;
    socklen_t length = sizeof address;
    UniqueFd fd(accept4(socket->fd(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC));
    if (!fd.valid()) return winsock_result(-1), INVALID_SOCKET;
    if (addr && addrlen) *addrlen = windows_address(address, length, addr, *addrlen);
    if (socket->nonblocking) fcntl(fd.get(), F_SETFL, O_NONBLOCK);  // accepted sockets take the listener's mode
    return insert(std::move(fd), socket->family(), socket->socket_type());
}

int ws2_32::shutdown(SOCKET s, int how) {
    auto socket = winsock_socket(s);
    return socket ? winsock_result(::shutdown(socket->fd(), how)) : SOCKET_ERROR;
}

int ws2_32::getpeername(SOCKET s, WinSockAddr* name, int* namelen) {
    return name_of(s, name, namelen, ::getpeername);
}

int ws2_32::getsockname(SOCKET s, WinSockAddr* name, int* namelen) {
    return name_of(s, name, namelen, ::getsockname);
}

int ws2_32::getsockopt(SOCKET s, int level, int optname, char* optval, int* optlen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    int linux_level, linux_name;
    if (!linux_option(level, optname, linux_level, linux_name)) return set_last_error(WSAENOPROTOOPT), SOCKET_ERROR;
    if (!optval || !optlen || *optlen < 1) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    alignas(8) char value[64] = {};
    socklen_t size = sizeof value;
    if (::getsockopt(socket->fd(), linux_level, linux_name, value, &size) < 0) return winsock_result(-1);
    int number;
    memcpy(&number, value, sizeof number);
    if (is_timeout(level, optname)) {
        timeval time;
        memcpy(&time, value, sizeof time);
        number = static_cast<int>(time.tv_sec * 1000 + time.tv_usec / 1000);
        size = sizeof number;
    } else if (is_linger(level, optname)) {
        linger both;
        memcpy(&both, value, sizeof both);
        WinLinger out{static_cast<USHORT>(both.l_onoff), static_cast<USHORT>(both.l_linger)};
        memcpy(&number, &out, size = sizeof out);
    } else if (level == WIN_SOL_SOCKET && optname == 0x1007 && number) {
        number = winsock_error(number);  // SO_ERROR
    }
    memcpy(value, &number, sizeof number);
    if (static_cast<int>(size) > *optlen) size = static_cast<socklen_t>(*optlen);
    memcpy(optval, value, size);
    *optlen = static_cast<int>(size);
    return 0;
}

int ws2_32::setsockopt(SOCKET s, int level, int optname, const char* optval, int optlen) {
    constexpr int kExclusiveAddressUse = ~4, kReuseAddress = 4;
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    // Windows never lets two sockets bind one address unless both ask; Linux refuses too without SO_REUSEADDR.
    if (level == WIN_SOL_SOCKET && optname == kExclusiveAddressUse) return 0;
    if (level == WIN_SOL_SOCKET && (optname == 0x700B || optname == 0x7010)) return 0;  // SO_UPDATE_*_CONTEXT
    int linux_level, linux_name;
    if (!linux_option(level, optname, linux_level, linux_name)) return set_last_error(WSAENOPROTOOPT), SOCKET_ERROR;
    if (!optval || optlen < 1) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    int number = 0;
    memcpy(&number, optval, static_cast<size_t>(optlen < 4 ? optlen : 4));
    int result;
    if (is_timeout(level, optname)) {
        timeval time{number / 1000, number % 1000 * 1000};
        result = ::setsockopt(socket->fd(), linux_level, linux_name, &time, sizeof time);
    } else if (is_linger(level, optname)) {
        WinLinger in;
        memcpy(&in, &number, sizeof in);
        linger both{in.l_onoff, in.l_linger};
        result = ::setsockopt(socket->fd(), linux_level, linux_name, &both, sizeof both);
    } else if (optlen <= 4) {
        if (level == WIN_SOL_SOCKET && optname == kReuseAddress)
            ::setsockopt(socket->fd(), SOL_SOCKET, SO_REUSEPORT, &number, sizeof number);
        result = ::setsockopt(socket->fd(), linux_level, linux_name, &number, sizeof number);
    } else {
        result = ::setsockopt(socket->fd(), linux_level, linux_name, optval, static_cast<socklen_t>(optlen));
    }
    return winsock_result(result);
}

int ws2_32::ioctlsocket(SOCKET s, LONG cmd, ULONG* argp) {
    constexpr auto kNonBlocking = static_cast<LONG>(0x8004667E), kReadable = LONG{0x4004667F};
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!argp) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    if (cmd == kNonBlocking) {
        socket->nonblocking = *argp != 0;
        return winsock_result(fcntl(socket->fd(), F_SETFL, *argp ? O_NONBLOCK : 0));
    }
    if (cmd == kReadable) {
        int waiting = 0;
        if (ioctl(socket->fd(), FIONREAD, &waiting) < 0) return winsock_result(-1);
        *argp = static_cast<ULONG>(waiting);
        return 0;
    }
    set_last_error(WSAEOPNOTSUPP);
    return SOCKET_ERROR;
}

int ws2_32::WSAIoctl(SOCKET s, DWORD dwIoControlCode, LPVOID lpvInBuffer, DWORD cbInBuffer, LPVOID lpvOutBuffer,
                     DWORD cbOutBuffer, LPDWORD lpcbBytesReturned, LPOVERLAPPED, void*) {
    auto command = static_cast<LONG>(dwIoControlCode);
    bool reads = dwIoControlCode & 0x40000000;
    auto* argument = static_cast<ULONG*>(reads ? lpvOutBuffer : lpvInBuffer);
    if ((reads ? cbOutBuffer : cbInBuffer) < sizeof(ULONG)) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    if (lpcbBytesReturned) *lpcbBytesReturned = reads ? sizeof(ULONG) : 0;
    return ioctlsocket(s, command, argument);
}
