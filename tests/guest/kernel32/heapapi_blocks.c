// Heaps: exact sizes, zeroing, reallocation, wrong pointers, private heaps, movable global memory.
// Expectations: "Heap Functions", "Global and Local Functions".
#include <string.h>
#include <windows.h>

#include "../check.h"

int main(void) {
    HANDLE heap = GetProcessHeap();
    unsigned char* block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 37);
    CHECK(block && (ULONG_PTR)block % 16 == 0);
    CHECK_EQ(HeapSize(heap, 0, block), 37);
    for (int i = 0; i < 37; ++i) CHECK_EQ(block[i], 0);
    memset(block, 0xAB, 37);
    block = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 100000);
    CHECK_EQ(HeapSize(heap, 0, block), 100000);
    CHECK_EQ(block[36], 0xAB);
    CHECK_EQ(block[37], 0);
    CHECK_EQ(block[99999], 0);
    CHECK(HeapValidate(heap, 0, block));
    CHECK(HeapFree(heap, 0, block));
    CHECK(HeapFree(heap, 0, NULL));

    HANDLE other = HeapCreate(0, 0, 0);
    char* a = HeapAlloc(other, 0, 10);
    char* b = HeapAlloc(other, 0, 20);
    CHECK(a && b);
    CHECK(!HeapValidate(heap, 0, a));
    PROCESS_HEAP_ENTRY entry;
    memset(&entry, 0, sizeof entry);
    SIZE_T total = 0;
    while (HeapWalk(other, &entry))
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) total += entry.cbData;
    CHECK_EQ(total, 30);
    CHECK_EQ(GetLastError(), ERROR_NO_MORE_ITEMS);
    CHECK(HeapFree(other, 0, a));
    CHECK(HeapDestroy(other));

    HGLOBAL movable = GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, 64);
    char* data = GlobalLock(movable);
    CHECK(data && data[63] == 0);
    CHECK_EQ(GlobalSize(movable), 64);
    CHECK_EQ(GlobalFlags(movable) & GMEM_LOCKCOUNT, 1);
    CHECK(!GlobalUnlock(movable));
    CHECK_EQ(GetLastError(), NO_ERROR);
    CHECK(GlobalFree(movable) == NULL);
    HLOCAL fixed = LocalAlloc(LPTR, 8);
    CHECK(LocalLock(fixed) == fixed);
    CHECK(LocalFree(fixed) == NULL);
    return check_result();
}
