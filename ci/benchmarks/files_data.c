// One file: written and read in order, read at random places, and looked at through a mapping.
#include "bench.h"
#ifndef _WIN32
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

static char data[65536];

static unsigned next_random(unsigned* state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#ifdef _WIN32
typedef HANDLE bench_file;
static bench_file open_file(int create) {
    HANDLE file = CreateFileA("data.bin", GENERIC_READ | (create ? GENERIC_WRITE : 0), FILE_SHARE_READ, NULL,
                              create ? CREATE_ALWAYS : OPEN_EXISTING, 0, NULL);
    BENCH_MUST(file != INVALID_HANDLE_VALUE);
    return file;
}
static void close_file(bench_file file) { CloseHandle(file); }
static void put(bench_file file, unsigned size) {
    DWORD done;
    BENCH_MUST(WriteFile(file, data, size, &done, NULL) && done == size);
}
static unsigned get(bench_file file, unsigned size) {
    DWORD done;
    BENCH_MUST(ReadFile(file, data, size, &done, NULL));
    return done;
}
static unsigned get_at(bench_file file, unsigned size, unsigned long long offset) {
    OVERLAPPED where = {0};
    DWORD done;
    where.Offset = (DWORD)offset;
    where.OffsetHigh = (DWORD)(offset >> 32);
    BENCH_MUST(ReadFile(file, data, size, &done, &where));
    return done;
}
static const char* map_file(bench_file file, size_t size) {
    HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    BENCH_MUST(mapping);
    const char* view = (const char*)MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, size);
    BENCH_MUST(view);
    CloseHandle(mapping);
    return view;
}
static void unmap_file(const char* view, size_t size) {
    (void)size;
    UnmapViewOfFile(view);
}
static void remove_file(void) { DeleteFileA("data.bin"); }
#else
typedef int bench_file;
static bench_file open_file(int create) {
    int file = open("data.bin", create ? O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0666);
    BENCH_MUST(file >= 0);
    return file;
}
static void close_file(bench_file file) { close(file); }
static void put(bench_file file, unsigned size) { BENCH_MUST(write(file, data, size) == (ssize_t)size); }
static unsigned get(bench_file file, unsigned size) {
    ssize_t done = read(file, data, size);
    BENCH_MUST(done >= 0);
    return (unsigned)done;
}
static unsigned get_at(bench_file file, unsigned size, unsigned long long offset) {
    ssize_t done = pread(file, data, size, (off_t)offset);
    BENCH_MUST(done >= 0);
    return (unsigned)done;
}
static const char* map_file(bench_file file, size_t size) {
    const char* view = (const char*)mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    BENCH_MUST(view != MAP_FAILED);
    return view;
}
static void unmap_file(const char* view, size_t size) { munmap((void*)view, size); }
static void remove_file(void) { unlink("data.bin"); }
#endif

// The least of some tries: what the work takes when nobody interferes.
#define BENCH_LEAST(tries, least, work)                \
    for (int try_ = 0; try_ < (tries); try_++) {       \
        double begin_ = bench_now();                   \
        work;                                          \
        double took_ = bench_now() - begin_;           \
        if (try_ == 0 || took_ < (least)) least = took_; \
    }

static void write_all(unsigned long long size) {
    bench_file file = open_file(1);
    for (unsigned long long at = 0; at < size; at += sizeof data) put(file, sizeof data);
    close_file(file);
}

static unsigned long long read_all(unsigned step) {
    bench_file file = open_file(0);
    unsigned long long total = 0;
    for (unsigned got; (got = get(file, step)) != 0;) total += got;
    close_file(file);
    return total;
}

static unsigned long long read_random(bench_file file, unsigned long long size, int count) {
    unsigned long long sum = 0;
    unsigned state = 7;
    for (int i = 0; i < count; i++) {
        sum += get_at(file, 4096, (unsigned long long)(next_random(&state) % (unsigned)(size / 4096)) * 4096);
        sum += (unsigned char)data[0];
    }
    return sum;
}

static unsigned long long sum_view(const char* view, size_t size) {
    unsigned long long sum = 0;
    for (size_t i = 0; i < size; i += 64) sum += (unsigned char)view[i];
    return sum;
}

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    if (bench_counting) return bench_end();
    const unsigned long long size = (bench_quick ? 16ull : 128ull) << 20;
    const int tries = bench_quick ? 4 : 6, reads = bench_quick ? 4000 : 20000;
    double least = 0;
    unsigned long long total = 0, sum = 0;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 31);

    BENCH_LEAST(tries, least, write_all(size));
    bench_rate("write_sequential", "write a file, 64 KiB at a time", (double)size / least / 1e6, "MB/s");
    BENCH_LEAST(tries, least, total = read_all(sizeof data));
    bench_rate("read_sequential", "read a cached file, 64 KiB at a time", (double)size / least / 1e6, "MB/s");
    bench_same("bytes", "%llu", total);
    BENCH_LEAST(tries, least, total = read_all(4096));
    bench_rate("read_4k", "read a cached file, 4 KiB at a time", (double)size / least / 1e6, "MB/s");

    bench_file file = open_file(0);
    BENCH_LEAST(tries, least, sum = read_random(file, size, reads));
    bench_rate("read_random", "4 KiB reads at random places of a cached file", reads / least, "/s");
    bench_same("random", "%llu", sum);
    const char* view = map_file(file, (size_t)size);
    sum = sum_view(view, (size_t)size);
    unmap_file(view, (size_t)size);
    BENCH_LEAST(tries, least, {
        view = map_file(file, (size_t)size);
        sum += sum_view(view, (size_t)size);
        unmap_file(view, (size_t)size);
    });
    bench_rate("map", "map a cached file and touch all of it", (double)size / least / 1e6, "MB/s");
    bench_same("view", "%llu", sum);
    close_file(file);
    remove_file();
    return bench_end();
}
