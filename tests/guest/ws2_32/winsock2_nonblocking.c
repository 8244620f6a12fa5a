// Sockets that do not block, select and WSAPoll. "select function (winsock2.h)": a connect that fails shows in exceptfds.
// flags: -lws2_32
#include "net.h"

static int select_one(SOCKET s, int* reads, int* writes, int* excepts, long milliseconds) {
    fd_set r, w, e;
    struct timeval timeout = {milliseconds / 1000, milliseconds % 1000 * 1000};
    int result;
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_ZERO(&e);
    FD_SET(s, &r);
    FD_SET(s, &w);
    FD_SET(s, &e);
    result = select(0, &r, &w, &e, &timeout);
    *reads = FD_ISSET(s, &r), *writes = FD_ISSET(s, &w), *excepts = FD_ISSET(s, &e);
    return result;
}

static void connects(void) {
    struct sockaddr_in address, nobody = net_nobody();
    SOCKET listener = net_listener(&address), s = socket(AF_INET, SOCK_STREAM, 0), server;
    int r, w, e, error, length = sizeof error;
    char byte;
    // Neither readable nor writable before there is a connection.
    CHECK_EQ(select_one(s, &r, &w, &e, 10), 0);
    net_nonblocking(s, 1);
    CHECK_WSA(connect(s, (struct sockaddr*)&address, sizeof address), WSAEWOULDBLOCK);
    CHECK_EQ(select_one(s, &r, &w, &e, 1000), 1);
    CHECK(!r && w && !e);
    CHECK_WSA(connect(s, (struct sockaddr*)&address, sizeof address), WSAEISCONN);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char*)&error, &length), 0);
    CHECK_EQ(error, 0);
    CHECK_WSA(recv(s, &byte, 1, 0), WSAEWOULDBLOCK);
    net_nonblocking(listener, 1);
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    CHECK_WSA(recv(server, &byte, 1, 0), WSAEWOULDBLOCK);  // it took the listener's mode
    CHECK_EQ(accept(listener, NULL, NULL), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    send(server, "x", 1, 0);
    CHECK_EQ(select_one(s, &r, &w, &e, 1000) > 0 && w, 1);
    Sleep(20);
    CHECK_EQ(select_one(s, &r, &w, &e, 1000), 2);
    CHECK(r && w);
    closesocket(server);
    closesocket(s);
    s = socket(AF_INET, SOCK_STREAM, 0);
    net_nonblocking(s, 1);
    CHECK_EQ(connect(s, (struct sockaddr*)&nobody, sizeof nobody), SOCKET_ERROR);
    if (WSAGetLastError() == WSAEWOULDBLOCK) {
        CHECK_EQ(select_one(s, &r, &w, &e, 5000), 1);
        CHECK(!r && !w && e);
        CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char*)&error, &length), 0);
        CHECK_EQ(error, WSAECONNREFUSED);
    } else {
        CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    }
    closesocket(s);
    closesocket(listener);
}

static void fills(void) {
    static char block[65536];
    SOCKET a, b;
    unsigned long waiting = 0;
    int sent, total = 0, got = 0, r, w, e;
    net_pair(&a, &b);
    net_nonblocking(a, 1);
    while ((sent = send(a, block, sizeof block, 0)) > 0) total += sent;
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(select_one(a, &r, &w, &e, 10), 0);
    CHECK_EQ(ioctlsocket(b, FIONREAD, &waiting), 0);
    CHECK(waiting > 0);
    while (got < total) {
        int more = recv(b, block, sizeof block, 0);
        CHECK(more > 0);
        if (more <= 0) break;
        got += more;
    }
    CHECK_EQ(got, total);
    CHECK_EQ(select_one(a, &r, &w, &e, 1000), 1);
    CHECK(w);
    closesocket(b);
    CHECK(select_one(a, &r, &w, &e, 1000) >= 1);
    CHECK(r);
    closesocket(a);
}

static void polls(void) {
    SOCKET a, b;
    WSAPOLLFD fds[2];
    net_pair(&a, &b);
    fds[0].fd = a, fds[0].events = POLLRDNORM | POLLWRNORM;
    fds[1].fd = b, fds[1].events = POLLRDNORM;
    CHECK_EQ(WSAPoll(fds, 2, 1000), 1);
    CHECK_EQ(fds[0].revents, POLLWRNORM);
    CHECK_EQ(fds[1].revents, 0);
    send(a, "x", 1, 0);
    fds[0].events = POLLRDNORM;
    CHECK_EQ(WSAPoll(fds, 2, 1000), 1);
    CHECK_EQ(fds[1].revents, POLLRDNORM);
    closesocket(a);
    fds[0].fd = INVALID_SOCKET;
    CHECK(WSAPoll(fds, 2, 1000) >= 1);
    CHECK(fds[0].revents & POLLNVAL);
    CHECK_WSA(WSAPoll(fds, 0, 0), WSAEINVAL);
    closesocket(b);
}

int main(void) {
    fd_set none;
    struct timeval now = {0, 0};
    net_start();
    FD_ZERO(&none);
    CHECK_WSA(select(0, &none, NULL, NULL, &now), WSAEINVAL);
    CHECK_WSA(select(0, NULL, NULL, NULL, &now), WSAEINVAL);
    FD_SET((SOCKET)0x7654320, &none);
    CHECK_WSA(select(0, &none, NULL, NULL, &now), WSAENOTSOCK);
    connects();
    fills();
    polls();
    return check_result();
}
