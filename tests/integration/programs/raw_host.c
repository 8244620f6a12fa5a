// For tests of lswhost. "sleep MS", "exit CODE" after "hello" on stdout, "ask N": N raw calls of a service that lswhost
// completes, the last status printed in hex; a line "ready" after the first.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

long load_driver(void* name);
asm(".globl load_driver\n"
    ".p2align 4\n"
    "load_driver:\n"
    "    mov %rcx, %r10\n"
    "    mov $0x106, %eax\n"  // NtLoadDriver
    "    syscall\n"
    "    ret\n");

int main(int argc, char** argv) {
    int number = argc > 2 ? atoi(argv[2]) : 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc < 2) return 2;
    if (strcmp(argv[1], "sleep") == 0) {
        printf("asleep\n");
        Sleep((DWORD)number);
        return 0;
    }
    if (strcmp(argv[1], "exit") == 0) {
        printf("hello\n");
        return number;
    }
    long status = 0;
    for (int i = 0; i < number; ++i) {
        status = load_driver(NULL);
        if (i == 0) printf("ready\n");
        if (argc > 3) Sleep((DWORD)atoi(argv[3]));
    }
    printf("%08lx\n", status);
    return 0;
}
