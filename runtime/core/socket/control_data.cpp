#include "core/socket/control_data.h"

#include <netinet/in.h>

#include <cstring>

#include "core/socket/address.h"

namespace lsw {
namespace {

constexpr int kIp = 0, kIpv6 = 41;
constexpr int kPacketInfo = 19, kHopLimit = 21, kTypeOfService = 39;  // IP_PKTINFO and IPV6_PKTINFO are both 19
constexpr size_t aligned(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

// Windows' in_pktinfo: address, interface index; in6_pktinfo the same.
struct WinPacketInfo4 {
    in_addr address;
    ULONG index;
};
struct WinPacketInfo6 {
    in6_addr address;
    ULONG index;
};

void append(SocketOperation& operation, int level, int type, const void* data, size_t bytes) {
    size_t room = operation.message->Control.len;
    size_t needed = sizeof(WSACMSGHDR) + bytes;
    if (!operation.control) operation.control.reset(new char[room + 64]());
    if (operation.control_bytes + needed > room) {
        operation.message->dwFlags |= WIN_MSG_CTRUNC;
        return;
    }
    WSACMSGHDR header{needed, level, type};
    char* at = operation.control.get() + operation.control_bytes;
    memcpy(at, &header, sizeof header);
    memcpy(at + sizeof header, data, bytes);
    operation.control_bytes = std::min(room, operation.control_bytes + aligned(needed));
}

}  // namespace

void keep_control_data(SocketOperation& operation, const msghdr& message) {
    auto* mutable_message = const_cast<msghdr*>(&message);
    operation.control_bytes = 0;
    for (cmsghdr* at = CMSG_FIRSTHDR(mutable_message); at; at = CMSG_NXTHDR(mutable_message, at)) {
        const void* data = CMSG_DATA(at);
        if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
            in_pktinfo info;
            memcpy(&info, data, sizeof info);
            WinPacketInfo4 out{info.ipi_addr, static_cast<ULONG>(info.ipi_ifindex)};
            append(operation, kIp, kPacketInfo, &out, sizeof out);
        } else if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info;
            memcpy(&info, data, sizeof info);
            WinPacketInfo6 out{info.ipi6_addr, info.ipi6_ifindex};
            append(operation, kIpv6, kPacketInfo, &out, sizeof out);
        } else if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_TTL) {
            append(operation, kIp, kHopLimit, data, sizeof(int));
        } else if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_HOPLIMIT) {
            append(operation, kIpv6, kHopLimit, data, sizeof(int));
        } else if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_TOS) {
            int value = *static_cast<const unsigned char*>(data);
            append(operation, kIp, kTypeOfService, &value, sizeof value);
        } else if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_TCLASS) {
            append(operation, kIpv6, kTypeOfService, data, sizeof(int));
        }
    }
    operation.flags_kept = (message.msg_flags & MSG_TRUNC ? WIN_MSG_TRUNC : 0) |
                           (message.msg_flags & MSG_CTRUNC ? WIN_MSG_CTRUNC : 0);
}

void give_message(SocketOperation& operation) {
    if (operation.from && operation.from_length) {
        int length = operation.to_length ? windows_address(operation.to, operation.to_length, operation.from,
                                                           *operation.from_length)
                                         : 0;
        if (operation.to_length) *operation.from_length = length;
    }
    if (operation.flags_out) *operation.flags_out = 0;
    WSAMSG* message = operation.message;
    if (!message) return;
    if (message->name && operation.to_length)
        message->namelen = windows_address(operation.to, operation.to_length, message->name, message->namelen);
    if (operation.control && message->Control.buf)
        memcpy(message->Control.buf, operation.control.get(), operation.control_bytes);
    message->Control.len = static_cast<ULONG>(operation.control_bytes);
    message->dwFlags = operation.flags_kept;
}

bool take_control_data(SocketOperation& operation, const void* control, size_t size_bytes) {
    if (size_bytes < sizeof(WSACMSGHDR)) return size_bytes == 0;
    operation.control.reset(new char[CMSG_SPACE(sizeof(in6_pktinfo)) * 4]());
    msghdr message{};
    message.msg_control = operation.control.get();
    message.msg_controllen = CMSG_SPACE(sizeof(in6_pktinfo)) * 4;
    cmsghdr* out = CMSG_FIRSTHDR(&message);
    size_t used = 0;
    auto put = [&](int level, int type, const void* data, size_t bytes) {
        out->cmsg_level = level;
        out->cmsg_type = type;
        out->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(out), data, bytes);
        used += CMSG_SPACE(bytes);
        out = CMSG_NXTHDR(&message, out);
    };
    auto* bytes = static_cast<const char*>(control);
    for (size_t at = 0; at + sizeof(WSACMSGHDR) <= size_bytes && out;) {
        WSACMSGHDR header;
        memcpy(&header, bytes + at, sizeof header);
        if (header.cmsg_len < sizeof header || header.cmsg_len > size_bytes - at) return false;
        const char* data = bytes + at + sizeof header;
        size_t length = header.cmsg_len - sizeof header;
        if (header.cmsg_level == kIp && header.cmsg_type == kPacketInfo && length >= sizeof(WinPacketInfo4)) {
            WinPacketInfo4 in;
            memcpy(&in, data, sizeof in);
            in_pktinfo info{};
            info.ipi_spec_dst = in.address;
            info.ipi_ifindex = static_cast<int>(in.index);
            put(IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
        } else if (header.cmsg_level == kIpv6 && header.cmsg_type == kPacketInfo && length >= sizeof(WinPacketInfo6)) {
            WinPacketInfo6 in;
            memcpy(&in, data, sizeof in);
            in6_pktinfo info{in.address, static_cast<unsigned>(in.index)};
            put(IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
        } else if (header.cmsg_type == kTypeOfService && length >= sizeof(int)) {
            bool six = header.cmsg_level == kIpv6;
            put(six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_TCLASS : IP_TOS, data, sizeof(int));
        }
        at += aligned(header.cmsg_len);
    }
    operation.control_bytes = used;
    if (used == 0) operation.control.reset();
    return true;
}

}  // namespace lsw
