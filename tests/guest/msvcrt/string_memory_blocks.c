// Memory functions at every size around their internal steps, at odd addresses, overlapping both ways.
// "memcpy, wmemcpy", "memmove, wmemmove", "memset, wmemset", "memcmp, wmemcmp", "memchr, wmemchr".
// link: static ucrt
// flags: -fno-builtin
#include <stdlib.h>

#include "check.h"

static unsigned char area[10000], model[10000];

static void fill(void) {
    for (int i = 0; i < (int)sizeof area; i++) area[i] = model[i] = (unsigned char)(i * 7 + i / 251);
}

static void model_move(int to, int from, int size) {
    if (to < from)
        for (int i = 0; i < size; i++) model[to + i] = model[from + i];
    else
        for (int i = size; i-- > 0;) model[to + i] = model[from + i];
}

static int same(void) {
    for (int i = 0; i < (int)sizeof area; i++)
        if (area[i] != model[i]) return 0;
    return 1;
}

int main(void) {
    static const int sizes[] = {0,  1,  2,  3,   4,   7,   8,   9,   15,  16,   17,   31,   32,  33,
                                63, 64, 65, 100, 127, 128, 129, 255, 256, 1000, 2047, 2048, 3000};
    static const int distances[] = {1, 3, 8, 15, 16, 17, 40, 63, 64, 65, 200, 3100};
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned d = 0; d < sizeof distances / sizeof *distances; d++)
            for (int start = 100; start < 103; start++) {
                int size = sizes[s], other = start + distances[d];
                fill();
                void* result = memmove(area + other, area + start, size);
                model_move(other, start, size);
                if (!CHECK(result == area + other) || !CHECK(same())) return check_result();
                fill();
                memmove(area + start, area + other, size);
                model_move(start, other, size);
                if (!CHECK(same())) return check_result();
                fill();
                memcpy(area + 5000 + start, area + other, size);
                model_move(5000 + start, other, size);
                memset(area + start, 0xA5, size);
                for (int i = 0; i < size; i++) model[start + i] = 0xA5;
                if (!CHECK(same())) return check_result();
            }

    for (int at = 0; at < 70; at++) {
        fill();
        memcpy(area + 6001, area, 70);
        CHECK_EQ(memcmp(area, area + 6001, 70), 0);
        area[6001 + at]++;
        if (area[6001 + at]) CHECK(memcmp(area, area + 6001, 70) < 0);
        CHECK_EQ(memcmp(area, area + 6001, at), 0);
        memset(area, 1, 100);
        area[at] = 0xFE;
        CHECK(memchr(area, 0xFE, 100) == area + at);
        CHECK(memchr(area, 0x1FE, 100) == area + at);
        CHECK(memchr(area, 0xFE, at) == NULL);
    }
    CHECK(memcmp("\x80", "\x7f", 1) > 0);

    // At the end of a page: nothing behind it may be read.
    char* pages = VirtualAlloc(NULL, 8192, MEM_RESERVE, PAGE_READWRITE);
    CHECK(VirtualAlloc(pages, 4096, MEM_COMMIT, PAGE_READWRITE) != NULL);
    for (int size = 0; size < 40; size++) {
        char* text = pages + 4096 - size - 1;
        memset(text, 'x', size);
        text[size] = 0;
        CHECK_EQ(strlen(text), size);
        CHECK(strchr(text, 'y') == NULL);
        CHECK_EQ(strcmp(text, text), 0);
        char copy[64];
        CHECK_STR(strcpy(copy, text), text);
        CHECK_EQ(strcmp(copy, text), 0);
        if (size % 2 == 1) {
            wchar_t* wide = (wchar_t*)text;
            for (int i = 0; i < size / 2; i++) wide[i] = L'x';
            wide[size / 2] = 0;
            CHECK_EQ(wcslen(wide), size / 2);
            CHECK(wcschr(wide, L'y') == NULL);
        }
    }
    return check_result();
}
