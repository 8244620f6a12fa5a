// ws2tcpip.h: names to addresses.
#include <arpa/inet.h>
#include <netdb.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "core/teb.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

int winsock_resolver_error(int error) {
    switch (error) {
        case 0: return 0;
        case EAI_AGAIN: return static_cast<int>(WSATRY_AGAIN);
        case EAI_BADFLAGS: return static_cast<int>(WSAEINVAL);
        case EAI_FAMILY: return static_cast<int>(WSAEAFNOSUPPORT);
        case EAI_MEMORY: return static_cast<int>(ERROR_NOT_ENOUGH_MEMORY);
        case EAI_SERVICE: return static_cast<int>(WSATYPE_NOT_FOUND);
        case EAI_SOCKTYPE: return static_cast<int>(WSAESOCKTNOSUPPORT);
        case EAI_FAIL: return static_cast<int>(WSANO_RECOVERY);
    }
    return static_cast<int>(WSAHOST_NOT_FOUND);
}

// One node in one block: structure, address, name.
ADDRINFOA* copy_node(const addrinfo& from) {
    size_t name = from.ai_canonname ? strlen(from.ai_canonname) + 1 : 0;
    auto* node = static_cast<ADDRINFOA*>(calloc(1, sizeof(ADDRINFOA) + sizeof(sockaddr_storage) + name));
    if (!node) return nullptr;
    auto* address = reinterpret_cast<WinSockAddr*>(node + 1);
    sockaddr_storage storage{};
    memcpy(&storage, from.ai_addr, from.ai_addrlen);
    node->ai_addrlen = static_cast<size_t>(windows_address(storage, from.ai_addrlen, address, sizeof storage));
    node->ai_addr = address;
    node->ai_family = windows_family(from.ai_family);
    node->ai_socktype = from.ai_socktype;
    node->ai_protocol = from.ai_protocol;
    if (name) {
        node->ai_canonname = reinterpret_cast<char*>(address) + sizeof(sockaddr_storage);
        memcpy(node->ai_canonname, from.ai_canonname, name);
    }
    return node;
}

}  // namespace

INT ws2_32::getaddrinfo(PCSTR pNodeName, PCSTR pServiceName, const ADDRINFOA* pHints, ADDRINFOA** ppResult) {
    constexpr int kSameFlags = 7;  // AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST agree
    constexpr int kNumericService = 8, kAddressConfiguration = 0x400;
    *ppResult = nullptr;
    addrinfo hints{};
    if (pHints) {
        int family = linux_family(pHints->ai_family);
        if (family < 0) return static_cast<int>(WSAEAFNOSUPPORT);
        hints.ai_family = family;
        hints.ai_flags = (pHints->ai_flags & kSameFlags) | (pHints->ai_flags & kNumericService ? AI_NUMERICSERV : 0) |
                         (pHints->ai_flags & kAddressConfiguration ? AI_ADDRCONFIG : 0);
        hints.ai_socktype = pHints->ai_socktype;
        hints.ai_protocol = pHints->ai_protocol;
    }
    addrinfo* found = nullptr;
    int error = ::getaddrinfo(pNodeName && *pNodeName ? pNodeName : (pServiceName ? nullptr : "localhost"),
                              pServiceName && *pServiceName ? pServiceName : nullptr, &hints, &found);
    if (error) return set_last_error(static_cast<DWORD>(winsock_resolver_error(error))), winsock_resolver_error(error);
    ADDRINFOA** tail = ppResult;
    for (addrinfo* at = found; at; at = at->ai_next) {
        *tail = copy_node(*at);
        if (!*tail) break;
        // Without a hint Windows leaves the type open and gives each address once.
        if (!pHints || pHints->ai_socktype == 0) {
            (*tail)->ai_socktype = 0;
            (*tail)->ai_protocol = pHints ? pHints->ai_protocol : 0;
            while (at->ai_next && at->ai_next->ai_addrlen == at->ai_addrlen &&
                   memcmp(at->ai_next->ai_addr, at->ai_addr, at->ai_addrlen) == 0)
                at = at->ai_next;
        }
        tail = &(*tail)->ai_next;
    }
    ::freeaddrinfo(found);
    return 0;
}

void ws2_32::freeaddrinfo(ADDRINFOA* pAddrInfo) {
    while (pAddrInfo) {
        ADDRINFOA* next = pAddrInfo->ai_next;
        free(pAddrInfo);
        pAddrInfo = next;
    }
}


ULONG ws2_32::inet_addr(const char* cp) {
    in_addr address;
    return cp && inet_aton(cp, &address) ? address.s_addr : 0xFFFFFFFF;
}

int ws2_32::gethostname(char* name, int namelen) {
    if (!name || namelen <= 0) return set_last_error(WSAEFAULT), SOCKET_ERROR;
    return winsock_result(::gethostname(name, static_cast<size_t>(namelen)));
}
