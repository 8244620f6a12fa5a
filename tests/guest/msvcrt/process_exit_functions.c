// Functions registered with atexit and _onexit run last first, also those registered meanwhile; then streams are flushed.
// "atexit", "_onexit, _onexit_m", "exit, _Exit, _exit".
// link: static ucrt
// stdout: third late second first flushed
// exit: 5
#include <stdio.h>
#include <stdlib.h>

static void first(void) { printf("first flushed"); }  // no newline: only a flush brings it out
static int second(void) {
    printf("second ");
    return 0;
}
static void late(void) { printf("late "); }
static void third(void) {
    printf("third ");
    atexit(late);
}

int main(void) {
    atexit(first);
    _onexit(second);
    atexit(third);
    exit(5);
}
