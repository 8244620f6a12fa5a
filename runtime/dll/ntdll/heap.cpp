// ntifs.h: RtlAllocateHeap and its kin, which kernel32's heap functions call.
#include "core/memory/heap.h"
#include "core/memory/heap_cache.h"
#include "core/teb.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

// The process heap's handle is checked by one compare; others are looked up only when they are wrong or rare.
Heap* heap_of(PVOID handle) {
    auto* heap = static_cast<Heap*>(handle);
    static Heap* const first = &process_heap();
    return heap == first ? heap : Heap::from_handle(handle);
}

// Apart from the exported functions, whose usual way calls nothing (see heap_cache.h).
[[gnu::noinline]] WINAPI PVOID allocate_whole(PVOID handle, ULONG flags, SIZE_T size) {
    t_heap_cache.open();
    Heap* heap = heap_of(handle);
    return heap ? heap->allocate(size, flags & HEAP_ZERO_MEMORY) : nullptr;
}

[[gnu::noinline]] WINAPI BOOLEAN release_whole(PVOID handle, PVOID block) {
    if (!block) return TRUE;
    Heap* heap = heap_of(handle);
    if (heap && heap->release(block)) return TRUE;
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
}

}  // namespace

PVOID ntdll::RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size) {
    if (t_heap_cache.serves(HeapHandle))
        if (void* kept = t_heap_cache.take(Size)) {
            auto* words = static_cast<uint64_t*>(kept);  // blocks have whole steps of 16 bytes
            if (Flags & HEAP_ZERO_MEMORY)
                for (size_t i = 0; i < (Size + 15) / 16 * 2; ++i) {
                    words[i] = 0;
                    asm volatile("" : : : "memory");  // a loop, not a call of libc's memset
                }
            return kept;
        }
    return allocate_whole(HeapHandle, Flags, Size);
}

PVOID ntdll::RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, SIZE_T Size) {
    Heap* heap = heap_of(HeapHandle);
    if (!heap || !BaseAddress) return nullptr;
    return heap->reallocate(BaseAddress, Size, Flags & HEAP_ZERO_MEMORY, Flags & HEAP_REALLOC_IN_PLACE_ONLY);
}

BOOLEAN ntdll::RtlFreeHeap(PVOID HeapHandle, ULONG, PVOID BaseAddress) {
    if (t_heap_cache.serves(HeapHandle) && t_heap_cache.give(BaseAddress)) return TRUE;
    return release_whole(HeapHandle, BaseAddress);
}

SIZE_T ntdll::RtlSizeHeap(PVOID HeapHandle, ULONG, PVOID BaseAddress) {
    Heap* heap = heap_of(HeapHandle);
    return heap ? heap->size_of(BaseAddress) : static_cast<SIZE_T>(-1);
}

PVOID ntdll::RtlCreateHeap(ULONG Flags, PVOID, SIZE_T ReserveSize, SIZE_T, PVOID, PVOID) {
    return Heap::create(Flags, Flags & HEAP_GROWABLE ? 0 : ReserveSize);
}

PVOID ntdll::RtlDestroyHeap(PVOID HeapHandle) {
    Heap* heap = heap_of(HeapHandle);
    return heap && Heap::destroy(heap) ? nullptr : HeapHandle;
}

BOOLEAN ntdll::RtlValidateHeap(PVOID HeapHandle, ULONG, PVOID BaseAddress) {
    Heap* heap = heap_of(HeapHandle);
    return heap && (!BaseAddress || heap->valid(BaseAddress));
}
