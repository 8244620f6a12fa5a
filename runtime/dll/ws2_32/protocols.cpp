// winsock2.h and ws2spi.h: the catalogue of protocols, and sockets handed to other processes by WSADuplicateSocket.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "dll/ws2_32/parcels.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

// XP1_* flags ("WSAPROTOCOL_INFOW structure (winsock2.h)"): every socket is a file handle.
constexpr DWORD kFileHandles = 0x20000, kStream = 0x2 | 0x4 | 0x20 | 0x40, kDatagram = 0x1 | 0x8 | 0x200 | 0x400;

struct Protocol {
    int family, type, protocol;  // Linux's
    DWORD service_flags, provider_flags;
    int address_bytes, protocol_range;
    DWORD message_bytes;
    const char16_t* name;
};

constexpr Protocol kProtocols[] = {
    {AF_INET, SOCK_STREAM, IPPROTO_TCP, kFileHandles | kStream, 8, 16, 0, 0, u"MSAFD Tcpip [TCP/IP]"},
    {AF_INET, SOCK_DGRAM, IPPROTO_UDP, kFileHandles | kDatagram, 8, 16, 0, 65467, u"MSAFD Tcpip [UDP/IP]"},
    {AF_INET, SOCK_RAW, 0, kFileHandles | kDatagram, 12, 16, 255, 32768, u"MSAFD Tcpip [RAW/IP]"},
    {AF_INET6, SOCK_STREAM, IPPROTO_TCP, kFileHandles | kStream, 8, 28, 0, 0, u"MSAFD Tcpip [TCP/IPv6]"},
    {AF_INET6, SOCK_DGRAM, IPPROTO_UDP, kFileHandles | kDatagram, 8, 28, 0, 65467, u"MSAFD Tcpip [UDP/IPv6]"},
    {AF_INET6, SOCK_RAW, 0, kFileHandles | kDatagram, 12, 28, 255, 32768, u"MSAFD Tcpip [RAW/IPv6]"},
    {AF_UNIX, SOCK_STREAM, 0, kFileHandles | kStream, 8, 110, 0, 0, u"AF_UNIX"},
};

constexpr GUID kTcpip = {0xE70F1AA0, 0xAB8B, 0x11CF, {0x8C, 0xA3, 0x00, 0x80, 0x5F, 0x48, 0xA1, 0x92}};
constexpr GUID kTcpip6 = {0xF9EAB0C0, 0x26D4, 0x11D0, {0xBB, 0xBF, 0x00, 0xAA, 0x00, 0x6C, 0x34, 0xE4}};
constexpr GUID kUnix = {0xA00943D9, 0x9C2E, 0x4633, {0x9B, 0x59, 0x00, 0x57, 0xA3, 0x16, 0x09, 0x94}};

void fill(const Protocol& from, WSAPROTOCOL_INFOW* to) {
    *to = {};
    to->dwServiceFlags1 = from.service_flags;
    to->dwProviderFlags = from.provider_flags;
    to->ProviderId = from.family == AF_INET ? kTcpip : from.family == AF_INET6 ? kTcpip6 : kUnix;
    to->dwCatalogEntryId = 1001 + static_cast<DWORD>(&from - kProtocols);
    to->ProtocolChain.ChainLen = 1;
    to->iVersion = 2;
    to->iAddressFamily = windows_family(from.family);
    to->iMaxSockAddr = from.address_bytes;
    to->iMinSockAddr = from.family == AF_UNIX ? 2 : from.address_bytes;
    to->iSocketType = from.type;
    to->iProtocol = from.protocol;
    to->iProtocolMaxOffset = from.protocol_range;
    to->dwMessageSize = from.message_bytes;
    memcpy(to->szProtocol, from.name, (length16(from.name) + 1) * sizeof(char16_t));
}

bool is_wanted(const Protocol& protocol, const int* wanted) {
    if (!wanted) return true;
    for (; *wanted; ++wanted)
        if (*wanted == protocol.protocol) return true;
    return false;
}

template <class Info, class Put>
int enumerate(const int* wanted, Info* out, DWORD* bytes, Put put) {
    if (!bytes) return winsock_answer(WSAEFAULT);
    DWORD count = 0;
    for (const Protocol& protocol : kProtocols) count += is_wanted(protocol, wanted);
    DWORD needed = count * static_cast<DWORD>(sizeof(Info));
    if (!out || *bytes < needed) {
        *bytes = needed;
        return winsock_answer(WSAENOBUFS);
    }
    *bytes = needed;
    for (const Protocol& protocol : kProtocols) {
        if (!is_wanted(protocol, wanted)) continue;
        WSAPROTOCOL_INFOW wide;
        fill(protocol, &wide);
        put(wide, out++);
    }
    return static_cast<int>(count);
}

template <class From, class To>
void copy_fixed_part(const From& from, To* to) {
    memcpy(static_cast<void*>(to), &from, offsetof(WSAPROTOCOL_INFOA, szProtocol));
}

// What travels behind the protocol's name in szProtocol, which both kinds of the structure have room for.
struct Ticket {
    char magic[8];
    int32_t process, box;
    uint64_t handle, inode;
    uint8_t state, nonblocking, overlapped, reserved;
};
constexpr char kMagic[8] = "LSWSOCK";
constexpr size_t kTicketOffset = 128;

bool read_ticket(const WSAPROTOCOL_INFOW& info, Ticket* out) {
    char bytes[sizeof(Ticket)];
    for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<char>(info.szProtocol[kTicketOffset + i]);
    memcpy(out, bytes, sizeof bytes);
    return memcmp(out->magic, kMagic, sizeof kMagic) == 0;
}

uint64_t inode_of(int fd) {
    struct stat info;
    return fstat(fd, &info) == 0 ? info.st_ino : 0;
}

template <class Char>
void write_ticket(const Ticket& ticket, Char* protocol_name) {
    auto* bytes = reinterpret_cast<const unsigned char*>(&ticket);
    for (size_t i = 0; i < sizeof ticket; ++i) protocol_name[kTicketOffset + i] = static_cast<Char>(bytes[i]);
}

bool make_ticket(SocketObject& socket, SOCKET s, DWORD process, Ticket* out) {
    *out = {};
    memcpy(out->magic, kMagic, sizeof kMagic);
    out->process = getpid();
    out->box = put_into_box(socket.fd());
    out->handle = s;
    out->inode = inode_of(socket.fd());
    out->state = static_cast<uint8_t>(socket.state());
    out->nonblocking = socket.nonblocking;
    out->overlapped = !socket.is_synchronous();
    // Where ptrace is restricted to descendants, the other process must be let in.
    if (static_cast<pid_t>(process) != getpid()) prctl(PR_SET_PTRACER, process, 0, 0, 0);
    return out->box >= 0;
}

}  // namespace

bool lsw::protocol_info(const SocketObject::Kind& kind, WSAPROTOCOL_INFOW* out) {
    for (const Protocol& protocol : kProtocols) {
        if (protocol.family != kind.family || protocol.type != kind.type) continue;
        fill(protocol, out);
        if (kind.type == SOCK_RAW) out->iProtocol = kind.protocol;
        return true;
    }
    return false;
}

void lsw::narrow_protocol_info(const WSAPROTOCOL_INFOW& from, WSAPROTOCOL_INFOA* to) {
    copy_fixed_part(from, to);
    for (size_t i = 0; i < 256; ++i) to->szProtocol[i] = static_cast<char>(from.szProtocol[i]);
}

void lsw::widen_protocol_info(const WSAPROTOCOL_INFOA& from, WSAPROTOCOL_INFOW* to) {
    copy_fixed_part(from, to);
    for (size_t i = 0; i < 256; ++i) to->szProtocol[i] = static_cast<unsigned char>(from.szProtocol[i]);
}

bool lsw::is_duplicated(const WSAPROTOCOL_INFOW& info) {
    Ticket ticket;
    return read_ticket(info, &ticket);
}

SOCKET lsw::open_duplicated(const WSAPROTOCOL_INFOW& info, DWORD flags) {
    Ticket ticket;
    read_ticket(info, &ticket);
    bool inherit = !(flags & WSA_FLAG_NO_HANDLE_INHERIT);
    UniqueFd fd;
    if (ticket.process == getpid()) {
        fd = take_from_box(ticket.box);
        auto same = winsock_socket(ticket.handle);
        if (same && inode_of(same->fd()) == ticket.inode) return insert_socket(std::move(same), inherit);
    } else {
        UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, ticket.process, 0)));
        UniqueFd box(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), ticket.box, 0)));
        if (box.valid()) fd = take_from_box(box.get());
    }
    if (!fd.valid()) return winsock_answer(errno == EPERM ? WSAEACCES : WSAEINVAL), INVALID_SOCKET;
    SocketObject::Kind kind{linux_family(info.iAddressFamily), info.iSocketType, info.iProtocol};
    auto state = static_cast<SocketObject::State>(ticket.state);
    auto socket = make_object<SocketObject>(std::move(fd), kind, ticket.overlapped != 0, state);
    socket->nonblocking = ticket.nonblocking != 0;
    return insert_socket(std::move(socket), inherit);
}

int ws2_32::WSADuplicateSocketW(SOCKET s, DWORD dwProcessId, WSAPROTOCOL_INFOW* lpProtocolInfo) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpProtocolInfo) return winsock_answer(WSAEFAULT);
    Ticket ticket;
    if (!protocol_info(socket->kind(), lpProtocolInfo) || !make_ticket(*socket, s, dwProcessId, &ticket))
        return winsock_answer(WSAEINVAL);
    write_ticket(ticket, lpProtocolInfo->szProtocol);
    return 0;
}

int ws2_32::WSADuplicateSocketA(SOCKET s, DWORD dwProcessId, WSAPROTOCOL_INFOA* lpProtocolInfo) {
    if (!lpProtocolInfo) return winsock_answer(WSAEFAULT);
    WSAPROTOCOL_INFOW wide{};
    int result = WSADuplicateSocketW(s, dwProcessId, &wide);
    if (result == 0) narrow_protocol_info(wide, lpProtocolInfo);
    return result;
}

int ws2_32::WSAEnumProtocolsW(int* lpiProtocols, WSAPROTOCOL_INFOW* lpProtocolBuffer, LPDWORD lpdwBufferLength) {
    return enumerate(lpiProtocols, lpProtocolBuffer, lpdwBufferLength,
                     [](const WSAPROTOCOL_INFOW& from, WSAPROTOCOL_INFOW* to) { *to = from; });
}

int ws2_32::WSAEnumProtocolsA(int* lpiProtocols, WSAPROTOCOL_INFOA* lpProtocolBuffer, LPDWORD lpdwBufferLength) {
    return enumerate(lpiProtocols, lpProtocolBuffer, lpdwBufferLength, narrow_protocol_info);
}

int ws2_32::WSCEnumProtocols(int* lpiProtocols, WSAPROTOCOL_INFOW* lpProtocolBuffer, LPDWORD lpdwBufferLength,
                             int* lpErrno) {
    int count = WSAEnumProtocolsW(lpiProtocols, lpProtocolBuffer, lpdwBufferLength);
    if (count == SOCKET_ERROR && lpErrno) *lpErrno = WSAGetLastError();
    return count;
}

int ws2_32::WSCGetProviderPath(GUID* lpProviderId, WCHAR* lpszProviderDllPath, int* lpProviderDllPathLen, int* lpErrno) {
    constexpr char16_t kPath[] = u"%SystemRoot%\\system32\\mswsock.dll";
    constexpr int kUnits = std::size(kPath);
    int error = !lpProviderId || !lpProviderDllPathLen ? static_cast<int>(WSAEFAULT) : 0;
    if (!error && memcmp(lpProviderId, &kTcpip, sizeof(GUID)) && memcmp(lpProviderId, &kTcpip6, sizeof(GUID)) &&
        memcmp(lpProviderId, &kUnix, sizeof(GUID)))
        error = WSAEINVALIDPROVIDER;
    if (!error && (!lpszProviderDllPath || *lpProviderDllPathLen < kUnits)) {
        *lpProviderDllPathLen = kUnits;
        error = WSAEFAULT;
    }
    if (error) {
        if (lpErrno) *lpErrno = error;
        return SOCKET_ERROR;
    }
    memcpy(lpszProviderDllPath, kPath, sizeof kPath);
    *lpProviderDllPathLen = kUnits;
    return 0;
}
