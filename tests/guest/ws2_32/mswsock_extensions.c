// AcceptEx, ConnectEx, DisconnectEx, TransmitFile through a completion port, as servers use them. "AcceptEx function
// (mswsock.h)", "LPFN_CONNECTEX callback function".
// flags: -lws2_32 -lmswsock
#include "net.h"

static void* extension(SOCKET s, GUID id) {
    void* function = NULL;
    DWORD bytes = 0;
    CHECK_EQ(WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function, &bytes, NULL, NULL), 0);
    CHECK_EQ(bytes, sizeof function);
    return function;
}

static WSAOVERLAPPED* next(HANDLE port, DWORD* moved, DWORD* error) {
    ULONG_PTR key;
    WSAOVERLAPPED* which = NULL;
    *error = GetQueuedCompletionStatus(port, moved, &key, &which, 3000) ? 0 : GetLastError();
    return which;
}

int main(void) {
    GUID connect_id = WSAID_CONNECTEX, disconnect_id = WSAID_DISCONNECTEX, accept_id = WSAID_ACCEPTEX,
         names_id = WSAID_GETACCEPTEXSOCKADDRS, unknown = {1, 2, 3, {4}};
    LPFN_CONNECTEX connect_ex;
    LPFN_DISCONNECTEX disconnect_ex;
    LPFN_ACCEPTEX accept_ex;
    LPFN_GETACCEPTEXSOCKADDRS names;
    struct sockaddr_in address, any, *local, *remote, name, nobody;
    int local_length, remote_length, length = sizeof name;
    char output[64 + 2 * (sizeof(struct sockaddr_in) + 16)], buffer[64];
    WSAOVERLAPPED accepting = {0}, connecting = {0};
    DWORD moved, error, bytes;
    HANDLE port, file;
    SOCKET listener, client, server;
    TRANSMIT_FILE_BUFFERS around = {"<", 1, ">", 1};
    void* pointer;
    net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    listener = net_listener(&address);
    CHECK_WSA(WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &unknown, sizeof unknown, &pointer, sizeof pointer, &bytes,
                       NULL, NULL), WSAEINVAL);
    connect_ex = (LPFN_CONNECTEX)extension(listener, connect_id);
    disconnect_ex = (LPFN_DISCONNECTEX)extension(listener, disconnect_id);
    accept_ex = (LPFN_ACCEPTEX)extension(listener, accept_id);
    names = (LPFN_GETACCEPTEXSOCKADDRS)extension(listener, names_id);
    CreateIoCompletionPort((HANDLE)listener, port, 1, 0);
    server = socket(AF_INET, SOCK_STREAM, 0);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CreateIoCompletionPort((HANDLE)client, port, 2, 0);
    // With first data.
    CHECK(!accept_ex(listener, server, output, 64, sizeof(struct sockaddr_in) + 16, sizeof(struct sockaddr_in) + 16, &bytes, &accepting));
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    // Not bound yet.
    CHECK(!connect_ex(client, (struct sockaddr*)&address, sizeof address, NULL, 0, NULL, &connecting));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    any = net_loopback(0);
    bind(client, (struct sockaddr*)&any, sizeof any);
    if (!connect_ex(client, (struct sockaddr*)&address, sizeof address, "hello", 5, &bytes, &connecting))
        CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    {
        WSAOVERLAPPED *one = next(port, &moved, &error), *two;
        CHECK_EQ(error, 0);
        CHECK_EQ(moved, 5);
        two = next(port, &moved, &error);
        CHECK_EQ(error, 0);
        CHECK_EQ(moved, 5);
        CHECK(one != two && one && two);
    }
    CHECK_EQ(memcmp(output, "hello", 5), 0);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char*)&listener, sizeof listener), 0);
    CHECK_EQ(setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0), 0);
    names(output, 64, sizeof(struct sockaddr_in) + 16, sizeof(struct sockaddr_in) + 16, (struct sockaddr**)&local, &local_length,
          (struct sockaddr**)&remote, &remote_length);
    CHECK_EQ(local->sin_port, address.sin_port);
    CHECK_EQ(getsockname(client, (struct sockaddr*)&name, &length), 0);
    CHECK_EQ(remote->sin_port, name.sin_port);
    CHECK_EQ(remote_length, (int)sizeof name);
    CHECK_EQ(getpeername(server, (struct sockaddr*)&name, &length), 0);
    // A file with something around it.
    file = CreateFileA("sent.txt", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(WriteFile(file, "0123456789", 10, &bytes, NULL));
    SetFilePointer(file, 2, NULL, FILE_BEGIN);
    CHECK(TransmitFile(server, file, 6, 0, NULL, &around, TF_DISCONNECT));
    CloseHandle(file);
    CHECK_EQ(recv(client, buffer, 8, MSG_WAITALL), 8);
    CHECK_EQ(memcmp(buffer, "<234567>", 8), 0);
    CHECK_EQ(recv(client, buffer, 8, 0), 0);
    // The socket again.
    memset(&connecting, 0, sizeof connecting);
    connecting.hEvent = NULL;
    CHECK(disconnect_ex(client, NULL, TF_REUSE_SOCKET, 0));
    closesocket(server);
    // Refused.
    nobody = net_nobody();
    bind(client, (struct sockaddr*)&any, sizeof any);
    if (connect_ex(client, (struct sockaddr*)&nobody, sizeof nobody, NULL, 0, NULL, &connecting)) {
        CHECK(0);
    } else if (WSAGetLastError() == WSA_IO_PENDING) {
        CHECK(next(port, &moved, &error) == &connecting);
        CHECK_EQ(error, ERROR_CONNECTION_REFUSED);
    } else {
        CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    }
    closesocket(client);
    // A listener that is closed ends its accepts.
    server = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(!accept_ex(listener, server, output, 0, sizeof(struct sockaddr_in) + 16, sizeof(struct sockaddr_in) + 16, &bytes, &accepting));
    closesocket(listener);
    CHECK(next(port, &moved, &error) == &accepting);
    CHECK_EQ(error, ERROR_OPERATION_ABORTED);
    closesocket(server);
    return check_result();
}
