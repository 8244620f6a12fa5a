// mswsock.h: AcceptEx, TransmitFile and what belongs to them. ConnectEx and DisconnectEx are had by WSAIoctl only
// (ws2_32/extensions.cpp).
#include "dll/mswsock/mswsock.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file/file_object.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

// What stands at an address in AcceptEx's buffer.
int address_length(const WinSockAddr* address) {
    switch (address->family) {
        case WIN_AF_INET: return 16;
        case WIN_AF_INET6: return 28;
        case WIN_AF_UNIX: return 110;
    }
    return 0;
}

// Runs an operation to its end for a caller without an OVERLAPPED.
BOOL run_now(SocketObject& socket, SocketOperation& operation) {
    uint64_t moved = 0;
    NTSTATUS status = socket.transfer_now(operation, &moved, true);
    return status == STATUS_SUCCESS ? TRUE : (set_last_error(winsock_from_status(status)), FALSE);
}

int64_t position_of(file::FileObject& file) {
    auto position = file.position();
    return position.ok() ? *position : 0;
}

int fill_file(SocketOperation& operation, HANDLE file, DWORD bytes, LPOVERLAPPED overlapped) {
    auto object = runtime().handles.get<IoObject>(file);
    if (!object.ok() || (*object)->fd() < 0) return ERROR_INVALID_HANDLE;
    struct stat info;
    if (fstat((*object)->fd(), &info) < 0) return ERROR_INVALID_HANDLE;
    if (overlapped)
        operation.file_offset =
            static_cast<int64_t>(static_cast<uint64_t>(overlapped->OffsetHigh) << 32 | overlapped->Offset);
    else if (file::FileObject* disk = (*object)->as_file()) operation.file_offset = position_of(*disk);
    else operation.file_offset = 0;
    uint64_t behind = info.st_size > operation.file_offset ? static_cast<uint64_t>(info.st_size - operation.file_offset) : 0;
    operation.file_left = bytes ? bytes : behind;
    operation.file = std::move(*object);
    return 0;
}

}  // namespace

BOOL mswsock::AcceptEx(SOCKET sListenSocket, SOCKET sAcceptSocket, PVOID lpOutputBuffer, DWORD dwReceiveDataLength,
                       DWORD dwLocalAddressLength, DWORD dwRemoteAddressLength, LPDWORD lpdwBytesReceived,
                       LPOVERLAPPED lpOverlapped) {
    auto listener = winsock_socket(sListenSocket);
    auto accepted = winsock_socket(sAcceptSocket);
    if (!listener || !accepted) return FALSE;
    if (!lpOverlapped || !lpOutputBuffer) return set_last_error(WSAEINVAL), FALSE;
    if (accepted->state() != SocketObject::State::Fresh) return set_last_error(WSAEINVAL), FALSE;
    auto operation = std::make_unique<SocketOperation>();
    operation->kind = SocketOperation::Kind::Accept;
    operation->accepted = std::move(accepted);
    operation->output = static_cast<char*>(lpOutputBuffer);
    operation->data_bytes = dwReceiveDataLength;
    operation->local_bytes = dwLocalAddressLength;
    operation->remote_bytes = dwRemoteAddressLength;
    return begin_overlapped(*listener, std::move(operation), lpOverlapped, nullptr, lpdwBytesReceived) == 0;
}

void mswsock::GetAcceptExSockaddrs(PVOID lpOutputBuffer, DWORD dwReceiveDataLength, DWORD dwLocalAddressLength, DWORD,
                                   WinSockAddr** LocalSockaddr, INT* LocalSockaddrLength, WinSockAddr** RemoteSockaddr,
                                   INT* RemoteSockaddrLength) {
    char* local = static_cast<char*>(lpOutputBuffer) + dwReceiveDataLength;
    *LocalSockaddr = reinterpret_cast<WinSockAddr*>(local);
    *LocalSockaddrLength = address_length(*LocalSockaddr);
    *RemoteSockaddr = reinterpret_cast<WinSockAddr*>(local + dwLocalAddressLength);
    *RemoteSockaddrLength = address_length(*RemoteSockaddr);
}

BOOL mswsock::TransmitFile(SOCKET hSocket, HANDLE hFile, DWORD nNumberOfBytesToWrite, DWORD, LPOVERLAPPED lpOverlapped,
                           TRANSMIT_FILE_BUFFERS* lpTransmitBuffers, DWORD dwReserved) {
    constexpr DWORD kDisconnect = 1, kReuseSocket = 2;
    auto socket = winsock_socket(hSocket);
    if (!socket) return FALSE;
    if (!socket->is_stream() || socket->state() != SocketObject::State::Connected)
        return set_last_error(WSAENOTCONN), FALSE;
    auto operation = std::make_unique<SocketOperation>();
    operation->kind = SocketOperation::Kind::SendFile;
    if (lpTransmitBuffers) {
        operation->pieces.assign(lpTransmitBuffers->Head, lpTransmitBuffers->HeadLength);
        operation->tail = {lpTransmitBuffers->Tail, lpTransmitBuffers->TailLength};
    }
    operation->disconnect = dwReserved & (kDisconnect | kReuseSocket);
    if (hFile)
        if (int error = fill_file(*operation, hFile, nNumberOfBytesToWrite, lpOverlapped))
            return set_last_error(static_cast<DWORD>(error)), FALSE;
    if (!lpOverlapped) return run_now(*socket, *operation);
    return begin_overlapped(*socket, std::move(operation), lpOverlapped, nullptr, nullptr) == 0;
}

int mswsock::WSARecvEx(SOCKET s, char* buf, int len, int* flags) {
    int got = ws2_32::recv(s, buf, len, flags ? *flags : 0);
    if (flags) *flags = 0;
    if (got == SOCKET_ERROR && last_error() == WSAEMSGSIZE) {
        // A partial message is a success here, with the flag set.
        if (flags) *flags = static_cast<int>(WIN_MSG_PARTIAL);
        return len;
    }
    return got;
}
