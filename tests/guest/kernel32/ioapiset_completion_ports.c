// Completion ports: posting, taking one and several, timeouts, closing; wait completion packets on events and timers.
// "I/O Completion Ports", "GetQueuedCompletionStatusEx function"; the packets' services as Go and Rust's mio use them.
#include "check.h"

typedef LONG NTSTATUS;
typedef NTSTATUS(NTAPI* CreatePacket)(PHANDLE, ACCESS_MASK, void*);
typedef NTSTATUS(NTAPI* Associate)(HANDLE, HANDLE, HANDLE, PVOID, PVOID, NTSTATUS, ULONG_PTR, PBOOLEAN);
typedef NTSTATUS(NTAPI* Cancel)(HANDLE, BOOLEAN);

static HANDLE port;

static DWORD WINAPI post_later(void* unused) {
    Sleep(30);
    PostQueuedCompletionStatus(port, 7, 8, NULL);
    return 0;
}

static DWORD WINAPI take(void* unused) {
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED* overlapped;
    DWORD taken = 0;
    while (GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 10000) && key != 99) taken++;
    return taken;
}

static void posting(void) {
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    OVERLAPPED one, *got = &one;
    CHECK_LASTERROR(GetQueuedCompletionStatus(port, &bytes, &key, &got, 20), WAIT_TIMEOUT);
    CHECK(got == NULL);
    CHECK(PostQueuedCompletionStatus(port, 5, 6, &one));
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 0));
    CHECK_EQ(bytes, 5);
    CHECK_EQ(key, 6);
    CHECK(got == &one);
    HANDLE thread = CreateThread(NULL, 0, post_later, NULL, 0, NULL);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 5000));
    CHECK_EQ(key, 8);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    OVERLAPPED_ENTRY entries[4];
    ULONG count = 0;
    for (int i = 0; i < 6; i++) PostQueuedCompletionStatus(port, i, 10 + i, NULL);
    CHECK(GetQueuedCompletionStatusEx(port, entries, 4, &count, 0, FALSE));
    CHECK_EQ(count, 4);
    CHECK_EQ(entries[3].lpCompletionKey, 13);
    CHECK(GetQueuedCompletionStatusEx(port, entries, 4, &count, 0, FALSE));
    CHECK_EQ(count, 2);
    CHECK_LASTERROR(GetQueuedCompletionStatusEx(port, entries, 4, &count, 10, TRUE), WAIT_TIMEOUT);
}

static void several_threads(void) {
    HANDLE threads[4];
    DWORD code, sum = 0;
    for (int i = 0; i < 4; i++) threads[i] = CreateThread(NULL, 0, take, NULL, 0, NULL);
    for (int i = 0; i < 2000; i++) PostQueuedCompletionStatus(port, 0, 1, NULL);
    for (int i = 0; i < 4; i++) PostQueuedCompletionStatus(port, 0, 99, NULL);
    CHECK_EQ(WaitForMultipleObjects(4, threads, TRUE, 20000), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++) {
        GetExitCodeThread(threads[i], &code);
        sum += code;
        CloseHandle(threads[i]);
    }
    CHECK_EQ(sum, 2000);
}

static void wait_packets(void) {
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    CreatePacket create = (CreatePacket)(void*)GetProcAddress(ntdll, "NtCreateWaitCompletionPacket");
    Associate associate = (Associate)(void*)GetProcAddress(ntdll, "NtAssociateWaitCompletionPacket");
    Cancel cancel = (Cancel)(void*)GetProcAddress(ntdll, "NtCancelWaitCompletionPacket");
    HANDLE packet, event = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE timer = CreateWaitableTimerExW(NULL, NULL, 2, TIMER_ALL_ACCESS);
    OVERLAPPED_ENTRY entry;
    ULONG count;
    BOOLEAN already = 9;
    CHECK_EQ(create(&packet, 1, NULL), 0);
    CHECK_EQ(associate(packet, port, event, (void*)1, (void*)2, 3, 4, &already), 0);
    CHECK_EQ(already, 0);
    CHECK(associate(packet, port, event, (void*)1, (void*)2, 3, 4, &already) < 0);
    CHECK(!GetQueuedCompletionStatusEx(port, &entry, 1, &count, 20, FALSE));
    SetEvent(event);
    CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 5000, FALSE));
    CHECK_EQ(entry.lpCompletionKey, 1);
    CHECK(entry.lpOverlapped == (void*)2);
    CHECK_EQ(entry.dwNumberOfBytesTransferred, 4);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    SetEvent(event);
    CHECK_EQ(associate(packet, port, event, (void*)5, NULL, 0, 0, &already), 0);
    CHECK_EQ(already, 1);
    CHECK_EQ(cancel(packet, TRUE), 0);
    CHECK(!GetQueuedCompletionStatusEx(port, &entry, 1, &count, 0, FALSE));
    LARGE_INTEGER due;
    due.QuadPart = -20 * 10000;
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
    CHECK_EQ(associate(packet, port, timer, (void*)6, NULL, 0, 0, &already), 0);
    CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 5000, FALSE));
    CHECK_EQ(entry.lpCompletionKey, 6);
    CHECK_EQ(cancel(packet, TRUE), 0xC0000120 - 0x100000000LL);
    CloseHandle(packet);
    CloseHandle(event);
    CloseHandle(timer);
}

int main(void) {
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    CHECK(port != NULL);
    posting();
    several_threads();
    wait_packets();
    HANDLE thread = CreateThread(NULL, 0, take, NULL, 0, NULL);
    Sleep(30);
    CHECK(CloseHandle(port));
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CloseHandle(thread);
    return check_result();
}
