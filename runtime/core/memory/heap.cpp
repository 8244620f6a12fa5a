#include "core/memory/heap.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/low_addresses.h"
#include "core/memory/low_blocks.h"

namespace lsw {
namespace {

struct HeapList {
    std::mutex lock;
    std::vector<Heap*> heaps;
};

HeapList& heap_list() {
    static HeapList& instance = *new HeapList;
    return instance;
}

constexpr size_t kLargest = size_t{1} << 47;

// Blocks come from the C library, which has them above all guest addresses; for programs that want low ones, from low_blocks.
void* allocate_host(size_t size_bytes, bool zero) {
    if (prefers_low_addresses())
        if (void* low = low_blocks::allocate(size_bytes, zero)) return low;
    return zero ? calloc(1, size_bytes) : malloc(size_bytes);
}

size_t usable_size(void* memory) {
    return low_blocks::owns(memory) ? low_blocks::usable_size(memory) : malloc_usable_size(memory);
}

void release_host(void* memory) { low_blocks::owns(memory) ? low_blocks::release(memory) : free(memory); }

void* reallocate_host(void* memory, size_t size_bytes) {
    if (!prefers_low_addresses()) return realloc(memory, size_bytes);
    void* moved = allocate_host(size_bytes, false);
    if (!moved) return nullptr;
    memcpy(moved, memory, std::min(size_bytes, usable_size(memory)));
    release_host(memory);
    return moved;
}

}  // namespace

Heap::Heap(DWORD flags, size_t maximum_bytes, bool listed)
    : flags_(flags), listed_(listed), maximum_bytes_(maximum_bytes) {}

Heap& process_heap() {
    static Heap& instance = *[] {
        auto* heap = new Heap(HEAP_GROWABLE, 0, false);
        heap_list().heaps.push_back(heap);
        return heap;
    }();
    return instance;
}

Heap* Heap::create(DWORD flags, size_t maximum_bytes) {
    process_heap();  // stays first in the list
    auto* heap = new (std::nothrow) Heap(flags, maximum_bytes, true);
    if (!heap) return nullptr;
    std::lock_guard guard(heap_list().lock);
    heap_list().heaps.push_back(heap);
    return heap;
}

Heap* Heap::from_handle(HANDLE handle) {
    auto* heap = static_cast<Heap*>(handle);
    if (heap == &process_heap()) return heap;
    std::lock_guard guard(heap_list().lock);
    auto& heaps = heap_list().heaps;
    return std::find(heaps.begin(), heaps.end(), heap) == heaps.end() ? nullptr : heap;
}

size_t Heap::list(HANDLE* out, size_t room) {
    process_heap();
    heap_list().lock.lock();
    auto heaps = heap_list().heaps;  // a copy: `out` is the program's, and may not be there
    heap_list().lock.unlock();
    if (room >= heaps.size()) std::copy(heaps.begin(), heaps.end(), out);
    return heaps.size();
}

bool Heap::destroy(Heap* heap) {
    if (heap == &process_heap()) return false;
    {
        std::lock_guard guard(heap_list().lock);
        std::erase(heap_list().heaps, heap);
    }
    for (Links* at = heap->blocks_.next; at != &heap->blocks_;) {
        Links* next = at->next;
        release_host(at);
        at = next;
    }
    delete heap;
    return true;
}

void Heap::link(Header* header) {
    if (!listed_) return;
    auto* links = reinterpret_cast<Links*>(header) - 1;
    std::lock_guard guard(list_lock_);
    links->next = &blocks_;
    links->previous = blocks_.previous;
    blocks_.previous->next = links;
    blocks_.previous = links;
    used_bytes_ += header->size_bytes;
}

void Heap::unlink(Header* header) {
    if (!listed_) return;
    auto* links = reinterpret_cast<Links*>(header) - 1;
    std::lock_guard guard(list_lock_);
    links->next->previous = links->previous;
    links->previous->next = links->next;
    used_bytes_ -= header->size_bytes;
}

void* Heap::allocate(size_t size_bytes, bool zero) {
    if (size_bytes > kLargest) return nullptr;
    if (maximum_bytes_ && used_bytes_ + size_bytes > maximum_bytes_) return nullptr;
    size_t whole = prefix_bytes() + rounded(size_bytes);
    void* memory = allocate_host(whole, zero);
    if (!memory) return nullptr;
    auto* header = reinterpret_cast<Header*>(static_cast<std::byte*>(memory) + prefix_bytes()) - 1;
    header->size_bytes = size_bytes;
    header->tag = tag_of(header);
    link(header);
    return header + 1;
}

const Heap::Header* Heap::header_of(const void* block) const {
    if (!block || reinterpret_cast<uintptr_t>(block) % 16 != 0) return nullptr;
    auto* header = static_cast<const Header*>(block) - 1;
    return header->tag == tag_of(header) ? header : nullptr;
}

void* Heap::reallocate(void* block, size_t size_bytes, bool zero, bool in_place) {
    auto* header = const_cast<Header*>(header_of(block));
    if (!header || size_bytes > kLargest) return nullptr;
    size_t old = header->size_bytes;
    void* memory = reinterpret_cast<std::byte*>(header + 1) - prefix_bytes();
    size_t room = (usable_size(memory) - prefix_bytes()) & ~size_t{15};
    if (in_place || (size_bytes <= room && size_bytes >= room / 2)) {
        if (size_bytes > room) return nullptr;
        if (listed_) {
            std::lock_guard guard(list_lock_);
            used_bytes_ += size_bytes - old;
        }
        header->size_bytes = size_bytes;
    } else {
        unlink(header);
        header->tag = 0;
        void* moved = reallocate_host(memory, prefix_bytes() + rounded(size_bytes));
        if (!moved) {
            header->tag = tag_of(header);
            link(header);
            return nullptr;
        }
        header = reinterpret_cast<Header*>(static_cast<std::byte*>(moved) + prefix_bytes()) - 1;
        header->size_bytes = size_bytes;
        header->tag = tag_of(header);
        link(header);
    }
    if (zero && size_bytes > old) memset(reinterpret_cast<std::byte*>(header + 1) + old, 0, size_bytes - old);
    return header + 1;
}

bool Heap::release(void* block) {
    auto* header = const_cast<Header*>(header_of(block));
    if (!header) return false;
    unlink(header);
    header->tag = 0;
    release_host(reinterpret_cast<std::byte*>(header + 1) - prefix_bytes());
    return true;
}

size_t Heap::size_of(const void* block) const {
    const Header* header = header_of(block);
    return header ? header->size_bytes : static_cast<size_t>(-1);
}

bool Heap::valid(const void* block) const { return header_of(block) != nullptr; }

void* Heap::next_block(void* block) {
    if (!listed_) return nullptr;
    std::lock_guard guard(list_lock_);
    Links* at = block ? reinterpret_cast<Links*>(static_cast<Header*>(block) - 1) - 1 : &blocks_;
    at = at->next;
    return at == &blocks_ ? nullptr : reinterpret_cast<Header*>(at + 1) + 1;
}

}  // namespace lsw
