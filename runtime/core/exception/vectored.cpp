#include "core/exception/vectored.h"

#include <atomic>
#include <mutex>

namespace lsw::seh {
namespace {

struct Node {
    Node* next = nullptr;
    Node* previous = nullptr;
    PVECTORED_EXCEPTION_HANDLER handler = nullptr;
    int references = 1;  // the list's own, and one for each walk that stands on the node
    bool removed = false;
};

// A ring with a head. A node is unlinked and freed when nobody refers to it, so that a walk can go on from
// a node that its own handler removed.
struct HandlerList {
    HandlerList() { head.next = head.previous = &head; }
    void release(Node* node) {  // with the lock held
        if (--node->references) return;
        node->previous->next = node->next;
        node->next->previous = node->previous;
        delete node;
    }

    std::mutex lock;
    Node head;
    std::atomic<int> count{0};  // lets a fault without handlers go past the lock
};

HandlerList& list_of(VectoredKind kind) {
    static HandlerList* lists = new HandlerList[2];  // outlives the threads that exit() leaves
    return lists[kind == VectoredKind::kContinue];
}

// The first live node from `node` on, referenced; null at the end.
Node* take(HandlerList& list, Node* node) {
    while (node != &list.head && node->removed) node = node->next;
    if (node == &list.head) return nullptr;
    ++node->references;
    return node;
}

}  // namespace

void* add_vectored_handler(VectoredKind kind, bool first, PVECTORED_EXCEPTION_HANDLER handler) {
    HandlerList& list = list_of(kind);
    auto node = new (std::nothrow) Node;
    if (!node) return nullptr;
    node->handler = handler;
    std::lock_guard guard(list.lock);
    Node* before = first ? &list.head : list.head.previous;
    node->previous = before;
    node->next = before->next;
    before->next->previous = node;
    before->next = node;
    ++list.count;
    return node;
}

bool remove_vectored_handler(VectoredKind kind, void* handle) {
    HandlerList& list = list_of(kind);
    std::lock_guard guard(list.lock);
    for (Node* node = list.head.next; node != &list.head; node = node->next) {
        if (node != handle || node->removed) continue;
        node->removed = true;
        --list.count;
        list.release(node);
        return true;
    }
    return false;
}

bool call_vectored_handlers(VectoredKind kind, EXCEPTION_POINTERS* pointers) {
    HandlerList& list = list_of(kind);
    if (list.count == 0) return false;
    list.lock.lock();
    Node* node = take(list, list.head.next);
    bool resumed = false;
    while (node && !resumed) {
        list.lock.unlock();
        resumed = node->handler(pointers) == EXCEPTION_CONTINUE_EXECUTION;
        list.lock.lock();
        Node* next = resumed ? nullptr : take(list, node->next);
        list.release(node);
        node = next;
    }
    list.lock.unlock();
    return resumed;
}

}  // namespace lsw::seh
