// winsock.h: options with the numbers that Winsock 1.1 gave the IPv4 multicast ones.
#include "dll/wsock32/wsock32.h"

namespace {

// Winsock 1.1: 2 interface, 3 time to live, 4 loop, 5 join, 6 leave, 7 time to live, 8 type of service, 9 don't fragment.
int current_name(int level, int name) {
    static constexpr int kNames[] = {0, 1, 9, 10, 11, 12, 13, 4, 3, 14};
    return level == 0 && name > 1 && name < 10 ? kNames[name] : name;
}

}  // namespace

int wsock32::getsockopt(SOCKET s, int level, int optname, char* optval, int* optlen) {
    return ws2_32::getsockopt(s, level, current_name(level, optname), optval, optlen);
}

int wsock32::setsockopt(SOCKET s, int level, int optname, const char* optval, int optlen) {
    return ws2_32::setsockopt(s, level, current_name(level, optname), optval, optlen);
}
