// What the benchmark programs of this folder share: the clock, the batches, and the lines that ci/perf reads.
// The same program is built for Windows and natively; figures of one name are compared.
//
//   bench_begin(argc, argv);
//   bench_call("event_set", "SetEvent, nobody waits", fn, context);      fn(context, count) does it count times
//   bench_call_threads(…)                                                the same, of several threads: not counted
//   bench_time("walk", "directory walk", seconds);                       measured by the program; less is better
//   bench_rate("read", "4 KiB reads", per_second, "/s");                 measured by the program; more is better
//   bench_same("bytes", "%lld", total);                                  must be equal on both sides
//   return bench_end();
//
// Lines of the protocol, on stdout:
//   @figure NAME VALUE UNIT more|less ABOUT      @same KEY VALUE      @counted NAME CALLS      @end
//   @from NAME      @to NAME OPERATIONS
//
// Arguments: --quick (smaller), --count (run each bench_call between two breakpoints, so that a tracer can count
// the instructions of a call; see tools/count_steps.c), --operations (no times: each bench_call_threads a fixed number of
// times between the lines @from and @to, so that whoever reads them can count system calls; ci/perflib/operations.py).
#ifndef LSW_CI_BENCH_H
#define LSW_CI_BENCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0a00
#endif
#include <winsock2.h>
#include <windows.h>
#else
#include <time.h>
#endif

static int bench_quick;
static int bench_counting;
static int bench_by_operation;

static inline double bench_now(void) {  // seconds
#ifdef _WIN32
    static double tick;
    LARGE_INTEGER value;
    if (tick == 0) {
        QueryPerformanceFrequency(&value);
        tick = 1.0 / (double)value.QuadPart;
    }
    QueryPerformanceCounter(&value);
    return (double)value.QuadPart * tick;
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
#endif
}

static inline void bench_die(const char* what) {
    fflush(stdout);
#ifdef _WIN32
    fprintf(stderr, "benchmark: %s failed, error %lu\n", what, GetLastError());
#else
    fprintf(stderr, "benchmark: %s failed\n", what);
#endif
    exit(1);
}

#define BENCH_MUST(condition) ((condition) ? (void)0 : bench_die(#condition))

static inline void bench_begin(int argc, char** argv) {
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--quick")) bench_quick = 1;
        if (!strcmp(argv[i], "--count")) bench_counting = 1;
        if (!strcmp(argv[i], "--operations")) bench_by_operation = 1;
    }
}

static inline void bench_figure(const char* name, const char* about, double value, const char* unit, int more) {
    printf("@figure %s %.9g %s %s %s\n", name, value, unit, more ? "more" : "less", about);
    fflush(stdout);
}

static inline void bench_time(const char* name, const char* about, double seconds) {
    if (!bench_counting && !bench_by_operation) bench_figure(name, about, seconds, "s", 0);
}

static inline void bench_rate(const char* name, const char* about, double rate, const char* unit) {
    if (!bench_counting && !bench_by_operation) bench_figure(name, about, rate, unit, 1);
}

static inline void bench_same(const char* key, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("@same %s ", key);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static int bench_by_value(const void* a, const void* b) {
    double difference = *(const double*)a - *(const double*)b;
    return (difference > 0) - (difference < 0);
}

typedef void (*bench_function)(void* context, long count);

// Batches that are short beside a time slice, so that most are undisturbed on a busy machine, and of them the
// one at a fifth from the fastest: what the call costs when nobody interferes.
static inline void bench_batches(const char* name, const char* about, bench_function function, void* context,
                                 double batch_seconds) {
    enum { kMost = 200 };
    double took[kMost];
    long count = 1;
    int batches = 0;
    function(context, 1);
    for (;;) {
        double begin = bench_now();
        function(context, count);
        double seconds = bench_now() - begin;
        if (seconds >= batch_seconds || count >= (1L << 28)) break;
        count = seconds * 8 < batch_seconds ? count * 4 : (long)((double)count * 1.2 * batch_seconds / seconds) + 1;
    }
    double end = bench_now() + (bench_quick ? 0.03 : 0.15);
    while (batches < kMost && (batches < 10 || bench_now() < end)) {
        double begin = bench_now();
        function(context, count);
        took[batches++] = (bench_now() - begin) / (double)count;
    }
    qsort(took, (size_t)batches, sizeof took[0], bench_by_value);
    bench_figure(name, about, took[batches / 5] * 1e9, "ns", 0);
}

static inline void bench_call(const char* name, const char* about, bench_function function, void* context) {
    // A counted call is the same each time, but for a clock that was being set just then: the least of three counts.
    enum { kCounted = 4, kCounts = 3 };
    if (bench_by_operation) return;
    if (!bench_counting) {
        bench_batches(name, about, function, context, 200e-6);
        return;
    }
    function(context, kCounted);
    for (int i = 0; i < kCounts; i++) {
        function(context, kCounted);
        printf("@counted %s %d\n", name, kCounted);
        fflush(stdout);
        __asm__ volatile("int3" ::: "memory");
        function(context, kCounted);
        __asm__ volatile("int3" ::: "memory");
    }
}

// Around operations whose system calls are counted; the reader of the lines is given time to look at its counter.
static inline void bench_pause(void) {
#ifdef _WIN32
    Sleep(20);
#else
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
#endif
}

static inline void bench_from(const char* name) {
    if (!bench_by_operation) return;
    printf("@from %s\n", name);
    fflush(stdout);
    bench_pause();
}

static inline void bench_to(const char* name, double operations) {
    if (!bench_by_operation) return;
    printf("@to %s %.0f\n", name, operations);
    fflush(stdout);
    bench_pause();
}

// Of several threads: batches are longer, and instructions are not counted.
static inline void bench_call_threads(const char* name, const char* about, bench_function function,
                                      void* context) {
    enum { kOperations = 20000 };
    if (bench_by_operation) {
        function(context, kOperations / 10);
        bench_from(name);
        function(context, kOperations);
        bench_to(name, kOperations);
    } else if (!bench_counting) {
        bench_batches(name, about, function, context, 2e-3);
    }
}

static inline int bench_end(void) {
    printf("@end\n");
    return fflush(stdout) != 0;
}

#endif
