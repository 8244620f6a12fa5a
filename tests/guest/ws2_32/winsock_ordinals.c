// wsock32.dll and ws2_32.dll number three functions differently: alphabetical in Winsock 1.1 (inet_addr 10, inet_ntoa 11,
// ioctlsocket 12), ioctlsocket first in Winsock 2. Programs import both by number. "Winsock 1.1 exports"; observed: bun.
// flags: -lws2_32
#include <winsock2.h>

#include "check.h"

static void same(HMODULE module, int ordinal, const char *name) {
    FARPROC by_name = GetProcAddress(module, name), by_ordinal = GetProcAddress(module, MAKEINTRESOURCEA(ordinal));
    CHECK(by_name != NULL && by_name == by_ordinal);
}

int main(void) {
    HMODULE one = LoadLibraryA("wsock32.dll"), two = LoadLibraryA("ws2_32.dll");
    same(one, 10, "inet_addr"), same(one, 11, "inet_ntoa"), same(one, 12, "ioctlsocket"), same(one, 13, "listen");
    same(two, 10, "ioctlsocket"), same(two, 11, "inet_addr"), same(two, 12, "inet_ntoa"), same(two, 13, "listen");
    return check_result();
}
