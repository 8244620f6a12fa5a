#include "core/wait/address_wait.h"

#include <mutex>

#include "core/thread/thread.h"
#include "core/wait/blocking.h"

namespace lsw {
namespace {

struct Waiter {
    const volatile void* address;
    Waiter* next = nullptr;
    Waiter* previous = nullptr;
    std::atomic<uint32_t> woken{0};
};

struct alignas(64) Bucket {
    std::mutex lock;
    Waiter* first = nullptr;
    Waiter* last = nullptr;
    std::atomic<uint32_t> count{0};

    void append(Waiter& waiter) {
        waiter.previous = last;
        (last ? last->next : first) = &waiter;
        last = &waiter;
    }
    void remove(Waiter& waiter) {
        (waiter.previous ? waiter.previous->next : first) = waiter.next;
        (waiter.next ? waiter.next->previous : last) = waiter.previous;
        count.fetch_sub(1);
    }
};

constexpr size_t kBuckets = 256;

Bucket& bucket_of(const volatile void* address) {
    static Bucket* buckets = new Bucket[kBuckets];
    auto value = reinterpret_cast<uint64_t>(address) * 0x9E37'79B9'7F4A'7C15;
    return buckets[value >> 56];
}

bool still_equal(const volatile void* address, const void* compare, size_t size_bytes) {
    switch (size_bytes) {
        case 1: return *static_cast<const volatile uint8_t*>(address) == *static_cast<const uint8_t*>(compare);
        case 2: return *static_cast<const volatile uint16_t*>(address) == *static_cast<const uint16_t*>(compare);
        case 4: return *static_cast<const volatile uint32_t*>(address) == *static_cast<const uint32_t*>(compare);
        default: return *static_cast<const volatile uint64_t*>(address) == *static_cast<const uint64_t*>(compare);
    }
}

void sleep_until_woken(Waiter& self, int64_t deadline_ns) {
    while (self.woken.load() == 0) {
        int error = futex_wait(&self.woken, 0, FutexScope::Private, deadline_ns);
        if (error == ETIMEDOUT) break;
        if (error == EINTR && current_thread()->terminate_requested.load()) break;
    }
}

}  // namespace

NTSTATUS wait_on_address(const volatile void* address, const void* compare, size_t size_bytes, int64_t deadline_ns) {
    if (size_bytes != 1 && size_bytes != 2 && size_bytes != 4 && size_bytes != 8) return STATUS_INVALID_PARAMETER;
    // Here, and not under the lock, a bad pointer faults.
    if (!still_equal(address, compare, size_bytes)) return STATUS_SUCCESS;
    Bucket& bucket = bucket_of(address);
    Waiter self{address};
    // Counted before the value is looked at again: a waker changes the value first and then looks for waiters.
    bucket.count.fetch_add(1);
    {
        std::lock_guard guard(bucket.lock);
        bucket.append(self);
    }
    bool equal = still_equal(address, compare, size_bytes);
    if (equal) {
        BlockingScope blocking;
        sleep_until_woken(self, deadline_ns);
    }
    {
        std::lock_guard guard(bucket.lock);
        if (self.woken.load() == 0) bucket.remove(self);
    }
    current_thread()->check_termination_in_wait();
    park_if_process_exits();
    return !equal || self.woken.load() ? STATUS_SUCCESS : STATUS_TIMEOUT;
}

void wake_by_address(const void* address, bool all) {
    Bucket& bucket = bucket_of(address);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (bucket.count.load() == 0) return;
    std::lock_guard guard(bucket.lock);
    for (Waiter* waiter = bucket.first; waiter;) {
        Waiter* next = waiter->next;
        if (waiter->address == address) {
            bucket.remove(*waiter);
            // The waiter may be gone as soon as it is marked; waking an address nobody sleeps on does no harm.
            std::atomic<uint32_t>* word = &waiter->woken;
            word->store(1);
            futex_wake(word, 1, FutexScope::Private);
            if (!all) return;
        }
        waiter = next;
    }
}

}  // namespace lsw
