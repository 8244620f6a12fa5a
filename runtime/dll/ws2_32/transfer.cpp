// winsock2.h: sending, receiving, and waiting for sockets.
#include <poll.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

constexpr DWORD kMostBuffers = 1024;

int message_flags(int flags) {
    constexpr int kOutOfBand = 1, kPeek = 2, kDontRoute = 4, kWaitAll = 8;
    return (flags & kOutOfBand ? MSG_OOB : 0) | (flags & kPeek ? MSG_PEEK : 0) |
           (flags & kDontRoute ? MSG_DONTROUTE : 0) | (flags & kWaitAll ? MSG_WAITALL : 0) | MSG_NOSIGNAL;
}

std::vector<iovec> gather(const WSABUF* buffers, DWORD count) {
    std::vector<iovec> out(count);
    for (DWORD i = 0; i < count; ++i) out[i] = {buffers[i].buf, buffers[i].len};
    return out;
}

void add_set(std::vector<pollfd>& polled, const WinFdSet* set, short events, bool& valid) {
    for (UINT i = 0; set && i < set->fd_count && i < 64; ++i) {
        auto socket = winsock_socket(set->fd_array[i]);
        valid &= static_cast<bool>(socket);
        polled.push_back({socket ? socket->fd() : -1, events, 0});
    }
}

// Keeps what is ready, in order; the number kept.
int keep_ready(WinFdSet* set, const pollfd*& at, short wanted) {
    if (!set) return 0;
    UINT kept = 0, count = set->fd_count;
    for (UINT i = 0; i < count && i < 64; ++i, ++at)
        if (at->revents & wanted) set->fd_array[kept++] = set->fd_array[i];
    set->fd_count = kept;
    return static_cast<int>(kept);
}

}  // namespace

int ws2_32::send(SOCKET s, const char* buf, int len, int flags) { return sendto(s, buf, len, flags, nullptr, 0); }

int ws2_32::sendto(SOCKET s, const char* buf, int len, int flags, const WinSockAddr* to, int tolen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    socklen_t length = to ? linux_address(to, tolen, address) : 0;
    if (to && !length) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    return winsock_result(static_cast<int>(::sendto(socket->fd(), buf, static_cast<size_t>(len), message_flags(flags),
                                                    to ? reinterpret_cast<sockaddr*>(&address) : nullptr, length)));
}

int ws2_32::recv(SOCKET s, char* buf, int len, int flags) { return recvfrom(s, buf, len, flags, nullptr, nullptr); }

int ws2_32::recvfrom(SOCKET s, char* buf, int len, int flags, WinSockAddr* from, int* fromlen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    sockaddr_storage address;
    socklen_t length = sizeof address;
    ssize_t got = ::recvfrom(socket->fd(), buf, static_cast<size_t>(len), message_flags(flags),
                             reinterpret_cast<sockaddr*>(&address), &length);
    if (got >= 0 && from && fromlen) *fromlen = length ? windows_address(address, length, from, *fromlen) : 0;
    return winsock_result(static_cast<int>(got));
}

int ws2_32::WSASend(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags,
                    LPOVERLAPPED lpOverlapped, void*) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (lpOverlapped) return set_last_error(WSAEOPNOTSUPP), SOCKET_ERROR;
    if (!lpBuffers || dwBufferCount > kMostBuffers) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    auto parts = gather(lpBuffers, dwBufferCount);
    msghdr message{.msg_iov = parts.data(), .msg_iovlen = parts.size()};
    ssize_t put = sendmsg(socket->fd(), &message, message_flags(static_cast<int>(dwFlags)));
    if (put < 0) return winsock_result(-1);
    if (lpNumberOfBytesSent) *lpNumberOfBytesSent = static_cast<DWORD>(put);
    return 0;
}

int ws2_32::WSARecv(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags,
                    LPOVERLAPPED lpOverlapped, void*) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (lpOverlapped) return set_last_error(WSAEOPNOTSUPP), SOCKET_ERROR;
    if (!lpBuffers || dwBufferCount > kMostBuffers) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    auto parts = gather(lpBuffers, dwBufferCount);
    msghdr message{.msg_iov = parts.data(), .msg_iovlen = parts.size()};
    ssize_t got = recvmsg(socket->fd(), &message, message_flags(lpFlags ? static_cast<int>(*lpFlags) : 0));
    if (got < 0) return winsock_result(-1);
    if (lpFlags) *lpFlags = 0;
    if (lpNumberOfBytesRecvd) *lpNumberOfBytesRecvd = static_cast<DWORD>(got);
    return 0;
}

BOOL ws2_32::WSAGetOverlappedResult(SOCKET s, LPOVERLAPPED lpOverlapped, LPDWORD lpcbTransfer, BOOL fWait,
                                    LPDWORD lpdwFlags) {
    if (!winsock_socket(s)) return FALSE;
    if (!lpOverlapped || !lpcbTransfer || !lpdwFlags) return set_last_error(WSAEFAULT), FALSE;
    *lpdwFlags = 0;
    return kernel32::GetOverlappedResult(reinterpret_cast<HANDLE>(s), lpOverlapped, lpcbTransfer, fWait);
}

int ws2_32::select(int, WinFdSet* readfds, WinFdSet* writefds, WinFdSet* exceptfds, const WinTimeval* timeout) {
    std::vector<pollfd> polled;
    bool valid = true;
    add_set(polled, readfds, POLLIN, valid);
    add_set(polled, writefds, POLLOUT, valid);
    add_set(polled, exceptfds, POLLPRI, valid);
    if (!valid) return set_last_error(WSAENOTSOCK), SOCKET_ERROR;
    if (polled.empty()) return set_last_error(WSAEINVAL), SOCKET_ERROR;
    timespec wait{};
    if (timeout) wait = {timeout->tv_sec, timeout->tv_usec * 1000L};
    int result;
    do result = ppoll(polled.data(), polled.size(), timeout ? &wait : nullptr, nullptr);
    while (result < 0 && errno == EINTR);
    if (result < 0) return winsock_result(-1);
    const pollfd* at = polled.data();
    int ready = keep_ready(readfds, at, POLLIN | POLLHUP | POLLERR);
    ready += keep_ready(writefds, at, POLLOUT);
    // A connect that failed shows as an exception, not as writable.
    ready += keep_ready(exceptfds, at, POLLPRI | POLLERR);
    return ready;
}

int ws2_32::WSAPoll(WSAPOLLFD* fdArray, ULONG fds, INT timeout) {
    constexpr SHORT kReadNormal = 0x100, kReadBand = 0x200, kWriteNormal = 0x10, kError = 1, kHangUp = 2, kInvalid = 4;
    if (!fdArray || !fds) return set_last_error(WSAEINVAL), SOCKET_ERROR;
    std::vector<pollfd> polled(fds);
    for (ULONG i = 0; i < fds; ++i) {
        auto socket = winsock_socket(fdArray[i].fd);
        polled[i].fd = socket ? socket->fd() : -1;
        if (fdArray[i].events & kReadNormal) polled[i].events |= POLLIN;
        if (fdArray[i].events & kReadBand) polled[i].events |= POLLPRI;
        if (fdArray[i].events & kWriteNormal) polled[i].events |= POLLOUT;
    }
    int result = poll(polled.data(), polled.size(), timeout);
    if (result < 0) return winsock_result(-1);
    int ready = 0;
    for (ULONG i = 0; i < fds; ++i) {
        short got = polled[i].revents;
        fdArray[i].revents = static_cast<SHORT>(
            (got & POLLIN ? kReadNormal : 0) | (got & POLLPRI ? kReadBand : 0) | (got & POLLOUT ? kWriteNormal : 0) |
            (got & POLLERR ? kError : 0) | (got & POLLHUP ? kHangUp : 0) | (polled[i].fd < 0 ? kInvalid : 0));
        ready += fdArray[i].revents != 0;
    }
    return ready;
}

int ws2_32::__WSAFDIsSet(SOCKET s, WinFdSet* set) {
    for (UINT i = 0; i < set->fd_count; ++i)
        if (set->fd_array[i] == s) return TRUE;
    return FALSE;
}
