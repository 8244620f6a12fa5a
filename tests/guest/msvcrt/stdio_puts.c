// The least a program does: one line on stdout, exit code 0. Everything in it goes through the C
// runtime's start-up code.
// link: static ucrt
// stdout: ^hello from Windows$
#include <stdio.h>

int main(void) {
    puts("hello from Windows");
    return 0;
}
