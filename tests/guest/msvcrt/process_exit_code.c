// The value main returns is the process's exit status.
// link: static ucrt
// exit: 42
// stdout: ^atexit$
#include <stdio.h>
#include <stdlib.h>

static void at_exit(void) { puts("atexit"); }

int main(void) {
    atexit(at_exit);
    return 42;
}
