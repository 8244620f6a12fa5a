// A child process that tells what it was given: arguments, an environment variable, what it read from
// the standard input. Writes to both standard outputs, and exits with the number after --exit.
// Portable: the native twin is built from the same source.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

int main(int argc, char** argv) {
#ifdef _WIN32
    _setmode(0, _O_BINARY);
    _setmode(1, _O_BINARY);
    _setmode(2, _O_BINARY);
#endif
    int code = 0;
    for (int i = 1; i < argc; i++) {
        printf("%d <%s>\n", i, argv[i]);
        if (!strcmp(argv[i], "--exit") && i + 1 < argc) code = atoi(argv[i + 1]);
    }
    const char* variable = getenv("LSW_CORPUS");
    printf("LSW_CORPUS=%s\n", variable ? variable : "(none)");

    unsigned long bytes = 0, sum = 0;
    int c;
    while ((c = getchar()) != EOF) bytes++, sum = (sum * 31 + (unsigned)c) & 0xffffffff;
    printf("read %lu bytes, %08lx\n", bytes, sum);
    fprintf(stderr, "child ends with %d\n", code);
    return code;
}
