// iphlpapi.h: tables of addresses, routes and connections, from /proc.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "abi/winerror.h"
#include "core/socket/address.h"
#include "dll/iphlpapi/interfaces.h"
#include "dll/iphlpapi/iphlpapi.h"

using namespace lsw;
using namespace lsw::net;

namespace {

// A count, then rows.
template <class Row>
DWORD give(const std::vector<Row>& rows, void* table, ULONG* bytes) {
    if (!bytes) return ERROR_INVALID_PARAMETER;
    ULONG needed = static_cast<ULONG>(sizeof(DWORD) + rows.size() * sizeof(Row));
    bool fits = table && *bytes >= needed;
    *bytes = needed;
    if (!fits) return ERROR_INSUFFICIENT_BUFFER;
    DWORD count = static_cast<DWORD>(rows.size());
    memcpy(table, &count, sizeof count);
    if (count) memcpy(static_cast<char*>(table) + sizeof count, rows.data(), rows.size() * sizeof(Row));
    return ERROR_SUCCESS;
}

struct Connection {
    DWORD state, local, local_port, remote, remote_port;
};

// MIB_TCP_STATE of Linux's TCP states 1 to 11.
DWORD windows_state(unsigned state) {
    static constexpr DWORD kStates[] = {1, 5, 3, 4, 6, 7, 11, 1, 8, 9, 2, 10};
    return state < std::size(kStates) ? kStates[state] : 1;
}

std::vector<Connection> connections(const char* path) {
    std::vector<Connection> out;
    FILE* file = fopen(path, "re");
    if (!file) return out;
    char line[512];
    while (fgets(line, sizeof line, file)) {
        Connection one;
        unsigned state;
        if (sscanf(line, " %*d: %x:%x %x:%x %x", &one.local, &one.local_port, &one.remote, &one.remote_port, &state) != 5)
            continue;
        one.state = windows_state(state);
        one.local_port = htons(static_cast<uint16_t>(one.local_port));
        one.remote_port = htons(static_cast<uint16_t>(one.remote_port));
        out.push_back(one);
    }
    fclose(file);
    return out;
}

MIB_IPFORWARDROW row_of(const Route4& from) {
    MIB_IPFORWARDROW out{};
    out.dwForwardDest = from.destination;
    out.dwForwardMask = from.mask;
    out.dwForwardNextHop = from.gateway;
    out.dwForwardIfIndex = ::if_nametoindex(from.interface.c_str());
    out.dwForwardType = from.gateway ? 4 : 3;
    out.dwForwardProto = 3;
    out.dwForwardMetric1 = from.metric;
    return out;
}

}  // namespace

DWORD iphlpapi::GetIpAddrTable(void* pIpAddrTable, ULONG* pdwSize, BOOL) {
    std::vector<MIB_IPADDRROW> rows;
    for (const Interface& interface : interfaces())
        for (const InterfaceAddress& address : interface.addresses) {
            if (address.address.ss_family != AF_INET) continue;
            MIB_IPADDRROW row{};
            row.dwAddr = reinterpret_cast<const sockaddr_in&>(address.address).sin_addr.s_addr;
            row.dwIndex = interface.index;
            ConvertLengthToIpv4Mask(address.prefix_length, &row.dwMask);
            row.dwBCastAddr = 1;
            row.dwReasmSize = 65535;
            row.wType = 1;
            rows.push_back(row);
        }
    return give(rows, pIpAddrTable, pdwSize);
}

DWORD iphlpapi::GetIpForwardTable(void* pIpForwardTable, ULONG* pdwSize, BOOL) {
    std::vector<MIB_IPFORWARDROW> rows;
    for (const Route4& route : routes()) rows.push_back(row_of(route));
    return give(rows, pIpForwardTable, pdwSize);
}

DWORD iphlpapi::GetBestInterface(DWORD dwDestAddr, DWORD* pdwBestIfIndex) {
    sockaddr_storage to{}, from;
    to.ss_family = AF_INET;
    reinterpret_cast<sockaddr_in&>(to).sin_addr.s_addr = dwDestAddr;
    if (!pdwBestIfIndex) return ERROR_INVALID_PARAMETER;
    *pdwBestIfIndex = best_interface(to, &from);
    return *pdwBestIfIndex ? ERROR_SUCCESS : ERROR_NETWORK_UNREACHABLE;
}

DWORD iphlpapi::GetBestInterfaceEx(const WinSockAddr* pDestAddr, DWORD* pdwBestIfIndex) {
    sockaddr_storage to, from;
    if (!pDestAddr || !pdwBestIfIndex) return ERROR_INVALID_PARAMETER;
    int length = pDestAddr->family == WIN_AF_INET6 ? 28 : 16;
    if (!linux_address(pDestAddr, length, to)) return ERROR_INVALID_PARAMETER;
    *pdwBestIfIndex = best_interface(to, &from);
    return *pdwBestIfIndex ? ERROR_SUCCESS : ERROR_NETWORK_UNREACHABLE;
}

DWORD iphlpapi::GetBestRoute(DWORD dwDestAddr, DWORD, MIB_IPFORWARDROW* pBestRoute) {
    if (!pBestRoute) return ERROR_INVALID_PARAMETER;
    const Route4* best = nullptr;
    auto all = routes();
    for (const Route4& route : all) {
        if ((dwDestAddr & route.mask) != route.destination) continue;
        if (!best || ntohl(route.mask) > ntohl(best->mask)) best = &route;
    }
    if (!best) return ERROR_NOT_FOUND;
    *pBestRoute = row_of(*best);
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetTcpTable(void* TcpTable, ULONG* SizePointer, BOOL) {
    return give(connections("/proc/net/tcp"), TcpTable, SizePointer);
}

DWORD iphlpapi::GetExtendedTcpTable(void* pTcpTable, DWORD* pdwSize, BOOL, ULONG ulAf, INT TableClass, ULONG) {
    constexpr INT kBasicListener = 0, kBasicConnections = 1, kOwnerListener = 3, kOwnerConnections = 4, kOwnerAll = 5;
    constexpr DWORD kListen = 2;
    struct OwnedRow {
        Connection connection;
        DWORD owner;
    };
    if (TableClass < 0 || TableClass > kOwnerAll) return ERROR_NOT_SUPPORTED;
    if (ulAf == static_cast<ULONG>(WIN_AF_INET6)) return ERROR_NOT_SUPPORTED;
    if (ulAf != static_cast<ULONG>(WIN_AF_INET)) return ERROR_INVALID_PARAMETER;
    auto all = connections("/proc/net/tcp");
    std::erase_if(all, [&](const Connection& c) {
        bool listens = c.state == kListen;
        return ((TableClass == kBasicListener || TableClass == kOwnerListener) && !listens) ||
               ((TableClass == kBasicConnections || TableClass == kOwnerConnections) && listens);
    });
    if (TableClass < kOwnerListener) return give(all, pTcpTable, pdwSize);
    std::vector<OwnedRow> owned;
    for (const Connection& connection : all) owned.push_back({connection, 0});
    return give(owned, pTcpTable, pdwSize);
}

DWORD iphlpapi::GetUdpTable(void* UdpTable, ULONG* SizePointer, BOOL) {
    struct Row {
        DWORD local, local_port;
    };
    std::vector<Row> rows;
    for (const Connection& connection : connections("/proc/net/udp")) rows.push_back({connection.local, connection.local_port});
    return give(rows, UdpTable, SizePointer);
}
