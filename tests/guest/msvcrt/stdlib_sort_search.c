// qsort, bsearch, _lfind and _lsearch with the program's own comparison; rand's documented sequence.
// "qsort", "bsearch", "_lfind", "_lsearch", "rand".
// link: static ucrt
#include <search.h>
#include <setjmp.h>
#include <stdlib.h>

#include "check.h"

static int calls;
static int by_value(const void* a, const void* b) {
    calls++;
    int x = *(const int*)a, y = *(const int*)b;
    return (x > y) - (x < y);
}

struct record {
    char name[13];
    int key;
};
static int by_key(const void* a, const void* b) {
    return ((const struct record*)a)->key - ((const struct record*)b)->key;
}

static jmp_buf out;
static int gives_up(const void* a, const void* b) {
    if (--calls == 0) longjmp(out, 1);
    return by_key(a, b);
}

int main(void) {
    static int numbers[5000];
    for (int shape = 0; shape < 5; shape++) {
        unsigned sum = 0, sorted_sum = 0;
        for (int i = 0; i < 5000; i++) {
            numbers[i] = shape == 0   ? (i * 7919) % 5003
                         : shape == 1 ? i
                         : shape == 2 ? 5000 - i
                         : shape == 3 ? 42
                                      : i % 7;
            sum += (unsigned)numbers[i] * 31u;
        }
        calls = 0;
        qsort(numbers, 5000, sizeof *numbers, by_value);
        int ordered = 1;
        for (int i = 0; i < 5000; i++) {
            if (i > 0 && numbers[i - 1] > numbers[i]) ordered = 0;
            sorted_sum += (unsigned)numbers[i] * 31u;
        }
        CHECK(ordered);
        CHECK_EQ(sum, sorted_sum);
        CHECK(calls < 400000);  // no quadratic shape
    }
    struct record records[40];
    for (int i = 0; i < 40; i++) {
        records[i].key = (i * 17) % 40;
        sprintf(records[i].name, "r%d", records[i].key);
    }
    qsort(records, 40, sizeof *records, by_key);
    for (int i = 0; i < 40; i++) {
        char name[16];
        sprintf(name, "r%d", i);
        CHECK_STR(records[i].name, name);
    }

    int wanted = 6, missing = 9;
    CHECK(bsearch(&wanted, numbers, 5000, sizeof *numbers, by_value) != NULL);
    CHECK(bsearch(&missing, numbers, 5000, sizeof *numbers, by_value) == NULL);
    int list[4] = {3, 1, 2};
    unsigned count = 3;
    CHECK(_lfind(&wanted, list, &count, sizeof *list, by_value) == NULL);
    CHECK(_lsearch(&wanted, list, &count, sizeof *list, by_value) == &list[3]);
    CHECK_EQ(count, 4);

    // The comparison may leave for good.
    calls = 50;
    if (setjmp(out) == 0) qsort(records, 40, sizeof *records, gives_up);
    CHECK_EQ(calls, 0);

    srand(1);
    CHECK_EQ(rand(), 41);
    CHECK_EQ(rand(), 18467);
    CHECK_EQ(rand(), 6334);
    srand(12345);
    int first = rand();
    srand(12345);
    CHECK_EQ(rand(), first);
    div_t parts = div(-7, 2);
    CHECK_EQ(parts.quot, -3);
    CHECK_EQ(parts.rem, -1);
    CHECK_EQ(_rotl(0x80000001u, 1), 3);
    CHECK_EQ(_byteswap_ulong(0x01020304), 0x04030201);
    return check_result();
}
