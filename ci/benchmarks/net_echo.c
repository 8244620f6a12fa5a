// Echoes over loopback connections: a server thread and a client thread, on a completion port or on epoll
// windows-flags: -lws2_32
// linux-flags: -pthread
#include "bench.h"

#include <stdint.h>

// Each connection has one message of kMessage bytes under way at any time; a round is there and back.
enum { kMessage = 64, kMost = 1000 };

#ifdef _WIN32

typedef struct {
    OVERLAPPED overlapped;
    SOCKET socket;
    int sending;
    WSABUF piece;
    char data[kMessage];
} End;

typedef struct {
    HANDLE port;
    End* ends;
    int count;
    volatile LONG64 rounds;
    volatile LONG stop;
} Side;

static void receive(End* end) {
    DWORD flags = 0;
    end->sending = 0;
    end->piece.buf = end->data;
    end->piece.len = kMessage;
    memset(&end->overlapped, 0, sizeof end->overlapped);
    if (WSARecv(end->socket, &end->piece, 1, NULL, &flags, &end->overlapped, NULL) != 0)
        BENCH_MUST(WSAGetLastError() == WSA_IO_PENDING);
}

static void send_back(End* end) {
    end->sending = 1;
    end->piece.buf = end->data;
    end->piece.len = kMessage;
    memset(&end->overlapped, 0, sizeof end->overlapped);
    if (WSASend(end->socket, &end->piece, 1, NULL, 0, &end->overlapped, NULL) != 0)
        BENCH_MUST(WSAGetLastError() == WSA_IO_PENDING);
}

static DWORD WINAPI serve(void* argument) {
    Side* side = argument;
    OVERLAPPED_ENTRY entries[64];
    ULONG count;
    while (!side->stop) {
        if (!GetQueuedCompletionStatusEx(side->port, entries, 64, &count, 100, FALSE)) continue;
        for (ULONG i = 0; i < count; ++i) {
            End* end = (End*)entries[i].lpOverlapped;
            if (!end || entries[i].dwNumberOfBytesTransferred != kMessage) continue;
            if (end->sending) {
                receive(end);
            } else {
                side->rounds++;
                if (!side->stop) send_back(end);
            }
        }
    }
    return 0;
}

static void connect_pair(SOCKET listener, struct sockaddr_in* address, SOCKET* a, SOCKET* b) {
    *a = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    BENCH_MUST(connect(*a, (struct sockaddr*)address, sizeof *address) == 0);
    *b = accept(listener, NULL, NULL);
    BENCH_MUST(*b != INVALID_SOCKET);
}

static double run(const char* name, int connections, double seconds) {
    static End ends[2][kMost];
    Side sides[2];
    HANDLE threads[2];
    struct sockaddr_in address = {0};
    int length = sizeof address;
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BENCH_MUST(bind(listener, (struct sockaddr*)&address, sizeof address) == 0 && listen(listener, 128) == 0);
    getsockname(listener, (struct sockaddr*)&address, &length);
    memset(sides, 0, sizeof sides);
    for (int s = 0; s < 2; ++s) {
        sides[s].port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
        sides[s].ends = ends[s];
        sides[s].count = connections;
    }
    for (int i = 0; i < connections; ++i) {
        BOOL on = TRUE;
        connect_pair(listener, &address, &ends[0][i].socket, &ends[1][i].socket);
        for (int s = 0; s < 2; ++s) {
            setsockopt(ends[s][i].socket, IPPROTO_TCP, TCP_NODELAY, (char*)&on, sizeof on);
            BENCH_MUST(CreateIoCompletionPort((HANDLE)ends[s][i].socket, sides[s].port, 1, 0) == sides[s].port);
        }
        receive(&ends[1][i]);
        send_back(&ends[0][i]);
    }
    for (int s = 0; s < 2; ++s) threads[s] = CreateThread(NULL, 0, serve, &sides[s], 0, NULL);
    bench_from(name);
    LONG64 before = sides[0].rounds;
    double start = bench_now();
    Sleep((DWORD)(seconds * 1000));
    double rounds = (double)(sides[0].rounds - before), rate = rounds / (bench_now() - start);
    bench_to(name, rounds);
    sides[0].stop = sides[1].stop = 1;
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    for (int s = 0; s < 2; ++s) {
        for (int i = 0; i < connections; ++i) closesocket(ends[s][i].socket);
        CloseHandle(threads[s]);
    }
    closesocket(listener);
    return rate;
}

static void prepare(void) {
    WSADATA data;
    BENCH_MUST(WSAStartup(MAKEWORD(2, 2), &data) == 0);
}

#else

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    int epoll;
    volatile int64_t rounds;
    volatile int stop;
} Side;

static void* serve(void* argument) {
    Side* side = argument;
    struct epoll_event events[64];
    char data[kMessage];
    while (!side->stop) {
        int count = epoll_wait(side->epoll, events, 64, 100);
        for (int i = 0; i < count; ++i) {
            if (read(events[i].data.fd, data, kMessage) != kMessage) continue;
            side->rounds++;
            if (!side->stop) BENCH_MUST(send(events[i].data.fd, data, kMessage, MSG_NOSIGNAL) == kMessage || errno == EPIPE || errno == ECONNRESET);
        }
    }
    return NULL;
}

static double run(const char* name, int connections, double seconds) {
    static int ends[2][kMost];
    Side sides[2];
    pthread_t threads[2];
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    char data[kMessage] = {0};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BENCH_MUST(bind(listener, (struct sockaddr*)&address, sizeof address) == 0 && listen(listener, 128) == 0);
    getsockname(listener, (struct sockaddr*)&address, &length);
    memset(sides, 0, sizeof sides);
    for (int s = 0; s < 2; ++s) sides[s].epoll = epoll_create1(0);
    for (int i = 0; i < connections; ++i) {
        int on = 1;
        ends[0][i] = socket(AF_INET, SOCK_STREAM, 0);
        BENCH_MUST(connect(ends[0][i], (struct sockaddr*)&address, sizeof address) == 0);
        ends[1][i] = accept(listener, NULL, NULL);
        for (int s = 0; s < 2; ++s) {
            struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[s][i]};
            setsockopt(ends[s][i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            epoll_ctl(sides[s].epoll, EPOLL_CTL_ADD, ends[s][i], &event);
        }
        BENCH_MUST(write(ends[0][i], data, kMessage) == kMessage);
    }
    for (int s = 0; s < 2; ++s) pthread_create(&threads[s], NULL, serve, &sides[s]);
    bench_from(name);
    int64_t before = sides[0].rounds;
    double start = bench_now();
    usleep((useconds_t)(seconds * 1e6));
    double rounds = (double)(sides[0].rounds - before), rate = rounds / (bench_now() - start);
    bench_to(name, rounds);
    sides[0].stop = sides[1].stop = 1;
    for (int s = 0; s < 2; ++s) {
        pthread_join(threads[s], NULL);
        for (int i = 0; i < connections; ++i) close(ends[s][i]);
        close(sides[s].epoll);
    }
    close(listener);
    return rate;
}

static void prepare(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

#endif

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    prepare();
    double seconds = bench_quick ? 0.4 : 1.5;
    bench_rate("echo_64", "64-byte echoes over 64 connections", run("echo_64", 64, seconds), "/s");
    bench_rate("echo_1000", "64-byte echoes over 1,000 connections", run("echo_1000", 1000, seconds), "/s");
    return bench_end();
}
