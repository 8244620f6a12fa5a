// winsock2.h: sending and receiving, at once or overlapped.
#include <cstring>

#include "core/socket/control_data.h"
#include "core/thread/thread.h"
#include "core/wait/wait_handles.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

using Kind = SocketOperation::Kind;

int linux_flags(DWORD flags) {
    return (flags & WIN_MSG_OOB ? MSG_OOB : 0) | (flags & WIN_MSG_PEEK ? MSG_PEEK : 0) |
           (flags & WIN_MSG_DONTROUTE ? MSG_DONTROUTE : 0) | (flags & WIN_MSG_WAITALL ? MSG_WAITALL : 0);
}

// The APC that calls a Winsock completion routine; the error is Winsock's.
void WINAPI call_completion_routine(ULONG_PTR routine, ULONG_PTR overlapped, ULONG_PTR) {
    using Routine = void(WINAPI*)(DWORD, DWORD, LPOVERLAPPED, DWORD);
    auto* ended = reinterpret_cast<LPOVERLAPPED>(overlapped);
    DWORD error = winsock_from_status(static_cast<NTSTATUS>(ended->Internal));
    reinterpret_cast<Routine>(routine)(error, static_cast<DWORD>(ended->InternalHigh), ended, 0);
}

// Does the operation here and now. The number of bytes, or SOCKET_ERROR.
int transfer(SocketObject& socket, SocketOperation& operation) {
    uint64_t moved = 0;
    NTSTATUS status = socket.transfer_now(operation, &moved, !socket.nonblocking);
    if (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW) give_message(operation);
    if (status != STATUS_SUCCESS) return winsock_answer(static_cast<int>(winsock_from_status(status)));
    return static_cast<int>(moved);
}

// With or without an OVERLAPPED, as the WSA functions answer.
template <class Fill>
int run(SocketObject& socket, LPOVERLAPPED overlapped, void* routine, LPDWORD moved, Fill fill) {
    if (overlapped) {
        auto operation = std::make_unique<SocketOperation>();
        if (int error = fill(*operation)) return winsock_answer(error);
        return begin_overlapped(socket, std::move(operation), overlapped, routine, moved);
    }
    SocketOperation operation;
    if (int error = fill(operation)) return winsock_answer(error);
    int done = transfer(socket, operation);
    if (done == SOCKET_ERROR) return done;
    if (moved) *moved = static_cast<DWORD>(done);
    return 0;
}

int fill_pieces(SocketOperation& operation, const WSABUF* buffers, DWORD count) {
    if (!buffers && count) return WSAEFAULT;
    return operation.pieces.assign(buffers, count) ? 0 : static_cast<int>(WSAENOBUFS);
}

int fill_destination(SocketObject& socket, SocketOperation& operation, const WinSockAddr* to, int length) {
    if (!to) return 0;
    operation.to_length = linux_address(to, length, operation.to);
    if (!operation.to_length) return WSAEFAULT;
    if (operation.to.ss_family != socket.family()) return WSAEAFNOSUPPORT;
    return 0;
}

}  // namespace

int lsw::begin_overlapped(SocketObject& socket, std::unique_ptr<SocketOperation> operation, LPOVERLAPPED overlapped,
                          void* routine, LPDWORD moved) {
    IoRequest& request = operation->request;
    request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(overlapped);
    if (routine) {
        request.apc_routine = reinterpret_cast<void*>(call_completion_routine);
        request.context = routine;
    } else {
        request.event = overlapped->hEvent;
        // A tagged event handle asks that no packet be queued ("GetQueuedCompletionStatus function").
        bool quiet = reinterpret_cast<uintptr_t>(overlapped->hEvent) & 1;
        request.context = quiet ? nullptr : overlapped;
    }
    overlapped->Internal = static_cast<ULONG_PTR>(STATUS_PENDING);
    uint64_t bytes = 0;
    NTSTATUS status = socket.submit(std::move(operation), &bytes);
    if (status != STATUS_SUCCESS) return winsock_answer(static_cast<int>(winsock_from_status(status)));
    if (moved) *moved = static_cast<DWORD>(bytes);
    return 0;
}

int ws2_32::send(SOCKET s, const char* buf, int len, int flags) { return sendto(s, buf, len, flags, nullptr, 0); }

int ws2_32::sendto(SOCKET s, const char* buf, int len, int flags, const WinSockAddr* to, int tolen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (len < 0) return winsock_answer(WSAEFAULT);
    SocketOperation operation;
    operation.kind = Kind::Send;
    operation.flags = linux_flags(static_cast<DWORD>(flags));
    operation.pieces.assign(const_cast<char*>(buf), static_cast<size_t>(len));
    if (int error = fill_destination(*socket, operation, to, tolen)) return winsock_answer(error);
    return transfer(*socket, operation);
}

int ws2_32::recv(SOCKET s, char* buf, int len, int flags) { return recvfrom(s, buf, len, flags, nullptr, nullptr); }

int ws2_32::recvfrom(SOCKET s, char* buf, int len, int flags, WinSockAddr* from, int* fromlen) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (len < 0 || (from && !fromlen)) return winsock_answer(WSAEFAULT);
    SocketOperation operation;
    operation.flags = linux_flags(static_cast<DWORD>(flags));
    operation.pieces.assign(buf, static_cast<size_t>(len));
    operation.from = from;
    operation.from_length = fromlen;
    return transfer(*socket, operation);
}

int ws2_32::WSASend(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags,
                    LPOVERLAPPED lpOverlapped, void* lpCompletionRoutine) {
    return WSASendTo(s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, nullptr, 0, lpOverlapped, lpCompletionRoutine);
}

int ws2_32::WSASendTo(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags,
                      const WinSockAddr* lpTo, int iTolen, LPOVERLAPPED lpOverlapped, void* lpCompletionRoutine) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpOverlapped && !lpNumberOfBytesSent) return winsock_answer(WSAEFAULT);
    return run(*socket, lpOverlapped, lpCompletionRoutine, lpNumberOfBytesSent, [&](SocketOperation& operation) {
        operation.kind = Kind::Send;
        operation.flags = linux_flags(dwFlags);
        int error = fill_pieces(operation, lpBuffers, dwBufferCount);
        return error ? error : fill_destination(*socket, operation, lpTo, iTolen);
    });
}

int ws2_32::WSASendMsg(SOCKET Handle, WSAMSG* lpMsg, DWORD dwFlags, LPDWORD lpNumberOfBytesSent,
                       LPOVERLAPPED lpOverlapped, void* lpCompletionRoutine) {
    auto socket = winsock_socket(Handle);
    if (!socket) return SOCKET_ERROR;
    if (!lpMsg) return winsock_answer(WSAEFAULT);
    return run(*socket, lpOverlapped, lpCompletionRoutine, lpNumberOfBytesSent, [&](SocketOperation& operation) {
        operation.kind = Kind::Send;
        operation.flags = linux_flags(dwFlags);
        if (int error = fill_pieces(operation, lpMsg->lpBuffers, lpMsg->dwBufferCount)) return error;
        if (lpMsg->Control.buf && !take_control_data(operation, lpMsg->Control.buf, lpMsg->Control.len))
            return static_cast<int>(WSAEINVAL);
        return fill_destination(*socket, operation, lpMsg->name, lpMsg->namelen);
    });
}

int ws2_32::WSARecv(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags,
                    LPOVERLAPPED lpOverlapped, void* lpCompletionRoutine) {
    return WSARecvFrom(s, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags, nullptr, nullptr, lpOverlapped,
                       lpCompletionRoutine);
}

int ws2_32::WSARecvFrom(SOCKET s, WSABUF* lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags,
                        WinSockAddr* lpFrom, INT* lpFromlen, LPOVERLAPPED lpOverlapped, void* lpCompletionRoutine) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpFlags || (!lpOverlapped && !lpNumberOfBytesRecvd)) return winsock_answer(WSAEFAULT);
    return run(*socket, lpOverlapped, lpCompletionRoutine, lpNumberOfBytesRecvd, [&](SocketOperation& operation) {
        operation.flags = linux_flags(*lpFlags);
        operation.from = lpFrom;
        operation.from_length = lpFromlen;
        // Written only while the caller is here: it may be gone when a pending receive ends.
        operation.flags_out = lpOverlapped ? nullptr : lpFlags;
        return fill_pieces(operation, lpBuffers, dwBufferCount);
    });
}

BOOL ws2_32::WSAGetOverlappedResult(SOCKET s, LPOVERLAPPED lpOverlapped, LPDWORD lpcbTransfer, BOOL fWait,
                                    LPDWORD lpdwFlags) {
    if (!winsock_socket(s)) return FALSE;
    if (!lpOverlapped || !lpcbTransfer || !lpdwFlags) return set_last_error(WSAEFAULT), FALSE;
    auto status = [&] { return static_cast<NTSTATUS>(__atomic_load_n(&lpOverlapped->Internal, __ATOMIC_ACQUIRE)); };
    while (status() == STATUS_PENDING) {
        if (!fWait) return set_last_error(996), FALSE;  // WSA_IO_INCOMPLETE
        auto event = reinterpret_cast<uintptr_t>(lpOverlapped->hEvent) & ~uintptr_t{1};
        HANDLE handle = event ? reinterpret_cast<HANDLE>(event) : reinterpret_cast<HANDLE>(s);
        NTSTATUS waited = wait_for_handle(handle, false, kForever);
        if (!NT_SUCCESS(waited)) return set_last_error(WSAEINVAL), FALSE;
    }
    *lpcbTransfer = static_cast<DWORD>(lpOverlapped->InternalHigh);
    *lpdwFlags = 0;
    DWORD error = winsock_from_status(status());
    return error ? (set_last_error(error), FALSE) : TRUE;
}
