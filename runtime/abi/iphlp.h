// Structures of iphlpapi (iptypes.h, ifdef.h, netioapi.h); sizes and offsets as the SDK's.
#pragma once

#include <cstddef>

#include "abi/winsock.h"

using NET_LUID = UINT64;  // 24 bits reserved, 24 bits index, 16 bits type

struct SOCKET_ADDRESS {
    WinSockAddr* lpSockaddr;
    INT iSockaddrLength;
};

// One element of the lists of an adapter: addresses, DNS servers, gateways.
struct IP_ADAPTER_LIST_ENTRY {
    ULONG Length;
    DWORD Flags;
    IP_ADAPTER_LIST_ENTRY* Next;
    SOCKET_ADDRESS Address;
};
static_assert(sizeof(IP_ADAPTER_LIST_ENTRY) == 32);

struct IP_ADAPTER_UNICAST_ADDRESS : IP_ADAPTER_LIST_ENTRY {
    INT PrefixOrigin, SuffixOrigin, DadState;
    ULONG ValidLifetime, PreferredLifetime, LeaseLifetime;
    UCHAR OnLinkPrefixLength;
};
static_assert(sizeof(IP_ADAPTER_UNICAST_ADDRESS) == 64);

struct IP_ADAPTER_PREFIX : IP_ADAPTER_LIST_ENTRY {
    ULONG PrefixLength;
};
static_assert(sizeof(IP_ADAPTER_PREFIX) == 40);

struct IP_ADAPTER_ADDRESSES {
    ULONG Length;
    DWORD IfIndex;
    IP_ADAPTER_ADDRESSES* Next;
    char* AdapterName;
    IP_ADAPTER_LIST_ENTRY* FirstUnicastAddress;
    IP_ADAPTER_LIST_ENTRY* FirstAnycastAddress;
    IP_ADAPTER_LIST_ENTRY* FirstMulticastAddress;
    IP_ADAPTER_LIST_ENTRY* FirstDnsServerAddress;
    char16_t* DnsSuffix;
    char16_t* Description;
    char16_t* FriendlyName;
    UCHAR PhysicalAddress[8];
    ULONG PhysicalAddressLength;
    ULONG Flags;
    ULONG Mtu;
    DWORD IfType;
    INT OperStatus;
    DWORD Ipv6IfIndex;
    ULONG ZoneIndices[16];
    IP_ADAPTER_LIST_ENTRY* FirstPrefix;
    UINT64 TransmitLinkSpeed;
    UINT64 ReceiveLinkSpeed;
    IP_ADAPTER_LIST_ENTRY* FirstWinsServerAddress;
    IP_ADAPTER_LIST_ENTRY* FirstGatewayAddress;
    ULONG Ipv4Metric;
    ULONG Ipv6Metric;
    NET_LUID Luid;
    SOCKET_ADDRESS Dhcpv4Server;
    UINT CompartmentId;
    GUID NetworkGuid;
    INT ConnectionType;
    INT TunnelType;
    SOCKET_ADDRESS Dhcpv6Server;
    UCHAR Dhcpv6ClientDuid[130];
    ULONG Dhcpv6ClientDuidLength;
    ULONG Dhcpv6Iaid;
    void* FirstDnsSuffix;
};
static_assert(sizeof(IP_ADAPTER_ADDRESSES) == 0x1C0 && offsetof(IP_ADAPTER_ADDRESSES, FirstPrefix) == 0xB0);
static_assert(offsetof(IP_ADAPTER_ADDRESSES, Luid) == 0xE0 && offsetof(IP_ADAPTER_ADDRESSES, Dhcpv6Server) == 0x118);

struct IP_ADDR_STRING {
    IP_ADDR_STRING* Next;
    char IpAddress[16];
    char IpMask[16];
    DWORD Context;
};

struct IP_ADAPTER_INFO {
    IP_ADAPTER_INFO* Next;
    DWORD ComboIndex;
    char AdapterName[260];
    char Description[132];
    UINT AddressLength;
    UCHAR Address[8];
    DWORD Index;
    UINT Type;
    UINT DhcpEnabled;
    IP_ADDR_STRING* CurrentIpAddress;
    IP_ADDR_STRING IpAddressList;
    IP_ADDR_STRING GatewayList;
    IP_ADDR_STRING DhcpServer;
    INT HaveWins;
    IP_ADDR_STRING PrimaryWinsServer;
    IP_ADDR_STRING SecondaryWinsServer;
    INT64 LeaseObtained;
    INT64 LeaseExpires;
};
static_assert(sizeof(IP_ADAPTER_INFO) == 0x2C0 && offsetof(IP_ADAPTER_INFO, IpAddressList) == 0x1B8);

struct FIXED_INFO {
    char HostName[132];
    char DomainName[132];
    IP_ADDR_STRING* CurrentDnsServer;
    IP_ADDR_STRING DnsServerList;
    UINT NodeType;
    char ScopeId[260];
    UINT EnableRouting;
    UINT EnableProxy;
    UINT EnableDns;
};
static_assert(sizeof(FIXED_INFO) == 0x258 && offsetof(FIXED_INFO, DnsServerList) == 0x110);

struct MIB_IF_ROW2 {
    NET_LUID InterfaceLuid;
    ULONG InterfaceIndex;
    GUID InterfaceGuid;
    WCHAR Alias[257];
    WCHAR Description[257];
    ULONG PhysicalAddressLength;
    UCHAR PhysicalAddress[32];
    UCHAR PermanentPhysicalAddress[32];
    ULONG Mtu;
    ULONG Type;
    INT TunnelType, MediaType, PhysicalMediumType, AccessType, DirectionType;
    UCHAR InterfaceAndOperStatusFlags;
    INT OperStatus, AdminStatus, MediaConnectState;
    GUID NetworkGuid;
    INT ConnectionType;
    UINT64 TransmitLinkSpeed, ReceiveLinkSpeed;
    UINT64 InOctets, InUcastPkts, InNUcastPkts, InDiscards, InErrors, InUnknownProtos, InUcastOctets, InMulticastOctets,
        InBroadcastOctets;
    UINT64 OutOctets, OutUcastPkts, OutNUcastPkts, OutDiscards, OutErrors, OutUcastOctets, OutMulticastOctets,
        OutBroadcastOctets, OutQLen;
};
static_assert(sizeof(MIB_IF_ROW2) == 0x548 && offsetof(MIB_IF_ROW2, Mtu) == 0x464);
static_assert(offsetof(MIB_IF_ROW2, TransmitLinkSpeed) == 0x4A8 && offsetof(MIB_IF_ROW2, OutOctets) == 0x500);

struct MIB_IF_TABLE2 {
    ULONG NumEntries;
    MIB_IF_ROW2 Table[1];
};

struct SOCKADDR_INET {
    UINT words[7];
};

struct MIB_UNICASTIPADDRESS_ROW {
    SOCKADDR_INET Address;
    NET_LUID InterfaceLuid;
    ULONG InterfaceIndex;
    INT PrefixOrigin, SuffixOrigin;
    ULONG ValidLifetime, PreferredLifetime;
    UCHAR OnLinkPrefixLength;
    BOOLEAN SkipAsSource;
    INT DadState;
    ULONG ScopeId;
    INT64 CreationTimeStamp;
};
static_assert(sizeof(MIB_UNICASTIPADDRESS_ROW) == 0x50 && offsetof(MIB_UNICASTIPADDRESS_ROW, ScopeId) == 0x44);

struct MIB_IPINTERFACE_ROW {
    USHORT Family;
    NET_LUID InterfaceLuid;
    ULONG InterfaceIndex;
    ULONG others[37];  // what notifications leave zero
};
static_assert(sizeof(MIB_IPINTERFACE_ROW) == 0xA8 && offsetof(MIB_IPINTERFACE_ROW, InterfaceIndex) == 0x10);

struct MIB_IPFORWARD_ROW2 {
    NET_LUID InterfaceLuid;
    ULONG InterfaceIndex;
    SOCKADDR_INET DestinationPrefix;
    UCHAR DestinationPrefixLength;
    SOCKADDR_INET NextHop;
    UCHAR SitePrefixLength;
    ULONG ValidLifetime, PreferredLifetime, Metric;
    INT Protocol;
    BOOLEAN Loopback, AutoconfigureAddress, Publish, Immortal;
    ULONG Age;
    INT Origin;
};
static_assert(sizeof(MIB_IPFORWARD_ROW2) == 0x68 && offsetof(MIB_IPFORWARD_ROW2, Metric) == 0x54);

struct MIB_IPADDRROW {
    DWORD dwAddr, dwIndex, dwMask, dwBCastAddr, dwReasmSize;
    USHORT unused1, wType;
};

struct MIB_IPFORWARDROW {
    DWORD dwForwardDest, dwForwardMask, dwForwardPolicy, dwForwardNextHop, dwForwardIfIndex, dwForwardType, dwForwardProto,
        dwForwardAge, dwForwardNextHopAS, dwForwardMetric1, dwForwardMetric2, dwForwardMetric3, dwForwardMetric4,
        dwForwardMetric5;
};
static_assert(sizeof(MIB_IPFORWARDROW) == 0x38);
