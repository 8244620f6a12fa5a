// ntifs.h: RtlAllocateHeap and its kin, which kernel32's heap functions call.
#include "core/memory/heap.h"
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

}  // namespace

PVOID ntdll::RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size) {
    Heap* heap = heap_of(HeapHandle);
    return heap ? heap->allocate(Size, Flags & HEAP_ZERO_MEMORY) : nullptr;
}

PVOID ntdll::RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, SIZE_T Size) {
    Heap* heap = heap_of(HeapHandle);
    if (!heap || !BaseAddress) return nullptr;
    return heap->reallocate(BaseAddress, Size, Flags & HEAP_ZERO_MEMORY, Flags & HEAP_REALLOC_IN_PLACE_ONLY);
}

BOOLEAN ntdll::RtlFreeHeap(PVOID HeapHandle, ULONG, PVOID BaseAddress) {
    if (!BaseAddress) return TRUE;
    Heap* heap = heap_of(HeapHandle);
    if (heap && heap->release(BaseAddress)) return TRUE;
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
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
