// Counts the instructions that a program executes, by single-stepping it: exact, free of noise, and in need of no
// counters of the processor, but slow. A repeated string instruction counts once per repetition.
//
//   count_steps OUTPUT command…            between two breakpoints (int3) of the program, each time it meets them;
//                                          prints a line per pair: "instructions system_calls"
//
// Only the thread that meets the breakpoint is stepped. The program's own output goes to the file OUTPUT. Gives up
// after 20 seconds of processor time.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Two bytes of code, zero where there are none. Code that may be run and not read is read all the same.
static void read_code(pid_t child, long at, unsigned char code[2]) {
    struct iovec ours = {code, 2}, theirs = {(void*)at, 2};
    code[0] = code[1] = 0;
    if (process_vm_readv(child, &ours, 1, &theirs, 1, 0) > 0) return;
    errno = 0;
    long word = ptrace(PTRACE_PEEKTEXT, child, at, 0);
    if (errno == 0) memcpy(code, &word, 2);
}

// Behind an int3: not behind execve, or at another trap.
static int at_breakpoint(pid_t child) {
    unsigned char code[2];
    read_code(child, ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, regs.rip), 0) - 1, code);
    return code[0] == 0xcc;
}

// Steps until the next breakpoint. Returns 0 when the program ended instead.
static int step_to_breakpoint(pid_t child, long most) {
    long instructions = 0, calls = 0;
    for (;;) {
        unsigned char code[2];
        long ip = ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, regs.rip), 0);
        read_code(child, ip, code);
        if (code[0] == 0xcc) {
            printf("%ld %ld\n", instructions, calls);
            ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.rip), ip + 1);
            return 1;
        }
        calls += code[0] == 0x0f && code[1] == 0x05;
        instructions++;
        if (most && instructions > most) return 0;
        int status, signal = 0;
        do {
            if (ptrace(PTRACE_SINGLESTEP, child, 0, signal)) return 0;
            if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status)) return 0;
            signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        } while (signal);
    }
}

int main(int argc, char** argv) {
    if (argc < 3) return 64;
    pid_t child = fork();
    if (child == 0) {
        int out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (out < 0 || dup2(out, 1) < 0) _exit(127);
        personality(ADDR_NO_RANDOMIZE);
        if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(126);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status, signal = 0;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        fprintf(stderr, "count_steps: this system does not let a program be traced\n");
        return 1;
    }
    struct itimerval limit = {{0, 0}, {20, 0}};
    setitimer(ITIMER_PROF, &limit, NULL);  // its death is the program's
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL);
    while (ptrace(PTRACE_CONT, child, 0, signal) == 0 && waitpid(child, &status, __WALL) == child) {
        if (WIFEXITED(status)) return WEXITSTATUS(status);
        if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
        signal = WSTOPSIG(status);
        if (signal == SIGTRAP) {
            signal = 0;
            if (at_breakpoint(child) && !step_to_breakpoint(child, 5000000)) {
                long ip = ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, regs.rip), 0);
                kill(child, SIGKILL);
                fprintf(stderr, "count_steps: no second breakpoint within five million instructions; stopped at 0x%lx\n", ip);
                return 1;
            }
        }
    }
    return 1;
}
