// The interfaces, addresses and routes of this machine, read once per call.
#pragma once

#include <net/if.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "abi/iphlp.h"

namespace lsw::net {

struct InterfaceAddress {
    sockaddr_storage address;
    uint8_t prefix_length;
};

struct Interface {
    std::string name;
    uint32_t index = 0, flags = 0, mtu = 0;
    uint8_t hardware[8] = {};
    uint32_t hardware_length = 0;
    uint64_t received_bytes = 0, sent_bytes = 0, received_packets = 0, sent_packets = 0;
    std::vector<InterfaceAddress> addresses;
    std::vector<sockaddr_storage> groups;  // multicast

    bool is_loopback() const { return flags & IFF_LOOPBACK; }
    bool is_up() const { return flags & IFF_UP && flags & IFF_RUNNING; }
    uint32_t type() const { return is_loopback() ? 24u : 6u; }  // IF_TYPE_SOFTWARE_LOOPBACK, IF_TYPE_ETHERNET_CSMACD
    NET_LUID luid() const { return static_cast<uint64_t>(type()) << 48 | static_cast<uint64_t>(index) << 24; }
    GUID guid() const { return {index, 0x4C53, 0x5721, {0x80, 0, 0, 0, 0, 0, 0, 1}}; }
    std::string guid_text() const;

    // What Windows calls its loopback; programs look for it by this name.
    std::string alias() const { return is_loopback() ? "Loopback Pseudo-Interface 1" : name; }
    std::string description() const { return is_loopback() ? "Software Loopback Interface 1" : name; }
};

struct Route4 {
    uint32_t destination, gateway, mask, metric;  // addresses in network order
    std::string interface;
};

std::vector<Interface> interfaces();
std::vector<Route4> routes();
std::vector<sockaddr_storage> dns_servers();
std::string dns_suffix();

// The index of the interface and the local address by which `destination` is reached; 0 when it is not.
uint32_t best_interface(const sockaddr_storage& destination, sockaddr_storage* source);

}  // namespace lsw::net
