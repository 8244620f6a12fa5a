// A program that starts itself again and again: one child after the other, and four at a time.
#include "bench.h"
#ifndef _WIN32
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
extern char** environ;
#endif

enum { kAtOnce = 4 };

#ifdef _WIN32
static char* program;
static HANDLE start(void) {
    char command[600];
    STARTUPINFOA info = {sizeof info};
    PROCESS_INFORMATION made;
    snprintf(command, sizeof command, "\"%s\" child", program);
    BENCH_MUST(CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &info, &made));
    CloseHandle(made.hThread);
    return made.hProcess;
}
static void finish(HANDLE process) {
    DWORD code;
    WaitForSingleObject(process, INFINITE);
    BENCH_MUST(GetExitCodeProcess(process, &code) && code == 7);
    CloseHandle(process);
}
typedef HANDLE bench_child;
#else
static char* program;
static pid_t start(void) {
    pid_t child;
    char* arguments[] = {program, (char*)"child", NULL};
    BENCH_MUST(posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) == 0);
    return child;
}
static void finish(pid_t child) {
    int status;
    BENCH_MUST(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}
typedef pid_t bench_child;
#endif

static int by_value(const void* a, const void* b) {
    double difference = *(const double*)a - *(const double*)b;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char** argv) {
    if (argc > 1 && !strcmp(argv[1], "child")) return 7;
    bench_begin(argc, argv);
    if (bench_counting) return bench_end();
#ifdef _WIN32
    static char path[500];
    GetModuleFileNameA(NULL, path, sizeof path);
    program = path;
#else
    program = argv[0];
#endif
    double took[100];
    const int tries = bench_quick ? 25 : 100;
    for (int i = 0; i < tries; i++) {
        double begin = bench_now();
        finish(start());
        took[i] = bench_now() - begin;
    }
    qsort(took, (size_t)tries, sizeof took[0], by_value);
    bench_time("children_in_a_row", "start a child and wait for it", took[tries / 5]);
    for (int i = 0; i < tries; i++) {
        bench_child children[kAtOnce];
        double begin = bench_now();
        for (int j = 0; j < kAtOnce; j++) children[j] = start();
        for (int j = 0; j < kAtOnce; j++) finish(children[j]);
        took[i] = (bench_now() - begin) / kAtOnce;
    }
    qsort(took, (size_t)tries, sizeof took[0], by_value);
    bench_time("children_in_parallel", "start four children at once, each", took[tries / 5]);
    return bench_end();
}
