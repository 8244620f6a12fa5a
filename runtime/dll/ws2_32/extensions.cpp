// mswsock.h: the functions that programs get by WSAIoctl(SIO_GET_EXTENSION_FUNCTION_POINTER).
#include <cstring>

#include "core/socket/control_data.h"
#include "dll/mswsock/mswsock.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

BOOL WINAPI ConnectEx(SOCKET s, const WinSockAddr* name, int namelen, PVOID lpSendBuffer, DWORD dwSendDataLength,
                      LPDWORD lpdwBytesSent, LPOVERLAPPED lpOverlapped) {
    auto socket = winsock_socket(s);
    if (!socket) return FALSE;
    if (!lpOverlapped) return set_last_error(WSAEINVAL), FALSE;
    auto operation = std::make_unique<SocketOperation>();
    std::string peer_name;
    operation->to_length = linux_address(name, namelen, operation->to, &peer_name);
    if (!operation->to_length) return set_last_error(WSAEFAULT), FALSE;
    if (operation->to.ss_family != socket->family()) return set_last_error(WSAEAFNOSUPPORT), FALSE;
    // "the socket must be bound", as documented.
    if (socket->is_stream() && socket->state() == SocketObject::State::Fresh && socket->family() != AF_UNIX)
        return set_last_error(WSAEINVAL), FALSE;
    if (!peer_name.empty()) socket->peer_name = std::move(peer_name);
    operation->kind = SocketOperation::Kind::Connect;
    operation->pieces.assign(lpSendBuffer, lpSendBuffer ? dwSendDataLength : 0);
    return begin_overlapped(*socket, std::move(operation), lpOverlapped, nullptr, lpdwBytesSent) == 0;
}

BOOL WINAPI DisconnectEx(SOCKET s, LPOVERLAPPED lpOverlapped, DWORD dwFlags, DWORD dwReserved) {
    constexpr DWORD kReuseSocket = 2;
    auto socket = winsock_socket(s);
    if (!socket) return FALSE;
    if (dwReserved || dwFlags & ~kReuseSocket) return set_last_error(WSAEINVAL), FALSE;
    if (!lpOverlapped) {
        NTSTATUS status = socket->disconnect(dwFlags & kReuseSocket);
        return status == STATUS_SUCCESS ? TRUE : (set_last_error(winsock_from_status(status)), FALSE);
    }
    auto operation = std::make_unique<SocketOperation>();
    operation->kind = SocketOperation::Kind::Disconnect;
    operation->disconnect = dwFlags & kReuseSocket;
    return begin_overlapped(*socket, std::move(operation), lpOverlapped, nullptr, nullptr) == 0;
}

INT WINAPI WSARecvMsg(SOCKET s, WSAMSG* lpMsg, LPDWORD lpdwNumberOfBytesRecvd, LPOVERLAPPED lpOverlapped,
                      void* lpCompletionRoutine) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpMsg) return winsock_answer(WSAEFAULT);
    auto operation = std::make_unique<SocketOperation>();
    if (lpMsg->dwFlags & WIN_MSG_PEEK) operation->flags |= MSG_PEEK;
    if (!operation->pieces.assign(lpMsg->lpBuffers, lpMsg->dwBufferCount)) return winsock_answer(WSAENOBUFS);
    operation->message = lpMsg;
    if (lpOverlapped)
        return begin_overlapped(*socket, std::move(operation), lpOverlapped, lpCompletionRoutine, lpdwNumberOfBytesRecvd);
    uint64_t moved = 0;
    NTSTATUS status = socket->transfer_now(*operation, &moved, !socket->nonblocking);
    if (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW) give_message(*operation);
    if (status != STATUS_SUCCESS) return winsock_answer(static_cast<int>(winsock_from_status(status)));
    if (lpdwNumberOfBytesRecvd) *lpdwNumberOfBytesRecvd = static_cast<DWORD>(moved);
    return 0;
}

// Elements one after the other, files among them.
BOOL WINAPI TransmitPackets(SOCKET s, TRANSMIT_PACKETS_ELEMENT* lpPacketArray, DWORD nElementCount, DWORD,
                            LPOVERLAPPED lpOverlapped, DWORD dwFlags) {
    constexpr ULONG kFile = 2;
    auto socket = winsock_socket(s);
    if (!socket) return FALSE;
    uint64_t total = 0;
    for (DWORD i = 0; i < nElementCount; ++i) {
        auto operation = std::make_unique<SocketOperation>();
        const TRANSMIT_PACKETS_ELEMENT& element = lpPacketArray[i];
        if (element.dwElFlags & kFile) {
            auto object = runtime().handles.get<IoObject>(element.hFile);
            if (!object.ok() || (*object)->fd() < 0) return set_last_error(ERROR_INVALID_HANDLE), FALSE;
            operation->kind = SocketOperation::Kind::SendFile;
            operation->file_offset = element.nFileOffset.QuadPart < 0 ? 0 : element.nFileOffset.QuadPart;
            operation->file_left = element.cLength ? element.cLength : ~uint64_t{0} >> 2;
            operation->file = std::move(*object);
        } else {
            operation->kind = SocketOperation::Kind::Send;
            operation->pieces.assign(element.pBuffer, element.cLength);
        }
        uint64_t moved = 0;
        NTSTATUS status = socket->transfer_now(*operation, &moved, true);
        if (status != STATUS_SUCCESS) return set_last_error(winsock_from_status(status)), FALSE;
        total += moved;
    }
    if (dwFlags & 1) socket->disconnect(false);
    if (!lpOverlapped) return TRUE;
    IoRequest request;
    request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(lpOverlapped);
    request.event = lpOverlapped->hEvent;
    request.context = reinterpret_cast<uintptr_t>(lpOverlapped->hEvent) & 1 ? nullptr : lpOverlapped;
    finish_io(*socket, request, STATUS_SUCCESS, total, /*pended=*/false);
    return TRUE;
}

struct Extension {
    GUID id;
    void* function;
};

}  // namespace

void* lsw::extension_function(const GUID& id) {
    static const Extension kExtensions[] = {
        {{0xb5367df0, 0xcbac, 0x11cf, {0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92}},
         reinterpret_cast<void*>(mswsock::TransmitFile)},
        {{0xb5367df1, 0xcbac, 0x11cf, {0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92}},
         reinterpret_cast<void*>(mswsock::AcceptEx)},
        {{0xb5367df2, 0xcbac, 0x11cf, {0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92}},
         reinterpret_cast<void*>(mswsock::GetAcceptExSockaddrs)},
        {{0xd9689da0, 0x1f90, 0x11d3, {0x99, 0x71, 0x00, 0xc0, 0x4f, 0x68, 0xc8, 0x76}},
         reinterpret_cast<void*>(TransmitPackets)},
        {{0x25a207b9, 0xddf3, 0x4660, {0x8e, 0xe9, 0x76, 0xe5, 0x8c, 0x74, 0x06, 0x3e}},
         reinterpret_cast<void*>(ConnectEx)},
        {{0x7fda2e11, 0x8630, 0x436f, {0xa0, 0x31, 0xf5, 0x36, 0xa6, 0xee, 0xc1, 0x57}},
         reinterpret_cast<void*>(DisconnectEx)},
        {{0xf689d7c8, 0x6f1f, 0x436b, {0x8a, 0x53, 0xe5, 0x4f, 0xe3, 0x51, 0xc3, 0x22}},
         reinterpret_cast<void*>(WSARecvMsg)},
        {{0xa441e712, 0x754f, 0x43ca, {0x84, 0xa7, 0x0d, 0xee, 0x44, 0xcf, 0x60, 0x6d}},
         reinterpret_cast<void*>(ws2_32::WSASendMsg)},
        {{0x18c76f85, 0xdc66, 0x4964, {0x97, 0x2e, 0x23, 0xc2, 0x72, 0x38, 0x31, 0x2b}},
         reinterpret_cast<void*>(ws2_32::WSAPoll)},
    };
    for (const Extension& extension : kExtensions)
        if (memcmp(&extension.id, &id, sizeof id) == 0) return extension.function;
    return nullptr;
}
