// 4 KiB reads and writes at random places, 1 to 128 in flight: a completion port, and io_uring as a careful program uses it.
// linux-flags: -luring
//
// The native side has one issuer, deferred task work, a registered file and registered buffers, and submits and waits in one
// call. "cached" files are in memory; "device" ones are unbuffered (FILE_FLAG_NO_BUFFERING, O_DIRECT).
#include "bench.h"
#ifndef _WIN32
#include <fcntl.h>
#include <liburing.h>
#include <unistd.h>
#endif

enum { BLOCK = 4096, BLOCKS = 16384, MOST = 128 };

static unsigned long long state = 88172645463325252ull;
static unsigned long long next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

typedef struct {
    unsigned depth;
    int writes;
} Load;

static char* buffers;
static unsigned free_slots[MOST], free_count;

#ifdef _WIN32
static HANDLE file, port;
static OVERLAPPED slots[MOST];

static void open_file(int device) {
    file = CreateFileA("io_random.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS,
                       FILE_FLAG_OVERLAPPED | (device ? FILE_FLAG_NO_BUFFERING : 0), NULL);
    BENCH_MUST(file != INVALID_HANDLE_VALUE);
    port = CreateIoCompletionPort(file, NULL, 1, 1);
    BENCH_MUST(port != NULL);
}
static void close_file(void) {
    CloseHandle(port);
    CloseHandle(file);
}
static char* aligned(size_t size) { return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE); }
static void begin(unsigned slot, int writes, unsigned long long block) {
    OVERLAPPED* one = &slots[slot];
    memset(one, 0, sizeof *one);
    one->Offset = (DWORD)(block * BLOCK);
    char* buffer = buffers + (size_t)slot * BLOCK;
    BOOL done = writes ? WriteFile(file, buffer, BLOCK, NULL, one) : ReadFile(file, buffer, BLOCK, NULL, one);
    BENCH_MUST(done || GetLastError() == ERROR_IO_PENDING);
}
static unsigned wait_for_some(void) {
    OVERLAPPED_ENTRY entries[MOST];
    ULONG count;
    BENCH_MUST(GetQueuedCompletionStatusEx(port, entries, MOST, &count, INFINITE, FALSE));
    for (ULONG i = 0; i < count; i++) {
        BENCH_MUST(entries[i].dwNumberOfBytesTransferred == BLOCK);
        free_slots[free_count++] = (unsigned)(entries[i].lpOverlapped - slots);
    }
    return count;
}
#else
static int file;
static struct io_uring ring;

static void open_file(int device) {
    file = open("io_random.bin", O_RDWR | O_CREAT | (device ? O_DIRECT : 0), 0600);
    BENCH_MUST(file >= 0);
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    BENCH_MUST(io_uring_queue_init_params(MOST, &ring, &parameters) == 0);
    struct iovec piece = {buffers, (size_t)MOST * BLOCK};
    BENCH_MUST(io_uring_register_files(&ring, &file, 1) == 0);
    BENCH_MUST(io_uring_register_buffers(&ring, &piece, 1) == 0);
}
static void close_file(void) {
    io_uring_queue_exit(&ring);
    close(file);
}
static char* aligned(size_t size) { return aligned_alloc(BLOCK, size); }
static void begin(unsigned slot, int writes, unsigned long long block) {
    struct io_uring_sqe* entry = io_uring_get_sqe(&ring);
    char* buffer = buffers + (size_t)slot * BLOCK;
    if (writes)
        io_uring_prep_write_fixed(entry, 0, buffer, BLOCK, block * BLOCK, 0);
    else
        io_uring_prep_read_fixed(entry, 0, buffer, BLOCK, block * BLOCK, 0);
    entry->flags |= IOSQE_FIXED_FILE;
    entry->user_data = slot;
}
static unsigned wait_for_some(void) {
    struct io_uring_cqe* completion;
    unsigned head, count = 0;
    BENCH_MUST(io_uring_submit_and_wait(&ring, 1) >= 0);
    io_uring_for_each_cqe(&ring, head, completion) {
        BENCH_MUST(completion->res == BLOCK);
        free_slots[free_count++] = (unsigned)completion->user_data;
        count++;
    }
    io_uring_cq_advance(&ring, count);
    return count;
}
#endif

static void transfers(void* context, long count) {
    const Load* load = context;
    long begun = 0, ended = 0;
    for (free_count = 0; free_count < load->depth; free_count++) free_slots[free_count] = free_count;
    while (ended < count) {
        for (; free_count && begun < count; begun++)
            begin(free_slots[--free_count], load->writes, next_random() % BLOCKS);
        ended += wait_for_some();
    }
}

static void fill(void) {
    for (unsigned long long block = 0; block < BLOCKS; block += 32) {
        free_count = 0;
        for (unsigned i = 0; i < 32; i++) begin(i, 1, block + i);
        for (unsigned ended = 0; ended < 32;) ended += wait_for_some();
    }
}

int main(int argc, char** argv) {
    static const unsigned depths[] = {1, 8, 32, 128};
    bench_begin(argc, argv);
    if (bench_counting) return bench_end();
    buffers = aligned((size_t)MOST * BLOCK);
    memset(buffers, 7, (size_t)MOST * BLOCK);
    for (int device = 0; device < 2; device++) {
        open_file(device);
        if (!device) fill();
        for (int writes = 0; writes < 2; writes++) {
            for (unsigned i = 0; i < 4; i++) {
                Load load = {depths[i], writes};
                char name[64], about[96];
                sprintf(name, "%s_4k_%s_qd%u", writes ? "write" : "read", device ? "device" : "cached", load.depth);
                sprintf(about, "4 KiB %s at random, %s, %u in flight", writes ? "writes" : "reads",
                        device ? "unbuffered" : "in the cache", load.depth);
                bench_call_threads(name, about, transfers, &load);
            }
        }
        close_file();
    }
    remove("io_random.bin");
    return bench_end();
}
