// HeapCache: small blocks of the process heap that a thread freed, kept for its next allocations of their size.
// Its two functions are inlined into malloc, free, HeapAlloc and HeapFree: a call of libc's allocator from a function with
// Windows' convention saves and restores ten vector registers, which takes longer than the allocation itself.
// A kept block is no live block: its tag is cleared, so that freeing it again or asking its size is refused as ever.
// What a thread keeps goes back to the heap when the thread ends.
#pragma once

#include "core/memory/heap.h"

namespace lsw {

class HeapCache {
public:
    // A kept block of at least this size, or nullptr.
    [[gnu::always_inline]] void* take(size_t size_bytes) {
        if (size_bytes - 1 >= kLargestBytes) return nullptr;  // and not 0
        Bin& bin = bins_[(size_bytes + kStep - 1) / kStep];
        Node* node = bin.first;
        if (!node) return nullptr;
        bin.first = node->next;
        --bin.count;
        auto* header = reinterpret_cast<Heap::Header*>(node) - 1;
        header->size_bytes = size_bytes;
        header->tag = reinterpret_cast<uintptr_t>(header) ^ key_;
        return node;
    }

    // True when the block was kept; false when the heap itself has to decide.
    [[gnu::always_inline]] bool give(void* block) {
        if (!block || reinterpret_cast<uintptr_t>(block) % kStep != 0) return false;
        auto* header = static_cast<Heap::Header*>(block) - 1;
        if (header->tag != (reinterpret_cast<uintptr_t>(header) ^ key_)) return false;
        size_t size_bytes = header->size_bytes;
        if (size_bytes - 1 >= kLargestBytes) return false;
        Bin& bin = bins_[(size_bytes + kStep - 1) / kStep];
        if (bin.count * size_bytes >= kMostBytesPerBin) return false;
        header->tag = 0;
        auto* node = static_cast<Node*>(block);
        node->next = bin.first;
        bin.first = node;
        ++bin.count;
        return true;
    }

    // Whether the handle is the process heap's and the cache is open.
    [[gnu::always_inline]] bool serves(const void* handle) const {
        return (reinterpret_cast<uintptr_t>(handle) ^ Heap::kMagic) == key_;
    }

    // Called when take() had nothing: from now on the thread keeps what it frees.
    void open();
    void close();

private:
    static constexpr size_t kStep = 16, kLargestBytes = 1024, kMostBytesPerBin = 8192;
    struct Node {
        Node* next;
    };
    struct Bin {
        Node* first;
        size_t count;
    };
    uintptr_t key_ = 0;  // what a live block's tag is, besides its address; 0 while closed
    bool closed_ = false;
    Bin bins_[kLargestBytes / kStep + 1] = {};
};

// In the program's own thread-local block: no function is called to find it.
extern constinit thread_local HeapCache t_heap_cache [[gnu::tls_model("initial-exec")]];

}  // namespace lsw
