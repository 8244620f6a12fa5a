// Names to addresses and back, in Windows' numbers; what getaddrinfo, gethostbyname and their kin share.
#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "abi/winsock.h"

namespace lsw {

struct Resolved {
    sockaddr_storage address;
    socklen_t length;
    int type, protocol;  // 0 when the caller left them open
};

struct Question {
    const char* node = nullptr;
    const char* service = nullptr;
    int flags = 0, family = 0, type = 0, protocol = 0;  // AI_* and the rest as Windows has them
};

// A Winsock error (WSAHOST_NOT_FOUND, …), 0 when all is well. Numeric addresses and ports are answered here; the rest runs
// on a host thread, since resolvers want large stacks.
int resolve(const Question& question, std::vector<Resolved>* out, std::string* canonical_name);

// `flags`: Windows' NI_*.
int resolve_name(const sockaddr_storage& address, socklen_t length, int flags, std::string* node, std::string* service);

std::string local_host_name();

}  // namespace lsw
