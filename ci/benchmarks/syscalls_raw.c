// system calls that a program makes itself, without the library: NT services there, getpid here
#include "bench.h"

#ifdef _WIN32
// A stub as programs write it, which may be rewritten after its first call, and one that may not.
long raw_fixed(void);
asm(".p2align 4\n.globl raw_fixed\nraw_fixed:\n mov %rcx, %r10\n mov $0xF4, %eax\n syscall\n ret\n.p2align 4\n");
static long (*raw_trapping)(void);
static void prepare(void) {
    static const unsigned char code[] = {0x49, 0x89, 0xCA, 0xB8, 0xF4, 0, 0, 0, 0x0F, 0x05, 0xC3};
    unsigned char* page = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
    memcpy(page, code, sizeof code);
    raw_trapping = (long (*)(void))(void*)page;
    // Called often, such code is left to the kernel, where that can do it: not at once, and only then.
    for (int i = 0; i < 300; ++i) raw_trapping();
    Sleep(300);
}
#else
#include <sys/syscall.h>
#include <unistd.h>
static long raw_fixed(void) { return syscall(SYS_getpid); }
static long raw_trapping(void) { return syscall(SYS_getpid); }
static void prepare(void) {}
#endif

static void fixed(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; ++i) raw_fixed();
}

static void trapping(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; ++i) raw_trapping();
}

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    prepare();
    bench_call("raw_call", "a raw system call from a stub in the program's code", fixed, NULL);
    bench_call("raw_call_generated", "a raw system call from code that the program may rewrite (tier T1 where the kernel has it, else a trap)", trapping, NULL);
    return bench_end();
}
