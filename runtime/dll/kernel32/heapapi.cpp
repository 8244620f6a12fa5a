// heapapi.h: heaps. The work is in core/memory/heap.
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

Heap* heap_of(HANDLE handle) {
    Heap* heap = Heap::from_handle(handle);
    if (!heap) set_last_error(ERROR_INVALID_HANDLE);
    return heap;
}

}  // namespace

HANDLE kernel32::GetProcessHeap() { return current_peb()->ProcessHeap; }

DWORD kernel32::GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps) {
    return static_cast<DWORD>(Heap::list(ProcessHeaps, NumberOfHeaps));
}

LPVOID kernel32::HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes) {
    void* block = ntdll::RtlAllocateHeap(hHeap, dwFlags, dwBytes);
    if (!block) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return block;
}

LPVOID kernel32::HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes) {
    void* block = ntdll::RtlReAllocateHeap(hHeap, dwFlags, lpMem, dwBytes);
    if (!block) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return block;
}

BOOL kernel32::HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem) { return ntdll::RtlFreeHeap(hHeap, dwFlags, lpMem); }

SIZE_T kernel32::HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem) {
    return ntdll::RtlSizeHeap(hHeap, dwFlags, const_cast<void*>(lpMem));
}

HANDLE kernel32::HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize) {
    if (dwMaximumSize && dwInitialSize > dwMaximumSize) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    Heap* heap = Heap::create(flOptions, dwMaximumSize);
    if (!heap) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return heap;
}

BOOL kernel32::HeapDestroy(HANDLE hHeap) {
    Heap* heap = heap_of(hHeap);
    if (!heap) return FALSE;
    if (Heap::destroy(heap)) return TRUE;
    set_last_error(ERROR_INVALID_HANDLE);  // the process heap
    return FALSE;
}

SIZE_T kernel32::HeapCompact(HANDLE hHeap, DWORD) {
    if (!heap_of(hHeap)) return 0;
    set_last_error(NO_ERROR);
    return 0xFFFF0;  // largest block that needs no new memory: the allocator takes what it wants
}

BOOL kernel32::HeapLock(HANDLE hHeap) {
    Heap* heap = heap_of(hHeap);
    if (heap) heap->lock();
    return heap != nullptr;
}

BOOL kernel32::HeapUnlock(HANDLE hHeap) {
    Heap* heap = heap_of(hHeap);
    if (heap) heap->unlock();
    return heap != nullptr;
}

BOOL kernel32::HeapValidate(HANDLE hHeap, DWORD, LPCVOID lpMem) {
    Heap* heap = heap_of(hHeap);
    return heap && (!lpMem || heap->valid(lpMem));
}

BOOL kernel32::HeapWalk(HANDLE hHeap, LPPROCESS_HEAP_ENTRY lpEntry) {
    Heap* heap = heap_of(hHeap);
    if (!heap || !lpEntry) return FALSE;
    void* block = heap->next_block(lpEntry->lpData);
    if (!block) return set_last_error(ERROR_NO_MORE_ITEMS), FALSE;
    *lpEntry = {};
    lpEntry->lpData = block;
    lpEntry->cbData = static_cast<DWORD>(heap->size_of(block));
    lpEntry->cbOverhead = 32;
    lpEntry->wFlags = PROCESS_HEAP_ENTRY_BUSY;
    return TRUE;
}

BOOL kernel32::HeapSetInformation(HANDLE HeapHandle, DWORD HeapInformationClass, PVOID, SIZE_T) {
    constexpr DWORD kCompatibility = 0, kTerminationOnCorruption = 1, kOptimizeResources = 3;
    if (HeapInformationClass != kTerminationOnCorruption && HeapHandle && !heap_of(HeapHandle)) return FALSE;
    if (HeapInformationClass == kCompatibility || HeapInformationClass == kTerminationOnCorruption ||
        HeapInformationClass == kOptimizeResources)
        return TRUE;
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
}

BOOL kernel32::HeapQueryInformation(HANDLE HeapHandle, DWORD HeapInformationClass, PVOID HeapInformation,
                                    SIZE_T HeapInformationLength, PSIZE_T ReturnLength) {
    if (!heap_of(HeapHandle)) return FALSE;
    if (HeapInformationClass != 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (ReturnLength) *ReturnLength = sizeof(ULONG);
    if (HeapInformationLength < sizeof(ULONG)) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    *static_cast<ULONG*>(HeapInformation) = 2;  // low-fragmentation heap
    return TRUE;
}
