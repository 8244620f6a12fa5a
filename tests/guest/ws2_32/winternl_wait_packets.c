// A port to which sockets report and wait packets belong: a thread that sleeps there wakes for either, also when an event is
// set or a timer is set, set anew or cancelled by another thread meanwhile. The packets' services as Go uses them for its timers.
// flags: -lws2_32
#include "net.h"

typedef LONG(NTAPI* CreatePacket)(PHANDLE, ACCESS_MASK, void*);
typedef LONG(NTAPI* Associate)(HANDLE, HANDLE, HANDLE, PVOID, PVOID, LONG, ULONG_PTR, PBOOLEAN);
typedef LONG(NTAPI* Cancel)(HANDLE, BOOLEAN);

enum { FROM_SOCKET = 1, FROM_TIMER, FROM_EVENT, ROUNDS = 300 };

static HANDLE port, event, timer, packets[2];
static SOCKET here, there;
static volatile LONG what;
static HANDLE go;

static void set_timer(LONGLONG microseconds) {
    LARGE_INTEGER due = {.QuadPart = -microseconds * 10};
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
}

// Does what it is told a moment after the other thread went to sleep, or at the same time.
static DWORD WINAPI other(void* unused) {
    (void)unused;
    for (unsigned i = 0;; ++i) {
        WaitForSingleObject(go, INFINITE);
        if (i % 3 == 0) Sleep(1);
        switch (what) {
            case FROM_SOCKET: send(there, "x", 1, 0); break;
            case FROM_TIMER: set_timer(i % 2 ? 0 : 500); break;
            case FROM_EVENT: SetEvent(event); break;
            default: return 0;
        }
    }
}

int main(void) {
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    CreatePacket create = (CreatePacket)(void*)GetProcAddress(ntdll, "NtCreateWaitCompletionPacket");
    Associate associate = (Associate)(void*)GetProcAddress(ntdll, "NtAssociateWaitCompletionPacket");
    Cancel cancel = (Cancel)(void*)GetProcAddress(ntdll, "NtCancelWaitCompletionPacket");
    net_start();
    net_pair(&here, &there);
    port = CreateIoCompletionPort((HANDLE)here, NULL, FROM_SOCKET, 0);
    event = CreateEventW(NULL, FALSE, FALSE, NULL);
    timer = CreateWaitableTimerExW(NULL, NULL, 2, TIMER_ALL_ACCESS);
    go = CreateSemaphoreW(NULL, 0, 1, NULL);
    for (int i = 0; i < 2; ++i) CHECK_EQ(create(&packets[i], 1, NULL), 0);
    BOOLEAN already;
    CHECK_EQ(associate(packets[0], port, timer, (void*)FROM_TIMER, NULL, 0, 0, &already), 0);
    CHECK_EQ(associate(packets[1], port, event, (void*)FROM_EVENT, NULL, 0, 0, &already), 0);
    OVERLAPPED overlapped = {0};
    char byte;
    DWORD flags = 0;
    WSABUF piece = {1, &byte};
    CHECK_WSA(WSARecv(here, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
    HANDLE thread = CreateThread(NULL, 0, other, NULL, 0, NULL);
    for (int i = 0; i < ROUNDS; ++i) {
        OVERLAPPED_ENTRY entry = {0};
        ULONG count = 0;
        what = 1 + i % 3;
        set_timer(3600000000ll);  // far away, until it is set anew
        ReleaseSemaphore(go, 1, NULL);
        if (!CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 10000, FALSE))) break;
        CHECK_EQ(entry.lpCompletionKey, what);
        if (what == FROM_SOCKET) {
            flags = 0;
            memset(&overlapped, 0, sizeof overlapped);
            CHECK_WSA(WSARecv(here, &piece, 1, NULL, &flags, &overlapped, NULL), WSA_IO_PENDING);
        } else {
            int which = what == FROM_EVENT;
            CHECK_EQ(associate(packets[which], port, which ? event : timer, (void*)(ULONG_PTR)what, NULL, 0, 0, &already), 0);
            CHECK_EQ(already, 0);
        }
    }
    // A timer that is cancelled does not end the sleep; one that is due does, without anybody's help.
    OVERLAPPED_ENTRY entry;
    ULONG count;
    set_timer(20000);
    CHECK(CancelWaitableTimer(timer));
    CHECK(!GetQueuedCompletionStatusEx(port, &entry, 1, &count, 50, FALSE));
    set_timer(20000);
    CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 10000, FALSE));
    CHECK_EQ(entry.lpCompletionKey, FROM_TIMER);
    CHECK_EQ(cancel(packets[1], TRUE), 0);
    what = 0;
    ReleaseSemaphore(go, 1, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    closesocket(here);
    closesocket(there);
    return check_result();
}
