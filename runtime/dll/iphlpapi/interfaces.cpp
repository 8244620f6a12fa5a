#include "dll/iphlpapi/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.h"

namespace lsw::net {
namespace {

uint8_t prefix_length(const sockaddr* mask) {
    if (!mask) return 0;
    const unsigned char* bytes;
    size_t count;
    if (mask->sa_family == AF_INET6) {
        bytes = reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr.s6_addr;
        count = 16;
    } else {
        bytes = reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr);
        count = 4;
    }
    int bits = 0;
    for (size_t i = 0; i < count; ++i) bits += std::popcount(bytes[i]);
    return static_cast<uint8_t>(bits);
}

void add_link(Interface& to, const ifaddrs& from) {
    auto* link = reinterpret_cast<const sockaddr_ll*>(from.ifa_addr);
    to.hardware_length = to.is_loopback() ? 0 : std::min<uint32_t>(link->sll_halen, sizeof to.hardware);
    memcpy(to.hardware, link->sll_addr, to.hardware_length);
    if (auto* counts = static_cast<const rtnl_link_stats*>(from.ifa_data)) {
        to.received_bytes = counts->rx_bytes, to.sent_bytes = counts->tx_bytes;
        to.received_packets = counts->rx_packets, to.sent_packets = counts->tx_packets;
    }
}

uint32_t mtu_of(int probe, const std::string& name) {
    ifreq request{};
    strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    return ioctl(probe, SIOCGIFMTU, &request) == 0 ? static_cast<uint32_t>(request.ifr_mtu) : 1500;
}

sockaddr_storage group6(const char* hexadecimal) {
    sockaddr_storage out{};
    out.ss_family = AF_INET6;
    auto* bytes = reinterpret_cast<sockaddr_in6&>(out).sin6_addr.s6_addr;
    for (int i = 0; i < 16; ++i) {
        unsigned value = 0;
        sscanf(hexadecimal + i * 2, "%2x", &value);
        bytes[i] = static_cast<unsigned char>(value);
    }
    return out;
}

// Multicast groups: /proc/net/igmp has a line per interface and indented ones per group, igmp6 a line per group.
void add_groups(std::vector<Interface>& all) {
    char line[256], text[64];
    unsigned index = 0, address;
    auto put = [&](const sockaddr_storage& group) {
        for (Interface& interface : all)
            if (interface.index == index) interface.groups.push_back(group);
    };
    if (FILE* file = fopen("/proc/net/igmp", "re")) {
        while (fgets(line, sizeof line, file)) {
            if (line[0] != '\t') {
                sscanf(line, "%u", &index);
            } else if (sscanf(line, " %8x", &address) == 1) {
                sockaddr_storage group{};
                group.ss_family = AF_INET;
                reinterpret_cast<sockaddr_in&>(group).sin_addr.s_addr = address;
                put(group);
            }
        }
        fclose(file);
    }
    if (FILE* file = fopen("/proc/net/igmp6", "re")) {
        while (fgets(line, sizeof line, file))
            if (sscanf(line, "%u %*s %63s", &index, text) == 2 && strlen(text) == 32) put(group6(text));
        fclose(file);
    }
}

}  // namespace

std::string Interface::guid_text() const {
    char text[40];
    snprintf(text, sizeof text, "{%08X-4C53-5721-8000-000000000001}", index);
    return text;
}

std::vector<Interface> interfaces() {
    std::vector<Interface> out;
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) < 0) return out;
    UniqueFd probe(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    for (ifaddrs* at = all; at; at = at->ifa_next) {
        auto found = std::find_if(out.begin(), out.end(), [&](const Interface& i) { return i.name == at->ifa_name; });
        if (found == out.end()) {
            found = out.emplace(out.end());
            found->name = at->ifa_name;
            found->index = if_nametoindex(at->ifa_name);
            found->flags = at->ifa_flags;
            found->mtu = mtu_of(probe.get(), found->name);
        }
        if (!at->ifa_addr) continue;
        if (at->ifa_addr->sa_family == AF_PACKET) add_link(*found, *at);
        if (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6) continue;
        InterfaceAddress address{};
        bool six = at->ifa_addr->sa_family == AF_INET6;
        memcpy(&address.address, at->ifa_addr, six ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
        address.prefix_length = prefix_length(at->ifa_netmask);
        found->addresses.push_back(address);
    }
    freeifaddrs(all);
    add_groups(out);
    return out;
}

std::vector<Route4> routes() {
    std::vector<Route4> out;
    FILE* file = fopen("/proc/net/route", "re");
    if (!file) return out;
    char line[512], name[64];
    while (fgets(line, sizeof line, file)) {
        Route4 route{};
        unsigned flags;
        if (sscanf(line, "%63s %x %x %x %*d %*d %u %x", name, &route.destination, &route.gateway, &flags, &route.metric,
                   &route.mask) != 6)
            continue;
        route.interface = name;
        out.push_back(std::move(route));
    }
    fclose(file);
    return out;
}

std::vector<sockaddr_storage> dns_servers() {
    std::vector<sockaddr_storage> out;
    FILE* file = fopen("/etc/resolv.conf", "re");
    if (!file) return out;
    char line[512], text[128];
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "nameserver %127s", text) != 1) continue;
        sockaddr_storage address{};
        auto& four = reinterpret_cast<sockaddr_in&>(address);
        auto& six = reinterpret_cast<sockaddr_in6&>(address);
        if (inet_pton(AF_INET, text, &four.sin_addr) == 1) address.ss_family = AF_INET;
        else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1) address.ss_family = AF_INET6;
        else continue;
        out.push_back(address);
    }
    fclose(file);
    return out;
}

std::string dns_suffix() {
    FILE* file = fopen("/etc/resolv.conf", "re");
    if (!file) return {};
    char line[512], text[256];
    std::string out;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "search %255s", text) == 1 || sscanf(line, "domain %255s", text) == 1) out = text;
    fclose(file);
    return out == "." ? std::string() : out;
}

uint32_t best_interface(const sockaddr_storage& destination, sockaddr_storage* source) {
    sockaddr_storage to = destination;
    // Any port will do: a datagram socket that connects sends nothing.
    reinterpret_cast<sockaddr_in&>(to).sin_port = htons(9);
    UniqueFd probe(socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    socklen_t length = to.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (connect(probe.get(), reinterpret_cast<sockaddr*>(&to), length) < 0) return 0;
    *source = {};
    if (getsockname(probe.get(), reinterpret_cast<sockaddr*>(source), &length) < 0) return 0;
    reinterpret_cast<sockaddr_in*>(source)->sin_port = 0;
    for (const Interface& interface : interfaces())
        for (const InterfaceAddress& address : interface.addresses) {
            if (address.address.ss_family != source->ss_family) continue;
            bool same = source->ss_family == AF_INET
                            ? reinterpret_cast<const sockaddr_in&>(address.address).sin_addr.s_addr ==
                                  reinterpret_cast<sockaddr_in*>(source)->sin_addr.s_addr
                            : memcmp(&reinterpret_cast<const sockaddr_in6&>(address.address).sin6_addr,
                                     &reinterpret_cast<sockaddr_in6*>(source)->sin6_addr, 16) == 0;
            if (same) return interface.index;
        }
    return 0;
}

}  // namespace lsw::net
