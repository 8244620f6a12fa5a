#include "dll/ws2_32/resolver.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "abi/winerror.h"
#include "base/name_service.h"
#include "base/text.h"
#include "core/socket/address.h"
#include "core/thread/host_call.h"

namespace lsw {
namespace {

constexpr int kPassive = 1, kCanonicalName = 2, kNumericHost = 4, kNumericService = 8, kAll = 0x100, kConfigured = 0x400,
              kMapped = 0x800, kFullName = 0x20000;

int winsock_resolver_error(int error) {
    switch (error) {
        case 0: return 0;
        case EAI_AGAIN: return WSATRY_AGAIN;
        case EAI_BADFLAGS: return WSAEINVAL;
        case EAI_FAMILY: return WSAEAFNOSUPPORT;
        case EAI_MEMORY: return ERROR_NOT_ENOUGH_MEMORY;
        case EAI_SERVICE: return WSATYPE_NOT_FOUND;
        case EAI_SOCKTYPE: return WSAESOCKTNOSUPPORT;
        case EAI_FAIL: return WSANO_RECOVERY;
        case EAI_NODATA: return WSANO_DATA;
    }
    return WSAHOST_NOT_FOUND;
}

bool have_ipv6_loopback() {
    static const bool have = [] {
        FILE* file = fopen("/proc/net/if_inet6", "re");
        if (!file) return false;
        char line[256];
        bool found = false;
        while (fgets(line, sizeof line, file)) found |= strncmp(line, "00000000000000000000000000000001", 32) == 0;
        fclose(file);
        return found;
    }();
    return have;
}

Resolved make4(in_addr address, uint16_t port) {
    Resolved out{};
    auto& at = reinterpret_cast<sockaddr_in&>(out.address);
    at.sin_family = AF_INET;
    at.sin_addr = address;
    at.sin_port = port;
    out.length = sizeof at;
    return out;
}

Resolved make6(const in6_addr& address, uint32_t scope, uint16_t port) {
    Resolved out{};
    auto& at = reinterpret_cast<sockaddr_in6&>(out.address);
    at.sin6_family = AF_INET6;
    at.sin6_addr = address;
    at.sin6_scope_id = scope;
    at.sin6_port = port;
    out.length = sizeof at;
    return out;
}

bool parse6(const char* text, in6_addr* address, uint32_t* scope) {
    char copy[64];
    const char* percent = strchr(text, '%');
    size_t length = percent ? static_cast<size_t>(percent - text) : strlen(text);
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    if (inet_pton(AF_INET6, copy, address) != 1) return false;
    *scope = 0;
    if (percent) {
        *scope = static_cast<uint32_t>(strtoul(percent + 1, nullptr, 10));
        if (!*scope) *scope = if_nametoindex(percent + 1);
    }
    return true;
}

// A numeric port, in network order.
bool parse_port(const char* service, uint16_t* port) {
    *port = 0;
    if (!service || !*service) return true;
    char* end;
    unsigned long value = strtoul(service, &end, 10);
    if (*end || value > 65535) return false;
    *port = htons(static_cast<uint16_t>(value));
    return true;
}

bool is_localhost(const char* name) {
    std::string_view text(name);
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    return equal_ignore_case(text, std::string_view("localhost")) ||
           (text.size() > 10 && equal_ignore_case(text.substr(text.size() - 10), std::string_view(".localhost")));
}

// Addresses of this machine, for its own name and for the empty one.
void add_own_addresses(int family, uint16_t port, std::vector<Resolved>* out) {
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) < 0) return;
    for (int wanted : {AF_INET6, AF_INET}) {
        for (ifaddrs* at = all; at; at = at->ifa_next) {
            if (!at->ifa_addr || at->ifa_addr->sa_family != wanted || at->ifa_flags & IFF_LOOPBACK) continue;
            if (family != AF_UNSPEC && family != wanted) continue;
            if (wanted == AF_INET) {
                out->push_back(make4(reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, port));
            } else {
                auto* six = reinterpret_cast<sockaddr_in6*>(at->ifa_addr);
                out->push_back(make6(six->sin6_addr, six->sin6_scope_id, port));
            }
        }
    }
    freeifaddrs(all);
    in_addr loopback{htonl(INADDR_LOOPBACK)};
    if (out->empty() && family != AF_INET6) out->push_back(make4(loopback, port));
    if (out->empty()) out->push_back(make6(in6addr_loopback, 0, port));
}

// What needs no resolver; false when the question does.
bool answer_here(const Question& q, int family, uint16_t port, std::vector<Resolved>* out, int* error) {
    bool four = family == AF_UNSPEC || family == AF_INET, six = family == AF_UNSPEC || family == AF_INET6;
    *error = 0;
    in_addr loopback{htonl(INADDR_LOOPBACK)};
    if (!q.node) {
        bool passive = q.flags & kPassive;
        if (six) out->push_back(make6(passive ? in6addr_any : in6addr_loopback, 0, port));
        if (four) out->push_back(make4(passive ? in_addr{INADDR_ANY} : loopback, port));
        return true;
    }
    if (!*q.node) return add_own_addresses(family, port, out), true;
    in_addr address4;
    in6_addr address6;
    uint32_t scope;
    if (inet_aton(q.node, &address4)) {
        if (four) out->push_back(make4(address4, port));
        else *error = WSAHOST_NOT_FOUND;
        return true;
    }
    if (parse6(q.node, &address6, &scope)) {
        if (six) out->push_back(make6(address6, scope, port));
        else *error = WSAHOST_NOT_FOUND;
        return true;
    }
    if (q.flags & kNumericHost) return *error = WSAHOST_NOT_FOUND, true;
    if (!is_localhost(q.node)) return false;
    if (six && have_ipv6_loopback()) out->push_back(make6(in6addr_loopback, 0, port));
    if (four) out->push_back(make4(loopback, port));
    if (out->empty()) *error = WSAHOST_NOT_FOUND;
    return true;
}

// Names that neither files nor DNS know: multicast DNS, resolved and what else /etc/nsswitch.conf names. A line is
// "address STREAM canonical name"; each address comes again for the other types.
bool ask_other_sources(const char* name, int family, uint16_t port, std::vector<Resolved>* out) {
    if (!has_more_sources("hosts")) return false;
    std::string lines = ask_getent("ahosts", name);
    for (size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        char address[64], type[16];
        in_addr four;
        in6_addr six;
        uint32_t scope;
        if (sscanf(lines.c_str() + at, "%63s %15s", address, type) != 2 || strcmp(type, "STREAM") != 0) continue;
        if (family != AF_INET6 && inet_pton(AF_INET, address, &four) == 1) out->push_back(make4(four, port));
        else if (family != AF_INET && parse6(address, &six, &scope)) out->push_back(make6(six, scope, port));
    }
    return !out->empty();
}

int ask_host(const Question& q, int family, std::vector<Resolved>* out, std::string* canonical_name) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_flags = (q.flags & (kPassive | kCanonicalName | kNumericHost)) | (q.flags & kFullName ? AI_CANONNAME : 0) |
                     (q.flags & kNumericService ? AI_NUMERICSERV : 0) | (q.flags & kConfigured ? AI_ADDRCONFIG : 0) |
                     (q.flags & kAll ? AI_ALL : 0) | (q.flags & kMapped ? AI_V4MAPPED : 0);
    hints.ai_socktype = q.type ? q.type : SOCK_STREAM;
    hints.ai_protocol = q.protocol;
    addrinfo* found = nullptr;
    int error = 0;
    auto ask = [&] {
        use_plain_name_service();
        error = getaddrinfo(q.node, q.service && *q.service ? q.service : nullptr, &hints, &found);
        if (error == EAI_SERVICE && !q.type) {
            hints.ai_socktype = SOCK_DGRAM;
            error = getaddrinfo(q.node, q.service, &hints, &found);
        }
    };
    on_host_thread(ask);
    if (error) return winsock_resolver_error(error);
    if (found && found->ai_canonname) *canonical_name = found->ai_canonname;
    for (addrinfo* at = found; at; at = at->ai_next) {
        Resolved one{};
        memcpy(&one.address, at->ai_addr, at->ai_addrlen);
        one.length = at->ai_addrlen;
        out->push_back(one);
    }
    freeaddrinfo(found);
    return 0;
}

int service_port(const Question& q, uint16_t* port) {
    if (parse_port(q.service, port)) return 0;
    if (q.flags & kNumericService) return WSAHOST_NOT_FOUND;
    Question only_service = q;
    only_service.node = nullptr;
    std::vector<Resolved> answers;
    std::string ignored;
    if (int error = ask_host(only_service, AF_INET, &answers, &ignored)) return error;
    if (answers.empty()) return WSATYPE_NOT_FOUND;
    *port = reinterpret_cast<sockaddr_in&>(answers[0].address).sin_port;
    return 0;
}

}  // namespace

std::string local_host_name() {
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

int resolve(const Question& q, std::vector<Resolved>* out, std::string* canonical_name) {
    if (!q.node && (!q.service || !*q.service)) return WSAHOST_NOT_FOUND;
    int family = linux_family(q.family);
    if (family < 0 || family == AF_UNIX) return WSAEAFNOSUPPORT;
    if (q.type < 0 || q.type > 5) return WSAESOCKTNOSUPPORT;
    if (q.flags & kCanonicalName && !q.node) return WSAEINVAL;
    uint16_t port;
    if (int error = service_port(q, &port)) return error;
    int error;
    if (!answer_here(q, family, port, out, &error)) {
        error = ask_host(q, family, out, canonical_name);
        if (error && equal_ignore_case(std::string_view(q.node), std::string_view(local_host_name()))) {
            add_own_addresses(family, port, out);
            error = 0;
        }
        if (error && ask_other_sources(q.node, family, port, out)) error = 0;
    }
    if (error) return error;
    if (canonical_name->empty() && q.node) *canonical_name = *q.node ? q.node : local_host_name();
    for (Resolved& one : *out) {
        one.type = q.type;
        one.protocol = q.protocol;
        if (!one.protocol && one.type == SOCK_STREAM && q.type) one.protocol = 0;
    }
    return 0;
}

int resolve_name(const sockaddr_storage& address, socklen_t length, int flags, std::string* node, std::string* service) {
    constexpr int kNoFqdn = 1, kNumericNode = 2, kNameRequired = 4, kNumericPort = 8, kDatagram = 0x10;
    int linux_flags = (flags & kNoFqdn ? NI_NOFQDN : 0) | (flags & kNumericNode ? NI_NUMERICHOST : 0) |
                      (flags & kNameRequired ? NI_NAMEREQD : 0) | (flags & kNumericPort ? NI_NUMERICSERV : 0) |
                      (flags & kDatagram ? NI_DGRAM : 0);
    char names[NI_MAXHOST + NI_MAXSERV] = {};
    int error = 0;
    auto ask = [&] {
        use_plain_name_service();
        error = getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, node ? names : nullptr,
                            node ? NI_MAXHOST : 0, service ? names + NI_MAXHOST : nullptr, service ? NI_MAXSERV : 0,
                            linux_flags);
    };
    bool numeric = (!node || flags & kNumericNode) && (!service || flags & kNumericPort);
    if (numeric) ask();
    else on_host_thread(ask);
    if (error) return winsock_resolver_error(error);
    if (node) *node = names;
    if (service) *service = names + NI_MAXHOST;
    // Linux names the interface of a link-local address, Windows numbers it.
    if (node && flags & kNumericNode && address.ss_family == AF_INET6) {
        auto& six = reinterpret_cast<const sockaddr_in6&>(address);
        size_t percent = node->find('%');
        if (percent != std::string::npos) *node = node->substr(0, percent + 1) + std::to_string(six.sin6_scope_id);
    }
    return 0;
}

}  // namespace lsw
