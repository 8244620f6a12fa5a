// iphlpapi.h: GetAdaptersAddresses and its older kin: variable-sized answers in one buffer of the caller's.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "abi/winerror.h"
#include "base/text.h"
#include "core/socket/address.h"
#include "dll/iphlpapi/interfaces.h"
#include "dll/iphlpapi/iphlpapi.h"

using namespace lsw;
using namespace lsw::net;

namespace {

// Hands out pieces of a buffer, or of nothing while it only counts.
class Room {
public:
    Room(void* buffer, size_t bytes) : base_(static_cast<char*>(buffer)), bytes_(bytes) {}
    template <class T>
    T* take(size_t count = 1) {
        used_ = (used_ + 7) & ~size_t{7};
        size_t at = used_;
        used_ += sizeof(T) * count;
        return base_ && used_ <= bytes_ ? reinterpret_cast<T*>(memset(base_ + at, 0, sizeof(T) * count)) : nullptr;
    }
    char* text(const std::string& from) {
        char* to = take<char>(from.size() + 1);
        return to ? static_cast<char*>(memcpy(to, from.c_str(), from.size() + 1)) : nullptr;
    }
    char16_t* wide(const std::string& from) {
        std::u16string text = utf16_from_utf8(from);
        char16_t* to = take<char16_t>(text.size() + 1);
        if (to) memcpy(to, text.c_str(), (text.size() + 1) * sizeof(char16_t));
        return to;
    }
    void address(const sockaddr_storage& from, SOCKET_ADDRESS* out) {
        socklen_t length = from.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        auto* to = reinterpret_cast<WinSockAddr*>(take<char>(length));
        if (!out || !to) return;
        out->lpSockaddr = to;
        out->iSockaddrLength = windows_address(from, length, to, static_cast<int>(length));
    }
    template <class T>
    T* entry(IP_ADAPTER_LIST_ENTRY*** tail, const sockaddr_storage& address_of) {
        T* made = take<T>();
        address(address_of, made ? &made->Address : nullptr);
        if (made) {
            made->Length = sizeof(T);
            **tail = made;
            *tail = &made->Next;
        }
        return made;
    }
    size_t used() const { return used_; }

private:
    char* base_;
    size_t bytes_, used_ = 0;
};

bool is_wanted(const sockaddr_storage& address, ULONG family) {
    return family == WIN_AF_UNSPEC || linux_family(static_cast<int>(family)) == address.ss_family;
}

sockaddr_storage network_of(const InterfaceAddress& from) {
    sockaddr_storage out = from.address;
    bool six = out.ss_family == AF_INET6;
    auto* bytes = six ? reinterpret_cast<sockaddr_in6&>(out).sin6_addr.s6_addr
                      : reinterpret_cast<unsigned char*>(&reinterpret_cast<sockaddr_in&>(out).sin_addr);
    for (unsigned bit = from.prefix_length; bit < (six ? 128u : 32u); ++bit)
        bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80u >> bit % 8));
    return out;
}

enum AddressFlags : ULONG {
    kSkipUnicast = 1,
    kSkipMulticast = 4,
    kSkipDnsServer = 8,
    kIncludePrefix = 0x10,
    kIncludeGateways = 0x80,
};

void fill_addresses(Room& room, const Interface& from, ULONG family, ULONG flags, IP_ADAPTER_ADDRESSES* out) {
    IP_ADAPTER_LIST_ENTRY *ignored = nullptr, **tail = out ? &out->FirstUnicastAddress : &ignored;
    for (const InterfaceAddress& address : from.addresses) {
        if (flags & kSkipUnicast || !is_wanted(address.address, family)) continue;
        auto* unicast = room.entry<IP_ADAPTER_UNICAST_ADDRESS>(&tail, address.address);
        if (!unicast) continue;
        unicast->Flags = 1;  // IP_ADAPTER_ADDRESS_DNS_ELIGIBLE
        unicast->PrefixOrigin = unicast->SuffixOrigin = 1;  // manual
        unicast->DadState = 4;                              // preferred
        unicast->ValidLifetime = unicast->PreferredLifetime = unicast->LeaseLifetime = 0xFFFFFFFF;
        unicast->OnLinkPrefixLength = address.prefix_length;
    }
    tail = out ? &out->FirstMulticastAddress : &ignored;
    for (const sockaddr_storage& group : from.groups)
        if (!(flags & kSkipMulticast) && is_wanted(group, family)) room.entry<IP_ADAPTER_LIST_ENTRY>(&tail, group);
    tail = out ? &out->FirstPrefix : &ignored;
    for (const InterfaceAddress& address : from.addresses) {
        if (!(flags & kIncludePrefix) || !is_wanted(address.address, family)) continue;
        auto* prefix = room.entry<IP_ADAPTER_PREFIX>(&tail, network_of(address));
        if (prefix) prefix->PrefixLength = address.prefix_length;
    }
}

void fill_servers(Room& room, const Interface& from, ULONG family, ULONG flags, IP_ADAPTER_ADDRESSES* out) {
    IP_ADAPTER_LIST_ENTRY *ignored = nullptr, **tail = out ? &out->FirstDnsServerAddress : &ignored;
    if (!from.is_loopback() && !(flags & kSkipDnsServer))
        for (const sockaddr_storage& server : dns_servers())
            if (is_wanted(server, family)) room.entry<IP_ADAPTER_LIST_ENTRY>(&tail, server);
    tail = out ? &out->FirstGatewayAddress : &ignored;
    if (!(flags & kIncludeGateways) || family == WIN_AF_INET6) return;
    for (const Route4& route : routes()) {
        if (route.interface != from.name || !route.gateway) continue;
        sockaddr_storage gateway{};
        gateway.ss_family = AF_INET;
        reinterpret_cast<sockaddr_in&>(gateway).sin_addr.s_addr = route.gateway;
        room.entry<IP_ADAPTER_LIST_ENTRY>(&tail, gateway);
    }
}

IP_ADAPTER_ADDRESSES* fill_adapter(Room& room, const Interface& from, ULONG family, ULONG flags) {
    auto* out = room.take<IP_ADAPTER_ADDRESSES>();
    char* name = room.text(from.guid_text());
    char16_t* friendly = room.wide(from.alias());
    char16_t* description = room.wide(from.description());
    char16_t* suffix = room.wide(from.is_loopback() ? std::string() : dns_suffix());
    fill_addresses(room, from, family, flags, out);
    fill_servers(room, from, family, flags, out);
    if (!out) return nullptr;
    out->Length = sizeof *out;
    out->IfIndex = out->Ipv6IfIndex = from.index;
    out->AdapterName = name, out->FriendlyName = friendly, out->Description = description, out->DnsSuffix = suffix;
    memcpy(out->PhysicalAddress, from.hardware, sizeof out->PhysicalAddress);
    out->PhysicalAddressLength = from.hardware_length;
    out->Flags = 0x80 | 0x100;  // both protocols are enabled
    out->Mtu = from.is_loopback() ? 0xFFFFFFFF : from.mtu;
    out->IfType = from.type();
    out->OperStatus = from.is_up() ? 1 : 2;
    out->TransmitLinkSpeed = out->ReceiveLinkSpeed = 1'000'000'000;
    out->Ipv4Metric = out->Ipv6Metric = from.is_loopback() ? 75 : 25;
    out->Luid = from.luid();
    out->CompartmentId = 1;
    out->NetworkGuid = from.guid();
    out->ConnectionType = 1;  // dedicated
    for (ULONG& zone : out->ZoneIndices) zone = from.index;
    return out;
}

void put_address(IP_ADDR_STRING* to, const sockaddr_in& address, uint32_t mask) {
    inet_ntop(AF_INET, &address.sin_addr, to->IpAddress, sizeof to->IpAddress);
    inet_ntop(AF_INET, &mask, to->IpMask, sizeof to->IpMask);
}

uint32_t mask_of(uint8_t bits) { return bits ? htonl(~uint32_t{0} << (32 - bits)) : 0; }

// The addresses of a list whose first element lies in its owner; more follow in the buffer.
void put_list(Room& room, IP_ADDR_STRING* first, const std::vector<std::pair<sockaddr_in, uint32_t>>& list) {
    if (first) strcpy(first->IpAddress, "0.0.0.0"), strcpy(first->IpMask, "0.0.0.0");
    IP_ADDR_STRING* at = first;
    for (size_t i = 0; i < list.size(); ++i) {
        IP_ADDR_STRING* to = i == 0 ? first : room.take<IP_ADDR_STRING>();
        if (i && at) at->Next = to;
        if (to) put_address(to, list[i].first, list[i].second);
        at = to;
    }
}

void fill_info(Room& room, const Interface& from, IP_ADAPTER_INFO*** tail) {
    auto* out = room.take<IP_ADAPTER_INFO>();
    std::vector<std::pair<sockaddr_in, uint32_t>> addresses, gateways;
    for (const InterfaceAddress& address : from.addresses)
        if (address.address.ss_family == AF_INET)
            addresses.emplace_back(reinterpret_cast<const sockaddr_in&>(address.address), mask_of(address.prefix_length));
    for (const Route4& route : routes())
        if (route.interface == from.name && route.gateway)
            gateways.emplace_back(sockaddr_in{AF_INET, 0, {route.gateway}, {}}, ~0u);
    put_list(room, out ? &out->IpAddressList : nullptr, addresses);
    put_list(room, out ? &out->GatewayList : nullptr, gateways);
    if (!out) return;
    out->Index = out->ComboIndex = from.index;
    strncpy(out->AdapterName, from.guid_text().c_str(), sizeof out->AdapterName - 1);
    strncpy(out->Description, from.description().c_str(), sizeof out->Description - 1);
    out->AddressLength = from.hardware_length;
    memcpy(out->Address, from.hardware, sizeof out->Address);
    out->Type = from.type();
    **tail = out;
    *tail = &out->Next;
}

std::vector<std::pair<sockaddr_in, uint32_t>> ipv4_dns_servers() {
    std::vector<std::pair<sockaddr_in, uint32_t>> servers;
    for (const sockaddr_storage& server : dns_servers())
        if (server.ss_family == AF_INET) servers.emplace_back(reinterpret_cast<const sockaddr_in&>(server), 0);
    return servers;
}

}  // namespace

ULONG iphlpapi::GetAdaptersAddresses(ULONG Family, ULONG Flags, PVOID, IP_ADAPTER_ADDRESSES* AdapterAddresses,
                                     ULONG* SizePointer) {
    if (!SizePointer) return ERROR_INVALID_PARAMETER;
    if (Family != WIN_AF_UNSPEC && Family != WIN_AF_INET && Family != WIN_AF_INET6) return ERROR_INVALID_PARAMETER;
    Room room(AdapterAddresses, *SizePointer);
    IP_ADAPTER_ADDRESSES* last = nullptr;
    auto all = interfaces();
    // Windows lists the loopback last.
    std::stable_partition(all.begin(), all.end(), [](const Interface& i) { return !i.is_loopback(); });
    for (const Interface& interface : all) {
        auto* made = fill_adapter(room, interface, Family, Flags);
        if (last) last->Next = made;
        last = made;
    }
    if (all.empty()) return ERROR_NO_DATA;
    bool fits = AdapterAddresses && room.used() <= *SizePointer;
    *SizePointer = static_cast<ULONG>(room.used());
    return fits ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

ULONG iphlpapi::GetAdaptersInfo(IP_ADAPTER_INFO* AdapterInfo, ULONG* SizePointer) {
    if (!SizePointer) return ERROR_INVALID_PARAMETER;
    Room room(AdapterInfo, *SizePointer);
    IP_ADAPTER_INFO *first = nullptr, **tail = &first;
    for (const Interface& interface : interfaces())
        if (!interface.is_loopback()) fill_info(room, interface, &tail);
    if (room.used() == 0) return ERROR_NO_DATA;
    bool fits = AdapterInfo && room.used() <= *SizePointer;
    *SizePointer = static_cast<ULONG>(room.used());
    return fits ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

// Every interface asks the same servers, as resolv.conf has them.
DWORD iphlpapi::GetPerAdapterInfo(ULONG IfIndex, void* pPerAdapterInfo, ULONG* pOutBufLen) {
    struct PerAdapterInfo {  // IP_PER_ADAPTER_INFO
        UINT AutoconfigEnabled, AutoconfigActive;
        IP_ADDR_STRING* CurrentDnsServer;
        IP_ADDR_STRING DnsServerList;
    };
    if (!pOutBufLen) return ERROR_INVALID_PARAMETER;
    char name[IF_NAMESIZE];
    if (!if_indextoname(IfIndex, name)) return ERROR_INVALID_PARAMETER;
    Room room(pPerAdapterInfo, *pOutBufLen);
    auto* out = room.take<PerAdapterInfo>();
    put_list(room, out ? &out->DnsServerList : nullptr, ipv4_dns_servers());
    bool fits = pPerAdapterInfo && room.used() <= *pOutBufLen;
    *pOutBufLen = static_cast<ULONG>(room.used());
    return fits ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

DWORD iphlpapi::GetNetworkParams(FIXED_INFO* pFixedInfo, ULONG* pOutBufLen) {
    if (!pOutBufLen) return ERROR_INVALID_PARAMETER;
    Room room(pFixedInfo, *pOutBufLen);
    auto* out = room.take<FIXED_INFO>();
    put_list(room, out ? &out->DnsServerList : nullptr, ipv4_dns_servers());
    bool fits = pFixedInfo && room.used() <= *pOutBufLen;
    *pOutBufLen = static_cast<ULONG>(room.used());
    if (!fits) return ERROR_BUFFER_OVERFLOW;
    gethostname(out->HostName, sizeof out->HostName - 1);
    strncpy(out->DomainName, dns_suffix().c_str(), sizeof out->DomainName - 1);
    out->NodeType = 8;  // hybrid
    out->EnableDns = 1;
    return ERROR_SUCCESS;
}
