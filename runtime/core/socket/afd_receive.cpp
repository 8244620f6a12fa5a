// IOCTL_AFD_RECEIVE and IOCTL_AFD_RECEIVE_DATAGRAM: what WSARecv and WSARecvFrom are below Winsock. libuv calls them
// directly for sockets that are not to report to their port what ended at once; layouts as it documents them.
#include "core/socket/afd.h"
#include "core/socket/socket.h"

namespace lsw {
namespace {

struct AFD_RECV_DATAGRAM_INFO {
    WSABUF* BufferArray;
    ULONG BufferCount, AfdFlags, TdiFlags;
    // Of datagrams only.
    WinSockAddr* Address;
    INT* AddressLength;
};
constexpr uint32_t kStreamSize = offsetof(AFD_RECV_DATAGRAM_INFO, Address);  // AFD_RECV_INFO
constexpr ULONG TDI_RECEIVE_PEEK = 0x80;

}  // namespace

NTSTATUS begin_afd_receive(SocketObject& socket, const IoRequest& request, bool datagram, const void* input,
                           uint32_t input_bytes) {
    if (!input || input_bytes < (datagram ? sizeof(AFD_RECV_DATAGRAM_INFO) : kStreamSize))
        return STATUS_INVALID_PARAMETER;
    auto* info = static_cast<const AFD_RECV_DATAGRAM_INFO*>(input);
    auto operation = std::make_unique<SocketOperation>();
    operation->request = request;
    operation->flags = info->TdiFlags & TDI_RECEIVE_PEEK ? MSG_PEEK : 0;
    if (datagram) {
        operation->from = info->Address;
        operation->from_length = info->AddressLength;
    }
    if (!info->BufferArray && info->BufferCount) return STATUS_ACCESS_VIOLATION;
    if (!operation->pieces.assign(info->BufferArray, info->BufferCount)) return STATUS_NO_MEMORY;
    if (request.status_block) __atomic_store_n(&request.status_block->Status, STATUS_PENDING, __ATOMIC_RELEASE);
    return socket.submit(std::move(operation));
}

}  // namespace lsw
