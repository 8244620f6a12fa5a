// AF_UNIX streams, by relative and absolute Windows paths. "AF_UNIX comes to Windows".
// flags: -lws2_32
#include "net.h"

struct sockaddr_unix {
    ADDRESS_FAMILY family;
    char path[108];
};

int main(void) {
    struct sockaddr_unix address = {AF_UNIX, "server.sock"}, name;
    int length = sizeof name;
    char buffer[8], full[MAX_PATH];
    SOCKET listener, client, server;
    net_start();
    DeleteFileA("server.sock");
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(listener != INVALID_SOCKET);
    CHECK_EQ(bind(listener, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr*)&name, &length), 0);
    CHECK_STR(name.path, "server.sock");
    CHECK_EQ(listen(listener, 1), 0);
    GetFullPathNameA("server.sock", sizeof full, full, NULL);
    client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (strlen(full) < sizeof address.path) strcpy(address.path, full);
    CHECK_EQ(connect(client, (struct sockaddr*)&address, sizeof address), 0);
    length = sizeof name;
    server = accept(listener, (struct sockaddr*)&name, &length);
    CHECK(server != INVALID_SOCKET);
    CHECK_EQ(name.family, AF_UNIX);
    CHECK_EQ(send(client, "unix", 4, 0), 4);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 4);
    closesocket(client);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    closesocket(server);
    closesocket(listener);
    CHECK(DeleteFileA("server.sock"));
    client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_WSA(connect(client, (struct sockaddr*)&address, sizeof address), WSAECONNREFUSED);
    closesocket(client);
    return check_result();
}
