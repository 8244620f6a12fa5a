// Blocks of the process heap are handed out again: their contents, sizes and zeroing stay right through many sizes,
// resizes and threads that free each other's blocks; a freed block is refused. "HeapAlloc", "HeapReAlloc", "HeapFree".
#include "check.h"

#define SLOTS 400
#define ROUNDS 40000

struct slot {
    unsigned char* block;
    size_t size;
    unsigned char mark;
};
static struct slot slots[SLOTS];
static CRITICAL_SECTION lock;

static int whole(const struct slot* slot) {
    for (size_t i = 0; i < slot->size; i++)
        if (slot->block[i] != slot->mark) return 0;
    return HeapSize(GetProcessHeap(), 0, slot->block) == slot->size;
}

static DWORD WINAPI worker(void* seed) {
    unsigned random = (unsigned)(uintptr_t)seed;
    HANDLE heap = GetProcessHeap();
    for (int round = 0; round < ROUNDS; round++) {
        random = random * 1103515245u + 12345u;
        size_t size = (random >> 8) % ((random >> 4) % 8 == 0 ? 3000 : 200);
        struct slot mine = {NULL, size, (unsigned char)random};
        int zero = (random >> 5) & 1;
        mine.block = HeapAlloc(heap, zero ? HEAP_ZERO_MEMORY : 0, size);
        if (!CHECK(mine.block != NULL)) return 1;
        for (size_t i = 0; zero && i < size; i++)
            if (!CHECK(mine.block[i] == 0)) return 1;
        memset(mine.block, mine.mark, size);
        if ((random >> 6) % 4 == 0) {
            size_t grown = (random >> 10) % 600;
            mine.block = HeapReAlloc(heap, 0, mine.block, grown);
            if (!CHECK(mine.block != NULL)) return 1;
            memset(mine.block, mine.mark, mine.size = grown);
        }
        EnterCriticalSection(&lock);
        struct slot other = slots[random % SLOTS];
        slots[random % SLOTS] = mine;
        LeaveCriticalSection(&lock);
        if (other.block) {
            if (!CHECK(whole(&other)) || !CHECK(HeapFree(heap, 0, other.block))) return 1;
        }
    }
    return 0;
}

int main(void) {
    InitializeCriticalSection(&lock);
    HANDLE threads[3];
    for (int i = 0; i < 3; i++) threads[i] = CreateThread(NULL, 0, worker, (void*)(uintptr_t)(i * 77 + 1), 0, NULL);
    for (int i = 0; i < 3; i++) WaitForSingleObject(threads[i], INFINITE);
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].block) CHECK(whole(&slots[i]) && HeapFree(GetProcessHeap(), 0, slots[i].block));

    void* block = HeapAlloc(GetProcessHeap(), 0, 40);
    CHECK(HeapFree(GetProcessHeap(), 0, block));
    CHECK(!HeapFree(GetProcessHeap(), 0, block));
    CHECK_EQ(HeapSize(GetProcessHeap(), 0, block), (SIZE_T)-1);
    CHECK(!HeapValidate(GetProcessHeap(), 0, block));
    HANDLE other = HeapCreate(0, 0, 0);
    void* foreign = HeapAlloc(other, 0, 40);
    CHECK(!HeapFree(GetProcessHeap(), 0, foreign));
    CHECK(HeapFree(other, 0, foreign));
    CHECK(HeapFree(GetProcessHeap(), 0, NULL));
    return check_result();
}
