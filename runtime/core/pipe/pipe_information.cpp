#include "core/pipe/pipe_information.h"

#include <algorithm>
#include <cstring>

#include "core/pipe/named_pipe.h"

namespace lsw {
namespace {

constexpr ULONG kInbound = 0, kOutbound = 1, kFullDuplex = 2;
constexpr ULONG kDisconnected = 1, kListening = 2, kConnected = 3, kClosing = 4;
constexpr ULONG kPlainQuota = 65536;

template <class T>
file::Answer give(const T& value, void* buffer, uint32_t size_bytes) {
    if (size_bytes < sizeof(T)) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    memcpy(buffer, &value, sizeof(T));
    return {STATUS_SUCCESS, sizeof(T)};
}

// Inbound and outbound are said from the server's side, whichever end asks.
ULONG configuration_of(uint32_t flags) {
    bool reads = flags & PipeObject::kRead, writes = flags & PipeObject::kWrite;
    if (reads == writes) return kFullDuplex;
    bool server = flags & PipeObject::kServerEnd;
    return reads == server ? kInbound : kOutbound;
}

ULONG state_of(PipeObject& pipe, NTSTATUS peeked) {
    if (peeked == STATUS_PIPE_DISCONNECTED) return kDisconnected;
    if (peeked == STATUS_PIPE_LISTENING) return kListening;
    return peeked == STATUS_PIPE_BROKEN || pipe.other_end_closed() ? kClosing : kConnected;
}

FILE_PIPE_LOCAL_INFORMATION local_information(PipeObject& pipe) {
    uint32_t flags = pipe.flags();
    PipeServer* server = pipe.server();
    FILE_PIPE_LOCAL_INFORMATION out = {};
    out.NamedPipeType = flags & PipeObject::kMessageType ? 1 : 0;
    out.NamedPipeConfiguration = configuration_of(flags);
    out.MaximumInstances = server ? server->settings().maximum_instances : 255;
    out.CurrentInstances = server ? server->instances() : 1;
    out.InboundQuota = server ? server->settings().in_buffer_bytes : kPlainQuota;
    out.OutboundQuota = server ? server->settings().out_buffer_bytes : kPlainQuota;
    auto peeked = pipe.peek(nullptr, 0);
    if (peeked.ok()) out.ReadDataAvailable = peeked->available;
    out.NamedPipeState = state_of(pipe, peeked.ok() ? STATUS_SUCCESS : peeked.status());
    out.NamedPipeEnd = flags & PipeObject::kServerEnd ? 1 : 0;
    // The quota of this end's writes.
    ULONG quota = out.NamedPipeEnd ? out.OutboundQuota : out.InboundQuota;
    ULONG unread = pipe.unread_bytes();
    out.WriteQuotaAvailable = quota - std::min(unread, quota);
    return out;
}

}  // namespace

bool query_pipe(PipeObject& pipe, FILE_INFORMATION_CLASS information_class, void* buffer, uint32_t size_bytes,
                file::Answer& out) {
    if (information_class == FilePipeLocalInformation) {
        out = give(local_information(pipe), buffer, size_bytes);
        return true;
    }
    if (information_class == FilePipeInformation) {
        uint32_t flags = pipe.flags();
        out = give(FILE_PIPE_INFORMATION{flags & PipeObject::kMessageRead ? 1u : 0u,
                                         flags & PipeObject::kNonblocking ? 1u : 0u},
                   buffer, size_bytes);
        return true;
    }
    return false;
}

NTSTATUS set_pipe_information(PipeObject& pipe, const void* buffer, uint32_t size_bytes) {
    FILE_PIPE_INFORMATION wanted;
    if (size_bytes < sizeof wanted) return STATUS_INFO_LENGTH_MISMATCH;
    memcpy(&wanted, buffer, sizeof wanted);
    if (wanted.ReadMode > 1 || wanted.CompletionMode > 1) return STATUS_INVALID_PARAMETER;
    return pipe.set_modes(wanted.ReadMode == 1, wanted.CompletionMode == 1);
}

}  // namespace lsw
