// Starts a command many times and prints, in microseconds, the least and the median wall time of one run,
// and the largest resident size in KiB. A small program, so that what is measured is the command.
//
//   spawn COUNT command…
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char** environ;

static int by_value(const void* a, const void* b) {
    double d = *(const double*)a - *(const double*)b;
    return (d > 0) - (d < 0);
}

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char** argv) {
    if (argc < 3) return 64;
    int count = atoi(argv[1]);
    double* took = calloc(count, sizeof *took);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    for (int i = 0; i < count; i++) {
        pid_t child;
        int status;
        double begin = now_us();
        if (posix_spawn(&child, argv[2], &actions, NULL, argv + 2, environ)) return 127;
        waitpid(child, &status, 0);
        took[i] = now_us() - begin;
        if (status) {
            fprintf(stderr, "spawn: %s ended with status 0x%x\n", argv[2], status);
            return 1;
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    qsort(took, count, sizeof *took, by_value);
    printf("%.0f %.0f %ld\n", took[0], took[count / 2], usage.ru_maxrss);
    return 0;
}
