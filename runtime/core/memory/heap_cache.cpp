#include "core/memory/heap_cache.h"

namespace lsw {
namespace {

struct Closer {
    ~Closer() { t_heap_cache.close(); }
    bool touched = false;
};
thread_local Closer t_closer;

}  // namespace

constinit thread_local HeapCache t_heap_cache [[gnu::tls_model("initial-exec")]];

void HeapCache::open() {
    if (key_ || closed_) return;
    t_closer.touched = true;  // makes the destructor run at the end of the thread
    key_ = process_heap().tag_key();
}

void HeapCache::close() {
    closed_ = true;
    for (Bin& bin : bins_) {
        while (Node* node = bin.first) {
            bin.first = node->next;
            auto* header = reinterpret_cast<Heap::Header*>(node) - 1;
            header->tag = reinterpret_cast<uintptr_t>(header) ^ key_;
            process_heap().release(node);
        }
        bin.count = 0;
    }
    key_ = 0;
}

}  // namespace lsw
