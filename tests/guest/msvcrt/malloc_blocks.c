// Memory: sizes kept exactly, alignment, growth, and the process heap underneath. "malloc", "_msize", "_aligned_malloc",
// "_recalloc", "_expand", "_set_new_mode".
// link: static ucrt
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"

int main(void) {
    char* block = malloc(100);
    CHECK_EQ((uintptr_t)block % 16, 0);
    CHECK_EQ(_msize(block), 100);
    memset(block, 7, 100);
    block = realloc(block, 5000);
    CHECK(block[0] == 7 && block[99] == 7);
    CHECK_EQ(_msize(block), 5000);
    CHECK(_expand(block, 50) == block);
    CHECK(realloc(block, 0) == NULL);
    CHECK(malloc(0) != NULL);
    int* zeros = calloc(1000, sizeof *zeros);
    int clean = 1;
    for (int i = 0; i < 1000; i++) clean &= zeros[i] == 0;
    CHECK(clean);
    zeros[999] = 5;
#ifdef _UCRT
    zeros = _recalloc(zeros, 2000, sizeof *zeros);
    CHECK(zeros[999] == 5 && zeros[1000] == 0 && zeros[1999] == 0);
#endif
    free(zeros);
    free(NULL);

    volatile size_t huge = SIZE_MAX / 2;
    errno = 0;
    CHECK(malloc(huge) == NULL);
    CHECK_EQ(errno, ENOMEM);
    errno = 0;
    CHECK(calloc(huge, 4) == NULL);
    CHECK_EQ(errno, ENOMEM);

    for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
        char* aligned = _aligned_malloc(200, alignment);
        CHECK_EQ((uintptr_t)aligned % alignment, 0);
        memset(aligned, 9, 200);
        aligned = _aligned_realloc(aligned, 3000, alignment);
        CHECK(aligned[0] == 9 && aligned[199] == 9 && (uintptr_t)aligned % alignment == 0);
        _aligned_free(aligned);
        char* offset = _aligned_offset_malloc(200, alignment, 24);
        CHECK_EQ((uintptr_t)(offset + 24) % alignment, 0);
        _aligned_free(offset);
    }
    void* from_heap = HeapAlloc(GetProcessHeap(), 0, 64);
    CHECK_EQ(_msize(from_heap), 64);
    free(from_heap);
    CHECK_EQ(_heapchk(), _HEAPOK);
    return check_result();
}
