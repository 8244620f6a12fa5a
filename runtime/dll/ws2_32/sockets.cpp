// winsock2.h: the library, sockets and their options. Errors go to the last error, which Winsock shares.
#include "dll/ws2_32/sockets.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/socket/options.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kSocketAccess = 0x0012019F;
constexpr int kFromProtocolInfo = -1;

std::atomic<int>& startups() {
    static std::atomic<int> count{0};
    return count;
}

int fail(DWORD error) { return winsock_answer(static_cast<int>(error)); }

// SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM and SOCK_SEQPACKET have one value on both sides; what TCP/IP does not
// offer is refused before Linux makes something of it.
int check_kind(int family, int type, int protocol) {
    if (family == AF_UNIX) return type == SOCK_STREAM ? 0 : static_cast<int>(WSAESOCKTNOSUPPORT);
    if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_RAW) return WSAESOCKTNOSUPPORT;
    if (type == SOCK_STREAM && protocol && protocol != IPPROTO_TCP) return WSAEPROTONOSUPPORT;
    if (type == SOCK_DGRAM && protocol && protocol != IPPROTO_UDP) return WSAEPROTONOSUPPORT;
    return 0;
}

SOCKET make_socket(int af, int type, int protocol, DWORD flags) {
    int family = linux_family(af);
    if (family == AF_UNSPEC) family = AF_INET;
    if (family < 0) return fail(WSAEAFNOSUPPORT), INVALID_SOCKET;
    if (type == 0) type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
    if (int error = check_kind(family, type, protocol)) return winsock_answer(error), INVALID_SOCKET;
    UniqueFd fd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, family == AF_UNIX ? 0 : protocol));
    if (!fd.valid()) return winsock_answer(winsock_error(errno)), INVALID_SOCKET;
    set_socket_defaults(fd.get(), family);
    if (!protocol && family != AF_UNIX && type != SOCK_RAW) protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    SocketObject::Kind kind{family, type, protocol};
    return insert_socket(make_object<SocketObject>(std::move(fd), kind, (flags & WSA_FLAG_OVERLAPPED) != 0),
                         !(flags & WSA_FLAG_NO_HANDLE_INHERIT));
}

// The address of one end of a socket, as `ask` (getpeername or getsockname) tells it.
template <class Ask>
int name_of(SocketObject& socket, WinSockAddr* name, int* namelen, Ask ask) {
    if (!name || !namelen) return fail(WSAEFAULT);
    sockaddr_storage address;
    socklen_t length = sizeof address;
    if (ask(socket.fd(), reinterpret_cast<sockaddr*>(&address), &length) < 0) return winsock_answer(winsock_error(errno));
    int written = windows_address(address, length, name, *namelen);
    if (!written) return fail(WSAEFAULT);
    *namelen = written;
    return 0;
}

}  // namespace

Ref<SocketObject> lsw::winsock_socket(SOCKET s) {
    auto object = runtime().handles.get<IoObject>(reinterpret_cast<HANDLE>(s));
    auto* socket = object.ok() ? (*object)->as_socket() : nullptr;
    if (!socket) return set_last_error(WSAENOTSOCK), nullptr;
    object->detach();  // the reference goes on as the socket's
    return Ref<SocketObject>::adopt(socket);
}

SOCKET lsw::insert_socket(Ref<SocketObject> socket, bool inherit) {
    auto handle = runtime().handles.insert(std::move(socket), kSocketAccess, inherit);
    if (!handle.ok()) return fail(WSAEMFILE), INVALID_SOCKET;
    return reinterpret_cast<SOCKET>(*handle);
}

bool lsw::winsock_started() {
    if (startups().load(std::memory_order_relaxed) > 0) return true;
    set_last_error(WSANOTINITIALISED);
    return false;
}

int lsw::winsock_answer(int error) {
    if (error == 0) return 0;
    set_last_error(static_cast<DWORD>(error));
    return SOCKET_ERROR;
}

int lsw::local_address(SocketObject& socket, WinSockAddr* name, int* namelen) {
    if (socket.family() == AF_UNIX && name && namelen) {
        *namelen = windows_unix_address(socket.unix_name, name, *namelen);
        return *namelen ? 0 : fail(WSAEFAULT);
    }
    if (socket.state() == SocketObject::State::Fresh) return fail(WSAEINVAL);
    return name_of(socket, name, namelen, ::getsockname);
}

int ws2_32::WSAStartup(WORD wVersionRequested, WSADATA* lpWSAData) {
    if (!lpWSAData) return static_cast<int>(WSAEFAULT);
    if ((wVersionRequested & 0xFF) == 0) return static_cast<int>(WSAVERNOTSUPPORTED);
    *lpWSAData = {};
    bool at_least_22 = (wVersionRequested & 0xFF) > 2 || wVersionRequested == 0x0202;
    lpWSAData->wVersion = at_least_22 ? WORD{0x0202} : wVersionRequested;
    lpWSAData->wHighVersion = 0x0202;
    // Only for version 1.1 do these mean anything.
    if ((wVersionRequested & 0xFF) == 1) lpWSAData->iMaxSockets = 32767, lpWSAData->iMaxUdpDg = 65467;
    strcpy(lpWSAData->szDescription, "WinSock 2.0");
    strcpy(lpWSAData->szSystemStatus, "Running");
    startups().fetch_add(1);
    return 0;
}

int ws2_32::WSACleanup() {
    if (startups().fetch_sub(1) > 0) return 0;
    startups().fetch_add(1);
    return fail(WSANOTINITIALISED);
}

int ws2_32::WSAGetLastError() { return static_cast<int>(last_error()); }

void ws2_32::WSASetLastError(int iError) { set_last_error(static_cast<DWORD>(iError)); }

SOCKET ws2_32::socket(int af, int type, int protocol) {
    if (!winsock_started()) return INVALID_SOCKET;
    return make_socket(af, type, protocol, WSA_FLAG_OVERLAPPED);
}

SOCKET ws2_32::WSASocketW(int af, int type, int protocol, WSAPROTOCOL_INFOW* lpProtocolInfo, UINT, DWORD dwFlags) {
    if (!winsock_started()) return INVALID_SOCKET;
    if (lpProtocolInfo) {
        if (is_duplicated(*lpProtocolInfo)) return open_duplicated(*lpProtocolInfo, dwFlags);
        if (af == kFromProtocolInfo) af = lpProtocolInfo->iAddressFamily;
        if (type == kFromProtocolInfo) type = lpProtocolInfo->iSocketType;
        if (protocol == kFromProtocolInfo) protocol = lpProtocolInfo->iProtocol;
    }
    return make_socket(af, type, protocol, dwFlags);
}

SOCKET ws2_32::WSASocketA(int af, int type, int protocol, WSAPROTOCOL_INFOA* lpProtocolInfo, UINT g, DWORD dwFlags) {
    if (!lpProtocolInfo) return WSASocketW(af, type, protocol, nullptr, g, dwFlags);
    WSAPROTOCOL_INFOW wide{};
    widen_protocol_info(*lpProtocolInfo, &wide);
    return WSASocketW(af, type, protocol, &wide, g, dwFlags);
}

int ws2_32::closesocket(SOCKET s) {
    if (!winsock_socket(s)) return SOCKET_ERROR;
    return runtime().handles.close(reinterpret_cast<HANDLE>(s)).ok() ? 0 : fail(WSAENOTSOCK);
}

int ws2_32::bind(SOCKET s, const WinSockAddr* name, int namelen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    std::string unix_name;
    if (!name || namelen < 2) return fail(WSAEFAULT);
    socklen_t length = linux_address(name, namelen, address, &unix_name);
    if (!length) return fail(linux_family(name->family) < 0 ? WSAEAFNOSUPPORT : WSAEFAULT);
    if (address.ss_family != socket->family()) return fail(address.ss_family == AF_UNSPEC ? WSAEINVAL : WSAEFAULT);
    int error = socket->bind(address, length);
    if (error == 0) socket->unix_name = std::move(unix_name);
    return winsock_answer(error);
}

int ws2_32::connect(SOCKET s, const WinSockAddr* name, int namelen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    if (!name || namelen < 2) return fail(WSAEFAULT);
    std::string peer_name;
    // A datagram socket forgets its peer; an address of no family has no particular length.
    if (name->family == AF_UNSPEC && !socket->is_stream()) {
        address = {};
        address.ss_family = static_cast<sa_family_t>(socket->family());
        return winsock_answer(socket->connect(address, sizeof address));
    }
    socklen_t length = linux_address(name, namelen, address, &peer_name);
    if (!length) return fail(linux_family(name->family) < 0 ? WSAEAFNOSUPPORT : WSAEFAULT);
    if (address.ss_family != socket->family()) return fail(WSAEAFNOSUPPORT);
    if (!peer_name.empty()) socket->peer_name = std::move(peer_name);
    return winsock_answer(socket->connect(address, length));
}

int ws2_32::WSAConnect(SOCKET s, const WinSockAddr* name, int namelen, WSABUF*, WSABUF*, void*, void*) {
    return connect(s, name, namelen);
}

int ws2_32::listen(SOCKET s, int backlog) {
    auto socket = winsock_socket(s);
    return socket ? winsock_answer(socket->listen(backlog)) : SOCKET_ERROR;
}

SOCKET ws2_32::accept(SOCKET s, WinSockAddr* addr, int* addrlen) {
    auto socket = winsock_socket(s);
    if (!socket) return INVALID_SOCKET;
    sockaddr_storage address{};
    socklen_t length = 0;
    int error = 0;
    auto accepted = socket->accept(&address, &length, &error);
    if (!accepted) return winsock_answer(error), INVALID_SOCKET;
    if (addr && addrlen) *addrlen = windows_address(address, length, addr, *addrlen);
    return insert_socket(std::move(accepted));
}

SOCKET ws2_32::WSAAccept(SOCKET s, WinSockAddr* addr, int* addrlen, void* lpfnCondition, DWORD_PTR dwCallbackData) {
    if (!lpfnCondition) return accept(s, addr, addrlen);
    using Condition = int(WINAPI*)(WSABUF*, WSABUF*, void*, void*, WSABUF*, WSABUF*, UINT*, DWORD_PTR);
    WinSockAddr peer[8];  // 128 bytes
    int length = sizeof peer;
    SOCKET accepted = accept(s, peer, &length);
    if (accepted == INVALID_SOCKET) return accepted;
    WinSockAddr local[8];
    int local_length = sizeof local;
    getsockname(accepted, local, &local_length);
    WSABUF caller{static_cast<ULONG>(length), reinterpret_cast<char*>(peer)}, nothing{0, nullptr};
    WSABUF callee{static_cast<ULONG>(local_length), reinterpret_cast<char*>(local)};
    UINT group = 0;
    constexpr int kAccept = 0;
    if (reinterpret_cast<Condition>(lpfnCondition)(&caller, &nothing, nullptr, nullptr, &callee, &nothing, &group,
                                                   dwCallbackData) != kAccept) {
        closesocket(accepted);
        return fail(WSAECONNREFUSED), INVALID_SOCKET;
    }
    if (addr && addrlen) {
        if (*addrlen < length) return closesocket(accepted), fail(WSAEFAULT), INVALID_SOCKET;
        memcpy(addr, peer, static_cast<size_t>(length));
        *addrlen = length;
    }
    return accepted;
}

int ws2_32::shutdown(SOCKET s, int how) {
    auto socket = winsock_socket(s);
    return socket ? winsock_answer(socket->shutdown(how)) : SOCKET_ERROR;
}

int ws2_32::WSASendDisconnect(SOCKET s, WSABUF*) { return shutdown(s, 1); }

int ws2_32::WSARecvDisconnect(SOCKET s, WSABUF*) { return shutdown(s, 0); }

int ws2_32::getpeername(SOCKET s, WinSockAddr* name, int* namelen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (socket->is_stream() && socket->state() != SocketObject::State::Connected) return fail(WSAENOTCONN);
    if (socket->family() == AF_UNIX && !socket->peer_name.empty() && name && namelen)
        return (*namelen = windows_unix_address(socket->peer_name, name, *namelen)) ? 0 : fail(WSAEFAULT);
    // Linux forgets the peer with the connection, Windows only with the socket.
    const auto& [peer, length] = socket->peer;
    sockaddr_storage now;
    socklen_t now_length = sizeof now;
    if (length && ::getpeername(socket->fd(), reinterpret_cast<sockaddr*>(&now), &now_length) < 0 && name && namelen)
        return (*namelen = windows_address(peer, length, name, *namelen)) ? 0 : fail(WSAEFAULT);
    return name_of(*socket, name, namelen, ::getpeername);
}

int ws2_32::getsockname(SOCKET s, WinSockAddr* name, int* namelen) {
    auto socket = winsock_socket(s);
    return socket ? local_address(*socket, name, namelen) : SOCKET_ERROR;
}

int ws2_32::getsockopt(SOCKET s, int level, int optname, char* optval, int* optlen) {
    constexpr int kProtocolInfoA = 0x2004, kProtocolInfoW = 0x2005;
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (level == WIN_SOL_SOCKET && (optname == kProtocolInfoA || optname == kProtocolInfoW)) {
        bool wide = optname == kProtocolInfoW;
        int needed = wide ? sizeof(WSAPROTOCOL_INFOW) : sizeof(WSAPROTOCOL_INFOA);
        if (!optval || !optlen || *optlen < needed) return fail(WSAEFAULT);
        WSAPROTOCOL_INFOW info{};
        if (!protocol_info(socket->kind(), &info)) return fail(WSAENOPROTOOPT);
        *optlen = needed;
        if (wide) memcpy(optval, &info, sizeof info);
        else narrow_protocol_info(info, reinterpret_cast<WSAPROTOCOL_INFOA*>(optval));
        return 0;
    }
    return winsock_answer(get_socket_option(*socket, level, optname, optval, optlen));
}

int ws2_32::setsockopt(SOCKET s, int level, int optname, const char* optval, int optlen) {
    auto socket = winsock_socket(s);
    return socket ? winsock_answer(set_socket_option(*socket, level, optname, optval, optlen)) : SOCKET_ERROR;
}

SOCKET ws2_32::WSAJoinLeaf(SOCKET s, const WinSockAddr* name, int namelen, WSABUF*, WSABUF*, void*, void*, DWORD) {
    auto socket = winsock_socket(s);
    if (!socket) return INVALID_SOCKET;
    sockaddr_storage address;
    if (!linux_address(name, namelen, address)) return fail(WSAEFAULT), INVALID_SOCKET;
    int error;
    if (address.ss_family == AF_INET) {
        ip_mreq group{reinterpret_cast<sockaddr_in&>(address).sin_addr, {}};
        error = set_socket_option(*socket, 0, 12, &group, sizeof group);
    } else {
        ipv6_mreq group{reinterpret_cast<sockaddr_in6&>(address).sin6_addr, 0};
        error = set_socket_option(*socket, 41, 12, &group, sizeof group);
    }
    return error ? winsock_answer(error), INVALID_SOCKET : s;
}

int ws2_32::WSACancelBlockingCall() { return fail(WSAEOPNOTSUPP); }

BOOL ws2_32::WSAIsBlocking() { return FALSE; }
