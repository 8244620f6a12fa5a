// Unbuffered and write-through overlapped files: whole sectors only, random transfers at depth through a port with every
// operation ending once and holding the right data, scatter and gather, events, the file handle as an event, closing with I/O in
// flight, cancelling. "File Buffering", "ReadFileScatter function", "Synchronous and Asynchronous I/O".
#include "check.h"

enum { BLOCK = 4096, BLOCKS = 256, DEPTH = 32 };

typedef struct {
    OVERLAPPED overlapped;
    DWORD* buffer;
    int block, writes, busy;
} Slot;

static DWORD model[BLOCKS];
static unsigned seed = 12345;
static unsigned rnd(unsigned below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static HANDLE open_file(DWORD extra) {
    HANDLE file = CreateFileW(L"unbuffered.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS,
                              FILE_FLAG_OVERLAPPED | extra, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    return file;
}

static void at_depth(HANDLE file, char* memory, int count) {
    HANDLE port = CreateIoCompletionPort(file, NULL, 77, 0);
    static Slot slots[DEPTH];
    char used[BLOCKS] = {0};
    int begun = 0, ended = 0;
    for (int i = 0; i < DEPTH; ++i) slots[i].buffer = (DWORD*)(memory + i * BLOCK);
    while (ended < count) {
        for (int i = 0; i < DEPTH && begun < count; ++i) {
            Slot* slot = &slots[i];
            if (slot->busy) continue;
            do slot->block = (int)rnd(BLOCKS);
            while (used[slot->block]);
            used[slot->block] = 1;
            slot->writes = (int)rnd(2);
            slot->busy = 1;
            memset(&slot->overlapped, 0, sizeof slot->overlapped);
            slot->overlapped.Offset = (DWORD)slot->block * BLOCK;
            DWORD value = slot->writes ? (model[slot->block] = rnd(1 << 20)) : 0xDEADBEEF;
            for (int word = 0; word < BLOCK / 4; ++word) slot->buffer[word] = value;
            BOOL done = slot->writes ? WriteFile(file, slot->buffer, BLOCK, NULL, &slot->overlapped)
                                     : ReadFile(file, slot->buffer, BLOCK, NULL, &slot->overlapped);
            CHECK(done || GetLastError() == ERROR_IO_PENDING);
            ++begun;
        }
        OVERLAPPED_ENTRY entries[DEPTH];
        ULONG seen = 0;
        if (!CHECK(GetQueuedCompletionStatusEx(port, entries, DEPTH, &seen, 20000, FALSE))) return;
        for (ULONG i = 0; i < seen; ++i) {
            Slot* slot = (Slot*)entries[i].lpOverlapped;
            CHECK_EQ(entries[i].lpCompletionKey, 77);
            CHECK_EQ(entries[i].dwNumberOfBytesTransferred, BLOCK);
            CHECK_EQ(slot->busy, 1);  // once
            CHECK_EQ(slot->overlapped.Internal, 0);
            if (!slot->writes) {
                CHECK_EQ(slot->buffer[0], model[slot->block]);
                CHECK_EQ(slot->buffer[BLOCK / 4 - 1], model[slot->block]);
            }
            slot->busy = 0;
            used[slot->block] = 0;
        }
        ended += (int)seen;
    }
    OVERLAPPED_ENTRY entry;
    ULONG seen;
    CHECK_LASTERROR(GetQueuedCompletionStatusEx(port, &entry, 1, &seen, 0, FALSE), WAIT_TIMEOUT);
    CloseHandle(port);
}

static void fill(HANDLE file, char* memory) {
    OVERLAPPED o = {0};
    DWORD bytes;
    memset(memory, 0, BLOCK);
    for (int i = 0; i < BLOCKS; ++i) {
        o.Offset = (DWORD)i * BLOCK;
        model[i] = 0;
        CHECK(WriteFile(file, memory, BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING);
        CHECK(GetOverlappedResult(file, &o, &bytes, TRUE));  // waits for the file itself
        CHECK_EQ(bytes, BLOCK);
    }
}

static void sectors(HANDLE file, char* memory) {
    OVERLAPPED o = {0};
    DWORD bytes;
    CHECK_LASTERROR(ReadFile(file, memory, 100, NULL, &o), ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(WriteFile(file, memory, 1000, NULL, &o), ERROR_INVALID_PARAMETER);
    o.Offset = 10;
    CHECK_LASTERROR(ReadFile(file, memory, BLOCK, NULL, &o), ERROR_INVALID_PARAMETER);
    o.Offset = BLOCK * (BLOCKS - 1);
    o.hEvent = CreateEventW(NULL, TRUE, TRUE, NULL);
    CHECK(ReadFile(file, memory, 4 * BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &o, &bytes, TRUE));
    CHECK_EQ(bytes, BLOCK);  // what there is
    CHECK_EQ(WaitForSingleObject(o.hEvent, 0), WAIT_OBJECT_0);
    o.Offset = BLOCK * BLOCKS;
    CHECK(ReadFile(file, memory, BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING || GetLastError() == ERROR_HANDLE_EOF);
    CHECK_LASTERROR(GetOverlappedResult(file, &o, &bytes, TRUE), ERROR_HANDLE_EOF);
    CloseHandle(o.hEvent);
}

static void pages(HANDLE file, char* memory) {
    FILE_SEGMENT_ELEMENT segments[4] = {{0}};
    OVERLAPPED o = {0};
    DWORD bytes;
    for (int i = 0; i < 3; ++i) {
        segments[i].Buffer = memory + (2 - i) * 2 * BLOCK;
        memset(memory + (2 - i) * 2 * BLOCK, 'a' + i, BLOCK);
    }
    CHECK(WriteFileGather(file, segments, 3 * BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &o, &bytes, TRUE));
    CHECK_EQ(bytes, 3 * BLOCK);
    memset(memory, 0, 8 * BLOCK);
    CHECK(ReadFile(file, memory, 3 * BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &o, &bytes, TRUE));
    CHECK_EQ(memory[0], 'a');
    CHECK_EQ(memory[BLOCK], 'b');
    CHECK_EQ(memory[3 * BLOCK - 1], 'c');
    memset(memory, 0, 8 * BLOCK);
    CHECK(ReadFileScatter(file, segments, 3 * BLOCK, NULL, &o) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &o, &bytes, TRUE));
    CHECK_EQ(bytes, 3 * BLOCK);
    CHECK_EQ(memory[4 * BLOCK], 'a');
    CHECK_EQ(memory[2 * BLOCK], 'b');
    CHECK_EQ(memory[0], 'c');
}

// The operations of a handle that was closed still end, with packets, and the data is there.
static void close_in_flight(char* memory) {
    HANDLE file = open_file(FILE_FLAG_NO_BUFFERING);
    HANDLE port = CreateIoCompletionPort(file, NULL, 5, 0);
    OVERLAPPED o[8];
    memset(o, 0, sizeof o);
    for (int i = 0; i < 8; ++i) {
        o[i].Offset = (DWORD)i * BLOCK;
        memset(memory + i * BLOCK, 'A' + i, BLOCK);
        CHECK(WriteFile(file, memory + i * BLOCK, BLOCK, NULL, &o[i]) || GetLastError() == ERROR_IO_PENDING);
    }
    CHECK(CloseHandle(file));
    int ended[8] = {0};
    for (int i = 0; i < 8; ++i) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED* got;
        if (!CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 10000))) break;
        CHECK_EQ(bytes, BLOCK);
        ++ended[got - o];
    }
    for (int i = 0; i < 8; ++i) CHECK_EQ(ended[i], 1);
    CloseHandle(port);
}

// Cancelled or done: one of both, once, and a status block that says so.
static void cancelling(char* memory) {
    HANDLE file = open_file(FILE_FLAG_NO_BUFFERING);
    HANDLE port = CreateIoCompletionPort(file, NULL, 5, 0);
    OVERLAPPED o[16];
    for (int round = 0; round < 20; ++round) {
        memset(o, 0, sizeof o);
        for (int i = 0; i < 16; ++i) {
            o[i].Offset = rnd(BLOCKS) * BLOCK;
            CHECK(ReadFile(file, memory + i * BLOCK, BLOCK, NULL, &o[i]) || GetLastError() == ERROR_IO_PENDING);
        }
        for (int i = 0; i < 16; i += 3) CHECK(CancelIoEx(file, &o[i]) || GetLastError() == ERROR_NOT_FOUND);
        CHECK(CancelIo(file));
        int ended[16] = {0};
        for (int i = 0; i < 16; ++i) {
            DWORD bytes;
            ULONG_PTR key;
            OVERLAPPED* got = NULL;
            BOOL good = GetQueuedCompletionStatus(port, &bytes, &key, &got, 10000);
            if (!CHECK(got != NULL)) return;
            ++ended[got - o];
            if (good) CHECK_EQ(bytes, BLOCK);
            else CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
        }
        for (int i = 0; i < 16; ++i) CHECK_EQ(ended[i], 1);
    }
    CHECK_LASTERROR(CancelIoEx(file, NULL), ERROR_NOT_FOUND);
    CloseHandle(port);
    CloseHandle(file);
}

int main(void) {
    char* memory = VirtualAlloc(NULL, DEPTH * BLOCK, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HANDLE file = open_file(FILE_FLAG_NO_BUFFERING);
    fill(file, memory);
    sectors(file, memory);
    pages(file, memory);
    fill(file, memory);
    at_depth(file, memory, 1500);
    CHECK(CloseHandle(file));
    file = open_file(FILE_FLAG_WRITE_THROUGH);
    at_depth(file, memory, 200);
    CHECK(CloseHandle(file));
    close_in_flight(memory);
    cancelling(memory);
    CHECK(DeleteFileW(L"unbuffered.bin"));  // nothing keeps it open
    return check_result();
}
