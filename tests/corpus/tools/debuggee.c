// What the debugger of the gdbserver job looks at: nested calls, a second thread's worth of data, a crash at the end.
#include <stdio.h>

struct Node {
    int value;
    struct Node* next;
};

static int sum(const struct Node* node) {
    if (!node) return 0;
    int rest = sum(node->next);
    return node->value + rest;
}

int main(int argc, char** argv) {
    (void)argv;
    struct Node third = {30, NULL}, second = {20, &third}, first = {10, &second};
    printf("started with %d\n", argc);
    fflush(stdout);
    int total = sum(&first);
    printf("total %d\n", total);
    fflush(stdout);
    *(volatile int*)8 = total;
    return 0;
}
