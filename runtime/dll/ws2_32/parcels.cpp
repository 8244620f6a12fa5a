// See parcels.h.
#include "dll/ws2_32/parcels.h"

#include <sys/socket.h>

#include <cstring>
#include <mutex>
#include <vector>

namespace lsw {
namespace {

struct Boxes {
    std::mutex lock;
    std::vector<UniqueFd> all;
};

Boxes& boxes() {
    static Boxes& instance = *new Boxes;
    return instance;
}

union Control {
    char bytes[CMSG_SPACE(sizeof(int))];
    cmsghdr header;
};

msghdr message_of(iovec& piece, Control& control) {
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    return message;
}

bool is_empty(int box) {
    char byte;
    return recv(box, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

}  // namespace

int put_into_box(int fd) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    UniqueFd box(pair[0]), slot(pair[1]);
    char byte = 0;
    iovec piece{&byte, 1};
    Control control{};
    msghdr message = message_of(piece, control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(slot.get(), &message, MSG_NOSIGNAL) != 1) return -1;
    int out = box.get();
    std::lock_guard guard(boxes().lock);
    std::erase_if(boxes().all, [](const UniqueFd& old) { return is_empty(old.get()); });
    boxes().all.push_back(std::move(box));
    return out;
}

UniqueFd take_from_box(int box) {
    char byte;
    iovec piece{&byte, 1};
    Control control{};
    msghdr message = message_of(piece, control);
    if (recvmsg(box, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) return {};
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_RIGHTS) return {};
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return UniqueFd(fd);
}

}  // namespace lsw
