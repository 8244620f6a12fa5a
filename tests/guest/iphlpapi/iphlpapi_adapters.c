// Adapters, interfaces and routes of a machine that has at least a loopback. "GetAdaptersAddresses function (iphlpapi.h)" and
// the pages of netioapi.h.
// flags: -liphlpapi -lws2_32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <netioapi.h>
#include <stdlib.h>
#include "check.h"

int main(void) {
    ULONG size = 0, index = 0;
    IP_ADAPTER_ADDRESSES *all, *at;
    int loopbacks = 0, found = 0;
    CHECK_EQ(GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_INCLUDE_PREFIX, NULL, NULL, &size), ERROR_BUFFER_OVERFLOW);
    CHECK(size >= sizeof *all);
    all = malloc(size);
    CHECK_EQ(GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_INCLUDE_PREFIX, NULL, all, &size), NO_ERROR);
    for (at = all; at; at = at->Next) {
        NET_LUID luid;
        NET_IFINDEX again;
        WCHAR name[NDIS_IF_MAX_STRING_SIZE + 1];
        MIB_IF_ROW2 row;
        CHECK(at->AdapterName && at->FriendlyName && at->Description && at->DnsSuffix);
        CHECK_EQ(ConvertInterfaceIndexToLuid(at->IfIndex, &luid), NO_ERROR);
        CHECK_EQ(luid.Value, at->Luid.Value);
        CHECK_EQ(luid.Info.IfType, at->IfType);
        CHECK_EQ(ConvertInterfaceLuidToIndex(&luid, &again), NO_ERROR);
        CHECK_EQ(again, at->IfIndex);
        CHECK_EQ(ConvertInterfaceLuidToNameW(&luid, name, sizeof name / sizeof *name), NO_ERROR);
        CHECK_EQ(ConvertInterfaceNameToLuidW(name, &luid), NO_ERROR);
        CHECK_EQ(luid.Value, at->Luid.Value);
        CHECK_EQ(ConvertInterfaceLuidToAlias(&luid, name, sizeof name / sizeof *name), NO_ERROR);
        CHECK(wcscmp(name, at->FriendlyName) == 0);
        CHECK_EQ(ConvertInterfaceAliasToLuid(name, &luid), NO_ERROR);
        CHECK_EQ(luid.Value, at->Luid.Value);
        memset(&row, 0, sizeof row);
        row.InterfaceIndex = at->IfIndex;
        CHECK_EQ(GetIfEntry2(&row), NO_ERROR);
        CHECK_EQ(row.Type, at->IfType);
        CHECK(wcscmp(row.Alias, at->FriendlyName) == 0);
        if (at->IfType == IF_TYPE_SOFTWARE_LOOPBACK) {
            IP_ADAPTER_UNICAST_ADDRESS* address;
            ++loopbacks;
            CHECK(wcscmp(name, L"Loopback Pseudo-Interface 1") == 0);
            index = at->IfIndex;
            for (address = at->FirstUnicastAddress; address; address = address->Next) {
                struct sockaddr_in* four = (struct sockaddr_in*)address->Address.lpSockaddr;
                if (four->sin_family != AF_INET || four->sin_addr.s_addr != htonl(INADDR_LOOPBACK)) continue;
                found = 1;
                CHECK_EQ(address->OnLinkPrefixLength, 8);
                CHECK_EQ(address->DadState, IpDadStatePreferred);
            }
        }
    }
    free(all);
    CHECK_EQ(loopbacks, 1);
    CHECK(found);
    {
        DWORD best = 0;
        char name[IF_NAMESIZE];
        FIXED_INFO info[4];
        ULONG bytes = 1;
        MIB_UNICASTIPADDRESS_TABLE* table = NULL;
        CHECK_EQ(GetBestInterface(htonl(INADDR_LOOPBACK), &best), NO_ERROR);
        CHECK_EQ(best, index);
        CHECK(if_indextoname(index, name) && if_nametoindex(name) == index);
        CHECK_EQ(GetNetworkParams(NULL, &bytes), ERROR_BUFFER_OVERFLOW);
        bytes = sizeof info;
        CHECK_EQ(GetNetworkParams(info, &bytes), NO_ERROR);
        CHECK(info[0].HostName[0]);
        IP_PER_ADAPTER_INFO of_one[4];
        bytes = 0;
        CHECK_EQ(GetPerAdapterInfo(index, NULL, &bytes), ERROR_BUFFER_OVERFLOW);
        CHECK(bytes >= sizeof of_one[0]);
        bytes = sizeof of_one;
        CHECK_EQ(GetPerAdapterInfo(index, of_one, &bytes), NO_ERROR);
        CHECK_STR(of_one[0].DnsServerList.IpAddress.String, info[0].DnsServerList.IpAddress.String);
        CHECK_EQ(GetUnicastIpAddressTable(AF_INET, &table), NO_ERROR);
        CHECK(table->NumEntries >= 1 && table->Table[0].Address.si_family == AF_INET);
        FreeMibTable(table);
        CHECK_EQ(GetIfEntry2(&(MIB_IF_ROW2){.InterfaceIndex = 123456}), ERROR_FILE_NOT_FOUND);
    }
    return check_result();
}
