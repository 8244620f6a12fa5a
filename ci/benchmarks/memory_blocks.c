// A program that takes 60 MB in blocks of many sizes, frees every other one, and waits for its input's end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char** argv) {
    enum { kBlocks = 100000 };
    static char* blocks[kBlocks];
    unsigned state = 1;
    (void)argv;
    for (int i = 0; i < kBlocks; i++) {
        state = state * 1103515245u + 12345u;
        size_t size = 16 + (state >> 16) % 1200;
        blocks[i] = (char*)malloc(size);
        if (!blocks[i]) return 1;
        memset(blocks[i], 1, size);
    }
    for (int i = 0; i < kBlocks; i += 2) free(blocks[i]);
    puts("hello");
    fflush(stdout);
    if (argc > 1)
        while (getchar() != EOF) {
        }
    return 0;
}
