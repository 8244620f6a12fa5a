// netioapi.h: interfaces by name, index and LUID; tables that the library allocates.
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "abi/winerror.h"
#include "base/text.h"
#include "core/memory/heap.h"
#include "core/socket/address.h"
#include "dll/iphlpapi/interfaces.h"
#include "dll/iphlpapi/iphlpapi.h"

using namespace lsw;
using namespace lsw::net;

namespace {

uint32_t index_of(NET_LUID luid) { return static_cast<uint32_t>(luid >> 24) & 0xFFFFFF; }

template <class Match>
bool find(Match match, Interface* out) {
    for (Interface& interface : interfaces()) {
        if (!match(interface)) continue;
        *out = std::move(interface);
        return true;
    }
    return false;
}

bool find_luid(const NET_LUID* luid, Interface* out) {
    return luid && find([&](const Interface& i) { return i.index == index_of(*luid); }, out);
}

std::string name_of(const Interface& interface) { return interface.name; }
std::string alias_of(const Interface& interface) { return interface.alias(); }

// `text_of` is one of the two above.
template <class Char, class TextOf>
DWORD give_text(const NET_LUID* luid, TextOf text_of, Char* buffer, size_t units) {
    Interface found;
    if (!buffer) return ERROR_INVALID_PARAMETER;
    if (!find_luid(luid, &found)) return ERROR_INVALID_PARAMETER;
    std::string text = text_of(found);
    if (text.size() >= units) return ERROR_NOT_ENOUGH_MEMORY;
    for (size_t i = 0; i <= text.size(); ++i) buffer[i] = static_cast<Char>(text.c_str()[i]);
    return ERROR_SUCCESS;
}

template <class TextOf>
DWORD luid_of(const std::string& text, TextOf text_of, NET_LUID* luid) {
    Interface found;
    if (!luid) return ERROR_INVALID_PARAMETER;
    if (!find([&](const Interface& i) { return text_of(i) == text; }, &found)) return ERROR_INVALID_NAME;
    *luid = found.luid();
    return ERROR_SUCCESS;
}

void put_text(const std::string& text, char16_t* to, size_t units) {
    std::u16string wide = utf16_from_utf8(text);
    memcpy(to, wide.c_str(), (std::min(wide.size(), units - 1) + 1) * sizeof(char16_t));
}

void fill_row(const Interface& from, MIB_IF_ROW2* to) {
    *to = {};
    to->InterfaceLuid = from.luid();
    to->InterfaceIndex = from.index;
    to->InterfaceGuid = to->NetworkGuid = from.guid();
    put_text(from.alias(), to->Alias, std::size(to->Alias));
    put_text(from.description(), to->Description, std::size(to->Description));
    to->PhysicalAddressLength = from.hardware_length;
    memcpy(to->PhysicalAddress, from.hardware, sizeof from.hardware);
    memcpy(to->PermanentPhysicalAddress, from.hardware, sizeof from.hardware);
    to->Mtu = from.mtu;
    to->Type = from.type();
    to->AccessType = from.is_loopback() ? 1 : 2;  // loopback, broadcast
    to->InterfaceAndOperStatusFlags = from.is_loopback() ? 0 : 1;
    to->OperStatus = from.is_up() ? 1 : 2;
    to->AdminStatus = from.flags & IFF_UP ? 1 : 2;
    to->MediaConnectState = from.is_up() ? 1 : 2;
    to->ConnectionType = 1;
    to->TransmitLinkSpeed = to->ReceiveLinkSpeed = 1'000'000'000;
    to->InOctets = to->InUcastOctets = from.received_bytes;
    to->OutOctets = to->OutUcastOctets = from.sent_bytes;
    to->InUcastPkts = from.received_packets;
    to->OutUcastPkts = from.sent_packets;
}

void put_inet(const sockaddr_storage& from, SOCKADDR_INET* to) {
    socklen_t length = from.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    *to = {};
    windows_address(from, length, reinterpret_cast<WinSockAddr*>(to), sizeof *to);
}

}  // namespace

ULONG iphlpapi::if_nametoindex(PCSTR InterfaceName) { return InterfaceName ? ::if_nametoindex(InterfaceName) : 0; }

char* iphlpapi::if_indextoname(ULONG InterfaceIndex, char* InterfaceName) {
    return InterfaceName ? ::if_indextoname(InterfaceIndex, InterfaceName) : nullptr;
}

DWORD iphlpapi::ConvertInterfaceIndexToLuid(ULONG InterfaceIndex, NET_LUID* InterfaceLuid) {
    Interface found;
    if (!InterfaceLuid) return ERROR_INVALID_PARAMETER;
    *InterfaceLuid = 0;
    if (!find([&](const Interface& i) { return i.index == InterfaceIndex; }, &found)) return ERROR_FILE_NOT_FOUND;
    *InterfaceLuid = found.luid();
    return ERROR_SUCCESS;
}

DWORD iphlpapi::ConvertInterfaceLuidToIndex(const NET_LUID* InterfaceLuid, ULONG* InterfaceIndex) {
    Interface found;
    if (!InterfaceIndex || !find_luid(InterfaceLuid, &found)) return ERROR_INVALID_PARAMETER;
    *InterfaceIndex = found.index;
    return ERROR_SUCCESS;
}

DWORD iphlpapi::ConvertInterfaceLuidToNameW(const NET_LUID* InterfaceLuid, LPWSTR InterfaceName, size_t Length) {
    return give_text(InterfaceLuid, name_of, InterfaceName, Length);
}

DWORD iphlpapi::ConvertInterfaceLuidToNameA(const NET_LUID* InterfaceLuid, PSTR InterfaceName, size_t Length) {
    return give_text(InterfaceLuid, name_of, InterfaceName, Length);
}

DWORD iphlpapi::ConvertInterfaceLuidToAlias(const NET_LUID* InterfaceLuid, LPWSTR InterfaceAlias, size_t Length) {
    return give_text(InterfaceLuid, alias_of, InterfaceAlias, Length);
}

DWORD iphlpapi::ConvertInterfaceNameToLuidW(LPCWSTR InterfaceName, NET_LUID* InterfaceLuid) {
    return InterfaceName ? luid_of(utf8_from_utf16(InterfaceName), name_of, InterfaceLuid) : DWORD{ERROR_INVALID_NAME};
}

DWORD iphlpapi::ConvertInterfaceNameToLuidA(PCSTR InterfaceName, NET_LUID* InterfaceLuid) {
    return InterfaceName ? luid_of(InterfaceName, name_of, InterfaceLuid) : DWORD{ERROR_INVALID_NAME};
}

DWORD iphlpapi::ConvertInterfaceAliasToLuid(LPCWSTR InterfaceAlias, NET_LUID* InterfaceLuid) {
    if (!InterfaceAlias) return ERROR_INVALID_PARAMETER;
    DWORD error = luid_of(utf8_from_utf16(InterfaceAlias), alias_of, InterfaceLuid);
    return error == ERROR_INVALID_NAME ? DWORD{ERROR_INVALID_PARAMETER} : error;
}

DWORD iphlpapi::ConvertInterfaceLuidToGuid(const NET_LUID* InterfaceLuid, GUID* InterfaceGuid) {
    Interface found;
    if (!InterfaceGuid || !find_luid(InterfaceLuid, &found)) return ERROR_INVALID_PARAMETER;
    *InterfaceGuid = found.guid();
    return ERROR_SUCCESS;
}

DWORD iphlpapi::ConvertInterfaceGuidToLuid(const GUID* InterfaceGuid, NET_LUID* InterfaceLuid) {
    Interface found;
    if (!InterfaceGuid || !InterfaceLuid) return ERROR_INVALID_PARAMETER;
    auto same = [&](const Interface& i) {
        GUID guid = i.guid();
        return memcmp(&guid, InterfaceGuid, sizeof guid) == 0;
    };
    if (!find(same, &found)) return ERROR_INVALID_PARAMETER;
    *InterfaceLuid = found.luid();
    return ERROR_SUCCESS;
}

DWORD iphlpapi::ConvertLengthToIpv4Mask(ULONG MaskLength, ULONG* Mask) {
    if (!Mask) return ERROR_INVALID_PARAMETER;
    if (MaskLength > 32) return *Mask = 0xFFFFFFFF, ERROR_INVALID_PARAMETER;
    *Mask = MaskLength ? __builtin_bswap32(~uint32_t{0} << (32 - MaskLength)) : 0;
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetNumberOfInterfaces(DWORD* pdwNumIf) {
    if (!pdwNumIf) return ERROR_INVALID_PARAMETER;
    *pdwNumIf = static_cast<DWORD>(interfaces().size());
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetIfEntry2(MIB_IF_ROW2* Row) {
    if (!Row) return ERROR_INVALID_PARAMETER;
    uint32_t index = Row->InterfaceLuid ? index_of(Row->InterfaceLuid) : Row->InterfaceIndex;
    Interface found;
    if (!find([&](const Interface& i) { return i.index == index; }, &found)) return ERROR_FILE_NOT_FOUND;
    fill_row(found, Row);
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetIfTable2(MIB_IF_TABLE2** Table) {
    if (!Table) return ERROR_INVALID_PARAMETER;
    auto all = interfaces();
    size_t size = offsetof(MIB_IF_TABLE2, Table) + all.size() * sizeof(MIB_IF_ROW2) + 8;
    auto* out = static_cast<MIB_IF_TABLE2*>(process_heap().allocate(size, true));
    if (!out) return ERROR_NOT_ENOUGH_MEMORY;
    out->NumEntries = static_cast<ULONG>(all.size());
    for (size_t i = 0; i < all.size(); ++i) fill_row(all[i], &out->Table[i]);
    *Table = out;
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetIfTable2Ex(INT, MIB_IF_TABLE2** Table) { return GetIfTable2(Table); }

void iphlpapi::FreeMibTable(PVOID Memory) { process_heap().release(Memory); }

DWORD iphlpapi::GetUnicastIpAddressTable(USHORT Family, void** Table) {
    struct Layout {
        ULONG count;
        MIB_UNICASTIPADDRESS_ROW rows[1];
    };
    if (!Table) return ERROR_INVALID_PARAMETER;
    std::vector<MIB_UNICASTIPADDRESS_ROW> rows;
    for (const Interface& interface : interfaces())
        for (const InterfaceAddress& address : interface.addresses) {
            if (Family != WIN_AF_UNSPEC && linux_family(Family) != address.address.ss_family) continue;
            MIB_UNICASTIPADDRESS_ROW row{};
            put_inet(address.address, &row.Address);
            row.InterfaceLuid = interface.luid();
            row.InterfaceIndex = interface.index;
            row.PrefixOrigin = row.SuffixOrigin = 1;
            row.ValidLifetime = row.PreferredLifetime = 0xFFFFFFFF;
            row.OnLinkPrefixLength = address.prefix_length;
            row.DadState = 4;
            rows.push_back(row);
        }
    if (rows.empty()) return ERROR_NOT_FOUND;
    auto* out = static_cast<Layout*>(process_heap().allocate(offsetof(Layout, rows) + rows.size() * sizeof rows[0], true));
    if (!out) return ERROR_NOT_ENOUGH_MEMORY;
    out->count = static_cast<ULONG>(rows.size());
    memcpy(out->rows, rows.data(), rows.size() * sizeof rows[0]);
    *Table = out;
    return ERROR_SUCCESS;
}

DWORD iphlpapi::GetBestRoute2(const NET_LUID*, ULONG, const SOCKADDR_INET*, const SOCKADDR_INET* DestinationAddress, ULONG,
                              MIB_IPFORWARD_ROW2* BestRoute, SOCKADDR_INET* BestSourceAddress) {
    if (!DestinationAddress || !BestRoute || !BestSourceAddress) return ERROR_INVALID_PARAMETER;
    sockaddr_storage to, from;
    if (!linux_address(reinterpret_cast<const WinSockAddr*>(DestinationAddress), sizeof *DestinationAddress, to))
        return ERROR_INVALID_PARAMETER;
    uint32_t index = best_interface(to, &from);
    Interface found;
    if (!index || !find([&](const Interface& i) { return i.index == index; }, &found)) return ERROR_NETWORK_UNREACHABLE;
    put_inet(from, BestSourceAddress);
    *BestRoute = {};
    BestRoute->InterfaceLuid = found.luid();
    BestRoute->InterfaceIndex = index;
    sockaddr_storage zero{};
    zero.ss_family = to.ss_family;
    put_inet(zero, &BestRoute->DestinationPrefix);
    put_inet(zero, &BestRoute->NextHop);
    MIB_IPFORWARDROW row{};
    uint32_t address = reinterpret_cast<sockaddr_in&>(to).sin_addr.s_addr;
    if (to.ss_family == AF_INET && GetBestRoute(address, 0, &row) == ERROR_SUCCESS) {
        reinterpret_cast<sockaddr_in&>(zero).sin_addr.s_addr = row.dwForwardDest;
        put_inet(zero, &BestRoute->DestinationPrefix);
        reinterpret_cast<sockaddr_in&>(zero).sin_addr.s_addr = row.dwForwardNextHop;
        put_inet(zero, &BestRoute->NextHop);
        BestRoute->DestinationPrefixLength = static_cast<UCHAR>(__builtin_popcount(row.dwForwardMask));
        BestRoute->Metric = row.dwForwardMetric1;
    }
    BestRoute->ValidLifetime = BestRoute->PreferredLifetime = 0xFFFFFFFF;
    BestRoute->Protocol = 3;  // by configuration
    BestRoute->Loopback = found.is_loopback();
    return ERROR_SUCCESS;
}
