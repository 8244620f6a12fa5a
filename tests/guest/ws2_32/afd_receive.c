// flags: -lws2_32
// A datagram received by the driver's own request, as libuv does for sockets that skip the port on success: the request's
// layouts and codes are those that libuv documents (IOCTL_AFD_RECEIVE_DATAGRAM, IOCTL_AFD_RECEIVE).
#include <winsock2.h>
#include "check.h"
#include <winternl.h>

typedef NTSTATUS(NTAPI* DeviceControl)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, ULONG, void*, ULONG, void*, ULONG);

typedef struct {
    WSABUF* buffers;
    ULONG count, afd_flags, tdi_flags;
    struct sockaddr* address;
    int* address_length;
} Receive;

int main(void) {
    DeviceControl control =
        (DeviceControl)(void*)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtDeviceIoControlFile");
    WSADATA data;
    CHECK(WSAStartup(0x202, &data) == 0);
    SOCKET receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    int length = sizeof here;
    CHECK(bind(receiver, (struct sockaddr*)&here, sizeof here) == 0);
    CHECK(getsockname(receiver, (struct sockaddr*)&here, &length) == 0);

    char text[16] = "";
    WSABUF buffer = {sizeof text, text};
    int from_length = sizeof from;
    Receive receive = {&buffer, 1, 2, 0x20, (struct sockaddr*)&from, &from_length};
    OVERLAPPED overlapped = {0};
    overlapped.hEvent = WSACreateEvent();
    NTSTATUS status = control((HANDLE)receiver, overlapped.hEvent, NULL, NULL, (IO_STATUS_BLOCK*)&overlapped, 0x1201B,
                              &receive, sizeof receive, NULL, 0);
    CHECK_EQ((ULONG)status, 0x103);  // STATUS_PENDING
    CHECK(sendto(sender, "hello", 5, 0, (struct sockaddr*)&here, sizeof here) == 5);
    CHECK(WaitForSingleObject(overlapped.hEvent, 10000) == WAIT_OBJECT_0);
    CHECK(overlapped.Internal == 0 && overlapped.InternalHigh == 5);
    CHECK(memcmp(text, "hello", 5) == 0);
    CHECK(from.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && from.sin_port != 0);

    // What is there already ends at once; a peek leaves it.
    CHECK(sendto(sender, "again", 5, 0, (struct sockaddr*)&here, sizeof here) == 5);
    receive.tdi_flags |= 0x80;
    for (int i = 0; i < 2; ++i) {
        memset(text, 0, sizeof text);
        status = control((HANDLE)receiver, overlapped.hEvent, NULL, NULL, (IO_STATUS_BLOCK*)&overlapped, 0x1201B,
                         &receive, sizeof receive, NULL, 0);
        CHECK(status == 0 || WaitForSingleObject(overlapped.hEvent, 10000) == WAIT_OBJECT_0);
        CHECK(overlapped.InternalHigh == 5 && memcmp(text, "again", 5) == 0);
    }
    CHECK_EQ((ULONG)control((HANDLE)receiver, NULL, NULL, NULL, (IO_STATUS_BLOCK*)&overlapped, 0x1201B, &receive, 8, NULL, 0),
             0xC000000D);
    closesocket(receiver);
    closesocket(sender);
    return check_result();
}
