// The least program: built natively and for Windows, so that starting the two can be compared. With an
// argument it waits for the end of its standard input, so that one can look at it while it runs.
#include <stdio.h>

int main(int argc, char** argv) {
    (void)argv;
    puts("hello");
    fflush(stdout);
    if (argc > 1) {
        while (getchar() != EOF) {
        }
    }
    return 0;
}
