// winbase.h: global and local memory (the 16-bit heritage), and the IsBad…Ptr family.
// A fixed block's handle is its address. A movable block's handle points to a MovableBlock and has bit 1 set, as on Windows,
// where no heap block can have that address.
#include <algorithm>
#include <cstring>

#include "core/memory/address_space.h"
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

struct MovableBlock {
    void* data;
    ULONG locks;
    bool discarded;
};

bool is_movable(HGLOBAL handle) { return reinterpret_cast<uintptr_t>(handle) & 2; }

MovableBlock* movable(HGLOBAL handle) {
    return reinterpret_cast<MovableBlock*>(reinterpret_cast<uintptr_t>(handle) & ~uintptr_t{2});
}

HGLOBAL handle_of(MovableBlock* block) { return reinterpret_cast<HGLOBAL>(reinterpret_cast<uintptr_t>(block) | 2); }

// A handle that is neither a live fixed block nor a live movable one.
bool valid(HGLOBAL handle) {
    if (!handle) return false;
    return process_heap().valid(is_movable(handle) ? static_cast<void*>(movable(handle)) : handle);
}

template <class T>
T invalid_handle(T result) {
    set_last_error(ERROR_INVALID_HANDLE);
    return result;
}

HGLOBAL out_of_memory() {
    set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return nullptr;
}

bool resize(MovableBlock* block, SIZE_T size, bool zero) {
    void* data = block->data ? process_heap().reallocate(block->data, size, zero, false)
                             : process_heap().allocate(size, zero);
    if (!data) return false;
    block->data = data;
    block->discarded = false;
    return true;
}

}  // namespace

HGLOBAL kernel32::GlobalAlloc(UINT uFlags, SIZE_T dwBytes) {
    bool zero = uFlags & GMEM_ZEROINIT;
    if (!(uFlags & GMEM_MOVEABLE)) {
        void* block = process_heap().allocate(dwBytes, zero);
        return block ? block : out_of_memory();
    }
    auto* block = static_cast<MovableBlock*>(process_heap().allocate(sizeof(MovableBlock), true));
    if (!block) return out_of_memory();
    block->discarded = dwBytes == 0;
    if (dwBytes && !resize(block, dwBytes, zero)) {
        process_heap().release(block);
        return out_of_memory();
    }
    return handle_of(block);
}

HGLOBAL kernel32::GlobalFree(HGLOBAL hMem) {
    if (!hMem) return nullptr;
    if (!valid(hMem)) return invalid_handle(hMem);
    if (is_movable(hMem)) {
        if (movable(hMem)->data) process_heap().release(movable(hMem)->data);
        process_heap().release(movable(hMem));
    } else {
        process_heap().release(hMem);
    }
    return nullptr;
}

LPVOID kernel32::GlobalLock(HGLOBAL hMem) {
    if (!valid(hMem)) return invalid_handle<LPVOID>(nullptr);
    if (!is_movable(hMem)) return hMem;
    if (movable(hMem)->discarded) {
        set_last_error(ERROR_DISCARDED);
        return nullptr;
    }
    if (movable(hMem)->locks < 0xFF) ++movable(hMem)->locks;
    return movable(hMem)->data;
}

BOOL kernel32::GlobalUnlock(HGLOBAL hMem) {
    if (!valid(hMem)) return invalid_handle(FALSE);
    if (!is_movable(hMem)) return TRUE;
    MovableBlock* block = movable(hMem);
    if (block->locks == 0) return set_last_error(ERROR_NOT_LOCKED), FALSE;
    set_last_error(NO_ERROR);
    return --block->locks != 0;
}

SIZE_T kernel32::GlobalSize(HGLOBAL hMem) {
    if (!valid(hMem)) return invalid_handle(SIZE_T{0});
    void* data = is_movable(hMem) ? movable(hMem)->data : hMem;
    return data ? process_heap().size_of(data) : 0;
}

UINT kernel32::GlobalFlags(HGLOBAL hMem) {
    if (!valid(hMem)) return invalid_handle(GMEM_INVALID_HANDLE);
    if (!is_movable(hMem)) return 0;
    return movable(hMem)->locks | (movable(hMem)->discarded ? GMEM_DISCARDED : 0);
}

HGLOBAL kernel32::GlobalHandle(LPCVOID pMem) {
    if (!process_heap().valid(pMem)) return invalid_handle<HGLOBAL>(nullptr);
    return const_cast<void*>(pMem);  // fixed blocks; a movable block's data does not lead back to its handle
}

HGLOBAL kernel32::GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags) {
    if (!valid(hMem)) return invalid_handle<HGLOBAL>(nullptr);
    if (uFlags & GMEM_MODIFY) return hMem;
    bool zero = uFlags & GMEM_ZEROINIT;
    if (is_movable(hMem)) return resize(movable(hMem), dwBytes, zero) ? hMem : out_of_memory();
    // A fixed block may move only when the caller says so.
    void* block = process_heap().reallocate(hMem, dwBytes, zero, !(uFlags & GMEM_MOVEABLE));
    return block ? block : out_of_memory();
}

HLOCAL kernel32::LocalAlloc(UINT uFlags, SIZE_T uBytes) { return GlobalAlloc(uFlags, uBytes); }
HLOCAL kernel32::LocalFree(HLOCAL hMem) { return GlobalFree(hMem); }
LPVOID kernel32::LocalLock(HLOCAL hMem) { return GlobalLock(hMem); }
BOOL kernel32::LocalUnlock(HLOCAL hMem) { return GlobalUnlock(hMem); }
SIZE_T kernel32::LocalSize(HLOCAL hMem) { return GlobalSize(hMem); }
UINT kernel32::LocalFlags(HLOCAL hMem) { return GlobalFlags(hMem); }
HLOCAL kernel32::LocalHandle(LPCVOID pMem) { return GlobalHandle(pMem); }
HLOCAL kernel32::LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags) { return GlobalReAlloc(hMem, uBytes, uFlags); }

BOOL kernel32::IsBadReadPtr(const void* lp, UINT_PTR ucb) {
    return ucb && !address_space().accessible(reinterpret_cast<uint64_t>(lp), ucb, false);
}

BOOL kernel32::IsBadWritePtr(LPVOID lp, UINT_PTR ucb) {
    return ucb && !address_space().accessible(reinterpret_cast<uint64_t>(lp), ucb, true);
}

BOOL kernel32::IsBadCodePtr(FARPROC lpfn) { return IsBadReadPtr(reinterpret_cast<const void*>(lpfn), 1); }

BOOL kernel32::IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax) {
    for (UINT_PTR i = 0; i < ucchMax; ++i) {
        if ((i == 0 || reinterpret_cast<uintptr_t>(lpsz + i) % 4096 == 0) && IsBadReadPtr(lpsz + i, 1)) return TRUE;
        if (!lpsz[i]) return FALSE;
    }
    return FALSE;
}

BOOL kernel32::IsBadStringPtrW(LPCWSTR lpsz, UINT_PTR ucchMax) {
    for (UINT_PTR i = 0; i < ucchMax; ++i) {
        if ((i == 0 || reinterpret_cast<uintptr_t>(lpsz + i) % 4096 < 2) && IsBadReadPtr(lpsz + i, 2)) return TRUE;
        if (!lpsz[i]) return FALSE;
    }
    return FALSE;
}
