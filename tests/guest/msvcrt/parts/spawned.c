// The child of process_spawn.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char** argv) {
    if (argc > 2 && !strcmp(argv[1], "--exit")) return atoi(argv[2]);
    if (argc > 1 && !strcmp(argv[1], "--say")) {
        printf("said: %s\n", getenv("LSW_TEST_SPAWN"));
        return 0;
    }
    int lines = 0, c;
    while ((c = getchar()) != EOF) lines += c == '\n';
    return lines;
}
