// Notifications of changes: the one that says that they are on, and the end of them; with an argument, those of a change that
// somebody makes (tests/integration/network_changes.py). "NotifyIpInterfaceChange function (netioapi.h)",
// "NotifyUnicastIpAddressChange function", "NotifyRouteChange2 function", "CancelMibChangeNotify2 function".
// flags: -liphlpapi -lws2_32 -D_WIN32_WINNT=0x0A00
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

#include "check.h"

static volatile LONG initial, interfaces, addresses, routes, strange;
static HANDLE said;

static void WINAPI on_interface(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type) {
    if (context != &interfaces) InterlockedIncrement(&strange);
    if (type == MibInitialNotification) {
        if (row) InterlockedIncrement(&strange);
        InterlockedIncrement(&initial);
    } else if (row && row->InterfaceIndex && (row->Family == AF_INET || row->Family == AF_INET6)) {
        InterlockedIncrement(&interfaces);
    }
    SetEvent(said);
}

static void WINAPI on_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type) {
    if (context != &addresses || !row) InterlockedIncrement(&strange);
    else if (type == MibAddInstance && row->Address.si_family == AF_INET && row->Address.Ipv4.sin_addr.s_addr == htonl(0x7F000001))
        InterlockedIncrement(&addresses);
    SetEvent(said);
}

static void WINAPI on_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type) {
    if (context != &routes || !row) InterlockedIncrement(&strange);
    else if (type == MibAddInstance) InterlockedIncrement(&routes);
    SetEvent(said);
}

int main(int argc, char** argv) {
    HANDLE handles[3] = {0};
    (void)argv;
    said = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK_EQ(NotifyIpInterfaceChange(99, on_interface, NULL, FALSE, handles), ERROR_INVALID_PARAMETER);
    CHECK_EQ(NotifyIpInterfaceChange(AF_UNSPEC, NULL, NULL, FALSE, handles), ERROR_INVALID_PARAMETER);
    CHECK_EQ(NotifyUnicastIpAddressChange(AF_INET, on_address, (void*)&addresses, FALSE, &handles[1]), NO_ERROR);
    CHECK_EQ(NotifyRouteChange2(AF_UNSPEC, on_route, (void*)&routes, FALSE, &handles[2]), NO_ERROR);
    CHECK_EQ(NotifyIpInterfaceChange(AF_UNSPEC, on_interface, (void*)&interfaces, TRUE, &handles[0]), NO_ERROR);
    CHECK_EQ(WaitForSingleObject(said, 10000), WAIT_OBJECT_0);
    CHECK_EQ(initial, 1);
    if (argc > 1) {
        printf("ready\n");
        fflush(stdout);
        while ((!interfaces || !addresses || !routes) && WaitForSingleObject(said, 10000) == WAIT_OBJECT_0) {}
        CHECK(interfaces > 0);
        CHECK(addresses > 0);
        CHECK(routes > 0);
    }
    for (int i = 0; i < 3; ++i) CHECK_EQ(CancelMibChangeNotify2(handles[i]), NO_ERROR);
    CHECK_EQ(CancelMibChangeNotify2(handles[0]), ERROR_INVALID_PARAMETER);
    CHECK_EQ(strange, 0);
    return check_result();
}
