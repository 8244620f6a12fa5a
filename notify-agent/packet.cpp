#include "notify-agent/packet.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace lsw::agent {
namespace {

constexpr size_t kControlBytes = CMSG_SPACE(sizeof(int) * kMostDescriptors);

}  // namespace

bool send_packet(int socket, const void* data, size_t size_bytes, std::span<const int> descriptors, int flags) {
    iovec part = {const_cast<void*>(data), size_bytes};
    alignas(cmsghdr) char control[kControlBytes] = {};
    msghdr packet = {};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    if (descriptors.size() > kMostDescriptors) return false;
    if (!descriptors.empty()) {
        packet.msg_control = control;
        packet.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t sent;
    do sent = sendmsg(socket, &packet, MSG_NOSIGNAL | flags);
    while (sent < 0 && errno == EINTR && !(flags & MSG_DONTWAIT));
    return sent == static_cast<ssize_t>(size_bytes);
}

ssize_t receive_packet(int socket, void* data, size_t size_bytes, std::vector<UniqueFd>* descriptors, int flags) {
    iovec part = {data, size_bytes};
    alignas(cmsghdr) char control[kControlBytes];
    msghdr packet = {};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    ssize_t got;
    do got = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC | flags);
    while (got < 0 && errno == EINTR && !(flags & MSG_DONTWAIT));
    if (got <= 0) return got;
    for (cmsghdr* header = CMSG_FIRSTHDR(&packet); header; header = CMSG_NXTHDR(&packet, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int received;
            memcpy(&received, CMSG_DATA(header) + i * sizeof(int), sizeof received);
            descriptors->emplace_back(received);
        }
    }
    return packet.msg_flags & MSG_TRUNC ? -2 : got;
}

}  // namespace lsw::agent
