// Thousands of operations that are cancelled, satisfied, reset or closed under, all at the same time: each ends exactly once, with
// one of the documented errors. "CancelIoEx function": the operation may have completed before it could be cancelled.
// flags: -lws2_32
#include "net.h"

enum { PAIRS = 24, ROUNDS = 400 };

typedef struct {
    OVERLAPPED overlapped;
    char data[8];
    volatile LONG begun, ended;
} Operation;

static struct {
    SOCKET ours, theirs;
    Operation receive, send;
} pairs[PAIRS];
static HANDLE port;
static volatile LONG begun, ended, cancelled, unexpected, stop;

static void begin(Operation* operation, SOCKET socket, int sends) {
    WSABUF piece = {sizeof operation->data, operation->data};
    DWORD flags = 0;
    if (InterlockedCompareExchange(&operation->begun, 1, 0) != 0) return;
    memset(&operation->overlapped, 0, sizeof operation->overlapped);
    InterlockedIncrement(&begun);
    int result = sends ? WSASend(socket, &piece, 1, NULL, 0, &operation->overlapped, NULL)
                       : WSARecv(socket, &piece, 1, NULL, &flags, &operation->overlapped, NULL);
    if (result != 0 && WSAGetLastError() != WSA_IO_PENDING) {
        InterlockedDecrement(&begun);
        InterlockedExchange(&operation->begun, 0);
    }
}

static DWORD WINAPI reap(void* unused) {
    (void)unused;
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED* which = NULL;
        BOOL good = GetQueuedCompletionStatus(port, &bytes, &key, &which, 200);
        if (!which) {
            if (stop && begun == ended) return 0;
            continue;
        }
        DWORD error = good ? 0 : GetLastError();
        Operation* operation = CONTAINING_RECORD(which, Operation, overlapped);
        if (error == ERROR_OPERATION_ABORTED) InterlockedIncrement(&cancelled);
        if (error && error != ERROR_OPERATION_ABORTED && error != ERROR_NETNAME_DELETED && error != ERROR_CONNECTION_ABORTED)
            unexpected = (LONG)error;
        // An operation that ends twice is found not begun.
        if (InterlockedCompareExchange(&operation->begun, 0, 1) != 1) unexpected = -1;
        InterlockedIncrement(&ended);
    }
}

static DWORD WINAPI cancel(void* unused) {
    (void)unused;
    for (unsigned i = 0; !stop; ++i) {
        int at = (int)(i * 7 % PAIRS);
        if (!CancelIoEx((HANDLE)pairs[at].ours, i % 5 ? &pairs[at].receive.overlapped : NULL) && GetLastError() != ERROR_NOT_FOUND &&
            GetLastError() != ERROR_INVALID_HANDLE)
            unexpected = (LONG)GetLastError();
        if (i % 16 == 0) Sleep(0);
    }
    return 0;
}

static void open_pair(int at) {
    SOCKET ours, theirs;
    net_pair(&ours, &theirs);  // before the canceller knows it: a connect can be cancelled too
    pairs[at].ours = ours, pairs[at].theirs = theirs;
    CHECK(CreateIoCompletionPort((HANDLE)pairs[at].ours, port, (ULONG_PTR)at, 0) == port);
}

int main(void) {
    HANDLE threads[3];
    net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    for (int i = 0; i < PAIRS; ++i) open_pair(i);
    for (int i = 0; i < 2; ++i) threads[i] = CreateThread(NULL, 0, reap, NULL, 0, NULL);
    threads[2] = CreateThread(NULL, 0, cancel, NULL, 0, NULL);
    for (int round = 0; round < ROUNDS; ++round) {
        for (int i = 0; i < PAIRS; ++i) {
            begin(&pairs[i].receive, pairs[i].ours, 0);
            if ((round + i) % 3 == 0) send(pairs[i].theirs, "12345678", 8, 0);
            if ((round + i) % 4 == 0) begin(&pairs[i].send, pairs[i].ours, 1);
        }
        int victim = round % PAIRS;
        if (round % 8 == 0) {
            struct linger hard = {1, 0};  // the peer vanishes: a reset
            setsockopt(pairs[victim].theirs, SOL_SOCKET, SO_LINGER, (char*)&hard, sizeof hard);
            closesocket(pairs[victim].theirs);
            closesocket(pairs[victim].ours);
            open_pair(victim);
        }
    }
    for (int i = 0; i < PAIRS; ++i) closesocket(pairs[i].ours), closesocket(pairs[i].theirs);
    stop = 1;
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 30000), WAIT_OBJECT_0);
    CHECK_EQ(begun, ended);
    CHECK_EQ(unexpected, 0);
    CHECK(cancelled > 0);
    CHECK(begun >= 2 * PAIRS);
    return check_result();
}
