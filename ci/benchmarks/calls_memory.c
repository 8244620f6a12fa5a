// The heap, pages, thread-local storage, clocks and identities.
// linux-flags: -pthread
#include "bench.h"
#ifndef _WIN32
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

enum { kMixed = 256, kPages = 16 };

static size_t sizes[kMixed];
static void* volatile sink;
static volatile unsigned long long number;

#ifdef _WIN32
static HANDLE heap;
static DWORD slot;
static void* take_block(size_t size) { return HeapAlloc(heap, 0, size); }
static void give_block(void* block) { HeapFree(heap, 0, block); }
static void* more_block(void* block, size_t size) { return HeapReAlloc(heap, 0, block, size); }
#else
static pthread_key_t slot;
static void* take_block(size_t size) { return malloc(size); }
static void give_block(void* block) { free(block); }
static void* more_block(void* block, size_t size) { return realloc(block, size); }
#endif

static void heap_small(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        void* volatile block = take_block(64);
        give_block(block);
    }
}

// A window of live blocks of many sizes: each step frees the oldest and takes another.
static void heap_mixed(void* context, long count) {
    static void* live[kMixed];
    (void)context;
    for (long i = 0; i < count; i++) {
        int at = (int)(i % kMixed);
        if (live[at]) give_block(live[at]);
        live[at] = take_block(sizes[at]);
        *(char*)live[at] = 1;
    }
}

static void heap_large(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        char* volatile block = (char*)take_block(1 << 20);
        block[0] = 1;
        give_block(block);
    }
}

static void heap_grow(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        void* block = take_block(16);
        for (size_t size = 32; size <= 4096; size *= 2) block = more_block(block, size);
        give_block(block);
    }
}

static void tls_get(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        sink = TlsGetValue(slot);
#else
        sink = pthread_getspecific(slot);
#endif
    }
}

static void counter(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        LARGE_INTEGER value;
        QueryPerformanceCounter(&value);
        number = (unsigned long long)value.QuadPart;
#else
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        number = (unsigned long long)now.tv_nsec;
#endif
    }
}

static void system_time(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        FILETIME now;
        GetSystemTimePreciseAsFileTime(&now);
        number = now.dwLowDateTime;
#else
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        number = (unsigned long long)now.tv_nsec;
#endif
    }
}

static void thread_id(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        number = GetCurrentThreadId();
#else
        number = (unsigned long long)pthread_self();
#endif
    }
}

static void pages(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        char* block = (char*)VirtualAlloc(NULL, kPages * 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        BENCH_MUST(block);
#else
        char* block = (char*)mmap(NULL, kPages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        BENCH_MUST(block != MAP_FAILED);
#endif
        for (int page = 0; page < kPages; page++) block[page * 4096] = 1;
#ifdef _WIN32
        VirtualFree(block, 0, MEM_RELEASE);
#else
        munmap(block, kPages * 4096);
#endif
    }
}

static void protect(void* context, long count) {
    for (long i = 0; i < count; i++) {
#ifdef _WIN32
        DWORD old;
        VirtualProtect(context, 4096, PAGE_READONLY, &old);
        VirtualProtect(context, 4096, PAGE_READWRITE, &old);
#else
        mprotect(context, 4096, PROT_READ);
        mprotect(context, 4096, PROT_READ | PROT_WRITE);
#endif
    }
}

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    unsigned state = 1;
    for (int i = 0; i < kMixed; i++) {
        state = state * 1103515245u + 12345u;
        sizes[i] = 8 + (state >> 16) % (i % 16 ? 500 : 8000);
    }
#ifdef _WIN32
    heap = GetProcessHeap();
    slot = TlsAlloc();
    TlsSetValue(slot, &slot);
    void* page = VirtualAlloc(NULL, 1 << 16, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
#else
    BENCH_MUST(pthread_key_create(&slot, NULL) == 0);
    pthread_setspecific(slot, &slot);
    void* page = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
    *(char*)page = 1;
    bench_call("heap_64", "HeapAlloc + HeapFree of 64 bytes; malloc + free", heap_small, NULL);
    bench_call("heap_mixed", "HeapAlloc and HeapFree, 256 live blocks of many sizes", heap_mixed, NULL);
    bench_call("heap_1m", "HeapAlloc + HeapFree of 1 MiB, touched", heap_large, NULL);
    bench_call("heap_grow", "HeapReAlloc from 16 to 4096 bytes by doubling", heap_grow, NULL);
    bench_call("tls_get", "TlsGetValue; pthread_getspecific", tls_get, NULL);
    bench_call("qpc", "QueryPerformanceCounter; clock_gettime", counter, NULL);
    bench_call("system_time", "GetSystemTimePreciseAsFileTime; clock_gettime", system_time, NULL);
    bench_call("thread_id", "GetCurrentThreadId; pthread_self", thread_id, NULL);
    bench_call("virtual_alloc", "VirtualAlloc of 64 KiB, touched, + VirtualFree; mmap", pages, NULL);
    bench_call("virtual_protect", "VirtualProtect to read-only and back; mprotect", protect, page);
    return bench_end();
}
