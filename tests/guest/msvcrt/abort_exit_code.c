// abort ends with code 3 ("abort", C runtime library reference).
// link: static ucrt
// exit: 3
// stdout: ^before$
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    puts("before");
    fflush(stdout);
    abort();
}
