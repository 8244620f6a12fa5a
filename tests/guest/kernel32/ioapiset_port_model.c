// A completion port against a model of it: random posts, removals of one and of several, reads of a pipe and of a file that end
// at once or later, cancellations, wait packets, skip-on-success. What is posted comes out in order, everything comes out once,
// nothing else comes out. "I/O Completion Ports", "GetQueuedCompletionStatusEx function", "SetFileCompletionNotificationModes
// function".
// args: 1 2 3 4 5 6
#include <stdlib.h>

#include "check.h"

typedef LONG(NTAPI* CreatePacket)(PHANDLE, ACCESS_MASK, void*);
typedef LONG(NTAPI* Associate)(HANDLE, HANDLE, HANDLE, PVOID, PVOID, LONG, ULONG_PTR, PBOOLEAN);
typedef LONG(NTAPI* Cancel)(HANDLE, BOOLEAN);

enum { STEPS = 4000, MOST = 4096, KEY_POST = 1, KEY_PIPE, KEY_FILE, KEY_SKIP, KEY_WAIT, READS = 8, PACKETS = 4, BLOCK = 4096 };

typedef struct {
    OVERLAPPED overlapped;
    int expected;   // packets that may still come
    char byte;
} Read;

static unsigned long long state;
static unsigned next_random(unsigned below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 11) % below;
}

static HANDLE port, pipe_server, pipe_client, file, skipping, packets[PACKETS], events[PACKETS];
static CreatePacket create_packet;
static Associate associate;
static Cancel cancel;

// The model.
static DWORD posted[MOST];
static unsigned first_posted, end_posted;
static Read reads[READS], file_reads[READS];
static int pipe_order[READS], pipe_pending;            // reads of the pipe in the order in which they were begun
static unsigned char pipe_bytes[MOST];
static unsigned first_byte, end_byte, next_byte;
static int armed[PACKETS], signalled[PACKETS];

static unsigned due(void) {
    unsigned count = end_posted - first_posted;
    for (int i = 0; i < READS; ++i) count += (unsigned)(reads[i].expected == 2) + (unsigned)(file_reads[i].expected != 0);
    for (int i = 0; i < PACKETS; ++i) count += (unsigned)(armed[i] && signalled[i]);
    return count;
}

// Bytes meet reads: each read takes one.
static void settle_pipe(void) {
    while (pipe_pending && first_byte != end_byte) {
        reads[pipe_order[0]].expected = 2;
        ++first_byte;
        memmove(pipe_order, pipe_order + 1, sizeof pipe_order[0] * (size_t)--pipe_pending);
    }
}

static void came(const OVERLAPPED_ENTRY* entry) {
    Read* read = CONTAINING_RECORD(entry->lpOverlapped, Read, overlapped);
    switch (entry->lpCompletionKey) {
        case KEY_POST:
            if (!CHECK(first_posted != end_posted)) return;
            CHECK_EQ(entry->dwNumberOfBytesTransferred, posted[first_posted++ % MOST]);
            return;
        case KEY_PIPE:
            CHECK_EQ(read->expected, 2);
            read->expected = 0;
            if (read->overlapped.Internal == 0) CHECK_EQ((unsigned char)read->byte, pipe_bytes[next_byte++ % MOST]);
            else CHECK_EQ((DWORD)read->overlapped.Internal, 0xC0000120);
            return;
        case KEY_FILE:
            CHECK_EQ(read->expected, 1);
            CHECK_EQ(entry->dwNumberOfBytesTransferred, 1);
            CHECK_EQ(read->byte, (char)(read->overlapped.Offset / BLOCK));
            read->expected = 0;
            return;
        case KEY_WAIT: {
            int which = (int)(ULONG_PTR)entry->lpOverlapped;
            CHECK(which < PACKETS && armed[which] && signalled[which]);
            CHECK_EQ(entry->dwNumberOfBytesTransferred, 77 + which);
            armed[which] = signalled[which] = 0;
            return;
        }
        default: CHECK(!"a packet that nobody is to get");
    }
}

static void take(int all) {
    OVERLAPPED_ENTRY entries[16];
    ULONG count = 0;
    do {
        unsigned before = due(), wanted = 1 + next_random(16);
        SetLastError(0xdead);
        BOOL good;
        if (next_random(2)) {
            good = GetQueuedCompletionStatusEx(port, entries, wanted, &count, before ? 10000 : 0, FALSE);
        } else {
            good = GetQueuedCompletionStatus(port, &entries[0].dwNumberOfBytesTransferred, &entries[0].lpCompletionKey,
                                             &entries[0].lpOverlapped, before ? 10000 : 0);
            count = entries[0].lpOverlapped || good;
            if (count && !good) CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
            good = count != 0;
        }
        if (!CHECK_EQ(good != 0, before != 0)) exit(check_result());
        if (!good) CHECK_EQ(GetLastError(), WAIT_TIMEOUT);
        for (ULONG i = 0; good && i < count; ++i) came(&entries[i]);
        CHECK(before >= (good ? count : 0));
    } while (all && due());
}

static void read_pipe(void) {
    int which = (int)next_random(READS);
    Read* read = &reads[which];
    if (read->expected) return;
    memset(read, 0, sizeof *read);
    read->expected = 1;
    CHECK(ReadFile(pipe_server, &read->byte, 1, NULL, &read->overlapped) || GetLastError() == ERROR_IO_PENDING);
    pipe_order[pipe_pending++] = which;
    settle_pipe();
}

static void write_pipe(void) {
    DWORD moved;
    if (end_byte - first_byte > 64) return;
    unsigned char byte = (unsigned char)next_random(256);
    pipe_bytes[end_byte++ % MOST] = byte;
    CHECK(WriteFile(pipe_client, &byte, 1, &moved, NULL) && moved == 1);
    settle_pipe();
}

static void cancel_reads(void) {
    BOOL any = CancelIoEx(pipe_server, NULL);
    // What a byte has come for already cannot be cancelled any more.
    if (pipe_pending) CHECK(any);
    for (int i = 0; i < pipe_pending; ++i) reads[pipe_order[i]].expected = 2;
    pipe_pending = 0;
}

static void read_file(void) {
    Read* read = &file_reads[next_random(READS)];
    if (read->expected) return;
    memset(read, 0, sizeof *read);
    read->overlapped.Offset = next_random(16) * BLOCK;
    read->expected = 1;
    CHECK(ReadFile(file, &read->byte, 1, NULL, &read->overlapped) || GetLastError() == ERROR_IO_PENDING);
}

// Ends at once and tells nobody, or is pending and does.
static void skip(void) {
    static Read read;
    DWORD moved = 0;
    memset(&read, 0, sizeof read);
    read.overlapped.Offset = 0;
    BOOL good = ReadFile(skipping, &read.byte, 1, &moved, &read.overlapped);
    if (!good && GetLastError() == ERROR_IO_PENDING) {
        OVERLAPPED_ENTRY entry = {0};
        take(1);
        ULONG count = 0;
        CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 10000, FALSE) && entry.lpCompletionKey == KEY_SKIP);
    } else {
        CHECK(good && moved == 1);
    }
}

static void wait_packet(void) {
    int which = (int)next_random(PACKETS);
    BOOLEAN already = 9;
    if (next_random(2)) {
        // Whether a second signal finds the first one taken already is not looked at here.
        if (armed[which] && signalled[which]) return;
        SetEvent(events[which]);
        signalled[which] = 1;
    } else if (!armed[which]) {
        CHECK_EQ(associate(packets[which], port, events[which], (void*)KEY_WAIT, (void*)(ULONG_PTR)which, 0, 77u + (unsigned)which,
                           &already), 0);
        CHECK_EQ(already, signalled[which]);
        armed[which] = 1;
    } else if (next_random(3) == 0) {
        CHECK_EQ(cancel(packets[which], TRUE), 0);
        // A packet that was taken back has taken the signal, if it had come.
        armed[which] = 0;
        signalled[which] = WaitForSingleObject(events[which], 0) == WAIT_OBJECT_0;
        if (signalled[which]) SetEvent(events[which]);
    }
}

static void run(unsigned seed) {
    state = 88172645463325252ull * seed + seed;
    for (int step = 0; step < STEPS && !check_failures; ++step) {
        switch (next_random(10)) {
            case 0: case 1:
                if (end_posted - first_posted >= 1000) break;
                posted[end_posted % MOST] = next_random(1u << 30);
                CHECK(PostQueuedCompletionStatus(port, posted[end_posted++ % MOST], KEY_POST, NULL));
                break;
            case 2: read_pipe(); break;
            case 3: write_pipe(); break;
            case 4: if (next_random(4) == 0) cancel_reads(); break;
            case 5: read_file(); break;
            case 6: skip(); break;
            case 7: wait_packet(); break;
            case 8: take(0); break;
            default: if (next_random(20) == 0) take(1);
        }
    }
    cancel_reads();
    take(1);
    take(0);
    CHECK_EQ(due(), 0);
}

static void open_all(void) {
    char name[64], block[BLOCK];
    DWORD moved;
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    create_packet = (CreatePacket)(void*)GetProcAddress(ntdll, "NtCreateWaitCompletionPacket");
    associate = (Associate)(void*)GetProcAddress(ntdll, "NtAssociateWaitCompletionPacket");
    cancel = (Cancel)(void*)GetProcAddress(ntdll, "NtCancelWaitCompletionPacket");
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    sprintf(name, "\\\\.\\pipe\\lsw-model-%lu", GetCurrentProcessId());
    pipe_server = CreateNamedPipeA(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    pipe_client = CreateFileA(name, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE plain = CreateFileA("model.bin", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, 0, NULL);
    for (int i = 0; i < 16; ++i) {
        memset(block, i, sizeof block);
        CHECK(WriteFile(plain, block, BLOCK, &moved, NULL));
    }
    CloseHandle(plain);
    file = CreateFileA("model.bin", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    skipping = CreateFileA("model.bin", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED,
                           NULL);
    CHECK(CreateIoCompletionPort(pipe_server, port, KEY_PIPE, 0) == port);
    CHECK(CreateIoCompletionPort(file, port, KEY_FILE, 0) == port);
    CHECK(CreateIoCompletionPort(skipping, port, KEY_SKIP, 0) == port);
    CHECK(SetFileCompletionNotificationModes(skipping, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    for (int i = 0; i < PACKETS; ++i) {
        events[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
        CHECK_EQ(create_packet(&packets[i], 1, NULL), 0);
    }
}

int main(int argc, char** argv) {
    open_all();
    for (int i = 1; i < argc && !check_failures; ++i) run((unsigned)atoi(argv[i]));
    CloseHandle(file);
    CloseHandle(skipping);
    CHECK(DeleteFileA("model.bin"));
    return check_result();
}
